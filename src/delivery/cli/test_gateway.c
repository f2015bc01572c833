/* `quittance test-gateway`: its row. The service itself takes its flags apart: it knows nothing of
 * this program's settings, as a stranger's service would not. */
#include "delivery/cli/serve.h"
#include "delivery/gateway/service.h"

static int test_gateway_run(struct cli *cli)
{
    return test_gateway_main(cli->argc + 1, cli->argv - 1);
}

const struct command test_gateway_command = {
    .name = "test-gateway",
    .about = "serves a card gateway for trying things out",
    .text = "A payment gateway as a service of its own: no money moves. docs/test-gateway.md lists "
            "the cards that are declined, time out, or answer late.",
    .forms = (const struct command_form[]){{"", NULL}, {0}},
    .flags =
        (const struct command_flag[]){
            {"listen", "ADDRESS:PORT", "where it answers; 127.0.0.1:8090 if not said", NULL, false},
            {"database", "URL", "where it keeps its charges; sqlite:gateway.db if not said", NULL,
             false},
            {"merchant-url", "URL", "the portal; http://127.0.0.1:8080 if not said", NULL, false},
            {"key-file", "FILE", "its secrets; made when they are not there", NULL, false},
            {"ready-fd", "NUMBER", "a descriptor to write to when it answers", NULL, false},
            {0},
        },
    .plain = true,
    .run = test_gateway_run,
};
