/* The loops, compiled for each instruction set. */
#include "interp/row_loops.h"

#include "interp/base/number.h"
#include "interp/x86.h"

/* As pol_swar_digits and pol_swar_put_amount have it, in steps that exist for vectors: no product is longer
 * than 64 bits, no factor than 32. */
INLINE bool find_digits(const int64_t *restrict fen, uint32_t count, char behind, uint64_t *restrict whole,
                        uint32_t *restrict parts)
{
    const uint32_t ends = '.' | '0' << 8 | '0' << 16 | (uint32_t)(unsigned char)behind << 24;
    uint64_t beyond = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint64_t all = (uint64_t)fen[i], low32 = all & UINT64_C(0xffffffff);
        const uint64_t yuan = low32 * 1374389535 >> 37; /* by 100 */
        const uint32_t cents = (uint32_t)(low32 - yuan * 100);
        const uint32_t tens = cents * 103 >> 10;
        const uint64_t high = yuan * UINT64_C(3518437209) >> 45; /* by 10000 */
        uint64_t fours = high | (yuan - high * 10000) << 32;
        const uint64_t hundreds = (fours * 10486 >> 20) & UINT64_C(0x0000007f0000007f);
        fours = hundreds | (fours - hundreds * 100) << 16;
        const uint64_t tens_of = (fours * 103 >> 10) & UINT64_C(0x000f000f000f000f);
        whole[i] = tens_of | (fours - tens_of * 10) << 8;
        parts[i] = ends + (tens << 8 | (cents - tens * 10) << 16);
        beyond |= all >> 32;
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

INLINE void set_some(const int64_t *restrict fen, uint32_t count, unsigned bit, uint64_t *restrict sets)
{
    for (uint32_t i = 0; i < count; i++)
        sets[i] |= (uint64_t)(fen[i] != 0) << bit;
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

/* Eight digits of each of four numbers below 10^8, by products of 16 bits. */
AVX2 __m256i digits_of_four(__m256i yuan)
{
    const __m256i high = _mm256_srli_epi64(_mm256_mul_epu32(yuan, _mm256_set1_epi64x(3518437209)), 45);
    const __m256i low = _mm256_sub_epi64(yuan, _mm256_mul_epu32(high, _mm256_set1_epi64x(10000)));
    const __m256i fours = _mm256_or_si256(high, _mm256_slli_epi64(low, 32));
    const __m256i hundreds = _mm256_srli_epi16(_mm256_mulhi_epu16(fours, _mm256_set1_epi32(5243)), 3);
    const __m256i below = _mm256_sub_epi16(fours, _mm256_mullo_epi16(hundreds, _mm256_set1_epi16(100)));
    const __m256i twos = _mm256_or_si256(hundreds, _mm256_slli_epi32(below, 16));
    const __m256i tens = _mm256_mulhi_epu16(twos, _mm256_set1_epi16(6554));
    const __m256i ones = _mm256_sub_epi16(twos, _mm256_mullo_epi16(tens, _mm256_set1_epi16(10)));
    return _mm256_or_si256(tens, _mm256_slli_epi16(ones, 8));
}

__attribute__((target("avx2"))) static bool digits_by_four(const int64_t *fen, uint32_t count, char behind, pol_digits digits)
{
    const __m256i ends = _mm256_set1_epi64x('.' | '0' << 8 | '0' << 16 | (int64_t)(unsigned char)behind << 24);
    const __m256i evens = _mm256_setr_epi32(0, 2, 4, 6, 0, 0, 0, 0);
    __m256i beyond = _mm256_setzero_si256();
    uint32_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const __m256i all = _mm256_loadu_si256((const __m256i *)(const void *)(fen + i));
        const __m256i yuan = _mm256_srli_epi64(_mm256_mul_epu32(all, _mm256_set1_epi64x(1374389535)), 37);
        const __m256i cents = _mm256_sub_epi64(all, _mm256_mul_epu32(yuan, _mm256_set1_epi64x(100)));
        const __m256i tens = _mm256_mulhi_epu16(cents, _mm256_set1_epi64x(6554));
        const __m256i ones = _mm256_sub_epi16(cents, _mm256_mullo_epi16(tens, _mm256_set1_epi64x(10)));
        const __m256i parts = _mm256_add_epi64(ends, _mm256_add_epi64(_mm256_slli_epi64(tens, 8), _mm256_slli_epi64(ones, 16)));
        _mm256_storeu_si256((__m256i *)(void *)(digits.yuan + i), digits_of_four(yuan));
        _mm_storeu_si128((__m128i *)(void *)(digits.cents + i),
                         _mm256_castsi256_si128(_mm256_permutevar8x32_epi32(parts, evens)));
        beyond = _mm256_or_si256(beyond, _mm256_srli_epi64(all, 32));
    }
    return find_digits(fen + i, count - i, behind, digits.yuan + i, digits.cents + i) && _mm256_testz_si256(beyond, beyond);
}

#define AVX512 __attribute__((target("avx512f,avx512bw"))) INLINE

/* The same for eight. */
AVX512 __m512i digits_of_eight(__m512i yuan)
{
    const __m512i high = _mm512_srli_epi64(_mm512_mul_epu32(yuan, _mm512_set1_epi64(3518437209)), 45);
    const __m512i low = _mm512_sub_epi64(yuan, _mm512_mul_epu32(high, _mm512_set1_epi64(10000)));
    const __m512i fours = _mm512_or_si512(high, _mm512_slli_epi64(low, 32));
    const __m512i hundreds = _mm512_srli_epi16(_mm512_mulhi_epu16(fours, _mm512_set1_epi32(5243)), 3);
    const __m512i below = _mm512_sub_epi16(fours, _mm512_mullo_epi16(hundreds, _mm512_set1_epi16(100)));
    const __m512i twos = _mm512_or_si512(hundreds, _mm512_slli_epi32(below, 16));
    const __m512i tens = _mm512_mulhi_epu16(twos, _mm512_set1_epi16(6554));
    const __m512i ones = _mm512_sub_epi16(twos, _mm512_mullo_epi16(tens, _mm512_set1_epi16(10)));
    return _mm512_or_si512(tens, _mm512_slli_epi16(ones, 8));
}

__attribute__((target("avx512f,avx512bw"))) static bool digits_by_eight(const int64_t *fen, uint32_t count, char behind, pol_digits digits)
{
    const __m512i ends = _mm512_set1_epi64('.' | '0' << 8 | '0' << 16 | (int64_t)(unsigned char)behind << 24);
    __m512i beyond = _mm512_setzero_si512();
    uint32_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m512i all = _mm512_loadu_si512((fen + i));
        const __m512i yuan = _mm512_srli_epi64(_mm512_mul_epu32(all, _mm512_set1_epi64(1374389535)), 37);
        const __m512i cents = _mm512_sub_epi64(all, _mm512_mul_epu32(yuan, _mm512_set1_epi64(100)));
        const __m512i tens = _mm512_mulhi_epu16(cents, _mm512_set1_epi64(6554));
        const __m512i ones = _mm512_sub_epi16(cents, _mm512_mullo_epi16(tens, _mm512_set1_epi64(10)));
        const __m512i parts = _mm512_add_epi64(ends, _mm512_add_epi64(_mm512_slli_epi64(tens, 8), _mm512_slli_epi64(ones, 16)));
        _mm512_storeu_si512((digits.yuan + i), digits_of_eight(yuan));
        _mm256_storeu_si256((__m256i *)(void *)(digits.cents + i), _mm512_cvtepi64_epi32(parts));
        beyond = _mm512_or_si512(beyond, _mm512_srli_epi64(all, 32));
    }
    return find_digits(fen + i, count - i, behind, digits.yuan + i, digits.cents + i) && _mm512_test_epi64_mask(beyond, beyond) == 0;
}
#endif

