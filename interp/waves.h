/* Which claims may be settled side by side. Claims of one holder (person, household) depend on each other
 * through their accumulators, so the second of a holder belongs to the wave behind the first's. Within a
 * wave no two claims have a holder in common. Holders are told apart by 64 bits of hash: two that fall
 * together only wait for each other without need. */
#ifndef POL_INTERP_WAVES_H
#define POL_INTERP_WAVES_H

#include "interp/base/str.h"

#define POL_WAVE_HOLDER 64 /* bytes of a holder that is remembered */

typedef struct pol_wave_slot {
    uint64_t hash;
    uint32_t round; /* of the table: others are empty */
    uint32_t wave;
} pol_wave_slot;

/* The holder that was asked for last: claims of one often stand together. */
typedef struct pol_wave_holder {
    char bytes[POL_WAVE_HOLDER];
    size_t length;
    uint64_t hash;
    pol_wave_slot *slot; /* NULL: there was none */
} pol_wave_holder;

typedef struct pol_waves {
    pol_wave_slot *slots;
    uint32_t slot_count; /* a power of two */
    uint32_t round;
    pol_wave_holder last[2]; /* person, household */
} pol_waves;

/* For rounds of at most `claims` claims. False when memory ran out. */
bool pol_waves_init(pol_waves *waves, pol_arena *arena, uint32_t claims);
/* Begins a new round: no claim has been seen. */
void pol_waves_clear(pol_waves *waves);
/* The wave of a claim, from 0; empty texts are no holders. A claim that reads nothing of what the holder's
 * earlier claims write needs only not to be before them. Noted by pol_waves_put only. */
uint32_t pol_waves_of(pol_waves *waves, pol_str person, pol_str household, bool reads);
/* The claim that was asked for last goes into this wave. */
void pol_waves_put(pol_waves *waves, uint32_t wave);

#endif
