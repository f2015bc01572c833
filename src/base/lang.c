#include "base/lang.h"

#include "base/arena.h"
#include "base/lang_facts.h"
#include "base/lang_table.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

struct lang {
    const char *tag, *name, *locale; /* locale: ICU's name */
    const struct lang_table *table;  /* NULL: the English of the code */
};

/* A new language is src/lang/xx.po and a row here. */
static const struct lang languages[] = {
    {"en-GB", "English", "en_GB", NULL},
    {"de", "Deutsch", "de", &lang_table_de},
};
static const struct lang *const all[] = {&languages[0], &languages[1], NULL};
_Static_assert(COUNT(all) == COUNT(languages) + 1, "every language is in both tables");

static const struct lang *or_english(const struct lang *lang)
{
    return lang ? lang : &languages[0];
}

const struct lang *const *lang_all(void)
{
    return all;
}

str lang_tag(const struct lang *lang)
{
    return str_of(or_english(lang)->tag);
}

str lang_name(const struct lang *lang)
{
    return str_of(or_english(lang)->name);
}

bool lang_rtl(const struct lang *lang)
{
    return lang_facts_of(lang)->rtl;
}

/* ---- which language -------------------------------------------------------------------------- */

/* "de" of "de-AT", "DE_de" and "de". */
static str primary(str tag)
{
    ptrdiff_t len = 0;
    while (len < tag.len && tag.at[len] != '-' && tag.at[len] != '_') len++;
    return str_head(tag, len);
}

const struct lang *lang_find(str tag)
{
    for (ptrdiff_t i = 0; i < COUNT(languages); i++)
        if (str_eq_nocase(tag, str_of(languages[i].tag))) return &languages[i];
    for (ptrdiff_t i = 0; i < COUNT(languages); i++)
        if (str_eq_nocase(primary(tag), primary(str_of(languages[i].tag)))) return &languages[i];
    return NULL;
}

/* The weight of "de;q=0.8" in thousandths (RFC 9110, 12.4.2); 1000 without one, 0 for rubbish. */
static int weight(str parameter)
{
    parameter = str_trim(parameter);
    if (parameter.len == 0) return 1000;
    if (!str_starts(parameter, S("q=")) && !str_starts(parameter, S("Q="))) return 0;
    struct str_pair number = str_cut(str_from(parameter, 2), '.');
    int64_t whole, part = 0;
    if (!str_to_i64(number.head, &whole) || whole < 0 || whole > 1) return 0;
    if (number.tail.len > 3 || (number.tail.len > 0 && !str_to_i64(number.tail, &part))) return 0;
    for (ptrdiff_t i = number.tail.len; i < 3; i++) part *= 10;
    return whole == 1 ? 1000 : part < 0 ? 0 : (int)part;
}

const struct lang *lang_accepted(str header)
{
    const struct lang *best = &languages[0];
    int best_weight = 0;
    for (struct str_pair item = {.tail = header, .found = true}; item.found;) {
        item = str_cut(item.tail, ',');
        struct str_pair one = str_cut(item.head, ';');
        int its_weight = weight(one.tail);
        const struct lang *lang = lang_find(str_trim(one.head));
        if (lang && its_weight > best_weight) best = lang, best_weight = its_weight;
    }
    return best;
}

/* ---- sentences ------------------------------------------------------------------------------- */

static const struct lang_sentence *sentence(const struct lang *lang, const char *english)
{
    if (!lang || !lang->table) return NULL;
    ptrdiff_t low = 0, high = lang->table->count;
    while (low < high) {
        ptrdiff_t middle = low + (high - low) / 2;
        int order = strcmp(english, lang->table->sentences[middle].english);
        if (order == 0) return &lang->table->sentences[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *say(const struct lang *lang, const char *english)
{
    const struct lang_sentence *found = sentence(lang, english);
    return found ? found->forms[0] : english;
}

const char *say_n(const struct lang *lang, const char *one, const char *many, int64_t n)
{
    const struct lang_sentence *found = sentence(lang, one);
    if (!found) return n == 1 ? one : many;
    int form = lang->table->form_for(n < 0 && n > INT64_MIN ? -n : n);
    if (form < 0 || form >= lang->table->form_count || !found->forms[form]) form = 0;
    return found->forms[form];
}

int say_step(struct text *t, const char **rest)
{
    const char *from = *rest, *p = from;
    while (*p && !(p[0] == '{' && p[1] >= '1' && p[1] <= '9' && p[2] == '}')) p++;
    text_add(t, (str){from, p - from});
    *rest = *p ? p + 3 : p;
    return *p ? p[1] - '0' : 0;
}

str say_filled(struct arena *mem, const char *sentence, str one, str two)
{
    struct text t = {.mem = mem};
    for (int hole; (hole = say_step(&t, &sentence)) > 0;) text_add(&t, hole == 1 ? one : two);
    return text_str(&t);
}

/* ---- facts: learned at first use, then read without a lock ----------------------------------- */

enum { CURRENCY_SLOTS = 512 }; /* a power of two, more than twice the currencies there are */

/* The only state in base/: it grows and never changes. */
static struct {
    pthread_mutex_t lock;
    struct arena *mem;
    _Atomic(const struct lang_facts *) languages[COUNT(languages)];
    _Atomic(const struct currency_facts *) currencies[COUNT(languages)][CURRENCY_SLOTS];
} known = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct arena *learn_begin(void)
{
    pthread_mutex_lock(&known.lock);
    if (!known.mem) known.mem = arena_open((ptrdiff_t)16 << 20);
    return known.mem;
}

static void learn_end(void)
{
    pthread_mutex_unlock(&known.lock);
}

const struct lang_facts *lang_facts_of(const struct lang *lang)
{
    ptrdiff_t i = or_english(lang) - languages;
    const struct lang_facts *facts =
        atomic_load_explicit(&known.languages[i], memory_order_acquire);
    if (facts) return facts;

    struct arena *mem = learn_begin();
    facts = atomic_load_explicit(&known.languages[i], memory_order_relaxed);
    if (!facts) {
        struct lang_facts *made = arena_new(mem, struct lang_facts);
        lang_learn(mem, languages[i].locale, made);
        facts = made;
        atomic_store_explicit(&known.languages[i], facts, memory_order_release);
    }
    learn_end();
    return facts;
}

static const struct currency_facts *currency_known(ptrdiff_t i, currency c, ptrdiff_t *slot)
{
    uint32_t hash = (uint32_t)c.code[0] * 31 * 31 + (uint32_t)c.code[1] * 31 + (uint32_t)c.code[2];
    for (uint32_t probe = 0;; probe++) {
        assert(probe < CURRENCY_SLOTS); /* there are fewer currencies than slots */
        *slot = (hash + probe) % CURRENCY_SLOTS;
        const struct currency_facts *facts =
            atomic_load_explicit(&known.currencies[i][*slot], memory_order_acquire);
        if (!facts || currency_eq(facts->cur, c)) return facts;
    }
}

const struct currency_facts *currency_facts_of(const struct lang *lang, currency c)
{
    ptrdiff_t slot, i = or_english(lang) - languages;
    const struct currency_facts *facts = currency_known(i, c, &slot);
    if (facts) return facts;

    struct arena *mem = learn_begin();
    facts = currency_known(i, c, &slot);
    if (!facts) {
        struct currency_facts *made = arena_new(mem, struct currency_facts);
        currency_learn(mem, languages[i].locale, c, made);
        facts = made;
        atomic_store_explicit(&known.currencies[i][slot], facts, memory_order_release);
    }
    learn_end();
    return facts;
}
