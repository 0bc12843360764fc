/* The loops, compiled for each instruction set. */
#include "interp/row_loops.h"

#include "interp/base/number.h"
#include "interp/x86.h"

#define LENGTH_AT 15 /* of a text: its length */

/* One by one, as pol_swar_put_amount has it for larger ones. */
INLINE bool make_texts(const int64_t *fen, uint32_t count, char behind, pol_amount_text *texts)
{
    const uint32_t ends = '.' | '0' << 8 | '0' << 16 | (uint32_t)(unsigned char)behind << 24;
    uint64_t beyond = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t all = (uint32_t)fen[i], yuan = all / 100, cents = all - yuan * 100, tens = cents * 103 >> 10;
        const uint64_t digits = pol_swar_digits(yuan);
        const unsigned zeros = pol_swar_zeros(digits);
        const uint64_t shown = digits >> 8 * zeros;
        const uint32_t end = ends + (tens << 8 | (cents - tens * 10) << 16);
        memcpy(texts[i].bytes, &shown, sizeof shown);
        memcpy(texts[i].bytes + 8 - zeros, &end, sizeof end);
        texts[i].bytes[LENGTH_AT] = (char)(11 - zeros);
        beyond |= (uint64_t)fen[i] >> 32;
    }
    return beyond == 0;
}

INLINE void add_up(const int64_t *restrict fen, uint32_t count, uint64_t *restrict sums, uint64_t *restrict bad)
{
    for (uint32_t i = 0; i < count; i++) {
        sums[i] += (uint64_t)fen[i];
        bad[i] |= (uint64_t)fen[i] | ((uint64_t)POL_MAX_AMOUNT_FEN - (uint64_t)fen[i]);
    }
}

INLINE uint64_t sum_up(const int64_t *restrict fen, const uint8_t *restrict chosen, uint32_t count, uint64_t *above)
{
    uint64_t sum = 0, some = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t amount = (uint64_t)fen[i] & -(uint64_t)chosen[i];
        sum += amount;
        some += amount != 0;
    }
    *above += some;
    return sum;
}

INLINE void set_bits(const uint8_t *restrict holds, uint32_t count, unsigned bit, uint64_t *restrict sets)
{
    for (uint32_t i = 0; i < count; i++)
        sets[i] |= (uint64_t)(holds[i] == 1) << bit;
}

INLINE bool set_some(const int64_t *fen, const int64_t *like, uint32_t count, unsigned bit, uint64_t *restrict sets)
{
    uint64_t others = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t some = -(uint64_t)(fen[i] != 0);
        sets[i] |= (some & 1) << bit;
        others |= some & (uint64_t)(fen[i] ^ like[i]);
    }
    return others == 0;
}

INLINE uint64_t count_bits(const uint64_t *restrict sets, const uint8_t *restrict chosen, uint32_t count, unsigned bit)
{
    uint64_t some = 0;
    for (uint32_t i = 0; i < count; i++)
        some += (sets[i] >> bit & 1) & chosen[i];
    return some;
}

#if FOR_X86
#define AVX2 __attribute__((target("avx2"))) INLINE

/* A constant that the compiler does not know, or it would add and shift instead of multiplying, which takes longer. */
#define FACTOR(constant)                      \
    (__extension__({                          \
        __typeof__(constant) made = constant; \
        __asm__("" : "+v"(made));             \
        made;                                 \
    }))

