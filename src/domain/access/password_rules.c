/* Which passwords are good enough. Length does most of it (NIST SP 800-63B); what is left is to
 * refuse the long ones that are tried first all the same. Those are not random: they are a few
 * words that everybody thinks of, rows of the keyboard, years and repetitions, put together. So
 * instead of a list of a million passwords there is one of what they are made of. */
#include "base/arena.h"
#include "domain/access/passwords.h"

enum { PIECES_MAX = 8, COMMON_LONGEST = 64, DISTINCT_MIN = 5, PIECE_MIN = 4 };

static const char *const words[] = {
    "password",    "passwort", "passwd",   "pass",        "parola",    "motdepasse", "contrasena",
    "secret",      "geheim",   "login",    "logmein",     "letmein",   "welcome",    "willkommen",
    "bienvenue",   "admin",    "root",     "user",        "guest",     "test",       "testing",
    "temp",        "demo",     "default",  "change",      "changeme",  "standard",   "me",
    "please",      "my",       "the",      "is",          "this",      "it",         "in",
    "let",         "us",       "new",      "old",         "master",    "access",     "computer",
    "internet",    "service",  "server",   "company",     "office",    "account",    "accounts",
    "payable",     "payables", "invoice",  "invoices",    "rechnung",  "payment",    "finance",
    "buchhaltung", "billing",  "portal",   "quittance",   "money",     "bank",       "cash",
    "iloveyou",    "ilove",    "love",     "lovely",      "you",       "forever",    "baby",
    "angel",       "princess", "sunshine", "flower",      "blossom",   "summer",     "winter",
    "spring",      "autumn",   "sommer",   "herbst",      "januar",    "january",    "february",
    "march",       "april",    "june",     "july",        "august",    "september",  "october",
    "november",    "december", "monday",   "tuesday",     "wednesday", "thursday",   "friday",
    "saturday",    "sunday",   "dragon",   "monkey",      "tiger",     "lion",       "eagle",
    "shadow",      "killer",   "ninja",    "batman",      "superman",  "spiderman",  "starwars",
    "pokemon",     "matrix",   "trustno",  "football",    "fussball",  "soccer",     "baseball",
    "basketball",  "hockey",   "golf",     "liverpool",   "chelsea",   "arsenal",    "barcelona",
    "bayern",      "schalke",  "mustang",  "ferrari",     "porsche",   "mercedes",   "harley",
    "yamaha",      "honda",    "toyota",   "michael",     "jennifer",  "jordan",     "thomas",
    "daniel",      "andrew",   "joshua",   "ashley",      "jessica",   "nicole",     "charlie",
    "robert",      "maggie",   "buster",   "pepper",      "ginger",    "cookie",     "chocolate",
    "cheese",      "banana",   "orange",   "purple",      "yellow",    "silver",     "golden",
    "diamond",     "crystal",  "freedom",  "whatever",    "nothing",   "hello",      "hallo",
    "bonjour",     "goodbye",  "thank",    "thanks",      "google",    "facebook",   "microsoft",
    "windows",     "samsung",  "apple",    "iphone",      "london",    "berlin",     "hamburg",
    "paris",       "america",  "england",  "deutschland", "germany",   "europe",     "qwerty",
    "qwertz",      "azerty",   "asdf",     "yxcv",        "zxcv",      "abc",        "abcd",
    "xyz",         "aaa",      "hunter",   "correct",     "horse",     "battery",    "staple",
    "and",         "for",      "of",       "so",          "super",     "big",        "top",
};

/* Rows of the keyboard, columns of it, and the alphabet: pieces of three and more, either way. */
static const char *const rows[] = {
    "qwertzuiop",
    "qwertyuiop",
    "azertyuiop",
    "asdfghjkl",
    "yxcvbnm",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "abcdefghijklmnopqrstuvwxyz",
};

struct pieces {
    str at[PIECES_MAX]; /* of the person: the parts of the address and the name */
    int count;
};

