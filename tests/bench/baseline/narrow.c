/* narrow <CLAIMS >RESULTS: the text of narrow rows to text by hand, one thread: what a claim needs in the
 * fewest columns (gen.c, claims-narrow.csv), and of the result the four amounts. The input is mapped; nothing
 * is checked but that the parts add up. This is the fastest that plain C does without vectors. */
#define _POSIX_C_SOURCE 200809L
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "baseline/banan.h"

#define PIECE_BYTES (4u << 20)

static const char k_pairs[] =
    "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849"
    "5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

static _Noreturn void stop(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static inline const char *read_amount(const char *p, int64_t *fen)
{
    int64_t yuan = *p++ - '0';
    while (*p != '.') yuan = yuan * 10 + (*p++ - '0');
    *fen = yuan * 100 + (p[1] - '0') * 10 + (p[2] - '0');
    return p + 4;
}

static inline const char *read_claim(const char *p, claim *c)
{
    while (*p != ',') p++; /* the person, who is not needed here */
    p++;
    c->visit = *p == 'i' ? INPATIENT : *p == 'c' ? CHRONIC : OTHER;
    p += c->visit == INPATIENT ? 10 : c->visit == CHRONIC ? 28 : 17;
    c->referred = *p == '1';
    p = read_amount(p + 2, &c->total_fen);
    p = read_amount(p, &c->inside_fen);
    p = read_amount(p, &c->outside_fen);
    p = read_amount(p, &c->basic_fen);
    p = read_amount(p, &c->critical_fen);
    p = read_amount(p, &c->civil_fen);
    return read_amount(p, &c->paid_so_far_fen);
}

static inline char *put_amount(char *out, int64_t fen)
{
    char digits[24], *from = digits + sizeof digits;
    *out++ = ',';
    uint64_t yuan = (uint64_t)fen / 100;
    for (; yuan >= 100; yuan /= 100) {
        from -= 2;
        memcpy(from, k_pairs + yuan % 100 * 2, 2);
    }
    if (yuan >= 10) {
        from -= 2;
        memcpy(from, k_pairs + yuan * 2, 2);
    } else {
        *--from = (char)('0' + yuan);
    }
    size_t length = (size_t)(digits + sizeof digits - from);
    memcpy(out, from, length);
    out += length;
    *out++ = '.';
    memcpy(out, k_pairs + (uint64_t)fen % 100 * 2, 2);
    return out + 2;
}

static void put(const char *bytes, size_t length)
{
    while (length != 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, length);
        if (n <= 0) stop("cannot write");
        bytes += n;
        length -= (size_t)n;
    }
}

int main(void)
{
    struct stat info;
    if (fstat(STDIN_FILENO, &info) || !S_ISREG(info.st_mode) || info.st_size == 0) stop("not a file");
    const char *in = mmap(0, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
    char *out = malloc(PIECE_BYTES + 4096), *at = out;
    if (in == MAP_FAILED || !out) stop("no memory");
    const char *end = in + info.st_size, *p = memchr(in, '\n', (size_t)info.st_size);
    for (p = p ? p + 1 : end; p < end;) {
        claim c;
        result r;
        const char *id = p;
        while (*p != ',') p++;
        memcpy(at, id, (size_t)(p - id));
        at += p - id;
        p = read_claim(p + 1, &c);
        if (!settle(&c, &r)) stop("the parts do not add up");
        at = put_amount(put_amount(put_amount(put_amount(at, r.fund_fen), r.cover_fen), r.district_fen), r.person_fen);
        *at++ = '\n';
        if (at - out >= (ptrdiff_t)PIECE_BYTES) {
            put(out, (size_t)(at - out));
            at = out;
        }
    }
    put(out, (size_t)(at - out));
    return 0;
}
