/* A file that only the holder of the key can read, and that nobody can change unnoticed.
 *
 * It begins with a head in plain text, so that a stranger can be told what it is; what follows is
 * encrypted in chunks (libsodium's secretstream, XChaCha20-Poly1305), each of which proves itself,
 * its place, and the head. The last one says that it is the last and holds a hash of all that was
 * in it. A byte that was flipped, taken out, put in or cut off at the end is noticed.
 *
 *     "QUITTANCE SEALED 1\n", the head's length (4 bytes, big-endian), the head,
 *     24 bytes of the stream, chunks of 65,536 + 17 bytes
 *
 * Everything that a reader refuses is ERR_INVALID on the field "backup", one sentence each. */
#ifndef BASE_SEALED_H
#define BASE_SEALED_H

#include "base/crypto.h"

enum { SEALED_HEAD_MAX = 4096, SEALED_CHUNK = 65536 };

struct sealed_out;
/* Writes to an open descriptor, which stays the caller's. */
bool sealed_create(struct op *op, int fd, const struct keys *keys, str head,
                   struct sealed_out **out) MUST_USE;
bool sealed_write(struct op *op, struct sealed_out *out, const void *data, ptrdiff_t size) MUST_USE;
/* The last chunk; returns when all of it lies on the disk. */
bool sealed_end(struct op *op, struct sealed_out *out) MUST_USE;

struct sealed_in;
/* Reads the head, which proves nothing yet. */
bool sealed_open(struct op *op, int fd, struct sealed_in **out, str *head) MUST_USE;
/* The next piece of what was written, proven; it lies there until the next call. *piece is empty
 * at the end, after the hash was right. */
bool sealed_read(struct op *op, struct sealed_in *in, const struct keys *keys, str *piece) MUST_USE;
int64_t sealed_bytes_read(const struct sealed_in *in); /* of the file: for progress */

#endif
