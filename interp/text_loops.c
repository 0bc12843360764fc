/* The loops, one for each instruction set. */
#include "interp/text_loops.h"

#include <stddef.h>

#include "interp/swar.h"
#include "interp/x86.h"

/* The amounts from..to-1 one by one; how many others there are then. */
INLINE uint32_t read_amounts(const pol_spans *spans, uint32_t from, uint32_t to, int64_t *fen, uint32_t *others, uint32_t other)
{
    const uint32_t *at = spans->places + (size_t)from * spans->stride;
    for (uint32_t i = from; i < to; i++, at += spans->stride) {
        others[other] = i;
        other += !pol_swar_amount(spans->bytes + at[1], at[1] - at[0] - spans->skip, &fen[i]);
    }
    return other;
}

static uint32_t amounts_portable(const pol_spans *spans, uint32_t count, int64_t *fen, uint32_t *others)
{
    return read_amounts(spans, 0, count, fen, others, 0);
}

INLINE bool read_word(const char *bytes, uint32_t length, const pol_word_set *words, int32_t absent, int32_t *code)
{
    const pol_word_key key = pol_word_key_of(bytes, length);
    const pol_word *const word = pol_word_set_likely(words, &key);
    const bool empty = length == 0, found = pol_word_keys_agree(&word->key, &key);
    *code = empty ? absent : word->code;
    return empty ? absent != POL_NO_CODE : found;
}

INLINE uint32_t read_words(const pol_spans *spans, uint32_t count, const pol_word_set *words, int32_t absent, int32_t *codes,
                           uint32_t *others)
{
    const pol_spans of = *spans;
    const pol_word_set set = *words;
    uint32_t other = 0;
    bool all = true;
    const uint32_t *at = of.places;
    for (uint32_t i = 0; i < count; i++, at += of.stride)
        all &= read_word(of.bytes + of.skip + at[0], at[1] - at[0] - of.skip, &set, absent, &codes[i]);
    for (uint32_t i = 0; i < count && !all; i++) { /* once more, to say which */
        at = of.places + (size_t)i * of.stride;
        others[other] = i;
        other += !read_word(of.bytes + of.skip + at[0], at[1] - at[0] - of.skip, &set, absent, &codes[i]);
    }
    return other;
}

static uint32_t words_portable(const pol_spans *spans, uint32_t count, const pol_word_set *words, int32_t absent, int32_t *codes,
                               uint32_t *others)
{
    return read_words(spans, count, words, absent, codes, others);
}

/* Odd numbers, by which the parts of 32 bits of a run are multiplied. */
static const uint32_t k_factors[POL_RUN_BYTES / 4] = { 0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f, 0x165667b1, 0xd3a2646d,
                                                       0xfd7046c5, 0xb55a4f09, 0xcc9e2d51, 0x1b873593, 0xe6546b65, 0x7feb352d,
                                                       0x846ca68b, 0x68e31da5, 0xb5297a4d, 0x1b56c4e9 };

/* The place of a run by the sum of the products. */
INLINE uint32_t slot_of_sum(uint32_t sum)
{
    return (sum ^ sum >> 15) * UINT32_C(0x2c1b3c6d) >> 24;
}

uint32_t pol_run_slot(const char bytes[POL_RUN_BYTES])
{
    uint32_t sum = 0;
    for (unsigned i = 0; i < POL_RUN_BYTES / 4; i++) {
        uint32_t part;
        memcpy(&part, bytes + 4 * i, sizeof part);
        sum += part * k_factors[i];
    }
    return slot_of_sum(sum);
}

/* Whether the text is known; its place. */
typedef bool find_run_fn(const char *text, uint32_t length, const pol_known_run *known, uint32_t *slot);

INLINE bool find_run(const char *text, uint32_t length, const pol_known_run *known, uint32_t *slot)
{
    char bytes[POL_RUN_BYTES] = { 0 };
    memcpy(bytes, text, length < POL_RUN_BYTES ? length : POL_RUN_BYTES);
    *slot = pol_run_slot(bytes);
    return known[*slot].length == length && memcmp(known[*slot].bytes, bytes, POL_RUN_BYTES) == 0;
}

