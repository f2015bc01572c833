#include "domain/access/people.h"

#include "base/arena.h"
#include "domain/access/people_sql.h"
#include "domain/access/sessions.h"
#include "domain/access/sign_in.h"
#include "domain/audit/audit.h"

enum { EMAIL_MAX = 254, NAME_MAX_CHARS = 100 };

static enum role role_of(struct arena *mem, str name)
{
    enum role role = ROLE_NONE;
    return name.len && role_from(str_z(mem, name), &role) ? role : ROLE_NONE;
}

/* For the audit trail: role names are words of ours and need no escaping. */
static str role_json(struct arena *mem, enum role role)
{
    return str_printf(mem, "{\"role\":\"%s\"}", role_name(role));
}

/* --- addresses -------------------------------------------------------------------------------- */

/* Letters, digits and the signs that really occur before the @ (the "atom" of RFC 5322). */
static bool local_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c && str_find(S(".!#$%&'*+/=?^_`{|}~-"), (str){&c, 1}) >= 0);
}

static bool domain_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

static bool dots_are_inside(str s)
{
    return !str_starts(s, S(".")) && !str_ends(s, S(".")) && str_find(s, S("..")) < 0;
}

bool person_email(struct arena *mem, str typed, str *out)
{
    str email = str_lower(mem, str_trim(typed));
    struct str_pair at = str_cut(email, '@');
    if (!at.found || email.len > EMAIL_MAX || at.head.len == 0 || at.head.len > 64) return false;
    for (ptrdiff_t i = 0; i < at.head.len; i++)
        if (!local_char(at.head.at[i])) return false;
    for (ptrdiff_t i = 0; i < at.tail.len; i++)
        if (!domain_char(at.tail.at[i])) return false;
    if (!dots_are_inside(at.head) || !dots_are_inside(at.tail)) return false;
    if (str_find(at.tail, S(".")) < 0 || str_starts(at.tail, S("-"))) return false;
    *out = email;
    return true;
}

/* --- people ----------------------------------------------------------------------------------- */

bool person_get(struct op *op, int64_t id, struct person *out)
{
    struct person_by_id_row row;
    bool found = false;
    *out = (struct person){0};
    if (!sql_person_by_id(op, (struct person_by_id_args){.id = id}, &row, &found)) return false;
    if (!found) return op_fail(op, ERR_MISSING, NULL, "There is no such person.");
    *out = (struct person){
        .id = row.id,
        .email = row.email,
        .name = row.name,
        .language = row.language,
        .theme = row.theme,
        .helpers = row.helpers,
        .staff_role = role_of(op->mem, row.staff_role),
        .has_password = row.has_password,
        .blocked = row.blocked,
        .signed_in_at = row.signed_in_at,
        .came_before_at = row.came_before_at,
    };
    return true;
}

bool person_find(struct op *op, str email, struct person *out)
{
    struct person_id_by_email_row row;
    bool found = false;
    *out = (struct person){0};
    struct person_id_by_email_args args = {.email = email};
    if (!sql_person_id_by_email(op, args, &row, &found)) return false;
    return !found || person_get(op, row.id, out);
}

bool person_prefer(struct op *op, int64_t person, const struct preferences *in)
{
    str name = str_trim(in->name);
    if (name.len == 0) return op_fail(op, ERR_INVALID, "name", "Please enter your name.");
    if (name.len > 4 * NAME_MAX_CHARS)
        return op_fail(op, ERR_INVALID, "name", "This name is too long.");
    struct person_update_args args = {
        .id = person,
        .name = name,
        .language = in->language,
        .theme = in->theme.len ? in->theme : S(""),
        .helpers = in->helpers.len ? in->helpers : S(""),
    };
    return sql_person_update(op, args);
}

bool person_came_in(struct op *op, int64_t person)
{
    struct person_signed_in_args args = {.id = person, .signed_in_at = op->now};
    return sql_person_signed_in(op, args);
}

static bool administrator_remains(struct op *op, int64_t person)
{
    struct administrators_other_than_row others;
    struct administrators_other_than_args args = {.person = person};
    if (!sql_administrators_other_than(op, args, &others)) return false;
    if (others.count > 0) return true;
    return op_fail(op, ERR_INVALID, "role",
                   "This is the last administrator. Make somebody else administrator first.");
}

