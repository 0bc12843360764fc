#include "interp/waves.h"

#include <string.h>

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

static uint64_t hash_of(pol_wave_holder *last, pol_str holder, bool household)
{
    if (holder.length == last->length && memcmp(holder.bytes, last->bytes, holder.length) == 0)
        return last->hash;
    last->hash = pol_str_hash(holder) ^ (household ? UINT64_C(0x9e3779b97f4a7c15) : 0);
    last->length = holder.length <= sizeof last->bytes ? holder.length : 0;
    memcpy(last->bytes, holder.bytes, last->length);
    return last->hash;
}

/* The holder's slot, or the empty one where it would be. */
static pol_wave_slot *slot_of(const pol_waves *waves, uint64_t hash)
{
    uint32_t at = (uint32_t)(hash ^ hash >> 32) & (waves->slot_count - 1);
    while (waves->slots[at].round == waves->round && waves->slots[at].hash != hash)
        at = (at + 1) & (waves->slot_count - 1);
    return &waves->slots[at];
}

static uint32_t wave_behind(pol_waves *waves, pol_str holder, bool household, bool reads)
{
    pol_wave_holder *const last = &waves->last[household];
    last->slot = NULL;
    if (holder.length == 0)
        return 0;
    last->slot = slot_of(waves, hash_of(last, holder, household));
    return last->slot->round == waves->round ? last->slot->wave + reads : 0;
}

uint32_t pol_waves_of(pol_waves *waves, pol_str person, pol_str household, bool reads)
{
    const uint32_t a = wave_behind(waves, person, false, reads), b = wave_behind(waves, household, true, reads);
    return a > b ? a : b;
}

void pol_waves_put(pol_waves *waves, uint32_t wave)
{
    for (unsigned i = 0; i < 2; i++) {
        pol_wave_holder *const last = &waves->last[i];
        if (i == 1 && last->slot != NULL && last->slot == waves->last[0].slot)
            last->slot = slot_of(waves, last->hash); /* both were sent to one empty slot */
        if (last->slot != NULL)
            *last->slot = (pol_wave_slot){ .hash = last->hash, .round = waves->round, .wave = wave };
    }
}
