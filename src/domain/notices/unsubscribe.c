#include "domain/notices/unsubscribe.h"

enum { TAG_CHARS = 32 }; /* 128 bits: nobody guesses that */

str unsubscribe_token(struct arena *mem, const struct keys *keys, int64_t contact,
                      enum notice_kind kind)
{
    str name =
        str_printf(mem, "%.*s.%s", STR(id_text(mem, keys, "ctc", contact)), notice_kind_name(kind));
    str what = str_printf(mem, "unsubscribe %.*s", STR(name));
    return str_printf(mem, "%.*s.%.*s", STR(name),
                      STR(str_head(crypto_tag(mem, keys, KEY_LINKS, what), TAG_CHARS)));
}

bool unsubscribe_from(struct arena *mem, const struct keys *keys, str token, int64_t *contact,
                      enum notice_kind *kind)
{
    struct str_pair id = str_cut(token, '.'), word = str_cut(id.tail, '.');
    if (!word.found || !id_from(keys, "ctc", id.head, contact)) return false;
    if (!notice_kind_from(word.head, kind) || !notice_kind_optional(*kind)) return false;
    return crypto_equal(unsubscribe_token(mem, keys, *contact, *kind), token);
}
