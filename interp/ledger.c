/* The ledger of accumulators: packed entries in chunks, an open hash over them, lists for rolling ones. */
#include "interp/ledger.h"

#include <string.h>

/* Entries are addressed by their offset in units of 8 bytes: chunk number * CHUNK_UNITS + unit. */
#define CHUNK_UNITS 32768u
#define UNIT_BYTES 8u
#define CHUNK_BYTES (CHUNK_UNITS * UNIT_BYTES)
#define MAX_CHUNKS (UINT32_MAX / CHUNK_UNITS - 1)
#define NO_NODE UINT32_MAX

typedef struct pol_ledger_chunk {
    char *bytes;
    size_t size;
} pol_ledger_chunk;

/* Followed by the bytes of the key, from ENTRY_BYTES on. */
typedef struct entry {
    int64_t value; /* rolling: the newest month's node + 1, 0 for none */
    uint32_t hash;
    uint32_t stamp;
    uint32_t account;
    int32_t period;
    uint32_t length;
} entry;
#define ENTRY_BYTES (offsetof(entry, length) + sizeof(uint32_t))

/* A month of a rolling entry with its days, or a day. Lists run from the newest to the oldest. */
typedef struct pol_ledger_node {
    uint32_t next; /* the next older month, or day of the month */
    uint32_t days; /* of a month */
    int32_t when;  /* year * 12 + month - 1, or the date */
    pol_i128 sum;
} node;

void pol_ledger_init(pol_ledger *ledger, const pol_allocator *allocator)
{
    *ledger = (pol_ledger){ .entry_count = 0 };
    pol_arena_init(&ledger->arena, allocator);
    ledger->allocator = ledger->arena.allocator;
    pol_names_init(&ledger->accounts, &ledger->arena);
}

void pol_ledger_fini(pol_ledger *ledger)
{
    const pol_allocator *const allocator = &ledger->allocator;
    for (uint32_t i = 0; i < ledger->chunk_count; i++)
        pol_reallocate(allocator, ledger->chunks[i].bytes, ledger->chunks[i].size, 0);
    if (ledger->chunks != NULL)
        pol_reallocate(allocator, ledger->chunks, ledger->chunk_capacity * sizeof *ledger->chunks, 0);
    if (ledger->slots != NULL)
        pol_reallocate(allocator, ledger->slots, ledger->slot_count * sizeof *ledger->slots, 0);
    if (ledger->nodes != NULL)
        pol_reallocate(allocator, ledger->nodes, ledger->node_capacity * sizeof *ledger->nodes, 0);
    pol_arena_reset(&ledger->arena);
    *ledger = (pol_ledger){ .entry_count = 0 };
}

/* ---- accounts and periods ------------------------------------------------------------------------------- */

uint32_t pol_ledger_account(pol_ledger *ledger, pol_str series, pol_str matter, pol_str name)
{
    pol_text text;
    pol_text_init(&text, &ledger->arena);
    pol_text_add(&text, series);
    pol_text_char(&text, '\n');
    pol_text_add(&text, matter);
    pol_text_char(&text, '\n');
    pol_text_add(&text, name);
    if (pol_arena_failed(&ledger->arena))
        return POL_NONE32;
    return pol_names_add(&ledger->accounts, pol_text_str(&text));
}

int32_t pol_ledger_period(const pol_accum_def *accumulator, pol_date date)
{
    const pol_civil day = pol_date_civil(date);
    switch ((pol_period_kind)accumulator->period) {
    case POL_YEARLY: {
        const bool before = day.month < accumulator->start_month ||
                            (day.month == accumulator->start_month && day.day < accumulator->start_day);
        return day.year - before;
    }
    case POL_QUARTERLY: return day.year * 4 + (day.month - 1) / 3;
    case POL_MONTHLY: return day.year * 12 + day.month - 1;
    case POL_ROLLING:
    case POL_LIFELONG: break;
    }
    return 0;
}

pol_date pol_ledger_window(const pol_accum_def *accumulator, pol_date date)
{
    pol_date from;
    if (pol_date_add_months(date, -(int64_t)accumulator->months, false, &from))
        return from;
    return POL_DATE_MIN - 1;
}

/* ---- entries ------------------------------------------------------------------------------------------- */

static entry *entry_at(const pol_ledger *ledger, uint32_t number)
{
    const pol_ledger_chunk *const chunk = &ledger->chunks[number / CHUNK_UNITS];
    return (entry *)(void *)(chunk->bytes + (size_t)(number % CHUNK_UNITS) * UNIT_BYTES);
}

static char *key_of(entry *at)
{
    return (char *)at + ENTRY_BYTES;
}

/* The address of the ledger goes in, so that a list of persons prepared to fall into one place does so
 * in no other run. */
