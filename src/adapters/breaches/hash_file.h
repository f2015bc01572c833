/* A list of stolen passwords as a file of SHA-1 hashes: the format in which Have I Been Pwned gives
 * away its own, "ordered by hash".
 *
 *     000000005AD76BD555C1D6D771DE417A4B87E4B4:10
 *     00000000A8DAE4228F821FB418F59826079BF368:4
 *
 * A line is 40 capital hex digits, a colon and how often it was seen, which does not matter here.
 * The lines are in the order of the hashes, so that forty gigabytes are searched with some thirty
 * reads, and no password or part of its hash leaves the machine. */
#ifndef BREACHES_HASH_FILE_H
#define BREACHES_HASH_FILE_H

#include "domain/access/breaches.h"

/* Refuses a file that is not of this form, as far as its first and last lines tell. It stays open
 * as long as op->mem lives, and any number of threads may ask. */
bool hash_file_open(struct op *op, const char *path, const struct breach_list **out) MUST_USE;

#endif