/* Eight digits 0 … 9 of each of four numbers below 10^8, by products of 16 bits. */
AVX2 __m256i digits_of_four(__m256i yuan)
{
    const __m256i high = _mm256_srli_epi64(_mm256_mul_epu32(yuan, _mm256_set1_epi64x(3518437209)), 45);
    const __m256i low = _mm256_sub_epi64(yuan, _mm256_mul_epu32(high, _mm256_set1_epi64x(10000)));
    const __m256i fours = _mm256_or_si256(high, _mm256_slli_epi64(low, 32));
    const __m256i hundreds = _mm256_srli_epi16(_mm256_mulhi_epu16(fours, _mm256_set1_epi32(5243)), 3);
    const __m256i below = _mm256_sub_epi16(fours, _mm256_mullo_epi16(hundreds, FACTOR(_mm256_set1_epi16(100))));
    const __m256i twos = _mm256_or_si256(hundreds, _mm256_slli_epi32(below, 16));
    const __m256i tens = _mm256_mulhi_epu16(twos, _mm256_set1_epi16(6554));
    const __m256i ones = _mm256_sub_epi16(twos, _mm256_mullo_epi16(tens, FACTOR(_mm256_set1_epi16(10))));
    return _mm256_or_si256(tens, _mm256_slli_epi16(ones, 8));
}

/* What is known of each of four amounts: eight digits of its yuan as characters; ".dd", the byte behind and the length
 * of its text; how many of the digits are zeros before the number begins. */
typedef struct four_parts {
    __m256i digits, ends, zeros;
} four_parts;

AVX2 four_parts parts_of_four(__m256i all, __m256i ends)
{
    const __m256i yuan = _mm256_srli_epi64(_mm256_mul_epu32(all, _mm256_set1_epi64x(1374389535)), 37); /* by 100 */
    const __m256i cents = _mm256_sub_epi64(all, _mm256_mul_epu32(yuan, _mm256_set1_epi64x(100)));
    const __m256i tens = _mm256_mulhi_epu16(cents, _mm256_set1_epi64x(6554));
    const __m256i ones = _mm256_sub_epi16(cents, _mm256_mullo_epi16(tens, _mm256_set1_epi64x(10)));
    const __m256i digits = digits_of_four(yuan);
    /* the top bit of every byte from the first that is shown on; the last always is */
    const __m256i some = _mm256_or_si256(digits, _mm256_set1_epi64x(INT64_C(1) << 56));
    const __m256i from_first = _mm256_or_si256(some, _mm256_sub_epi64(_mm256_setzero_si256(), some));
    const __m256i each = _mm256_and_si256(_mm256_srli_epi64(from_first, 7), _mm256_set1_epi8(1));
    const __m256i shown = _mm256_sad_epu8(each, _mm256_setzero_si256());
    const __m256i point = _mm256_add_epi64(_mm256_slli_epi64(tens, 8), _mm256_slli_epi64(ones, 16));
    four_parts parts;
    parts.digits = _mm256_or_si256(digits, _mm256_set1_epi8('0'));
    parts.ends = _mm256_add_epi64(ends, _mm256_add_epi64(point, _mm256_slli_epi64(shown, 32)));
    parts.zeros = _mm256_sub_epi64(_mm256_set1_epi64x(8), shown);
    return parts;
}

/* Two texts; the zeros of each are the low or high half (0, 8) of 128 bits. */
AVX2 __m256i texts_of_two(__m256i text, __m256i zeros, char half)
{
    const __m256i begin = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 12, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
                                           10, 11, 12, 13, 14, 12);
    const __m256i length = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                            0, 0, 0, 0, -128);
    const __m256i moved = _mm256_shuffle_epi8(zeros, _mm256_or_si256(length, _mm256_set1_epi8(half)));
    return _mm256_shuffle_epi8(text, _mm256_add_epi8(begin, moved));
}

__attribute__((target("avx2"))) static bool texts_by_four(const int64_t *fen, uint32_t count, char behind, pol_amount_text *texts)
{
    const __m256i ends = _mm256_set1_epi64x('.' | '0' << 8 | '0' << 16 | (int64_t)(unsigned char)behind << 24 | INT64_C(3) << 32);
    __m256i beyond = _mm256_setzero_si256();
    uint32_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const __m256i all = _mm256_loadu_si256((const __m256i *)(const void *)(fen + i));
        const four_parts parts = parts_of_four(_mm256_permute4x64_epi64(all, _MM_SHUFFLE(3, 1, 2, 0)), ends);
        __m256i *const out = (__m256i *)(void *)(texts + i);
        _mm256_storeu_si256(out, texts_of_two(_mm256_unpacklo_epi64(parts.digits, parts.ends), parts.zeros, 0));
        _mm256_storeu_si256(out + 1, texts_of_two(_mm256_unpackhi_epi64(parts.digits, parts.ends), parts.zeros, 8));
        beyond = _mm256_or_si256(beyond, _mm256_srli_epi64(all, 32));
    }
    return make_texts(fen + i, count - i, behind, texts + i) && _mm256_testz_si256(beyond, beyond);
}

