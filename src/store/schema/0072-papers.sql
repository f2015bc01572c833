-- Documents as they were made: stored once, served as they were, never changed.
create table paper (
    id      {{id}},
    kind    text not null check (kind in ('document', 'receipt', 'refund', 'statement', 'reminder')),
    subject {{int}} not null,
    name    text not null,   -- of the file
    sha256  text not null check (length(sha256) = 64),
    bytes   {{blob}} not null,
    made    {{int}} not null,
    unique (kind, subject)
) {{strict}};

-- sqlite:
create trigger paper_keeps before update on paper begin
    select raise(abort, 'a document that was made does not change'); end;
create trigger paper_stays before delete on paper begin
    select raise(abort, 'documents that were made are never deleted'); end;
create trigger paper_once before insert on paper
when exists (select 1 from paper where id = new.id) begin
    select raise(abort, 'documents that were made are never replaced'); end;
-- postgres:
create trigger paper_keeps before update or delete on paper for each row
    execute function refuse('a document that was made does not change');
create trigger truncate_paper before truncate on paper
    execute function refuse('documents that were made are never deleted');

-- down:
drop table paper;