INLINE uint32_t find_runs(find_run_fn *find, const pol_spans *spans, uint32_t reach, uint32_t count, const pol_known_run *known,
                          uint32_t *slots, uint32_t *others)
{
    const pol_spans of = *spans;
    const uint32_t *at = of.places;
    uint32_t other = 0;
    for (uint32_t i = 0; i < count; i++, at += of.stride) {
        const uint32_t begin = at[0] + of.skip, length = at[reach] - begin;
        others[other] = i;
        other += !find(of.bytes + begin, length, known, &slots[i]);
    }
    return other;
}

static uint32_t runs_portable(const pol_spans *spans, uint32_t reach, uint32_t count, const pol_known_run *known, uint32_t *slots,
                              uint32_t *others)
{
    return find_runs(find_run, spans, reach, count, known, slots, others);
}

static const pol_text_loops k_portable = { amounts_portable, words_portable, runs_portable };

#if FOR_X86
#define AVX2 __attribute__((target("avx2"))) static inline

/* Eight bytes `before` the end of each of four. */
AVX2 __m256i load_before(const char *bytes, const uint32_t to[4], unsigned before)
{
    return _mm256_set_epi64x((long long)pol_swar_load(bytes + to[3] - before), (long long)pol_swar_load(bytes + to[2] - before),
                             (long long)pol_swar_load(bytes + to[1] - before), (long long)pol_swar_load(bytes + to[0] - before));
}

/* The last `length` bytes of each word, '0' before them. */
AVX2 __m256i keep_last(__m256i word, __m256i length)
{
    const __m256i others = _mm256_srlv_epi64(_mm256_set1_epi64x(-1), _mm256_slli_epi64(length, 3));
    return _mm256_or_si256(_mm256_andnot_si256(others, word), _mm256_and_si256(others, _mm256_set1_epi8('0')));
}

/* The number that eight bytes 0 … 9 write. */
AVX2 __m256i number_of(__m256i values)
{
    const __m256i twos = _mm256_maddubs_epi16(values, _mm256_set1_epi16(10 | 1 << 8));
    const __m256i fours = _mm256_madd_epi16(twos, _mm256_set1_epi32(100 | 1 << 16));
    return _mm256_add_epi64(_mm256_mul_epu32(fours, _mm256_set1_epi64x(10000)), _mm256_srli_epi64(fours, 32));
}

