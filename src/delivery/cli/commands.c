/* All commands, in the order in which help shows them. */
#include "delivery/cli/access.h"
#include "delivery/cli/backup.h"
#include "delivery/cli/books.h"
#include "delivery/cli/command.h"
#include "delivery/cli/entity.h"
#include "delivery/cli/export.h"
#include "delivery/cli/help.h"
#include "delivery/cli/import.h"
#include "delivery/cli/serve.h"

const struct command *const commands[] = {
    &serve_command,
    &work_command,
    &demo_command,
    &entity_command,
    &user_command,
    &key_command,
    &import_command,
    &export_command,
    &verify_command,
    &checkpoint_command,
    &backup_command,
    &restore_command,
    &migrate_command,
    &help_command,
    &version_command,
    &test_gateway_command,
    NULL,
};