#define AVX512 __attribute__((target("avx512f,avx512bw"))) INLINE

/* The same for eight. */
AVX512 __m512i digits_of_eight(__m512i yuan)
{
    const __m512i high = _mm512_srli_epi64(_mm512_mul_epu32(yuan, _mm512_set1_epi64(3518437209)), 45);
    const __m512i low = _mm512_sub_epi64(yuan, _mm512_mul_epu32(high, _mm512_set1_epi64(10000)));
    const __m512i fours = _mm512_or_si512(high, _mm512_slli_epi64(low, 32));
    const __m512i hundreds = _mm512_srli_epi16(_mm512_mulhi_epu16(fours, _mm512_set1_epi32(5243)), 3);
    const __m512i below = _mm512_sub_epi16(fours, _mm512_mullo_epi16(hundreds, FACTOR(_mm512_set1_epi16(100))));
    const __m512i twos = _mm512_or_si512(hundreds, _mm512_slli_epi32(below, 16));
    const __m512i tens = _mm512_mulhi_epu16(twos, _mm512_set1_epi16(6554));
    const __m512i ones = _mm512_sub_epi16(twos, _mm512_mullo_epi16(tens, FACTOR(_mm512_set1_epi16(10))));
    return _mm512_or_si512(tens, _mm512_slli_epi16(ones, 8));
}

typedef struct eight_parts {
    __m512i digits, ends, zeros;
} eight_parts;

AVX512 eight_parts parts_of_eight(__m512i all, __m512i ends)
{
    const __m512i yuan = _mm512_srli_epi64(_mm512_mul_epu32(all, _mm512_set1_epi64(1374389535)), 37);
    const __m512i cents = _mm512_sub_epi64(all, _mm512_mul_epu32(yuan, _mm512_set1_epi64(100)));
    const __m512i tens = _mm512_mulhi_epu16(cents, _mm512_set1_epi64(6554));
    const __m512i ones = _mm512_sub_epi16(cents, _mm512_mullo_epi16(tens, _mm512_set1_epi64(10)));
    const __m512i digits = digits_of_eight(yuan);
    const __m512i some = _mm512_or_si512(digits, _mm512_set1_epi64(INT64_C(1) << 56));
    const __m512i from_first = _mm512_or_si512(some, _mm512_sub_epi64(_mm512_setzero_si512(), some));
    const __m512i each = _mm512_and_si512(_mm512_srli_epi64(from_first, 7), _mm512_set1_epi8(1));
    const __m512i shown = _mm512_sad_epu8(each, _mm512_setzero_si512());
    const __m512i point = _mm512_add_epi64(_mm512_slli_epi64(tens, 8), _mm512_slli_epi64(ones, 16));
    eight_parts parts;
    parts.digits = _mm512_or_si512(digits, _mm512_set1_epi8('0'));
    parts.ends = _mm512_add_epi64(ends, _mm512_add_epi64(point, _mm512_slli_epi64(shown, 32)));
    parts.zeros = _mm512_sub_epi64(_mm512_set1_epi64(8), shown);
    return parts;
}

AVX512 __m512i texts_of_four(__m512i text, __m512i zeros, char half)
{
    const __m128i begin = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 12);
    const __m128i length = _mm_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -128);
    const __m512i halves = _mm512_broadcast_i32x4(_mm_or_si128(length, _mm_set1_epi8(half)));
    return _mm512_shuffle_epi8(text, _mm512_add_epi8(_mm512_broadcast_i32x4(begin), _mm512_shuffle_epi8(zeros, halves)));
}