/* Four amounts, as pol_swar_amount reads one. Bit i: the form of amount i is another. */
AVX2 unsigned four_amounts(const char *bytes, const uint32_t *at, size_t stride, uint32_t skip, int64_t *fen)
{
    const uint32_t to[4] = { at[1], at[stride + 1], at[2 * stride + 1], at[3 * stride + 1] };
    const __m256i low = load_before(bytes, to, 8), high = load_before(bytes, to, 16);
    const __m256i length = _mm256_set_epi64x((uint32_t)(to[3] - at[3 * stride] - skip), (uint32_t)(to[2] - at[2 * stride] - skip),
                                             (uint32_t)(to[1] - at[stride] - skip), (uint32_t)(to[0] - at[0] - skip));
    const __m256i eight = _mm256_set1_epi64x(8), zero = _mm256_setzero_si256(), first_byte = _mm256_set1_epi64x(0xff);
    const __m256i beyond = _mm256_sub_epi64(length, eight); /* bytes before the last eight; below 0: fewer than eight */
    const __m256i longer = _mm256_cmpgt_epi64(length, _mm256_set1_epi64x(7));
    /* the seven digits around the point, moved together */
    const __m256i front = _mm256_srli_epi64(_mm256_slli_epi64(low, 24), 16), back = _mm256_slli_epi64(_mm256_srli_epi64(low, 48), 48);
    const __m256i seven = _mm256_blendv_epi8(_mm256_sub_epi64(length, _mm256_set1_epi64x(1)), _mm256_set1_epi64x(7), longer);
    const __m256i tail = _mm256_xor_si256(keep_last(_mm256_or_si256(front, back), seven), _mm256_set1_epi8('0'));
    const __m256i more = _mm256_andnot_si256(_mm256_cmpgt_epi64(zero, beyond), beyond);
    const __m256i head = _mm256_xor_si256(keep_last(high, more), _mm256_set1_epi8('0'));
    const __m256i number = _mm256_add_epi64(number_of(tail), _mm256_mul_epu32(number_of(head), _mm256_set1_epi64x(10000000)));
    /* what is wrong with each: something that is no digit, no point, a needless zero in front, its length */
    const __m256i nine = _mm256_set1_epi8(9);
    const __m256i strange = _mm256_or_si256(_mm256_subs_epu8(tail, nine), _mm256_subs_epu8(head, nine));
    const __m256i point = _mm256_and_si256(_mm256_srli_epi64(low, 40), first_byte);
    const __m256i begin = _mm256_and_si256(
        first_byte, _mm256_or_si256(_mm256_srlv_epi64(low, _mm256_slli_epi64(_mm256_sub_epi64(zero, beyond), 3)),
                                    _mm256_srlv_epi64(high, _mm256_slli_epi64(_mm256_sub_epi64(eight, beyond), 3))));
    const __m256i needless = _mm256_andnot_si256(_mm256_cmpeq_epi64(length, _mm256_set1_epi64x(4)),
                                                 _mm256_cmpeq_epi64(begin, _mm256_set1_epi64x('0')));
    const __m256i sized = _mm256_or_si256(_mm256_cmpgt_epi64(length, _mm256_set1_epi64x(16)),
                                          _mm256_cmpgt_epi64(_mm256_set1_epi64x(4), length));
    const __m256i fine = _mm256_and_si256(_mm256_cmpeq_epi64(strange, zero), _mm256_cmpeq_epi64(point, _mm256_set1_epi64x('.')));
    const __m256i good = _mm256_andnot_si256(_mm256_or_si256(needless, sized), fine);
    _mm256_storeu_si256((__m256i *)(void *)fen, number);
    return ~(unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(good)) & 0xf;
}

__attribute__((target("avx2"))) static uint32_t amounts_avx2(const pol_spans *spans, uint32_t count, int64_t *fen, uint32_t *others)
{
    const pol_spans of = *spans;
    const uint32_t *at = of.places;
    uint32_t other = 0, i = 0;
    for (; i + 4 <= count; i += 4, at += 4 * of.stride) {
        for (unsigned bad = four_amounts(of.bytes, at, of.stride, of.skip, fen + i); bad != 0; bad &= bad - 1)
            others[other++] = i + (unsigned)__builtin_ctz(bad);
    }
    return read_amounts(spans, i, count, fen, others, other);
}

__attribute__((target("avx2,bmi,bmi2"))) static uint32_t words_bmi2(const pol_spans *spans, uint32_t count, const pol_word_set *words,
                                                                    int32_t absent, int32_t *codes, uint32_t *others)
{
    return read_words(spans, count, words, absent, codes, others);
}

/* The sum of the parts of 32 bits. */
AVX2 uint32_t sum_of_parts(__m256i parts)
{
    const __m128i four = _mm_add_epi32(_mm256_castsi256_si128(parts), _mm256_extracti128_si256(parts, 1));
    const __m128i two = _mm_add_epi32(four, _mm_shuffle_epi32(four, _MM_SHUFFLE(1, 0, 3, 2)));
    return (uint32_t)_mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, _MM_SHUFFLE(2, 3, 0, 1))));
}

