/* Eight bytes of text at once, in a 64-bit word whose lowest byte is the first character: loads, digits,
 * decimals in and out. For the fast readers and writers of records only. */
#ifndef POL_INTERP_SWAR_H
#define POL_INTERP_SWAR_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Whether words of this machine lie as these functions need them; without it only the exact readers and
 * writers are used. */
#if defined(__BYTE_ORDER__) && defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define POL_SWAR 1
#else
#define POL_SWAR 0
#endif

#define POL_SWAR_ZEROS UINT64_C(0x3030303030303030) /* "00000000" */

static inline uint64_t pol_swar_load(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* The first `length` bytes (at most 8) of the word, the others 0. */
static inline uint64_t pol_swar_first(uint64_t word, uint32_t length)
{
    return length >= 8 ? word : word & (((uint64_t)1 << 8 * length) - 1);
}

/* The last `length` bytes (at most 8) of the word, '0' before them. */
static inline uint64_t pol_swar_last(uint64_t word, uint32_t length)
{
    const uint64_t others = length >= 8 ? 0 : ~UINT64_C(0) >> 8 * length;
    return (word & ~others) | (POL_SWAR_ZEROS & others);
}

static inline bool pol_swar_is_digits(uint64_t word)
{
    const uint64_t values = word ^ POL_SWAR_ZEROS;
    return (((values + UINT64_C(0x7676767676767676)) | values) & UINT64_C(0x8080808080808080)) == 0;
}

/* The number that eight digits write. */
static inline uint32_t pol_swar_number(uint64_t digits)
{
    uint64_t pairs = digits ^ POL_SWAR_ZEROS;
    pairs = pairs * 10 + (pairs >> 8);
    const uint64_t odd = (pairs & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x000f424000000064);
    const uint64_t even = (pairs >> 16 & UINT64_C(0x000000ff000000ff)) * UINT64_C(0x0000271000000001);
    return (uint32_t)((odd + even) >> 32);
}

/* A number below 10^8 as eight digits. */
static inline uint64_t pol_swar_digits(uint32_t number)
{
    const uint64_t high = number / 10000, low = number % 10000;
    uint64_t parts = high | low << 32; /* two of four digits */
    const uint64_t hundreds = (parts * 10486 >> 20) & UINT64_C(0x0000007f0000007f);
    parts = hundreds | (parts - hundreds * 100) << 16; /* four of two */
    const uint64_t tens = (parts * 103 >> 10) & UINT64_C(0x000f000f000f000f);
    return (tens | (parts - tens * 10) << 8) + POL_SWAR_ZEROS;
}

/* Reads an amount of the usual form, digits "." two digits without needless zeros in front, that ends
 * before `end`. The 16 bytes before `end` must be readable. False: another form, or longer than 16. */
static inline bool pol_swar_amount(const char *end, uint32_t length, int64_t *fen)
{
    static const int64_t k_least[17] = { 0, 0, 0, 0, 0, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
                                         10000000000, 100000000000, 1000000000000, 10000000000000, 100000000000000 };
    const uint64_t word = pol_swar_load(end - 8);
    if (length - 4 > 12 || (word >> 40 & 0xff) != '.')
        return false;
    /* The seven digits around the point, moved together. */
    uint64_t digits = (word & UINT64_C(0x000000ffffffffff)) << 8 | (word & UINT64_C(0xffff000000000000));
    digits = pol_swar_last(digits, length < 8 ? length - 1 : 7);
    if (!pol_swar_is_digits(digits))
        return false;
    int64_t number = pol_swar_number(digits);
    if (length > 8) {
        const uint64_t front = pol_swar_last(pol_swar_load(end - 16), length - 8);
        if (!pol_swar_is_digits(front))
            return false;
        number += (int64_t)pol_swar_number(front) * 10000000;
    }
    *fen = number;
    return number >= k_least[length];
}

/* How many of eight digits are zeros before the number begins; the last always belongs to it. */
static inline unsigned pol_swar_zeros(uint64_t digits)
{
    return (unsigned)__builtin_ctzll((digits ^ POL_SWAR_ZEROS) | UINT64_C(1) << 56) / 8;
}

/* Writes a number of fen, at most 10^15, as yuan with two decimals. May write 24 bytes; returns the end. */
static inline char *pol_swar_put_amount(char *out, uint64_t fen)
{
    const uint64_t yuan = fen / 100, front = yuan / 100000000;
    const uint32_t cents = (uint32_t)(fen - yuan * 100), tens = cents * 103 >> 10;
    const uint32_t point = '.' | ('0' + tens) << 8 | ('0' + cents - tens * 10) << 16;
    uint64_t digits = pol_swar_digits((uint32_t)(yuan - front * 100000000));
    unsigned zeros = 0;
    if (front != 0) {
        const uint64_t more = pol_swar_digits((uint32_t)front);
        const uint64_t shown = more >> 8 * pol_swar_zeros(more);
        memcpy(out, &shown, sizeof shown);
        out += 8 - pol_swar_zeros(more);
    } else {
        zeros = pol_swar_zeros(digits);
    }
    digits >>= 8 * zeros;
    memcpy(out, &digits, sizeof digits);
    memcpy(out + 8 - zeros, &point, sizeof point);
    return out + 11 - zeros;
}

#endif
