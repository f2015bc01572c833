#include "adapters/mail/mailers.h"

bool mailer_open(struct op *op, str url, const struct mailer **out)
{
    if (str_starts(url, S("file:"))) return mailer_folder(op, str_from(url, 5), out);
    if (str_starts(url, S("smtp://")) || str_starts(url, S("smtps://")))
        return mailer_smtp(op, url, out);
    return op_fail(op, ERR_INVALID, "mail",
                   "Mail is sent to file:FOLDER, smtp://HOST:PORT or smtps://HOST:PORT.");
}