bool person_block(struct op *op, int64_t person, bool blocked)
{
    struct person was;
    if (!person_get(op, person, &was)) return false;
    if (was.blocked == blocked) return true;
    if (blocked && was.staff_role == ROLE_ADMINISTRATOR && !administrator_remains(op, person))
        return false;
    struct person_update_blocked_args args = {.id = person};
    if (blocked) args.blocked_at = SOME_I64(op->now);
    return sql_person_update_blocked(op, args) && sessions_close_all(op, person, 0, 0) &&
           audit_add(op, blocked ? "person.block" : "person.unblock", "person", person, S(""),
                     S(""));
}

/* --- inviting --------------------------------------------------------------------------------- */

static bool invitation_check(struct op *op, const struct invitation *in, str *email)
{
    if (!person_email(op->mem, in->email, email))
        return op_fail(op, ERR_INVALID, "email",
                       "Please enter an e-mail address, like name@company.example.");
    if (in->role == ROLE_NONE || role_is_staff(in->role) != (in->customer == 0))
        return op_fail(op, ERR_INVALID, "role", "Please choose what this person may do.");
    if (str_trim(in->name).len > 4 * NAME_MAX_CHARS)
        return op_fail(op, ERR_INVALID, "name", "This name is too long.");
    return true;
}

static bool person_make(struct op *op, const struct invitation *in, str email, int64_t *id)
{
    str name = str_trim(in->name);
    const str none = {0};
    struct person_insert_args args = {
        .email = email,
        .name = name.len ? name : str_cut(email, '@').head,
        .language = in->language.len ? in->language : S("en"),
        .staff_role = in->customer ? none : str_of(role_name(in->role)),
        .created_at = op->now,
    };
    struct person_insert_row row;
    if (!sql_person_insert(op, args, &row)) return false;
    *id = row.id;
    return audit_add(op, "person.add", "person", row.id, S(""),
                     in->customer ? S("") : role_json(op->mem, in->role));
}

static bool membership_make(struct op *op, const struct invitation *in, int64_t person)
{
    struct member_insert_args args = {
        .person = person,
        .customer = in->customer,
        .role = str_of(role_name(in->role)),
        .created_at = op->now,
    };
    struct member_insert_list added;
    if (!sql_member_insert(op, args, &added)) return false;
    if (added.count == 0)
        return op_fail(op, ERR_INVALID, "email", "This person is already in the list.");
    return audit_add(op, "membership.add", "membership", added.at[0].id, S(""),
                     role_json(op->mem, in->role));
}

static bool invitation_send(struct op *op, str email, int64_t customer)
{
    struct sign_in_ask ask = {
        .kind = ASK_INVITATION,
        .email = email,
        .customer = customer,
        .inviter = op->actor ? op->actor->name : S(""),
    };
    return sign_in_ask(op, &ask);
}

bool person_invite(struct op *op, const struct invitation *in, int64_t *person)
{
    str email;
    struct person known;
    if (!invitation_check(op, in, &email) || !person_find(op, email, &known)) return false;

    /* A person is on one side only: staff who could pay as a customer would check themselves. */
    if (known.id && (known.staff_role != ROLE_NONE || in->customer == 0))
        return op_fail(op, ERR_INVALID, "email", "This address is in use already.");
    *person = known.id;
    if (!known.id && !person_make(op, in, email, person)) return false;
    if (in->customer && !membership_make(op, in, *person)) return false;
    return in->quiet || invitation_send(op, email, in->customer);
}

/* --- members of a customer -------------------------------------------------------------------- */

