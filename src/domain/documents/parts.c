#include "domain/documents/parts.h"

#include "base/arena.h"
#include "base/text.h"

str part_fill(const struct parts *p, const char *english, str one, str two)
{
    struct text t = {.mem = p->mem};
    const char *rest = say(p->lang, english);
    for (int hole; (hole = say_step(&t, &rest)) > 0;) text_add(&t, hole == 1 ? one : two);
    return text_str(&t);
}

struct paper_fact part_fact(const struct parts *p, const char *name, str value)
{
    return (struct paper_fact){str_of(say(p->lang, name)), value};
}

static void line(struct text *t, str s, const char *glue)
{
    if (s.len == 0) return;
    if (t->len > 0) text_add(t, str_of(glue));
    text_add(t, s);
}

struct paper_party part_seller(const struct parts *p, const struct entity *seller)
{
    struct text contact = {.mem = p->mem};
    line(&contact, seller->contact_name, ", ");
    line(&contact, seller->contact_phone, ", ");
    line(&contact, seller->contact_email, ", ");
    return (struct paper_party){
        .name = seller->legal_name.len > 0 ? seller->legal_name : seller->name,
        .address = seller->address,
        .facts = seller->facts,
        .contact = text_str(&contact),
    };
}

struct paper_party part_customer(const struct parts *p, const struct customer *customer)
{
    (void)p;
    return (struct paper_party){
        .name = customer->name,
        .address = customer->address,
        .facts = customer->tax_id,
        .country = customer->country,
    };
}

str *part_cells(const struct parts *p, ptrdiff_t count)
{
    return arena_array(p->mem, str, count);
}

struct paper_row part_total(const struct parts *p, ptrdiff_t columns, const char *words, str sum)
{
    str *cells = part_cells(p, columns);
    cells[0] = str_of(words);
    cells[columns - 1] = sum;
    return (struct paper_row){.cells = cells, .total = true};
}

void part_table(const struct parts *p, const struct paper_column *columns, ptrdiff_t column_count,
                const struct paper_row *rows, ptrdiff_t row_count, struct paper *out)
{
    struct paper_table *table = arena_new(p->mem, struct paper_table);
    *table = (struct paper_table){
        .columns = columns, .column_count = column_count, .rows = rows, .row_count = row_count};
    out->tables = table;
    out->table_count = 1;
}