static uint32_t hash_of(const pol_ledger *ledger, uint32_t account, int32_t period, pol_str key)
{
    uint64_t x = pol_str_hash(key) ^ (uint64_t)(uintptr_t)ledger;
    x ^= (uint64_t)account * UINT64_C(0x9e3779b97f4a7c15) + (uint32_t)period;
    x = (x ^ (x >> 32)) * UINT64_C(0xd6e8feb86659fd93);
    return (uint32_t)(x >> 32);
}

static void put_in_slot(uint32_t *slots, uint32_t slot_count, uint32_t hash, uint32_t number)
{
    uint32_t slot = hash & (slot_count - 1);
    while (slots[slot] != 0)
        slot = (slot + 1) & (slot_count - 1);
    slots[slot] = number + 1;
}

/* At most 7/8 of the slots are used. */
static bool grow_slots(pol_ledger *ledger)
{
    if (ledger->entry_count < ledger->slot_count - ledger->slot_count / 8)
        return true;
    const uint32_t slot_count = ledger->slot_count == 0 ? 64 : ledger->slot_count * 2;
    if (slot_count < ledger->slot_count)
        return false;
    uint32_t *slots = pol_reallocate(&ledger->allocator, NULL, 0, slot_count * sizeof *slots);
    if (slots == NULL)
        return false;
    memset(slots, 0, slot_count * sizeof *slots);
    for (uint32_t i = 0; i < ledger->slot_count; i++) {
        if (ledger->slots[i] != 0)
            put_in_slot(slots, slot_count, entry_at(ledger, ledger->slots[i] - 1)->hash,
                        ledger->slots[i] - 1);
    }
    if (ledger->slots != NULL)
        pol_reallocate(&ledger->allocator, ledger->slots, ledger->slot_count * sizeof *slots, 0);
    ledger->slots = slots;
    ledger->slot_count = slot_count;
    return true;
}

static bool add_chunk(pol_ledger *ledger, size_t size)
{
    if (ledger->chunk_count == MAX_CHUNKS)
        return false;
    if (ledger->chunk_count == ledger->chunk_capacity) {
        const uint32_t capacity = ledger->chunk_capacity == 0 ? 16 : ledger->chunk_capacity * 2;
        pol_ledger_chunk *chunks =
            pol_reallocate(&ledger->allocator, ledger->chunks,
                           ledger->chunk_capacity * sizeof *chunks, capacity * sizeof *chunks);
        if (chunks == NULL)
            return false;
        ledger->chunks = chunks;
        ledger->chunk_capacity = capacity;
    }
    char *bytes = pol_reallocate(&ledger->allocator, NULL, 0, size);
    if (bytes == NULL)
        return false;
    ledger->chunks[ledger->chunk_count++] = (pol_ledger_chunk){ bytes, size };
    ledger->used = 0;
    return true;
}

/* Room for an entry; its number, or POL_NO_ENTRY. One larger than a chunk gets a chunk of its own. */
static uint32_t allocate_entry(pol_ledger *ledger, size_t size)
{
    size = size < sizeof(entry) ? sizeof(entry) : size;
    size = (size + UNIT_BYTES - 1) / UNIT_BYTES * UNIT_BYTES;
    if (ledger->chunk_count == 0 || ledger->used + size > CHUNK_BYTES) {
        if (!add_chunk(ledger, size > CHUNK_BYTES ? size : CHUNK_BYTES))
            return POL_NO_ENTRY;
    }
    const uint32_t unit = (uint32_t)(ledger->used / UNIT_BYTES);
    ledger->used += size;
    return (ledger->chunk_count - 1) * CHUNK_UNITS + unit;
}

static bool is_entry(entry *at, uint32_t hash, uint32_t account, int32_t period, pol_str key)
{
    return at->hash == hash && at->account == account && at->period == period &&
           at->length == key.length && memcmp(key_of(at), key.bytes, key.length) == 0;
}

uint32_t pol_ledger_entry(pol_ledger *ledger, uint32_t account, int32_t period, pol_str key)
{
    const uint32_t hash = hash_of(ledger, account, period, key);
    if (ledger->slot_count != 0) {
        uint32_t slot = hash & (ledger->slot_count - 1);
        for (; ledger->slots[slot] != 0; slot = (slot + 1) & (ledger->slot_count - 1)) {
            if (is_entry(entry_at(ledger, ledger->slots[slot] - 1), hash, account, period, key))
                return ledger->slots[slot] - 1;
        }
    }
    if (!grow_slots(ledger))
        return POL_NO_ENTRY;
    const uint32_t number = allocate_entry(ledger, ENTRY_BYTES + key.length);
    if (number == POL_NO_ENTRY)
        return POL_NO_ENTRY;
    entry *const at = entry_at(ledger, number);
    *at = (entry){ .hash = hash,
                   .account = account,
                   .period = period,
                   .length = (uint32_t)key.length };
    memcpy(key_of(at), key.bytes, key.length);
    put_in_slot(ledger->slots, ledger->slot_count, hash, number);
    ledger->entry_count++;
    return number;
}

