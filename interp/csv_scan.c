/* The scan for CSV: one loop over steps of 64 bytes, compiled for each instruction set. */
#include "interp/csv_scan.h"
#include "interp/x86.h"

#include <string.h>

/* What is where in 64 bytes: bit i for byte i. */
typedef struct step_masks {
    uint64_t ends, lines, quotes; /* commas and line feeds; line feeds; quotes */
} step_masks;
typedef step_masks look_fn(const char *bytes);

/* ---- looking at 64 bytes -------------------------------------------------------------------------------- */

static step_masks look_portable(const char *bytes)
{
    step_masks masks = { 0, 0, 0 };
    for (unsigned i = 0; i < POL_SCAN_WIDTH; i++) {
        masks.lines |= (uint64_t)(bytes[i] == '\n') << i;
        masks.ends |= (uint64_t)(bytes[i] == ',') << i;
        masks.quotes |= (uint64_t)(bytes[i] == '"') << i;
    }
    masks.ends |= masks.lines;
    return masks;
}

#if FOR_X86
INLINE uint64_t equal_16(__m128i bytes, char c)
{
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c)));
}

INLINE step_masks look_sse2(const char *bytes)
{
    step_masks masks = { 0, 0, 0 };
    for (unsigned i = 0; i < POL_SCAN_WIDTH; i += 16) {
        const __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(bytes + i));
        masks.lines |= equal_16(part, '\n') << i;
        masks.ends |= equal_16(part, ',') << i;
        masks.quotes |= equal_16(part, '"') << i;
    }
    masks.ends |= masks.lines;
    return masks;
}

__attribute__((target("avx2"))) INLINE uint64_t equal_32(__m256i bytes, char c)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c)));
}

__attribute__((target("avx2"))) INLINE step_masks look_avx2(const char *bytes)
{
    const __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    const __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
    step_masks masks;
    masks.lines = equal_32(low, '\n') | equal_32(high, '\n') << 32;
    masks.ends = (equal_32(low, ',') | equal_32(high, ',') << 32) | masks.lines;
    masks.quotes = equal_32(low, '"') | equal_32(high, '"') << 32;
    return masks;
}

__attribute__((target("avx512bw"))) INLINE step_masks look_avx512(const char *bytes)
{
    const __m512i all = _mm512_loadu_si512(bytes);
    step_masks masks;
    masks.lines = _mm512_cmpeq_epi8_mask(all, _mm512_set1_epi8('\n'));
    masks.ends = _mm512_cmpeq_epi8_mask(all, _mm512_set1_epi8(',')) | masks.lines;
    masks.quotes = _mm512_cmpeq_epi8_mask(all, _mm512_set1_epi8('"'));
    return masks;
}
#endif

/* ---- rows ------------------------------------------------------------------------------------------------ */

#if defined(__GNUC__)
#define LOWEST(bits) ((unsigned)__builtin_ctzll(bits))
#define BITS(bits)   ((unsigned)__builtin_popcountll(bits))
#else
static unsigned count_bits(uint64_t bits)
{
    unsigned count = 0;
    for (; bits != 0; bits &= bits - 1)
        count++;
    return count;
}
#define LOWEST(bits) count_bits(((bits) & (~(bits) + 1)) - 1)
#define BITS(bits)   count_bits(bits)
#endif

/* Where a scan is. */
typedef struct scan_state {
    pol_csv_rows *rows;
    const char *bytes;
    size_t at;        /* begin of the next step */
    size_t stop;      /* rows end before it */
    size_t max_bytes; /* of a row */
    uint32_t columns, max_rows;
    uint32_t found;   /* cell ends of the row at hand */
    bool done;
} scan_state;

/* Offsets of the bits, in order. Writes up to seven (fifteen) more than there are. */
typedef void put_fn(uint32_t *out, uint64_t bits, uint32_t base);

INLINE void put_offsets(uint32_t *out, uint64_t bits, uint32_t base)
{
    while (bits != 0) {
        for (unsigned i = 0; i < 8; i++) {
            *out++ = base + LOWEST(bits | UINT64_C(1) << 63);
            bits &= bits - 1;
        }
    }
}

