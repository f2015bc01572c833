#include "adapters/gateways/gateways.h"
#include "adapters/net/credentials.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

SENTENCE(a_gateway_is_set_up_by_name_and_address)
{
    char folder[] = "/tmp/quittance-test-XXXXXX";
    CHECK(mkdtemp(folder), "mkdtemp");
    const char *path = str_printf(mem, "%s/keys", folder).at;
    struct op making = {.mem = mem};
    CHECK(credentials_create(&making, path), "keys");
    const struct {
        const char *setting, *key_file;
        const char *name, *says; /* both NULL: no gateway, and no error */
    } cases[] = {
        {"", NULL, NULL, NULL},
        {"test:http://127.0.0.1:8090", path, "test", NULL},
        {"test:https://pay.example/", path, "test", NULL},
        {"test:127.0.0.1:8090", path, NULL, "an address such as"},
        {"test:http://127.0.0.1:8090/path", path, NULL, "an address such as"},
        {"test:", path, NULL, "an address such as"},
        {"test", path, NULL, "an address such as"},
        {"stripes:https://pay.example", path, NULL, "no gateway named stripes"},
        {"test:http://127.0.0.1:8090", NULL, NULL, "QUITTANCE_GATEWAY_KEYFILE"},
        {"test:http://127.0.0.1:8090", "/nowhere/keys", NULL, "cannot be opened"},
    };
    for (ptrdiff_t i = 0; i < COUNT(cases); i++) {
        struct op op = {.mem = mem};
        struct gateway_setup got;
        struct gateway_setting setting = {str_of(cases[i].setting), cases[i].key_file, 0};
        bool ok = gateways_open(&op, &setting, &got);
        CHECK(ok == !cases[i].says, "%s", cases[i].setting);
        if (!ok)
            CHECK(str_find(op.errs->message, str_of(cases[i].says)) >= 0, "%s: %.*s",
                  cases[i].setting, STR(op.errs->message));
        else if (cases[i].name)
            CHECK(strcmp(got.gateway->name, cases[i].name) == 0 && got.account, "%s",
                  cases[i].setting);
        else
            CHECK(!got.gateway && !got.account, "%s", cases[i].setting);
    }
    unlink(path);
    rmdir(folder);
}

SENTENCE(decline_classes_have_names)
{
    (void)mem;
    for (int d = DECLINE_NONE; d <= DECLINE_HARD; d++) {
        enum decline_class again;
        const char *name = decline_name((enum decline_class)d);
        CHECK(decline_from(str_of(name), &again) && (int)again == d, "%s", name);
    }
    enum decline_class none;
    CHECK(!decline_from(S("sorry"), &none), "sorry");
}

SENTENCE(our_ids_are_plain)
{
    (void)mem;
    CHECK(gateway_id_plain(S("pay_1-a")), "plain");
    CHECK(!gateway_id_plain(S("")), "empty");
    CHECK(!gateway_id_plain(S("a/b")) && !gateway_id_plain(S("a b")), "signs");
    CHECK(!gateway_id_plain(S("0123456789012345678901234567890123456789012345678901234567890123x")),
          "65");
}

TESTS(TEST(a_gateway_is_set_up_by_name_and_address), TEST(decline_classes_have_names),
      TEST(our_ids_are_plain))