int64_t pol_ledger_value(const pol_ledger *ledger, uint32_t number)
{
    return entry_at(ledger, number)->value;
}

void pol_ledger_store(pol_ledger *ledger, uint32_t number, int64_t value)
{
    entry_at(ledger, number)->value = value;
}

uint32_t pol_ledger_stamp(const pol_ledger *ledger, uint32_t number)
{
    return entry_at(ledger, number)->stamp;
}

void pol_ledger_set_stamp(pol_ledger *ledger, uint32_t number, uint32_t stamp)
{
    entry_at(ledger, number)->stamp = stamp;
}

/* ---- rolling entries ------------------------------------------------------------------------------------- */

static int32_t month_of(pol_date date)
{
    const pol_civil day = pol_date_civil(date);
    return day.year * 12 + day.month - 1;
}

/* The node of `when` in the list that begins at *head, made when new; NO_NODE when memory ran out. */
static uint32_t node_in_list(pol_ledger *ledger, uint32_t *head, int32_t when)
{
    uint32_t before = NO_NODE, at = *head;
    while (at != NO_NODE && ledger->nodes[at].when > when) {
        before = at;
        at = ledger->nodes[at].next;
    }
    if (at != NO_NODE && ledger->nodes[at].when == when)
        return at;
    const uint32_t number = ledger->node_count++;
    ledger->nodes[number] = (node){ .next = at, .days = NO_NODE, .when = when };
    if (before == NO_NODE)
        *head = number;
    else
        ledger->nodes[before].next = number;
    return number;
}

static bool reserve_nodes(pol_ledger *ledger, uint32_t count)
{
    if (ledger->node_count <= ledger->node_capacity &&
        count <= ledger->node_capacity - ledger->node_count)
        return true;
    if (ledger->node_capacity > NO_NODE / 4)
        return false;
    const uint32_t capacity = ledger->node_capacity == 0 ? 64 : ledger->node_capacity * 2;
    node *nodes = pol_reallocate(&ledger->allocator, ledger->nodes,
                                 ledger->node_capacity * sizeof *nodes, capacity * sizeof *nodes);
    if (nodes == NULL)
        return false;
    ledger->nodes = nodes;
    ledger->node_capacity = capacity;
    return true;
}

/* The value of a rolling entry is its newest month's node + 1. */
static uint32_t first_month(const pol_ledger *ledger, uint32_t number)
{
    const int64_t value = entry_at(ledger, number)->value;
    return value == 0 ? NO_NODE : (uint32_t)(value - 1);
}

bool pol_ledger_add(pol_ledger *ledger, uint32_t number, pol_date date, int64_t value)
{
    if (value == 0)
        return true;
    if (!reserve_nodes(ledger, 2))
        return false;
    uint32_t head = first_month(ledger, number);
    const uint32_t month = node_in_list(ledger, &head, month_of(date));
    entry_at(ledger, number)->value = (int64_t)head + 1;
    uint32_t days = ledger->nodes[month].days;
    const uint32_t day = node_in_list(ledger, &days, date);
    ledger->nodes[month].days = days;
    ledger->nodes[month].sum += value;
    ledger->nodes[day].sum += value;
    return true;
}

/* Days of one month within the window. */
static pol_i128 sum_days(const pol_ledger *ledger, uint32_t day, pol_date from, pol_date to)
{
    pol_i128 sum = 0;
    for (; day != NO_NODE && ledger->nodes[day].when > from; day = ledger->nodes[day].next) {
        if (ledger->nodes[day].when <= to)
            sum += ledger->nodes[day].sum;
    }
    return sum;
}

pol_i128 pol_ledger_sum(const pol_ledger *ledger, uint32_t number, pol_date from, pol_date to)
{
    const int32_t last = month_of(to);
    const int32_t first = from < POL_DATE_MIN ? INT32_MIN : month_of(from);
    pol_i128 sum = 0;
    for (uint32_t month = first_month(ledger, number); month != NO_NODE;
         month = ledger->nodes[month].next) {
        const int32_t when = ledger->nodes[month].when;
        if (when < first)
            break;
        if (when > last)
            continue;
        sum += when == first || when == last ? sum_days(ledger, ledger->nodes[month].days, from, to)
                                             : ledger->nodes[month].sum;
    }
    return sum;
}