static bool ascii_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What a letter is written as by those who think that nobody will think of it. */
static bool reads_as(char typed, char letter)
{
    if (typed >= 'A' && typed <= 'Z') typed = (char)(typed - 'A' + 'a');
    if (letter >= 'A' && letter <= 'Z') letter = (char)(letter - 'A' + 'a');
    if (typed == letter) return true;
    switch (letter) {
    case 'a': return typed == '4' || typed == '@';
    case 'b': return typed == '8';
    case 'e': return typed == '3';
    case 'g': return typed == '9';
    case 'i': return typed == '1' || typed == '!' || typed == '|';
    case 'l': return typed == '1' || typed == '|';
    case 'o': return typed == '0';
    case 's': return typed == '5' || typed == '$';
    case 't': return typed == '7' || typed == '+';
    case 'z': return typed == '2';
    default: return false;
    }
}

static bool begins_with(str s, str word)
{
    if (s.len < word.len) return false;
    for (ptrdiff_t i = 0; i < word.len; i++)
        if (!reads_as(s.at[i], word.at[i])) return false;
    return true;
}

/* How far `s` runs along the row from its k-th key, in steps of one either way. */
static ptrdiff_t runs_along(str s, str row, ptrdiff_t k, ptrdiff_t step)
{
    ptrdiff_t n = 0;
    for (; n < s.len && k >= 0 && k < row.len && reads_as(s.at[n], row.at[k]); n++) k += step;
    return n;
}

static void mark_rows(str rest, bool *reached)
{
    for (ptrdiff_t r = 0; r < COUNT(rows); r++) {
        str row = str_of(rows[r]);
        for (ptrdiff_t k = 0; k < row.len; k++)
            for (ptrdiff_t step = -1; step <= 1; step += 2)
                for (ptrdiff_t n = runs_along(rest, row, k, step); n >= 3; n--) reached[n] = true;
    }
}

/* From one place of the password: marks all places that one more common piece leads to. */
static void mark_from(str rest, const struct pieces *own, bool *reached)
{
    for (ptrdiff_t w = 0; w < COUNT(words); w++)
        if (begins_with(rest, str_of(words[w]))) reached[str_of(words[w]).len] = true;
    for (int p = 0; p < own->count; p++)
        if (begins_with(rest, own->at[p])) reached[own->at[p].len] = true;
    mark_rows(rest, reached);
    if (!ascii_letter(rest.at[0]) && (unsigned char)rest.at[0] < 128) reached[1] = true;
    ptrdiff_t same = 1;
    while (same < rest.len && reads_as(rest.at[same], rest.at[0])) same++;
    if (same >= 3) reached[same] = true;
}

static bool made_of(str password, const struct pieces *own)
{
    bool reached[COMMON_LONGEST + 1] = {true};
    if (password.len > COMMON_LONGEST) return false;
    for (ptrdiff_t i = 0; i < password.len; i++)
        if (reached[i]) mark_from(str_from(password, i), own, reached + i);
    return reached[password.len];
}

static int distinct(str s)
{
    bool seen[256] = {false};
    int count = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (!seen[c]) count++;
        seen[c] = true;
    }
    return count;
}

bool password_is_common(struct arena *mem, str password)
{
    (void)mem;
    static const struct pieces none = {.count = 0};
    return distinct(password) < DISTINCT_MIN || made_of(password, &none);
}

static void pieces_add(struct pieces *own, str text)
{
    ptrdiff_t from = 0;
    for (ptrdiff_t i = 0; i <= text.len; i++) {
        if (i < text.len && (ascii_letter(text.at[i]) || (unsigned char)text.at[i] >= 128))
            continue;
        str piece = {text.at + from, i - from};
        if (piece.len >= PIECE_MIN && own->count < PIECES_MAX) own->at[own->count++] = piece;
        from = i + 1;
    }
}

static ptrdiff_t characters(str s)
{
    ptrdiff_t n = 0;
    for (ptrdiff_t i = 0; i < s.len; i++) n += ((unsigned char)s.at[i] & 0xC0) != 0x80;
    return n;
}

bool password_check(struct op *op, str password, str email, str name)
{
    struct pieces own = {.count = 0};
    pieces_add(&own, email);
    pieces_add(&own, name);
    if (characters(password) < PASSWORD_CHARS_MIN)
        return op_fail(op, ERR_INVALID, "password", "Please use 12 characters or more.");
    if (password.len > PASSWORD_BYTES_MAX)
        return op_fail(op, ERR_INVALID, "password", "This password is too long.");
    if (password_is_common(op->mem, password) || made_of(password, &own))
        return op_fail(op, ERR_INVALID, "password",
                       "This is one of the passwords that are tried first. Three or four words "
                       "that have nothing to do with each other are better.");
    return true;
}
