-- Few among many, found by what is asked for: the trouble of a payment, refund or payout that is known
-- already; files that failed, and the file behind an import.
create index trouble_about on trouble
    (kind, coalesce(payment, 0), coalesce(refund, 0), coalesce(payout, 0));
create index import_file_failed on import_file (id) where state = 'failed';
create index import_file_run on import_file (run) where run is not null;

-- down:
drop index import_file_run;
drop index import_file_failed;
drop index trouble_about;
