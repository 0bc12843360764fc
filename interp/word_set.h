/* A fixed set of words, such as the labels of a category, found by a few loads and one comparison. */
#ifndef POL_INTERP_WORD_SET_H
#define POL_INTERP_WORD_SET_H

#include "interp/base/str.h"
#include "interp/swar.h"

#define POL_WORD_SLACK 8 /* bytes that must be readable before and behind a word that is looked for */

typedef struct pol_word {
    uint64_t first, last; /* its first and its last eight bytes, 0 behind a shorter one */
    pol_str text;
    int32_t code;
    bool used;
} pol_word;

typedef struct pol_word_set {
    pol_word *slots;
    uint64_t multiplier;
    uint32_t mask; /* number of slots - 1 */
} pol_word_set;

/* The words and their codes; texts are borrowed. False when memory ran out. */
bool pol_word_set_init(pol_word_set *words, pol_arena *arena, const pol_str *texts, const uint32_t *codes, uint32_t count);

/* Private: where a word with these ends may stand first. */
static inline uint32_t pol_word_set_slot(const pol_word_set *words, uint64_t first, uint64_t last, uint32_t length)
{
    const uint64_t mixed = (first ^ (last << 29 | last >> 35) ^ length) * words->multiplier;
    return (uint32_t)(mixed >> 40) & words->mask;
}

/* Private: the same between the first and the last eight bytes; longer than 16. */
static inline bool pol_word_is(const char *a, const char *b, uint32_t length)
{
    if (length > 32)
        return memcmp(a + 8, b + 8, length - 16) == 0;
    return pol_swar_load(a + 8) == pol_swar_load(b + 8) &&
           pol_swar_load(a + length - 16) == pol_swar_load(b + length - 16);
}

#if defined(__GNUC__)
#define POL_WORD_INLINE static inline __attribute__((always_inline))
#else
#define POL_WORD_INLINE static inline
#endif

/* The word that was found last: often the next one is the same. Starts with zeros, which is no word. */
typedef struct pol_word_memo {
    uint64_t first, last;
    const char *bytes;
    uint32_t length;
    int32_t code;
    uint32_t missed; /* so often it was another: then it is not asked any more */
} pol_word_memo;
#define POL_WORD_MISSES 16

/* The code of the word, or -1. */
POL_WORD_INLINE int32_t pol_word_set_find(const pol_word_set *words, const char *bytes, uint32_t length, pol_word_memo *memo)
{
    const uint64_t first = pol_swar_first(pol_swar_load(bytes), length);
    const uint64_t last = length <= 8 ? 0 : pol_swar_load(bytes + length - 8);
    if (memo->missed < POL_WORD_MISSES && memo->first == first && memo->last == last && memo->length == length && length != 0 &&
        (length <= 16 || pol_word_is(memo->bytes, bytes, length)))
        return memo->code;
    for (uint32_t at = pol_word_set_slot(words, first, last, length);; at = (at + 1) & words->mask) {
        const pol_word *const word = &words->slots[at];
        if (!word->used)
            return -1;
        if (word->first == first && word->last == last && word->text.length == length &&
            (length <= 16 || pol_word_is(word->text.bytes, bytes, length))) {
            *memo = (pol_word_memo){ first, last, bytes, length, word->code, memo->missed + 1 };
            return word->code;
        }
    }
}

#endif
