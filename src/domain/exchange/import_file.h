/* Files that were sent to be imported, with how each is to be read. They are kept in pieces in the
 * database, so that a person can look at the file and change the mapping in request after request,
 * and a job on another machine can run the import. */
#ifndef EXCHANGE_IMPORT_FILE_H
#define EXCHANGE_IMPORT_FILE_H

#include "domain/exchange/import.h"

enum {
    IMPORT_PIECE_BYTES = 256 << 10,
    IMPORT_FILE_KEPT_DAYS = 2, /* a file nobody imported is forgotten then */
};

struct import_file {
    int64_t id;
    enum import_kind kind;
    str name;
    int64_t size;
    str settings;       /* a JSON object of texts: see import_settings_read() */
    str state, problem; /* "waiting", "running", "done", "failed" */
    int64_t run;        /* 0: it was not run yet */
    str who;
    str language; /* of the person who sent it, as a tag; empty: a program did */
    instant created;
};

/* The file without its bytes, which follow piece by piece: n from 0. In a transaction, as all. */
bool import_file_add(struct op *op, const struct import_file *in, int64_t *id) MUST_USE;
bool import_file_piece(struct op *op, int64_t id, int64_t n, str bytes) MUST_USE;
bool import_file_get(struct op *op, int64_t id, struct import_file *out) MUST_USE;
bool import_file_pieces(struct op *op, int64_t id, bool (*write)(str piece, void *arg),
                        void *arg) MUST_USE;
bool import_file_settle(struct op *op, int64_t id, str settings) MUST_USE;
/* Moves it on; ERR_CONFLICT when it stands elsewhere than in `from`. */
bool import_file_move(struct op *op, int64_t id, const char *from, const char *to, int64_t run,
                      str problem) MUST_USE;
/* The file a run was made from, while it is known; *id is 0 when it is not. */
bool import_file_of_run(struct op *op, int64_t run, int64_t *id) MUST_USE;
/* Forgets the bytes of files that lie too long. */
bool import_files_forget(struct op *op) MUST_USE;

/* Settings as names and texts: "map.number" = "Belegnr.", "set.currency" = "EUR", "round" =
 * "half-up", "dry_run" = "1" … The names are those of the command line. */
struct import_setting {
    str name, value;
};
struct import_settings {
    struct import_setting *at;
    ptrdiff_t count;
};
str import_settings_text(struct arena *mem, const struct import_settings *in);
bool import_settings_from(struct op *op, str text, struct import_settings *out) MUST_USE;
str import_setting(const struct import_settings *in, const char *name); /* "" when not there */
/* What they mean. `kind` and the names of the file are not touched. */
bool import_settings_read(struct op *op, const struct import_settings *in,
                          struct import_options *out) MUST_USE;

/* The names of the mappings that people saved for this kind. */
struct mapping_names {
    str *at;
    ptrdiff_t count;
};
bool mapping_names(struct op *op, enum import_kind kind, struct mapping_names *out) MUST_USE;

#endif
