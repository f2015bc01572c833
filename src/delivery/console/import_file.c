/* The look before an import: how the file is read, what its columns mean, what its first rows
 * become. Outside transactions, because reading a file takes its time. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/lang.h"
#include "delivery/console/imports.h"
#include "delivery/jobs/import_jobs.h"
#include "domain/audit/audit.h"
#include "domain/company/company.h"
#include "domain/notices/settings.h"
#include "store/outbox.h"

#define HERE "/console/imports"
enum {
    REFRESH_SECONDS = 4,     /* where no script runs */
    AT_ONCE_BYTES = 2 << 20, /* more is run by a job */
    JOB_DELAY_S = 300,       /* of the job that picks up what was begun at once and cut short */
    SETTINGS_MAX = IMPORT_FIELDS * 3 + 20,
};

static const struct {
    enum import_field field;
    bool customers; /* of files of customers, too */
} fields[] = {
    {FIELD_CUSTOMER, true},  {FIELD_NAME, true},        {FIELD_EMAIL, true},
    {FIELD_COUNTRY, true},   {FIELD_PARENT, true},      {FIELD_OWNER, true},
    {FIELD_NUMBER, false},   {FIELD_ISSUED, false},     {FIELD_DUE, false},
    {FIELD_TERMS, true},     {FIELD_AMOUNT, false},     {FIELD_TAX, false},
    {FIELD_CURRENCY, false}, {FIELD_PO, false},         {FIELD_ORDER, false},
    {FIELD_KIND, false},     {FIELD_CORRECTS, false},   {FIELD_SETTLED, false},
    {FIELD_DISPUTED, false}, {FIELD_SKU, false},        {FIELD_DESCRIPTION, false},
    {FIELD_QUANTITY, false}, {FIELD_UNIT_PRICE, false}, {FIELD_DISCOUNT, false},
    {FIELD_REFERENCE, true}, {FIELD_ENTITY, false},
};

struct looking {
    struct request *rq;
    int64_t id;
    struct import_file file;
    struct import_settings settings;
    struct mail_setting mails; /* of the first entity */
    struct entity_list sellers;
    struct frame frame;
};

static struct url file_url(struct request *rq, int64_t id, const char *then)
{
    return url_printf(rq->op.mem, HERE "/files/%.*s%s",
                      STR(id_text(rq->op.mem, rq->app->keys, "upl", id)), then);
}

static bool look_up(struct op *op, void *arg)
{
    struct looking *l = arg;
    return import_file_get(op, l->id, &l->file) &&
           import_settings_from(op, l->file.settings, &l->settings) && entities(op, &l->sellers) &&
           mail_setting_get(op, l->sellers.count > 0 ? l->sellers.at[0].id : 0, &l->mails) &&
           console_frame(l->rq, l->file.name, HERE, &l->frame);
}

static bool looking_at(struct request *rq, struct looking *l)
{
    *l = (struct looking){.rq = rq};
    return request_id(rq, "upl", &l->id) && store_transact(&rq->op, rq->store, TX_READ, look_up, l);
}

/* ---- the view ---- */

static void found_add(struct request *rq, struct import_file_view *v, const char *name, str what,
                      const struct finding *f)
{
    str said_so = what;
    if (f->evidence.len > 0)
        said_so = filled(rq,
                         f->sure == SURE_CERTAIN  ? N_("{1}: {2}")
                         : f->sure == SURE_LIKELY ? N_("{1}, probably: {2}")
                                                  : N_("{1}, a guess: {2}"),
                         what, f->evidence);
    fact_add(rq, &v->found, name, said_so);
}

static void found_of(struct request *rq, const struct import_preview *p, struct import_file_view *v)
{
    char d = p->info->delimiter;
    const char *between = d == ';'    ? N_("semicolons")
                          : d == '\t' ? N_("tabs")
                          : d == '|'  ? N_("bars")
                                      : N_("commas");
    found_add(rq, v, N_("Encoding"), str_of(table_encoding_name(p->info->encoding)),
              &p->info->encoding_found);
    found_add(rq, v, N_("Between cells"), said(rq, between), &p->info->delimiter_found);
    found_add(rq, v, N_("Decimals"),
              said(rq, p->formats.decimal == DECIMAL_COMMA ? N_("comma") : N_("point")),
              &p->formats.decimal_found);
    if (p->formats.order)
        found_add(rq, v, N_("Dates"), str_of(date_order_name(p->formats.order)),
                  &p->formats.order_found);
    fact_add(rq, &v->found, N_("Rows"),
             p->has_lines ? said(rq, "rows with one number are lines of one document")
                          : said(rq, "each row is one document"));
}