AVX2 bool find_run_avx2(const char *text, uint32_t length, const pol_known_run *known, uint32_t *slot)
{
    static const uint64_t k_kept[2 * POL_RUN_BYTES / 8] = { ~UINT64_C(0), ~UINT64_C(0), ~UINT64_C(0), ~UINT64_C(0),
                                                            ~UINT64_C(0), ~UINT64_C(0), ~UINT64_C(0), ~UINT64_C(0) };
    const char *const kept = (const char *)k_kept + (POL_RUN_BYTES - (length < POL_RUN_BYTES ? length : POL_RUN_BYTES));
    const __m256i *const factors = (const __m256i *)(const void *)k_factors, *const from = (const __m256i *)(const void *)text,
                  *const masks = (const __m256i *)(const void *)kept;
    const __m256i low = _mm256_and_si256(_mm256_loadu_si256(from), _mm256_loadu_si256(masks));
    const __m256i high = _mm256_and_si256(_mm256_loadu_si256(from + 1), _mm256_loadu_si256(masks + 1));
    *slot = slot_of_sum(sum_of_parts(_mm256_add_epi32(_mm256_mullo_epi32(low, _mm256_loadu_si256(factors)),
                                                      _mm256_mullo_epi32(high, _mm256_loadu_si256(factors + 1)))));
    const pol_known_run *const one = &known[*slot];
    const __m256i *const bytes = (const __m256i *)(const void *)one->bytes;
    const __m256i differ = _mm256_or_si256(_mm256_xor_si256(low, _mm256_loadu_si256(bytes)), _mm256_xor_si256(high, _mm256_loadu_si256(bytes + 1)));
    return (one->length == length) & (_mm256_testz_si256(differ, differ) != 0);
}

__attribute__((target("avx2,bmi,bmi2"))) static uint32_t runs_avx2(const pol_spans *spans, uint32_t reach, uint32_t count,
                                                                   const pol_known_run *known, uint32_t *slots, uint32_t *others)
{
    return find_runs(find_run_avx2, spans, reach, count, known, slots, others);
}

static const pol_text_loops k_avx2 = { amounts_avx2, words_bmi2, runs_avx2 };

#define AVX512 __attribute__((target("avx512f,avx512bw,avx2,bmi,bmi2"))) static inline
#define EACH(bits) (UINT64_C(0x0001000100010001) * (bits)) /* the same for each of four */
#define POINT_AT 13 /* of 16 bytes that end with an amount */

/* The 16 bytes before an end. */
AVX512 __m128i load_before_end(const char *bytes, uint32_t end)
{
    return _mm_loadu_si128((const __m128i *)(const void *)(bytes + end - 16));
}

/* The numbers that 16 bytes write each, ones whose `values` are digits 0 … 9 but for the point. */
AVX512 __m256i numbers_of_four(__m512i values)
{
    const __m128i without_point = _mm_setr_epi8(-128, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15);
    const __m512i digits = _mm512_shuffle_epi8(values, _mm512_broadcast_i32x4(without_point));
    const __m512i twos = _mm512_maddubs_epi16(digits, _mm512_set1_epi16(10 | 1 << 8));
    const __m512i fours = _mm512_madd_epi16(twos, _mm512_set1_epi32(100 | 1 << 16));
    const __m512i eights = _mm512_madd_epi16(_mm512_packus_epi32(fours, fours), _mm512_set1_epi32(10000 | 1 << 16));
    const __m512i all = _mm512_add_epi64(_mm512_mul_epu32(eights, _mm512_set1_epi64(100000000)), _mm512_srli_epi64(eights, 32));
    return _mm512_castsi512_si256(_mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 0, 2, 4, 6), all));
}

/* Which of the 16 bytes before its end are of an amount of that length. */
AVX512 uint64_t kept_bytes(uint32_t length)
{
    return (uint16_t)(UINT32_C(0xffff) << ((16 - length) & 31));
}

