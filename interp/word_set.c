/* Building a set of words: the multiplier is chosen so that they rarely meet. */
#include "interp/word_set.h"

#define MULTIPLIERS  64    /* tried for a small set */
#define SMALL_WORDS  64
#define MAX_WORDS    65536 /* of a larger set nothing is found here */

/* The first or last eight bytes of a text that may be shorter. */
static uint64_t ends_of(pol_str text, bool last)
{
    char bytes[8] = { 0 };
    const size_t length = text.length < 8 ? text.length : 8;
    if (last && text.length <= 8)
        return 0;
    if (length != 0)
        memcpy(bytes, last ? text.bytes + text.length - 8 : text.bytes, length);
    return pol_swar_load(bytes);
}

/* Puts all words into their slots; how many did not get their first one. */
static uint32_t place(pol_word_set *words, const pol_word *all, uint32_t count)
{
    uint32_t met = 0;
    for (uint32_t at = 0; at <= words->mask; at++)
        words->slots[at] = (pol_word){ .key.length = POL_NO_WORD, .code = -1 };
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = pol_word_set_slot(words, all[i].key.first, all[i].key.last, all[i].key.length);
        met += words->slots[at].key.length != POL_NO_WORD;
        while (words->slots[at].key.length != POL_NO_WORD)
            at = (at + 1) & words->mask;
        words->slots[at] = all[i];
    }
    return met;
}

bool pol_word_set_init(pol_word_set *words, pol_arena *arena, const pol_str *texts, const uint32_t *codes, uint32_t count)
{
    uint32_t size = 8;
    count = count > MAX_WORDS ? 0 : count;
    while (size < 4 * count)
        size *= 2;
    *words = (pol_word_set){ .mask = size - 1 };
    words->slots = POL_NEW_ARRAY(arena, pol_word, size);
    pol_word *const all = POL_NEW_ARRAY(arena, pol_word, count);
    if (words->slots == NULL || all == NULL)
        return false;
    for (uint32_t i = 0; i < count; i++)
        all[i] = (pol_word){ .key = { .first = ends_of(texts[i], false),
                                      .last = ends_of(texts[i], true),
                                      .bytes = texts[i].bytes,
                                      .length = (uint32_t)texts[i].length },
                             .code = (int32_t)codes[i] };
    words->multiplier = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t best = words->multiplier;
    uint32_t least = UINT32_MAX;
    for (unsigned i = 0; i < (count <= SMALL_WORDS ? MULTIPLIERS : 1) && least != 0; i++) {
        const uint32_t met = place(words, all, count);
        if (met < least) {
            least = met;
            best = words->multiplier;
        }
        words->multiplier = words->multiplier * UINT64_C(0xd1342543de82ef95) + 1;
        words->multiplier |= 1;
    }
    words->multiplier = best;
    place(words, all, count);
    return true;
}
