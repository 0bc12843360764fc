/* A fixed set of words, such as the labels of a category, found by a few loads and one comparison. */
#ifndef POL_INTERP_WORD_SET_H
#define POL_INTERP_WORD_SET_H

#include "interp/base/str.h"
#include "interp/swar.h"

#define POL_WORD_SLACK 8 /* bytes that must be readable before and behind a word that is looked for */

/* What a word is compared by. */
typedef struct pol_word_key {
    uint64_t first, last; /* its first and its last eight bytes, 0 behind a shorter one */
    const char *bytes;
    uint32_t length;
} pol_word_key;

typedef struct pol_word {
    pol_word_key key; /* of length POL_NO_WORD: the slot is empty */
    int32_t code;
} pol_word;
#define POL_NO_WORD UINT32_MAX

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

POL_WORD_INLINE pol_word_key pol_word_key_of(const char *bytes, uint32_t length)
{
    const uint64_t last = pol_swar_load(bytes + length - 8);
    return (pol_word_key){ pol_swar_first(pol_swar_load(bytes), length), length > 8 ? last : 0, bytes, length };
}

POL_WORD_INLINE bool pol_word_keys_agree(const pol_word_key *a, const pol_word_key *b)
{
    const uint64_t differ = (a->first ^ b->first) | (a->last ^ b->last) | (a->length ^ b->length);
    return differ == 0 && (b->length <= 16 || pol_word_is(a->bytes, b->bytes, b->length));
}

/* The word that stands where this one should stand first, which it is nearly always. */
POL_WORD_INLINE const pol_word *pol_word_set_likely(const pol_word_set *words, const pol_word_key *key)
{
    return &words->slots[pol_word_set_slot(words, key->first, key->last, key->length)];
}

/* The code of the word, or -1. */
static inline int32_t pol_word_set_find(const pol_word_set *words, const char *bytes, uint32_t length)
{
    const pol_word_key key = pol_word_key_of(bytes, length);
    for (const pol_word *word = pol_word_set_likely(words, &key); word->key.length != POL_NO_WORD;) {
        if (pol_word_keys_agree(&word->key, &key))
            return word->code;
        word = word == words->slots + words->mask ? words->slots : word + 1;
    }
    return -1;
}

#endif
