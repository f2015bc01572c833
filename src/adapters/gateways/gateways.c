#include "adapters/gateways/gateways.h"

#include "adapters/gateways/test_gateway.h"
#include "adapters/net/credentials.h"
#include "adapters/net/http_client.h"

static const struct {
    const struct gateway *gateway;
    const struct gateway_account *(*account)(struct arena *mem, str address,
                                             const struct credentials *credentials,
                                             int deadline_ms);
} known[] = {
    {&gateway_test, gateway_test_account},
};

bool gateways_open(struct op *op, const struct gateway_setting *setting, struct gateway_setup *out)
{
    *out = (struct gateway_setup){0};
    if (setting->gateway.len == 0) return true;

    struct str_pair parts = str_cut(setting->gateway, ':');
    for (ptrdiff_t i = 0; i < COUNT(known); i++) {
        if (!str_eq(parts.head, str_of(known[i].gateway->name))) continue;
        str address = parts.tail;
        if (str_ends(address, S("/"))) address.len--;
        if (!str_eq(http_origin(address), address) || address.len == 0)
            return op_fail(op, ERR_INVALID, NULL,
                           "QUITTANCE_GATEWAY needs an address such as %s:http://127.0.0.1:8090, "
                           "not %.*s",
                           known[i].gateway->name, STR(setting->gateway));
        if (!setting->key_file)
            return op_fail(op, ERR_INVALID, NULL,
                           "The gateway %s needs a key file: set QUITTANCE_GATEWAY_KEYFILE.",
                           known[i].gateway->name);
        struct credentials credentials;
        if (!credentials_read(op, setting->key_file, &credentials)) return false;
        out->gateway = known[i].gateway;
        out->account = known[i].account(op->mem, address, &credentials, setting->deadline_ms);
        return true;
    }
    return op_fail(op, ERR_INVALID, NULL,
                   "There is no gateway named %.*s. QUITTANCE_GATEWAY can be: test",
                   STR(parts.head));
}
