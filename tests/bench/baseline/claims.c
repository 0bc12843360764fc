/* See claims.h. */
#define _DEFAULT_SOURCE
#include "baseline/claims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

static _Noreturn void die(const char *what, const char *path)
{
    fprintf(stderr, "%s %s\n", what, path);
    exit(2);
}

#define HUGE_PAGE (2u << 20)

/* Much memory is read from end to end: in huge pages where the system has some, and no two columns on the same lines of
 * the cache. */
static void *get_much(size_t bytes)
{
    static size_t columns;
    const size_t skew = columns++ % 16 * (4096 + 5 * 64);
    const size_t whole = (bytes + skew + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    char *memory = aligned_alloc(HUGE_PAGE, whole);
    if (!memory) die("no memory for", "claims");
    madvise(memory, whole, MADV_HUGEPAGE);
    memset(memory, 0, whole);
    return memory + skew;
}

void *get_memory(size_t count, size_t bytes_each)
{
    if (count * bytes_each >= HUGE_PAGE / 2) return get_much(count * bytes_each);
    void *memory = calloc(count ? count : 1, bytes_each);
    if (!memory) die("no memory for", "claims");
    return memory;
}

void write_claims(const char *path, const claim *claims, size_t count)
{
    int64_t n = (int64_t)count;
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(CLAIMS_MAGIC, 8, 1, file) != 1 || fwrite(&n, sizeof n, 1, file) != 1 ||
        fwrite(claims, sizeof *claims, count, file) != count || fclose(file) != 0) {
        die("cannot write", path);
    }
}

claim *read_claims(const char *path, size_t *count)
{
    char magic[8];
    int64_t n = 0;
    FILE *file = fopen(path, "rb");
    if (!file || fread(magic, 8, 1, file) != 1 || memcmp(magic, CLAIMS_MAGIC, 8) != 0 ||
        fread(&n, sizeof n, 1, file) != 1 || n < 0) {
        die("cannot read", path);
    }
    *count = (size_t)n;
    claim *claims = get_memory(*count, sizeof *claims);
    if (fread(claims, sizeof *claims, *count, file) != *count) die("cannot read", path);
    fclose(file);
    return claims;
}

double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
