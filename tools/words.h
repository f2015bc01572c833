/* What the generators read with: lines and words of a file, and how they stop the build. */
#ifndef TOOLS_WORDS_H
#define TOOLS_WORDS_H

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 64, TEXT_MAX = 65536, LINE_MAX_ = 1024 };

struct text {
    char at[TEXT_MAX];
    int line; /* where it begins; 0: there is none */
};

static const char *file;
static int line_number;

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: error: ", file, line_number);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

static void append(char *to, const char *from)
{
    if (strlen(to) + strlen(from) + 2 > TEXT_MAX) fail("this is too long");
    strcat(to, from);
}

static bool word_char(char c)
{
    return islower((unsigned char)c) || isdigit((unsigned char)c) || c == '_';
}

static const char *word_read(const char *p, char word[WORD_MAX])
{
    int n = 0;
    for (; word_char(*p); p++) {
        if (n == WORD_MAX - 1) fail("a name is too long");
        word[n++] = *p;
    }
    word[n] = 0;
    return p;
}

static const char *spaces(const char *p)
{
    while (isspace((unsigned char)*p)) p++;
    return p;
}

#endif
