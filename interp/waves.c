#include "interp/waves.h"

bool pol_waves_init(pol_waves *waves, pol_arena *arena, uint32_t claims)
{
    *waves = (pol_waves){ .slot_count = 4, .round = 1 };
    while (waves->slot_count < claims * 4) /* two holders a claim, half of the slots empty */
        waves->slot_count *= 2;
    waves->slots = POL_NEW_ARRAY(arena, pol_wave_slot, waves->slot_count);
    return waves->slots != NULL;
}

void pol_waves_clear(pol_waves *waves)
{
    if (++waves->round != 0)
        return;
    for (uint32_t i = 0; i < waves->slot_count; i++)
        waves->slots[i].round = 0;
    waves->round = 1;
}

static uint64_t hash_of(pol_str holder, bool household)
{
    return pol_str_hash(holder) ^ (household ? UINT64_C(0x9e3779b97f4a7c15) : 0);
}

/* The holder's slot, or the empty one where it would be. */
static pol_wave_slot *slot_of(const pol_waves *waves, uint64_t hash)
{
    uint32_t at = (uint32_t)(hash ^ hash >> 32) & (waves->slot_count - 1);
    while (waves->slots[at].round == waves->round && waves->slots[at].hash != hash)
        at = (at + 1) & (waves->slot_count - 1);
    return &waves->slots[at];
}

static uint32_t wave_behind(const pol_waves *waves, pol_str holder, bool household)
{
    if (holder.length == 0)
        return 0;
    const pol_wave_slot *const slot = slot_of(waves, hash_of(holder, household));
    return slot->round == waves->round ? slot->wave + 1 : 0;
}

uint32_t pol_waves_of(const pol_waves *waves, pol_str person, pol_str household)
{
    const uint32_t a = wave_behind(waves, person, false), b = wave_behind(waves, household, true);
    return a > b ? a : b;
}

static void put(pol_waves *waves, pol_str holder, bool household, uint32_t wave)
{
    if (holder.length == 0)
        return;
    const uint64_t hash = hash_of(holder, household);
    *slot_of(waves, hash) = (pol_wave_slot){ .hash = hash, .round = waves->round, .wave = wave };
}

void pol_waves_put(pol_waves *waves, pol_str person, pol_str household, uint32_t wave)
{
    put(waves, person, false, wave);
    put(waves, household, true, wave);
}