static void mapping_of(struct request *rq, const struct looking *l, const struct import_preview *p,
                       struct import_file_view *v)
{
    for (ptrdiff_t i = 0; i < COUNT(fields); i++) {
        if (l->file.kind == IMPORT_CUSTOMERS && !fields[i].customers) continue;
        const struct field_mapping *m = &p->mapping.of[fields[i].field];
        v->rows[v->row_count++] = (struct mapping_row){
            .field = str_of(import_field_name(fields[i].field)),
            .name = said(rq, import_field_label(fields[i].field)),
            .column = m->column,
            .value = m->value,
            .missing = m->missing,
        };
    }
    v->columns = p->info->columns;
    v->column_count = p->info->column_count;
    v->samples = arena_array(rq->op.mem, struct import_sample, p->row_count);
    v->sample_count = p->row_count;
    for (ptrdiff_t i = 0; i < p->row_count; i++) v->samples[i] = p->rows[i];
}

struct choice {
    const char *value, *name;
};

static void ask_choice(struct request *rq, const struct looking *l, struct question_list *list,
                       const char *name, const char *label, const struct choice choices[],
                       ptrdiff_t count)
{
    struct answer *answers = arena_array(rq->op.mem, struct answer, count);
    for (ptrdiff_t i = 0; i < count; i++)
        answers[i] = (struct answer){str_of(choices[i].value), said(rq, choices[i].name)};
    struct question *q = ask(rq, list, ASK_SELECT, name, label, import_setting(&l->settings, name));
    q->answers = answers;
    q->answer_count = count;
}

static void ask_setting(struct request *rq, const struct looking *l, struct question_list *list,
                        enum ask kind, const char *name, const char *label)
{
    ask(rq, list, kind, name, label, import_setting(&l->settings, name));
}

/* What the tick means, with the entity's own number of days. */
static const char *notices_words(struct request *rq, const struct looking *l)
{
    str days = str_printf(rq->op.mem, "%lld", (long long)l->mails.quiet_days);
    return str_z(rq->op.mem,
                 filled(rq,
                        N_("Mail the new documents to the contacts: those that are open and "
                           "at most {1} days old"),
                        days, S("")));
}

static void options_of(struct request *rq, const struct looking *l, struct question_list *list)
{
    static const struct choice decimals[] = {
        {"", N_("As found")}, {"point", N_("1,234.50")}, {"comma", N_("1.234,50")}};
    static const struct choice orders[] = {{"", N_("As found")},
                                           {"ymd", N_("Year, month, day")},
                                           {"dmy", N_("Day, month, year")},
                                           {"mdy", N_("Month, day, year")}};
    static const struct choice rounds[] = {{"", N_("Refuse the row")},
                                           {"half-up", N_("Round half up")},
                                           {"half-even", N_("Round half to even")}};
    struct answer *sellers = arena_array(rq->op.mem, struct answer, l->sellers.count + 1);
    ask_choice(rq, l, list, "decimal", N_("Amounts are written"), decimals, COUNT(decimals));
    ask_choice(rq, l, list, "date_order", N_("Dates are written"), orders, COUNT(orders));
    if (l->file.kind != IMPORT_CUSTOMERS) {
        ask_choice(rq, l, list, "round", N_("Too many decimals for the currency"), rounds,
                   COUNT(rounds));
        ask_setting(rq, l, list, ASK_LINE, "currency", N_("Currency, where none is said"));
        ask_setting(rq, l, list, ASK_LINE, "terms", N_("Payment terms, where none are said"));
        ask_setting(rq, l, list, ASK_LINE, "credit_prefix",
                    N_("Numbers of credit notes begin with"));
        sellers[0] = (struct answer){S(""), said(rq, "The first")};
        for (ptrdiff_t i = 0; i < l->sellers.count; i++)
            sellers[i + 1] = (struct answer){l->sellers.at[i].code, l->sellers.at[i].name};
        struct question *q =
            ask(rq, list, ASK_SELECT, "entity", N_("Billed by, where none is said"),
                import_setting(&l->settings, "entity"));
        q->answers = sellers;
        q->answer_count = l->sellers.count + 1;
        ask_setting(rq, l, list, ASK_TICK, "known_customers",
                    N_("Refuse documents of customers that are not here"));
    }
    if (l->file.kind != IMPORT_CUSTOMERS)
        ask(rq, list, ASK_TICK, "notify", notices_words(rq, l),
            l->settings.count == 0 && l->mails.import_notices
                ? S("1")
                : import_setting(&l->settings, "notify"));
    ask_setting(rq, l, list, ASK_TICK, "keep_others",
                N_("Keep columns without a meaning as custom fields"));
    ask_setting(rq, l, list, ASK_TICK, "all_or_nothing", N_("Keep nothing if a row is refused"));
    ask(rq, list, ASK_LINE, "save_as", N_("Save this mapping as"), S(""));
}

