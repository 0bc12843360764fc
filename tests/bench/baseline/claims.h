/* The claims of the benchmark in memory, and their binary file: "BANAN2\0\0", the number of claims as
 * int64, then the claims as they lie in memory. Written and read on one machine only. */
#ifndef POL_BENCH_CLAIMS_H
#define POL_BENCH_CLAIMS_H

#include <stddef.h>

#include "baseline/banan.h"

#define CLAIMS_MAGIC "BANAN2\0"

/* Both end the program with a message when they cannot. The caller frees what is read. */
void write_claims(const char *path, const claim *claims, size_t count);
claim *read_claims(const char *path, size_t *count);
/* Zeroed, for the whole run of the program, which ends when there is none. */
void *get_memory(size_t count, size_t bytes_each);
/* Seconds of processor time that this program has used: the machine may be busy with other things. */
double seconds(void);

#endif
