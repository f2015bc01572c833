#include "delivery/jobs/kinds.h"

#include "delivery/jobs/access_jobs.h"
#include "delivery/jobs/bounce_jobs.h"
#include "delivery/jobs/held.h"
#include "delivery/jobs/housekeeping.h"
#include "delivery/jobs/import_jobs.h"
#include "delivery/jobs/letter_jobs.h"
#include "delivery/jobs/mail_jobs.h"
#include "delivery/jobs/payment_jobs.h"
#include "delivery/jobs/work_jobs.h"

const struct job_kind job_kinds[] = {
    {"payment.settle", payment_settle_job, .tries_max = 100, .talks = true},
    {"payment.expire", payment_expire_job, .tries_max = 10},
    {"method.forget", method_forget_job, .tries_max = 100, .talks = true},
    {"refund.send", refund_send_job, .tries_max = 100, .talks = true},
    {"payouts.read", payouts_read_job, .tries_max = 1000, .talks = true},
    {"payout.match", payout_match_job, .tries_max = 100},
    {"access.sweep", access_sweep_job, .tries_max = 5},
    {"sign-in.mail", sign_in_mail_job, .tries_max = 5},
    {"claim.look", claim_look_job, .tries_max = 5},
    {"claim.mail", claim_mail_job, .tries_max = 5},
    {"mail.send", mail_send_job, .tries_max = MAIL_TRIES_MAX + 5, .talks = true},
    {"mail.forget", mail_forget_job, .tries_max = 100},
    {"bounces.read", bounces_read_job, .tries_max = 1000, .talks = true},
    {"chain.seal", chain_seal_job, .tries_max = 100},
    {"statement.mail", statement_mail_job, .tries_max = 20},
    {"statement.again", statement_again_job, .tries_max = 20},
    {"statements.issue", statements_issue_job, .tries_max = 1000},
    {"held.release", held_release_job, .tries_max = 1000},
    {"commands.forget", commands_forget_job, .tries_max = 100},
    {"dispute.notice", dispute_notice_job, .tries_max = 10},
    {"credit.undone", credit_undone_job, .tries_max = 10},
    {"document.notice", document_notice_job, .tries_max = 10},
    {"payment.receipt", payment_receipt_job, .tries_max = 10},
    {"payment.failed", payment_failed_job, .tries_max = 10},
    {"payment.refunded", payment_refunded_job, .tries_max = 10},
    {"mail.wish", mail_wish_job, .tries_max = 10},
    {"import.run", import_file_job, .tries_max = 20, .talks = true},
    {"work.run", work_run_job, .tries_max = 20},
    {0},
};