#if FOR_X86
__attribute__((target("avx512bw,avx512vbmi2"))) INLINE void put_offsets_vbmi2(uint32_t *out, uint64_t bits, uint32_t base)
{
    static const uint8_t k_numbers[64] = { 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                           16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
                                           32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
                                           48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63 };
    const __m512i numbers = _mm512_maskz_compress_epi8(bits, _mm512_loadu_si512(k_numbers));
    const __m512i begin = _mm512_set1_epi32((int)base);
    _mm512_storeu_si512(out, _mm512_add_epi32(begin, _mm512_cvtepu8_epi32(_mm512_castsi512_si128(numbers))));
    if (BITS(bits) <= 16)
        return;
    _mm512_storeu_si512(out + 16, _mm512_add_epi32(begin, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(numbers, 1))));
    _mm512_storeu_si512(out + 32, _mm512_add_epi32(begin, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(numbers, 2))));
    _mm512_storeu_si512(out + 48, _mm512_add_epi32(begin, _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(numbers, 3))));
}
#endif

size_t pol_csv_row_end(const char *bytes, size_t from, size_t stop)
{
    bool begins = true, quoted = false, closed = false; /* a cell begins; inside quotes; a quote was closed */
    for (size_t at = from; at < stop; at++) {
        if (quoted) {
            closed = bytes[at] == '"';
            quoted = !closed;
            continue;
        }
        if (bytes[at] == '\n')
            return at;
        quoted = bytes[at] == '"' && (begins || closed);
        begins = bytes[at] == ',';
        closed = false;
    }
    return stop;
}

/* Takes the row that ends at the line feed `end`; false when it is too long or too near the end. */
INLINE bool finish_row(scan_state *scan, size_t end, bool odd)
{
    pol_csv_rows *const rows = scan->rows;
    const uint32_t row = rows->count;
    const size_t start = rows->starts[row];
    if (end - start > scan->max_bytes || end >= scan->stop)
        return false;
    rows->stops[row] = (uint32_t)(end - (end > start && scan->bytes[end - 1] == '\r'));
    rows->odd[row] = odd;
    rows->starts[row + 1] = (uint32_t)end + 1;
    rows->count++;
    scan->found = 0;
    return true;
}

/* Takes the row at hand as an odd one, byte by byte to its end. */
static void skip_odd_row(scan_state *scan)
{
    const size_t start = scan->rows->starts[scan->rows->count];
    const size_t end = pol_csv_row_end(scan->bytes, start, scan->stop);
    scan->done = end == scan->stop || !finish_row(scan, end, true);
    scan->at = end + 1;
}

/* Takes the rows that end in this step; `lines` are its line feeds, `ends` all cell ends. False when the
 * next step begins behind a row that ended early. */
INLINE bool finish_rows(scan_state *scan, uint64_t lines, uint64_t ends)
{
    uint32_t before = 0; /* ends of this step that lie before the row at hand */
    for (; lines != 0; lines &= lines - 1) {
        const unsigned bit = LOWEST(lines);
        const uint32_t until = BITS(ends & (((uint64_t)2 << bit) - 1));
        const bool odd = scan->found + until - before != scan->columns;
        if (!finish_row(scan, scan->at + bit, odd)) {
            scan->done = true;
            return false;
        }
        before = until;
        if (odd || scan->rows->count == scan->max_rows) {
            scan->at += bit + 1;
            return false;
        }
    }
    scan->found += BITS(ends) - before;
    return true;
}

INLINE void scan_rows(look_fn *look, put_fn *put, scan_state *scan)
{
    pol_csv_rows *const rows = scan->rows;
    while (!scan->done && rows->count < scan->max_rows && scan->at < scan->stop) {
        step_masks masks = look(scan->bytes + scan->at);
        const bool quoted = masks.quotes != 0;
        if (quoted) { /* only what lies before the first quote */
            const uint64_t before = (masks.quotes & (~masks.quotes + 1)) - 1;
            masks.ends &= before;
            masks.lines &= before;
        }
        put(rows->ends + (size_t)rows->count * scan->columns + scan->found, masks.ends, (uint32_t)scan->at);
        if (!finish_rows(scan, masks.lines, masks.ends))
            continue;
        if (quoted || scan->found > scan->columns)
            skip_odd_row(scan);
        else
            scan->at += POL_SCAN_WIDTH;
        scan->done = scan->done || (scan->at > rows->starts[rows->count] &&
                                    scan->at - rows->starts[rows->count] > scan->max_bytes);
    }
}

/* Whether the cell ends, line feeds among them, are those of usual rows one after the other. Sets the rows that are
 * whole. */
