#include "adapters/tables/input.h"

#include "base/arena.h"
#include "base/crypto.h"
#include "base/lang.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
    enum table_encoding encoding;
    const char *name, *iconv, *bom;
} encodings[] = {
    {ENCODING_UTF8, "utf-8", NULL, "\xef\xbb\xbf"},
    {ENCODING_UTF16LE, "utf-16le", "UTF-16LE", "\xff\xfe"},
    {ENCODING_UTF16BE, "utf-16be", "UTF-16BE", "\xfe\xff"},
    {ENCODING_WINDOWS_1252, "windows-1252", "WINDOWS-1252", NULL},
};

const char *table_encoding_name(enum table_encoding encoding)
{
    return encodings[encoding - ENCODING_UTF8].name;
}

bool table_encoding_from(str name, enum table_encoding *out)
{
    for (ptrdiff_t i = 0; i < COUNT(encodings); i++) {
        if (!str_eq_nocase(name, str_of(encodings[i].name))) continue;
        *out = encodings[i].encoding;
        return true;
    }
    return false;
}

static void close_input(void *arg)
{
    struct input *in = arg;
    close(in->fd);
    if (in->decoder != (iconv_t)-1) iconv_close(in->decoder);
}

static bool read_failed(struct op *op, const struct input *in)
{
    return op_fail(op, ERR_INVALID, "file", "The file %s cannot be read: %s.", in->path,
                   strerror(errno));
}

/* The length of a character that the end of the buffer cuts off, or 0. */
static ptrdiff_t cut_off(str s)
{
    for (ptrdiff_t back = 1; back <= 3 && back <= s.len; back++) {
        unsigned char c = (unsigned char)s.at[s.len - back];
        if ((c & 0xC0) == 0x80) continue;
        ptrdiff_t want = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
        return want > back ? back : 0;
    }
    return 0;
}

static bool is_text(str s)
{
    return str_utf8(s) && !(s.len > 0 && memchr(s.at, 0, (size_t)s.len));
}

/* Counts the lines up to the first that is not text; true: there is one. */
static bool find_bad_line(str s, int64_t *line)
{
    bool bad = !is_text(s);
    for (;;) {
        struct str_pair cut = str_cut(s, '\n');
        if (bad && !is_text(cut.head)) return true;
        if (!cut.found) return false;
        ++*line, s = cut.tail;
    }
}

struct examined {
    int64_t bad_line; /* the first that is not UTF-8; 0: all are */
    bool ascii, nul;  /* a NUL: UTF-16 without its mark, or no text at all */
};

static bool examine(struct op *op, struct input *in, struct examined *out)
{
    ptrdiff_t left = 0;
    int64_t line = 1;
    *out = (struct examined){.ascii = true};
    for (;;) {
        ssize_t got = read(in->fd, in->text + left, INPUT_BYTES);
        if (got < 0) return read_failed(op, in);
        if (got == 0) break;
        str all = {in->text, left + got};
        left = cut_off(all);
        str whole = str_head(all, all.len - left);
        for (ptrdiff_t i = 0; i < whole.len; i++) {
            if (whole.at[i] & 0x80) out->ascii = false;
            if (whole.at[i] == 0) out->nul = true;
        }
        if (find_bad_line(whole, &line)) {
            out->bad_line = line;
            return true;
        }
        memmove(in->text, all.at + all.len - left, (size_t)left);
    }
    if (left > 0) out->bad_line = line;
    return true;
}

static bool find_encoding(struct op *op, struct input *in)
{
    const struct lang *lang = op_lang(op);
    struct examined is;
    if (!examine(op, in, &is)) return false;
    if (is.nul)
        return op_fail(op, ERR_INVALID, "file",
                       "Line %lld holds a zero byte, so this is no text file. If it is UTF-16, say "
                       "so.",
                       (long long)is.bad_line);
    in->encoding = is.bad_line == 0 ? ENCODING_UTF8 : ENCODING_WINDOWS_1252;
    in->found = (struct finding){
        .sure = is.bad_line == 0 ? SURE_CERTAIN : SURE_LIKELY,
        .line = is.bad_line,
        .evidence = is.bad_line > 0 ? str_of(say(lang, "not UTF-8"))
                    : is.ascii      ? str_of(say(lang, "only ASCII"))
                                    : str_of(say(lang, "valid UTF-8 throughout")),
    };
    return true;
}