__attribute__((target("avx512f,avx512bw"))) static bool texts_by_eight(const int64_t *fen, uint32_t count, char behind,
                                                                       pol_amount_text *texts)
{
    const __m512i ends = _mm512_set1_epi64('.' | '0' << 8 | '0' << 16 | (int64_t)(unsigned char)behind << 24 | INT64_C(3) << 32);
    const __m512i order = _mm512_setr_epi64(0, 4, 1, 5, 2, 6, 3, 7);
    __m512i beyond = _mm512_setzero_si512();
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m512i all = _mm512_loadu_si512(fen + i);
        const eight_parts parts = parts_of_eight(_mm512_permutexvar_epi64(order, all), ends);
        _mm512_storeu_si512(texts + i, texts_of_four(_mm512_unpacklo_epi64(parts.digits, parts.ends), parts.zeros, 0));
        _mm512_storeu_si512(texts + i + 4, texts_of_four(_mm512_unpackhi_epi64(parts.digits, parts.ends), parts.zeros, 8));
        beyond = _mm512_or_si512(beyond, _mm512_srli_epi64(all, 32));
    }
    return make_texts(fen + i, count - i, behind, texts + i) && _mm512_test_epi64_mask(beyond, beyond) == 0;
}
#endif

/* All loops with a suffix and for an instruction set. */
#define VARIANT(suffix, target, texts_of)                                                              \
    target static void add_##suffix(const int64_t *fen, uint32_t count, uint64_t *sums, uint64_t *bad) \
    {                                                                                                  \
        add_up(fen, count, sums, bad);                                                                 \
    }                                                                                                  \
    target static uint64_t sum_##suffix(const int64_t *fen, const uint8_t *chosen, uint32_t count,     \
                                        uint64_t *above)                                               \
    {                                                                                                  \
        return sum_up(fen, chosen, count, above);                                                      \
    }                                                                                                  \
    target static void mark_##suffix(const uint8_t *holds, uint32_t count, unsigned bit, uint64_t *sets) \
    {                                                                                                  \
        set_bits(holds, count, bit, sets);                                                             \
    }                                                                                                  \
    target static bool mark_some_##suffix(const int64_t *fen, const int64_t *like, uint32_t count, unsigned bit, \
                                          uint64_t *sets)                                              \
    {                                                                                                  \
        return set_some(fen, like, count, bit, sets);                                                  \
    }                                                                                                  \
    target static uint64_t count_##suffix(const uint64_t *sets, const uint8_t *chosen, uint32_t count, \
                                          unsigned bit)                                                \
    {                                                                                                  \
        return count_bits(sets, chosen, count, bit);                                                   \
    }                                                                                                  \
    static const pol_row_loops k_##suffix = { texts_of, add_##suffix, sum_##suffix, mark_##suffix, \
                                              mark_some_##suffix, count_##suffix };

static bool texts_one_by_one(const int64_t *fen, uint32_t count, char behind, pol_amount_text *texts)
{
    return make_texts(fen, count, behind, texts);
}

VARIANT(portable, , texts_one_by_one)
#if FOR_X86
VARIANT(avx2, __attribute__((target("avx2"))), texts_by_four)
VARIANT(avx512, __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl"))), texts_by_eight)
#endif

const pol_row_loops *pol_row_loops_variant(unsigned number)
{
    switch (number) {
    case 0: return &k_portable;
#if FOR_X86
    case 1: return CPU_HAS(AVX2, "avx2") ? &k_avx2 : NULL;
    case 2:
        return CPU_HAS(AVX512DQ, "avx512dq") && CPU_HAS(AVX512VL, "avx512vl") &&
                       CPU_HAS(AVX512BW, "avx512bw")
                   ? &k_avx512
                   : NULL;
#endif
    default: return NULL;
    }
}

const pol_row_loops *pol_row_loops_of(void)
{
    for (unsigned number = POL_ROW_LOOPS; number-- > 1;) {
        if (pol_row_loops_variant(number) != NULL)
            return pol_row_loops_variant(number);
    }
    return &k_portable;
}
