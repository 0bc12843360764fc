/* Which claims may be settled side by side. Claims of one holder (person, household) depend on each other
 * through their accumulators, so the second of a holder belongs to the wave behind the first's. Within a
 * wave no two claims have a holder in common. Holders are told apart by 64 bits of hash: two that fall
 * together only wait for each other without need. */
#ifndef POL_INTERP_WAVES_H
#define POL_INTERP_WAVES_H

#include "interp/base/str.h"

typedef struct pol_wave_slot {
    uint64_t hash;
    uint32_t round; /* of the table: others are empty */
    uint32_t wave;
} pol_wave_slot;

typedef struct pol_waves {
    pol_wave_slot *slots;
    uint32_t slot_count; /* a power of two */
    uint32_t round;
} pol_waves;

/* For rounds of at most `claims` claims. False when memory ran out. */
bool pol_waves_init(pol_waves *waves, pol_arena *arena, uint32_t claims);
/* Begins a new round: no claim has been seen. */
void pol_waves_clear(pol_waves *waves);
/* The wave of a claim, from 0; empty texts are no holders. Noted by pol_waves_put only. */
uint32_t pol_waves_of(const pol_waves *waves, pol_str person, pol_str household);
void pol_waves_put(pol_waves *waves, pol_str person, pol_str household, uint32_t wave);

#endif
