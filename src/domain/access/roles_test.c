#include "domain/access/roles.h"
#include "test.h"

/* As an auditor would want to read it. '+' has it, '.' has it not. */
static const struct {
    enum role role;
    const char *name, *may;
} matrix[] = {
    /*                                     anyone
     *                                     | signed in
     *                                     | | see the account
     *                                     | | | pay
     *                                     | | | | dispute
     *                                     | | | | | manage people
     *                                     | | | | | | see the console
     *                                     | | | | | | | work
     *                                     | | | | | | | | manage
     *                                     | | | | | | | | | administer */
    {ROLE_NONE, "none", /*              */ "+ . . . . . . . . ."},
    {ROLE_VIEWER, "viewer", /*          */ "+ + + . . . . . . ."},
    {ROLE_PAYER, "payer", /*            */ "+ + + + + . . . . ."},
    {ROLE_CUSTOMER_ADMIN, "admin", /*   */ "+ + + + + + . . . ."},
    {ROLE_AUDITOR, "auditor", /*        */ "+ + . . . . + . . ."},
    {ROLE_CLERK, "clerk", /*            */ "+ + . . . . + + . ."},
    {ROLE_MANAGER, "manager", /*        */ "+ + . . . . + + + ."},
    {ROLE_ADMINISTRATOR, "administrator", "+ + . . . . + + + +"},
};

SENTENCE(each_role_may_what_the_matrix_says)
{
    (void)mem;
    for (ptrdiff_t i = 0; i < COUNT(matrix); i++) {
        char got[2 * MAY_ADMINISTER] = {0};
        for (enum may may = MAY_ANYONE; may <= MAY_ADMINISTER; may++) {
            got[2 * (may - 1)] = role_may(matrix[i].role, may) ? '+' : '.';
            if (may < MAY_ADMINISTER) got[2 * (may - 1) + 1] = ' ';
        }
        print_message("  %-15s %s\n", role_name(matrix[i].role), got);
        CHECK(strcmp(got, matrix[i].may) == 0, "%s may %s", matrix[i].name, got);
    }
}

SENTENCE(a_role_is_read_back_from_its_name)
{
    (void)mem;
    for (ptrdiff_t i = 0; i < COUNT(matrix); i++) {
        CHECK(strcmp(role_name(matrix[i].role), matrix[i].name) == 0, "%s", matrix[i].name);
        enum role role = ROLE_NONE;
        bool read = role_from(matrix[i].name, &role);
        CHECK(read == (matrix[i].role != ROLE_NONE) && role == matrix[i].role, "%s",
              matrix[i].name);
    }
    enum role role = ROLE_NONE;
    CHECK(!role_from("Admin", &role) && !role_from("", &role), "a word that is no role");
}

SENTENCE(staff_and_customers_share_nothing_but_being_signed_in)
{
    (void)mem;
    for (enum role a = ROLE_VIEWER; a <= ROLE_CUSTOMER_ADMIN; a++)
        for (enum role b = ROLE_AUDITOR; b <= ROLE_ADMINISTRATOR; b++)
            for (enum may may = MAY_SEE_ACCOUNT; may <= MAY_ADMINISTER; may++)
                CHECK(!(role_may(a, may) && role_may(b, may)), "%s and %s", role_name(a),
                      role_name(b));
}

TESTS(TEST(each_role_may_what_the_matrix_says), TEST(a_role_is_read_back_from_its_name),
      TEST(staff_and_customers_share_nothing_but_being_signed_in))