/* Four amounts; false when one has another form. */
AVX512 bool four_usual_amounts(const char *bytes, const uint32_t *at, size_t stride, uint32_t skip, int64_t *fen)
{
    const uint32_t end0 = at[1], end1 = at[stride + 1], end2 = at[2 * stride + 1], end3 = at[3 * stride + 1];
    const uint32_t length0 = end0 - at[0] - skip, length1 = end1 - at[stride] - skip, length2 = end2 - at[2 * stride] - skip,
                   length3 = end3 - at[3 * stride] - skip;
    const bool strange = length0 - 4 > 12 || length1 - 4 > 12 || length2 - 4 > 12 || length3 - 4 > 12;
    const uint64_t kept = kept_bytes(length0) | kept_bytes(length1) << 16 | kept_bytes(length2) << 32 | kept_bytes(length3) << 48;
    const __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(load_before_end(bytes, end0)), load_before_end(bytes, end1), 1);
    const __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(load_before_end(bytes, end2)), load_before_end(bytes, end3), 1);
    const __m512i values = _mm512_maskz_sub_epi8(kept, _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1), _mm512_set1_epi8('0'));
    const uint64_t others = _mm512_cmpgt_epu8_mask(values, _mm512_set1_epi8(9));
    const uint64_t points = _mm512_cmpeq_epi8_mask(values, _mm512_set1_epi8('.' - '0'));
    const uint64_t begins = kept & ~(kept << 1 & EACH(0xfffe)); /* where nothing but a single digit may be 0 */
    const uint64_t needless = _mm512_testn_epi8_mask(values, values) & begins & ~EACH(1 << (POINT_AT - 1));
    if (((others ^ EACH(1 << POINT_AT)) | (points ^ EACH(1 << POINT_AT)) | needless) != 0 || strange)
        return false;
    _mm256_storeu_si256((__m256i *)(void *)fen, numbers_of_four(values));
    return true;
}

__attribute__((target("avx512f,avx512bw,avx2,bmi,bmi2"))) static uint32_t amounts_avx512(const pol_spans *spans, uint32_t count,
                                                                                     int64_t *fen, uint32_t *others)
{
    const pol_spans of = *spans;
    const uint32_t *at = of.places;
    uint32_t other = 0, i = 0;
    for (; i + 4 <= count; i += 4, at += 4 * of.stride) {
        if (!four_usual_amounts(of.bytes, at, of.stride, of.skip, fen + i))
            other = read_amounts(spans, i, i + 4, fen, others, other);
    }
    return read_amounts(spans, i, count, fen, others, other);
}

AVX512 bool find_run_avx512(const char *text, uint32_t length, const pol_known_run *known, uint32_t *slot)
{
    const uint64_t kept = _bzhi_u64(~UINT64_C(0), length < POL_RUN_BYTES ? length : POL_RUN_BYTES);
    const __m512i all = _mm512_maskz_loadu_epi8(kept, text);
    const __m512i parts = _mm512_mullo_epi32(all, _mm512_loadu_si512(k_factors));
    *slot = slot_of_sum(sum_of_parts(_mm256_add_epi32(_mm512_castsi512_si256(parts), _mm512_extracti64x4_epi64(parts, 1))));
    const pol_known_run *const one = &known[*slot];
    return (one->length == length) & (_mm512_cmpneq_epi8_mask(all, _mm512_loadu_si512(one->bytes)) == 0);
}

__attribute__((target("avx512f,avx512bw,avx2,bmi,bmi2"))) static uint32_t runs_avx512(const pol_spans *spans, uint32_t reach, uint32_t count,
                                                                                  const pol_known_run *known, uint32_t *slots,
                                                                                  uint32_t *others)
{
    return find_runs(find_run_avx512, spans, reach, count, known, slots, others);
}

static const pol_text_loops k_avx512 = { amounts_avx512, words_bmi2, runs_avx512 };

static bool has_avx2(void)
{
    return CPU_HAS(AVX2, "avx2") && CPU_HAS(BMI1, "bmi") && CPU_HAS(BMI2, "bmi2");
}
#endif

const pol_text_loops *pol_text_loops_variant(unsigned number)
{
    switch (number) {
    case 0: return &k_portable;
#if FOR_X86
    case 1: return has_avx2() ? &k_avx2 : NULL;
    case 2: return has_avx2() && CPU_HAS(AVX512BW, "avx512bw") ? &k_avx512 : NULL;
#endif
    default: return NULL;
    }
}

const pol_text_loops *pol_text_loops_of(void)
{
    for (unsigned number = POL_TEXT_LOOPS; number-- > 1;) {
        if (pol_text_loops_variant(number) != NULL)
            return pol_text_loops_variant(number);
    }
    return &k_portable;
}