/* All loops with a suffix and for an instruction set. */
#define VARIANT(suffix, target, find)                                                                        \
    target static bool digits_##suffix(const int64_t *fen, uint32_t count, char behind, pol_digits digits) \
    {                                                                                                  \
        return find(fen, count, behind, digits);                                                       \
    }                                                                                                  \
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
    target static void mark_some_##suffix(const int64_t *fen, uint32_t count, unsigned bit, uint64_t *sets) \
    {                                                                                                  \
        set_some(fen, count, bit, sets);                                                               \
    }                                                                                                  \
    target static uint64_t count_##suffix(const uint64_t *sets, const uint8_t *chosen, uint32_t count, \
                                          unsigned bit)                                                \
    {                                                                                                  \
        return count_bits(sets, chosen, count, bit);                                                   \
    }                                                                                                  \
    static const pol_row_loops k_##suffix = { digits_##suffix, add_##suffix, sum_##suffix, mark_##suffix, \
                                              mark_some_##suffix, count_##suffix };

static bool digits_one_by_one(const int64_t *fen, uint32_t count, char behind, pol_digits digits)
{
    return find_digits(fen, count, behind, digits.yuan, digits.cents);
}

VARIANT(portable, , digits_one_by_one)
#if FOR_X86
VARIANT(avx2, __attribute__((target("avx2"))), digits_by_four)
VARIANT(avx512, __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl"))), digits_by_eight)
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