/* Refuses what people send where a CSV file is meant. */
static bool may_be_text(struct op *op, str head)
{
    if (str_starts(head, S("PK\x03\x04")) || str_starts(head, S("\xd0\xcf\x11\xe0")))
        return op_fail(op, ERR_INVALID, "file",
                       "This is a file of a spreadsheet, not a CSV file. Save the sheet as CSV and "
                       "take that.");
    if (str_starts(head, S("%PDF")))
        return op_fail(op, ERR_INVALID, "file", "This is a PDF, not a CSV file.");
    return true;
}

/* A byte order mark says what the file is, whatever the options say it was. */
static bool read_mark(struct op *op, struct input *in)
{
    char head[4];
    ssize_t got = pread(in->fd, head, sizeof head, 0);
    if (got < 0) return read_failed(op, in);
    if (!may_be_text(op, (str){head, got})) return false;
    for (ptrdiff_t i = 0; i < COUNT(encodings); i++) {
        str mark = str_of(encodings[i].bom);
        if (mark.len == 0 || !str_starts((str){head, got}, mark)) continue;
        in->encoding = encodings[i].encoding;
        in->bom = true, in->bom_bytes = mark.len;
        in->found = (struct finding){.sure = SURE_CERTAIN,
                                     .line = 1,
                                     .evidence = str_of(say(op_lang(op), "a byte order mark"))};
    }
    return true;
}

bool input_open(struct op *op, const char *path, enum table_encoding encoding, struct input **out)
{
    struct input *in = arena_new(op->mem, struct input);
    struct stat about;
    in->path = str_z(op->mem, str_of(path));
    in->decoder = (iconv_t)-1;
    in->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0)
        return op_fail(op, ERR_INVALID, "file", "The file %s cannot be opened: %s.", path,
                       strerror(errno));
    arena_defer(op->mem, close_input, in);
    if (fstat(in->fd, &about) != 0 || !S_ISREG(about.st_mode))
        return op_fail(op, ERR_INVALID, "file", "%s is not a file.", path);
    in->size = about.st_size;
    if (in->size > TABLE_BYTES_MAX)
        return op_fail(op, ERR_INVALID, "file", "The file %s is larger than %lld GiB: split it.",
                       path, (long long)(TABLE_BYTES_MAX >> 30));

    if (!read_mark(op, in)) return false;
    if (!in->bom && encoding) {
        in->encoding = encoding;
        in->found = (struct finding){.sure = SURE_CERTAIN,
                                     .evidence = str_of(say(op_lang(op), "as you said"))};
    } else if (!in->bom && !find_encoding(op, in)) {
        return false;
    }
    const char *name = encodings[in->encoding - ENCODING_UTF8].iconv;
    if (name) in->decoder = iconv_open("UTF-8", name);
    if (name && in->decoder == (iconv_t)-1)
        return op_broken(op, ERR_INTERNAL, "iconv does not know %s", name);
    *out = in;
    return input_rewind(op, in);
}

bool input_rewind(struct op *op, struct input *in)
{
    if (lseek(in->fd, in->bom_bytes, SEEK_SET) < 0) return read_failed(op, in);
    if (in->decoder != (iconv_t)-1) iconv(in->decoder, NULL, NULL, NULL, NULL);
    in->bytes_read = in->bom_bytes;
    in->raw_len = in->from = in->to = 0;
    in->ended = false;
    return true;
}

bool input_decodes(const struct input *in)
{
    return in->decoder != (iconv_t)-1;
}

