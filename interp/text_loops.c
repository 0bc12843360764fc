/* The loops, one for each instruction set. */
#include "interp/text_loops.h"

#include <stddef.h>

#include "interp/swar.h"
#include "interp/x86.h"

static uint32_t amounts_portable(const char *bytes, const uint32_t *from, const uint32_t *to, uint32_t count, int64_t *fen,
                                 uint32_t *others)
{
    uint32_t other = 0;
    for (uint32_t i = 0; i < count; i++) {
        others[other] = i;
        other += !pol_swar_amount(bytes + to[i], to[i] - from[i], &fen[i]);
    }
    return other;
}

#if FOR_X86
#define AVX2 __attribute__((target("avx2"))) static inline

/* Eight bytes `before` the end of each of four. */
AVX2 __m256i load_before(const char *bytes, const uint32_t *to, unsigned before)
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
AVX2 unsigned four_amounts(const char *bytes, const uint32_t *from, const uint32_t *to, int64_t *fen)
{
    const __m256i low = load_before(bytes, to, 8), high = load_before(bytes, to, 16);
    const __m256i length = _mm256_cvtepu32_epi64(_mm_sub_epi32(_mm_loadu_si128((const __m128i *)(const void *)to),
                                                               _mm_loadu_si128((const __m128i *)(const void *)from)));
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
    const __m256i first = _mm256_and_si256(
        first_byte, _mm256_or_si256(_mm256_srlv_epi64(low, _mm256_slli_epi64(_mm256_sub_epi64(zero, beyond), 3)),
                                    _mm256_srlv_epi64(high, _mm256_slli_epi64(_mm256_sub_epi64(eight, beyond), 3))));
    const __m256i needless = _mm256_andnot_si256(_mm256_cmpeq_epi64(length, _mm256_set1_epi64x(4)),
                                                 _mm256_cmpeq_epi64(first, _mm256_set1_epi64x('0')));
    const __m256i sized = _mm256_or_si256(_mm256_cmpgt_epi64(length, _mm256_set1_epi64x(16)),
                                          _mm256_cmpgt_epi64(_mm256_set1_epi64x(4), length));
    const __m256i fine = _mm256_and_si256(_mm256_cmpeq_epi64(strange, zero), _mm256_cmpeq_epi64(point, _mm256_set1_epi64x('.')));
    const __m256i good = _mm256_andnot_si256(_mm256_or_si256(needless, sized), fine);
    _mm256_storeu_si256((__m256i *)(void *)fen, number);
    return ~(unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(good)) & 0xf;
}

__attribute__((target("avx2"))) static uint32_t amounts_avx2(const char *bytes, const uint32_t *from, const uint32_t *to,
                                                             uint32_t count, int64_t *fen, uint32_t *others)
{
    uint32_t other = 0, i = 0;
    for (; i + 4 <= count; i += 4) {
        for (unsigned bad = four_amounts(bytes, from + i, to + i, fen + i); bad != 0; bad &= bad - 1)
            others[other++] = i + (unsigned)__builtin_ctz(bad);
    }
    for (; i < count; i++) {
        others[other] = i;
        other += !pol_swar_amount(bytes + to[i], to[i] - from[i], &fen[i]);
    }
    return other;
}
#endif

pol_amounts_fn *pol_amounts_variant(unsigned number)
{
    switch (number) {
    case 0: return amounts_portable;
#if FOR_X86
    case 1: return CPU_HAS(AVX2, "avx2") ? amounts_avx2 : NULL;
#endif
    default: return NULL;
    }
}

pol_amounts_fn *pol_amounts(void)
{
    for (unsigned number = POL_AMOUNTS; number-- > 1;) {
        if (pol_amounts_variant(number) != NULL)
            return pol_amounts_variant(number);
    }
    return amounts_portable;
}