static bool take_usual_rows(scan_state *scan, uint32_t ends, uint32_t lines)
{
    pol_csv_rows *const rows = scan->rows;
    const uint32_t count = ends / scan->columns;
    const char *const bytes = scan->bytes;
    const uint32_t *last = rows->ends + scan->columns - 1; /* of the row */
    uint32_t begin = rows->starts[0], row = 0;
    if (count != lines)
        return false;
    for (uint32_t left = count; left > 0; left--, last += scan->columns) {
        const uint32_t end = *last;
        if (bytes[end] != '\n' || end - begin > scan->max_bytes)
            return false;
        if (end < scan->stop && row < scan->max_rows) {
            rows->stops[row] = end - (bytes[end - 1] == '\r');
            rows->odd[row] = false;
            rows->starts[++row] = end + 1;
        }
        begin = end + 1;
    }
    rows->count = row;
    return true;
}

/* What is usual, up to the first quote: all cell ends first, then rows, without asking after each step where they end. */
INLINE void scan_usual_rows(look_fn *look, put_fn *put, scan_state *scan)
{
    const size_t most = (size_t)scan->max_rows * scan->columns;
    size_t ends = 0, lines = 0;
    for (size_t at = scan->at; at < scan->stop && ends < most; at += POL_SCAN_WIDTH) {
        const step_masks masks = look(scan->bytes + at);
        if (masks.quotes != 0)
            break;
        put(scan->rows->ends + ends, masks.ends, (uint32_t)at);
        ends += BITS(masks.ends);
        lines += BITS(masks.lines);
    }
    if (take_usual_rows(scan, (uint32_t)ends, (uint32_t)lines))
        scan->at = scan->rows->starts[scan->rows->count];
}

static scan_state begin(pol_csv_rows *rows, const char *bytes, size_t from, size_t length, uint32_t columns,
                        uint32_t max_rows, size_t max_bytes)
{
    rows->count = 0;
    rows->starts[0] = (uint32_t)from;
    return (scan_state){ .rows = rows,
                         .bytes = bytes,
                         .at = from,
                         .stop = length < POL_SCAN_WIDTH ? 0 : length - POL_SCAN_WIDTH,
                         .max_bytes = max_bytes,
                         .columns = columns,
                         .max_rows = max_rows };
}

#define VARIANT(name, look, put)                                                                            \
    static void name(pol_csv_rows *rows, const char *bytes, size_t from, size_t length, uint32_t columns, \
                     uint32_t max_rows, size_t max_bytes)                                              \
    {                                                                                                  \
        scan_state scan = begin(rows, bytes, from, length, columns, max_rows, max_bytes);              \
        scan_usual_rows(look, put, &scan);                                                             \
        scan_rows(look, put, &scan);                                                                   \
    }

VARIANT(scan_portable, look_portable, put_offsets)
#if FOR_X86
VARIANT(scan_sse2, look_sse2, put_offsets)
__attribute__((target("avx2,bmi,popcnt"))) VARIANT(scan_avx2, look_avx2, put_offsets)
__attribute__((target("avx512bw,bmi,popcnt"))) VARIANT(scan_avx512, look_avx512, put_offsets)
__attribute__((target("avx512bw,avx512vbmi2,bmi,popcnt"))) VARIANT(scan_vbmi2, look_avx512, put_offsets_vbmi2)
#endif

pol_csv_scan_fn *pol_csv_scan_variant(unsigned number)
{
    switch (number) {
    case 0: return scan_portable;
#if FOR_X86
    case 1: return scan_sse2;
    case 2: return CPU_HAS(AVX2, "avx2") && CPU_HAS(BMI1, "bmi") ? scan_avx2 : NULL;
    case 3: return CPU_HAS(AVX512BW, "avx512bw") && CPU_HAS(BMI1, "bmi") ? scan_avx512 : NULL;
    case 4:
        return CPU_HAS(AVX512BW, "avx512bw") && CPU_HAS(AVX512_VBMI2, "avx512vbmi2") &&
                       CPU_HAS(BMI1, "bmi")
                   ? scan_vbmi2
                   : NULL;
#endif
    default: return NULL;
    }
}

pol_csv_scan_fn *pol_csv_scan(void)
{
    for (unsigned number = POL_CSV_SCANS; number-- > 1;) {
        if (pol_csv_scan_variant(number) != NULL)
            return pol_csv_scan_variant(number);
    }
    return scan_portable;
}