static void problems_of(const struct err *errs, struct import_file_view *v)
{
    for (const struct err *e = errs; e && v->problem_count < COUNT(v->problems); e = e->next)
        v->problems[v->problem_count++] = e->message;
}

/* What stands on the disk, read as the settings say. */
static bool preview(struct request *rq, struct looking *l, struct import_file_view *v)
{
    struct op *op = &rq->op;
    struct import_options options = {.kind = l->file.kind, .file_name = l->file.name};
    struct import_preview p;
    if (!import_file_spool(op, rq->store, l->id, &l->file, &options.path)) return false;
    if (!import_settings_read(op, &l->settings, &options) || !import_preview(op, &options, &p)) {
        if (op->errs->kind != ERR_INVALID) return false;
        problems_of(op->errs, v); /* the person can mend it: another file, another setting */
        op->errs = NULL;
        return true;
    }
    v->readable = true;
    problems_of(p.problems, v);
    found_of(rq, &p, v);
    mapping_of(rq, l, &p, v);
    return true;
}

struct look_form {
    str edit;
};
static const struct input look_inputs[] = {
    {.name = "edit", .type = INPUT_TEXT, .offset = offsetof(struct look_form, edit)},
    {.name = NULL},
};

static struct reply file_show(struct request *rq)
{
    const struct look_form *form = rq->in;
    struct looking l;
    if (!looking_at(rq, &l)) return reply_errors(rq);
    if (str_eq(l.file.state, S("done")) && form->edit.len == 0)
        return see_place(rq, PLACE_IMPORT, l.file.run, "");
    struct import_file_view v = {
        .name = l.file.name,
        .under = filled(rq, N_("Sent by {1}, {2}"), l.file.who, moment(rq, l.file.created)),
        .problem = l.file.problem,
        .action = file_url(rq, l.id, ""),
        .running = str_eq(l.file.state, S("running")),
    };
    if (!v.running && !preview(rq, &l, &v)) return reply_errors(rq);
    options_of(rq, &l, &v.options);
    if (v.running) l.frame.refresh_seconds = REFRESH_SECONDS;
    struct page page = console_begin(rq, &l.frame);
    page_import_file(&page, &v);
    return console_end(rq, &l.frame, &page);
}

/* ---- what the person decided ---- */

struct decide_form {
    str what, currency, terms, entity, round, credit_prefix, decimal, date_order, save_as;
    bool known_customers, keep_others, all_or_nothing, notify;
    struct pair_list map, set, missing;
};
static const char *const what_values[] = {"look", "try", "run", NULL};
static const struct input decide_inputs[] = {
    {.name = "do",
     .type = INPUT_CHOICE,
     .offset = offsetof(struct decide_form, what),
     .choices = what_values},
    {.name = "map", .type = INPUT_PAIRS, .offset = offsetof(struct decide_form, map)},
    {.name = "set", .type = INPUT_PAIRS, .offset = offsetof(struct decide_form, set)},
    {.name = "missing", .type = INPUT_PAIRS, .offset = offsetof(struct decide_form, missing)},
    {.name = "currency", .type = INPUT_TEXT, .offset = offsetof(struct decide_form, currency)},
    {.name = "terms", .type = INPUT_TEXT, .offset = offsetof(struct decide_form, terms)},
    {.name = "entity", .type = INPUT_TEXT, .offset = offsetof(struct decide_form, entity)},
    {.name = "round", .type = INPUT_TEXT, .offset = offsetof(struct decide_form, round)},
    {.name = "credit_prefix",
     .type = INPUT_TEXT,
     .offset = offsetof(struct decide_form, credit_prefix)},
    {.name = "decimal", .type = INPUT_TEXT, .offset = offsetof(struct decide_form, decimal)},
    {.name = "date_order", .type = INPUT_TEXT, .offset = offsetof(struct decide_form, date_order)},
    {.name = "save_as", .type = INPUT_TEXT, .offset = offsetof(struct decide_form, save_as)},
    {.name = "known_customers",
     .type = INPUT_BOOL,
     .offset = offsetof(struct decide_form, known_customers)},
    {.name = "keep_others",
     .type = INPUT_BOOL,
     .offset = offsetof(struct decide_form, keep_others)},
    {.name = "notify", .type = INPUT_BOOL, .offset = offsetof(struct decide_form, notify)},
    {.name = "all_or_nothing",
     .type = INPUT_BOOL,
     .offset = offsetof(struct decide_form, all_or_nothing)},
    {.name = NULL},
};

