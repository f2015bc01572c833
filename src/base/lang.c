#include "base/lang.h"

const char *say(const struct lang *lang, const char *english)
{
    (void)lang;
    return english;
}