/* Decodes what is in `raw`; bytes that mean nothing become U+FFFD, which no cell may hold. */
static void decode(struct input *in)
{
    char *from = in->raw, *to = in->text + in->to;
    size_t left = (size_t)in->raw_len, room = sizeof in->text - (size_t)in->to;
    while (left > 0 && iconv(in->decoder, &from, &left, &to, &room) == (size_t)-1) {
        if (errno == E2BIG || (errno == EINVAL && !in->ended)) break;
        if (room < 3) break;
        memcpy(to, "\xef\xbf\xbd", 3);
        size_t skip = in->encoding == ENCODING_WINDOWS_1252 || left < 2 ? 1 : 2;
        to += 3, room -= 3, from += skip, left -= skip;
    }
    in->to = to - in->text;
    memmove(in->raw, from, left);
    in->raw_len = (ptrdiff_t)left;
}

static bool fill(struct op *op, struct input *in)
{
    bool decoded = input_decodes(in);
    memmove(in->text, in->text + in->from, (size_t)(in->to - in->from));
    in->to -= in->from, in->from = 0;
    char *to = decoded ? in->raw + in->raw_len : in->text + in->to;
    ptrdiff_t room = decoded ? INPUT_BYTES - in->raw_len : INPUT_BYTES;
    if (room > (ptrdiff_t)sizeof in->text - in->to) room = (ptrdiff_t)sizeof in->text - in->to;
    ssize_t got = read(in->fd, to, (size_t)room);
    if (got < 0) return read_failed(op, in);
    in->bytes_read += got;
    in->ended = got == 0;
    if (decoded)
        in->raw_len += got, decode(in);
    else
        in->to += got;
    return true;
}

/* The bytes up to and with the end of the first line; 0: there is none yet. */
static ptrdiff_t line_length(str s, bool ended)
{
    const char *lf = s.len > 0 ? memchr(s.at, '\n', (size_t)s.len) : NULL;
    ptrdiff_t len = lf ? lf - s.at + 1 : s.len;
    const char *cr = len > 0 ? memchr(s.at, '\r', (size_t)len) : NULL;
    if (!cr) return lf ? len : 0;
    ptrdiff_t at = cr - s.at;
    if (at + 1 == s.len) return ended ? s.len : 0; /* its line feed may follow */
    return s.at[at + 1] == '\n' ? at + 2 : at + 1;
}

bool input_next(struct op *op, struct input *in, str *out)
{
    for (;;) {
        str rest = {in->text + in->from, in->to - in->from};
        ptrdiff_t len = line_length(rest, in->ended);
        bool full = rest.len >= INPUT_BYTES;
        if (len > 0 || in->ended || full) {
            /* A lone carriage return at the end stays for the next time. */
            if (len == 0)
                len = !in->ended && rest.at[rest.len - 1] == '\r' ? rest.len - 1 : rest.len;
            *out = str_head(rest, len);
            in->from += len;
            return true;
        }
        if (!fill(op, in)) return false;
    }
}

/* Each piece is hashed together with the hash of all before it. */
bool input_fingerprint(struct op *op, const struct input *in, str *out)
{
    enum { HASH_DIGITS = 64, PIECE = 1 << 20 };
    char *buffer = arena_array(op->mem, char, HASH_DIGITS + PIECE);
    char *hash = arena_array(op->mem, char, HASH_DIGITS);
    for (int64_t at = 0;;) {
        ssize_t got = pread(in->fd, buffer + HASH_DIGITS, PIECE, at);
        if (got < 0) return read_failed(op, in);
        if (got == 0) break;
        struct arena_mark mark = arena_mark(op->mem);
        memcpy(buffer, hash, HASH_DIGITS);
        memcpy(hash, crypto_digest(op->mem, (str){buffer, HASH_DIGITS + got}).at, HASH_DIGITS);
        arena_rewind(op->mem, mark);
        at += got;
    }
    *out = (str){hash, HASH_DIGITS};
    return true;
}