static void add(struct import_settings *s, str name, str value)
{
    if (s->count < SETTINGS_MAX) s->at[s->count++] = (struct import_setting){name, value};
}

static void add_pairs(struct request *rq, struct import_settings *s, const char *kind,
                      const struct pair_list *pairs)
{
    for (ptrdiff_t i = 0; i < pairs->count; i++)
        add(s, str_printf(rq->op.mem, "%s.%.*s", kind, STR(pairs->at[i].name)), pairs->at[i].value);
}

static str settings_of(struct request *rq)
{
    const struct decide_form *f = rq->in;
    struct arena *mem = rq->op.mem;
    const struct {
        str name, value;
    } texts[] = {
        {S("currency"), f->currency},
        {S("terms"), f->terms},
        {S("entity"), f->entity},
        {S("round"), f->round},
        {S("credit_prefix"), f->credit_prefix},
        {S("decimal"), f->decimal},
        {S("date_order"), f->date_order},
        {S("known_customers"), f->known_customers ? S("1") : S("")},
        {S("keep_others"), f->keep_others ? S("1") : S("")},
        {S("notify"), f->notify ? S("1") : S("")},
        {S("all_or_nothing"), f->all_or_nothing ? S("1") : S("")},
        {S("dry_run"), str_eq(f->what, S("try")) ? S("1") : S("")},
    };
    struct import_settings s = {.at = arena_array(mem, struct import_setting, SETTINGS_MAX)};
    for (ptrdiff_t i = 0; i < COUNT(texts); i++) add(&s, texts[i].name, texts[i].value);
    add_pairs(rq, &s, "map", &f->map);
    add_pairs(rq, &s, "set", &f->set);
    add_pairs(rq, &s, "missing", &f->missing);
    return import_settings_text(mem, &s);
}

struct deciding {
    struct looking *l;
    const struct decide_form *form;
    str settings;
    bool at_once;
};

static bool mapping_keep(struct op *op, const struct deciding *d)
{
    struct import_settings settings;
    struct import_options options = {.kind = d->l->file.kind};
    if (d->form->save_as.len == 0) return true;
    return import_settings_from(op, d->settings, &settings) &&
           import_settings_read(op, &settings, &options) &&
           mapping_save(op, d->form->save_as, options.kind, &options.mapping);
}

static bool decide(struct op *op, void *arg)
{
    const struct deciding *d = arg;
    int64_t id = d->l->id;
    if (!import_file_settle(op, id, d->settings) || !mapping_keep(op, d)) return false;
    if (str_eq(d->form->what, S("look")) || d->form->what.len == 0) return true;
    instant due = op->now + (d->at_once ? JOB_DELAY_S * SECOND_US : 0);
    return import_file_move(op, id, str_z(op->mem, d->l->file.state), "running", 0, S("")) &&
           outbox_add_at(op, "import.run", id, due) &&
           audit_add(op, "import.run", "import_file", id, S(""), S(""));
}

static struct reply file_decide(struct request *rq)
{
    const struct decide_form *form = rq->in;
    struct looking l;
    if (!looking_at(rq, &l)) return reply_errors(rq);
    bool run = str_eq(form->what, S("try")) || str_eq(form->what, S("run"));
    struct deciding d = {.l = &l,
                         .form = form,
                         .settings = settings_of(rq),
                         .at_once = l.file.size <= AT_ONCE_BYTES};
    if (!store_transact(&rq->op, rq->store, TX_WRITE, decide, &d)) return reply_errors(rq);
    if (!run) return reply_see(rq, file_url(rq, l.id, "?edit=1").checked);
    if (d.at_once && !import_file_run(&rq->op, rq->store, l.id)) return reply_errors(rq);
    return reply_see(rq, file_url(rq, l.id, "").checked);
}

const struct route console_import_file_routes[] = {
    {.method = GET,
     .path = HERE "/files/:id",
     .handle = file_show,
     .may = MAY_WORK,
     .talks = true,
     INPUTS(look_inputs, struct look_form),
     .about = "How a file is read, and what its first rows become"},
    {.method = POST,
     .path = HERE "/files/:id",
     .handle = file_decide,
     .may = MAY_WORK,
     .talks = true,
     INPUTS(decide_inputs, struct decide_form),
     .about = "Changes how a file is read; tries or imports it"},
    {.path = NULL},
};