static bool members_load(struct op *op, int64_t customer, int64_t id, struct member_list *out)
{
    struct member_rows_list rows;
    struct member_rows_args args = {.customer = customer, .id = id};
    if (!sql_member_rows(op, args, &rows)) return false;
    *out = (struct member_list){arena_array(op->mem, struct member, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct member){
            .id = rows.at[i].id,
            .person = rows.at[i].person,
            .email = rows.at[i].email,
            .name = rows.at[i].name,
            .role = role_of(op->mem, rows.at[i].role),
            .created_at = rows.at[i].created_at,
            .signed_in_at = rows.at[i].signed_in_at,
            .blocked = rows.at[i].blocked,
        };
    return true;
}

bool members_of(struct op *op, int64_t customer, struct member_list *out)
{
    return members_load(op, customer, 0, out);
}

bool member_get(struct op *op, int64_t customer, int64_t id, struct member *out)
{
    struct member_list found = {0};
    if (id <= 0) return op_fail(op, ERR_MISSING, NULL, "There is no such person.");
    if (!members_load(op, customer, id, &found)) return false;
    if (found.count == 0) return op_fail(op, ERR_MISSING, NULL, "There is no such person.");
    *out = found.at[0];
    return true;
}

static bool admin_remains(struct op *op, int64_t customer, const struct member *without)
{
    if (without->role != ROLE_CUSTOMER_ADMIN) return true;
    struct members_at_row others;
    struct members_at_args args = {
        .customer = customer,
        .role = str_of(role_name(ROLE_CUSTOMER_ADMIN)),
        .other_than = without->id,
    };
    if (!sql_members_at(op, args, &others)) return false;
    if (others.count > 0) return true;
    return op_fail(op, ERR_INVALID, "role",
                   "This is your only administrator. Make somebody else administrator first.");
}

bool member_set_role(struct op *op, int64_t customer, int64_t id, enum role role)
{
    struct member was;
    if (role == ROLE_NONE || role_is_staff(role))
        return op_fail(op, ERR_INVALID, "role", "Please choose what this person may do.");
    if (!member_get(op, customer, id, &was)) return false;
    if (was.role == role) return true;
    if (!admin_remains(op, customer, &was)) return false;
    struct member_update_role_args args = {
        .customer = customer,
        .id = id,
        .role = str_of(role_name(role)),
    };
    return sql_member_update_role(op, args) && sessions_close_all(op, was.person, 0, customer) &&
           audit_add(op, "membership.role", "membership", id, role_json(op->mem, was.role),
                     role_json(op->mem, role));
}

bool member_remove(struct op *op, int64_t customer, int64_t id)
{
    struct member was;
    if (!member_get(op, customer, id, &was) || !admin_remains(op, customer, &was)) return false;
    struct member_delete_args args = {.customer = customer, .id = id};
    /* The trail first: while the row stands, it says which customer this is about. */
    return audit_add(op, "membership.remove", "membership", id, role_json(op->mem, was.role),
                     S("")) &&
           sql_member_delete(op, args) && sessions_close_all(op, was.person, 0, customer);
}

bool member_invite_again(struct op *op, int64_t customer, int64_t id)
{
    struct member who;
    return member_get(op, customer, id, &who) && invitation_send(op, who.email, customer) &&
           audit_add(op, "membership.invite", "membership", id, S(""), S(""));
}

/* --- staff, and the seats of a person --------------------------------------------------------- */

bool staff_of_seller(struct op *op, struct staff_list *out)
{
    struct staff_rows_list rows;
    if (!sql_staff_rows(op, &rows)) return false;
    *out = (struct staff_list){arena_array(op->mem, struct person, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        if (!person_get(op, rows.at[i].id, &out->at[i])) return false;
    return true;
}

bool staff_set_role(struct op *op, int64_t person, enum role role)
{
    struct person was;
    if (!role_is_staff(role))
        return op_fail(op, ERR_INVALID, "role", "Please choose what this person may do.");
    if (!person_get(op, person, &was)) return false;
    if (was.staff_role == ROLE_NONE)
        return op_fail(op, ERR_MISSING, NULL, "There is no such person.");
    if (was.staff_role == role) return true;
    if (was.staff_role == ROLE_ADMINISTRATOR && !administrator_remains(op, person)) return false;
    struct person_update_staff_role_args args = {
        .id = person,
        .staff_role = str_of(role_name(role)),
    };
    return sql_person_update_staff_role(op, args) && sessions_close_all(op, person, 0, 0) &&
           audit_add(op, "person.role", "person", person, role_json(op->mem, was.staff_role),
                     role_json(op->mem, role));
}

bool seats_of(struct op *op, int64_t person, struct seat_list *out)
{
    struct seat_rows_list rows;
    if (!sql_seat_rows(op, (struct seat_rows_args){.person = person}, &rows)) return false;
    *out = (struct seat_list){arena_array(op->mem, struct seat, rows.count), rows.count};
    for (ptrdiff_t i = 0; i < rows.count; i++)
        out->at[i] = (struct seat){
            .customer = rows.at[i].customer,
            .name = rows.at[i].name,
            .number = rows.at[i].number,
            .role = role_of(op->mem, rows.at[i].role),
        };
    return true;
}
