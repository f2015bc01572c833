/* Choices: a statement that stands for several, one per choice, or pair or triple of choices.
 *
 *     --   {turn} {than}
 *     --     up: asc | >
 *     --     down: desc | <
 *     select ... where id {than} :id order by id {turn};
 *
 * Each is a text of its own for the database, so that each finds its own index; to the reader, and
 * in C, they are one. */
#ifndef TOOLS_CHOICES_H
#define TOOLS_CHOICES_H

#include "words.h"

enum { GROUPS_MAX = 3, WORDS_MAX = 6, CHOICES_MAX = 24, CHOICE_MAX = 256 };

/* Of one choice is made: each word in braces stands for a text. */
struct group {
    char words[WORDS_MAX][WORD_MAX], names[CHOICES_MAX][WORD_MAX];
    char texts[CHOICES_MAX][WORDS_MAX][CHOICE_MAX];
    int n_words, n_choices;
};

struct choices {
    struct group groups[GROUPS_MAX];
    int count;
};

/* "{turn} {than}" begins a group; "up: asc | >" is a choice of it. */
static bool choices_read(struct choices *c, const char *p, int indent)
{
    if (*p == '{') {
        if (c->count == GROUPS_MAX) fail("more than %d groups", GROUPS_MAX);
        struct group *group = &c->groups[c->count++];
        for (; *p; p = spaces(p + 1)) {
            if (group->n_words == WORDS_MAX) fail("more than %d words", WORDS_MAX);
            if (*p == '{') p = word_read(p + 1, group->words[group->n_words++]);
            if (*p != '}') fail("expected {word} at `%s`", p);
        }
        return true;
    }
    if (c->count == 0 || indent < 4) return false;
    struct group *group = &c->groups[c->count - 1];
    int i = group->n_choices++, w = 0;
    if (i == CHOICES_MAX) fail("more than %d choices", CHOICES_MAX);
    p = word_read(p, group->names[i]);
    if (*p++ != ':') fail("expected `name: text` in {%s}", group->words[0]);
    for (const char *end = p; end; p = end + 1, w++) {
        if (w == group->n_words) fail("%s: too many texts", group->names[i]);
        p = spaces(p);
        end = strchr(p, '|');
        int len = end ? (int)(end - p) : (int)strlen(p);
        while (len > 0 && p[len - 1] == ' ') len--;
        if (len >= CHOICE_MAX) fail("%s: this is too long", group->names[i]);
        snprintf(group->texts[i][w], CHOICE_MAX, "%.*s", len, p);
        if (!end) break;
    }
    if (w + 1 != group->n_words) fail("%s: too few texts", group->names[i]);
    return true;
}

/* The text with what was chosen of each group. A statement without choices keeps its braces. */
static void chosen_text(const struct choices *c, const int chosen[], const struct text *from,
                        struct text *to)
{
    *to = (struct text){.line = from->line};
    for (const char *p = from->at; *p; p++) {
        char one[2] = {*p}, word[WORD_MAX];
        const char *end = *p == '{' && c->count > 0 ? word_read(p + 1, word) : p, *text = NULL;
        if (end > p && *end != '}') fail("expected {word}");
        for (int g = 0; end > p && g < c->count; g++)
            for (int w = 0; w < c->groups[g].n_words; w++)
                if (strcmp(c->groups[g].words[w], word) == 0)
                    text = c->groups[g].texts[chosen[g]][w];
        if (end > p && !text) fail("{%s} is no choice", word);
        append(to->at, text ? text : one);
        p = end;
    }
}

/* The next choice of all; false after the last. The last group changes first. */
static bool choose_next(const struct choices *c, int chosen[])
{
    for (int g = c->count; g-- > 0;) {
        if (++chosen[g] < c->groups[g].n_choices) return true;
        chosen[g] = 0;
    }
    return false;
}

/* "item_page_due_one_up", into `name`, which begins with the statement's own. */
static void chosen_name(const struct choices *c, const int chosen[], char name[LINE_MAX_])
{
    for (int g = 0; g < c->count; g++) {
        size_t len = strlen(name);
        snprintf(name + len, LINE_MAX_ - len, "_%s", c->groups[g].names[chosen[g]]);
    }
}

#endif
