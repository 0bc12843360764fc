/* The ledger of accumulators: packed entries in chunks, an open hash over them, lists for rolling ones. */
#include "interp/ledger.h"

#include <stdio.h>
#include <string.h>

#include "interp/swar.h"

#define CHUNK_UNITS POL_LEDGER_UNITS
#define UNIT_BYTES 8u
#define CHUNK_BYTES (CHUNK_UNITS * UNIT_BYTES)
#define MAX_CHUNKS (UINT32_MAX / CHUNK_UNITS - 1)
#define NO_NODE UINT32_MAX
#define TAGS 8u /* looked at together; the first are there once more behind the last */

typedef pol_ledger_head entry;
#define ENTRY_BYTES (offsetof(entry, length) + sizeof(uint32_t))

/* A month of a rolling entry with its days, or a day. Lists run from the newest to the oldest. */
typedef struct pol_ledger_node {
    uint32_t next; /* the next older month, or day of the month */
    uint32_t days; /* of a month */
    int32_t when;  /* year * 12 + month - 1, or the date */
    pol_i128 sum;
} node;

static size_t table_bytes(uint32_t slot_count)
{
    return (size_t)slot_count * (sizeof(uint32_t) + 1) + TAGS;
}

void pol_ledger_init(pol_ledger *ledger, const pol_allocator *allocator)
{
    *ledger = (pol_ledger){ .entry_count = 0 };
    pol_arena_init(&ledger->arena, allocator);
    ledger->allocator = ledger->arena.allocator;
    pol_names_init(&ledger->names, &ledger->arena);
}

void pol_ledger_fini(pol_ledger *ledger)
{
    const pol_allocator *const allocator = &ledger->allocator;
    pol_ledger_stop_reading(ledger);
    for (uint32_t i = 0; i < ledger->chunk_count; i++)
        pol_reallocate(allocator, ledger->chunks[i].bytes, ledger->chunks[i].size, 0);
    if (ledger->chunks != NULL)
        pol_reallocate(allocator, ledger->chunks, ledger->chunk_capacity * sizeof *ledger->chunks, 0);
    if (ledger->slots != NULL)
        pol_reallocate(allocator, ledger->slots, table_bytes(ledger->slot_count), 0);
    if (ledger->nodes != NULL)
        pol_reallocate(allocator, ledger->nodes, ledger->node_capacity * sizeof *ledger->nodes, 0);
    pol_arena_reset(&ledger->arena);
    *ledger = (pol_ledger){ .entry_count = 0 };
}

pol_status pol_ledger_new(const pol_allocator *allocator, pol_ledger **ledger)
{
    if (ledger == NULL)
        return POL_BAD_ARGUMENT;
    *ledger = pol_reallocate(allocator, NULL, 0, sizeof **ledger);
    if (*ledger == NULL)
        return POL_NO_MEMORY;
    pol_ledger_init(*ledger, allocator);
    return POL_OK;
}

void pol_ledger_free(pol_ledger *ledger)
{
    if (ledger == NULL)
        return;
    const pol_allocator allocator = ledger->allocator;
    pol_ledger_fini(ledger);
    pol_reallocate(&allocator, ledger, sizeof *ledger, 0);
}

void pol_ledger_refuse(pol_ledger *ledger, const char *zh, const char *en)
{
    snprintf(ledger->problem[POL_ZH], sizeof ledger->problem[POL_ZH], "%s", zh);
    snprintf(ledger->problem[POL_EN], sizeof ledger->problem[POL_EN], "%s", en);
}

const char *pol_ledger_problem(const pol_ledger *ledger, pol_lang lang)
{
    return ledger == NULL ? "" : ledger->problem[lang == POL_EN ? POL_EN : POL_ZH];
}

/* ---- series, accounts and periods ------------------------------------------------------------------------ */

/* Names in messages are cut at this many bytes, between characters. */
#define SHOWN_BYTES 60

static void show(char shown[SHOWN_BYTES + 4], pol_str name)
{
    size_t length = name.length < SHOWN_BYTES ? name.length : SHOWN_BYTES;
    while (length < name.length && length > 0 && ((unsigned char)name.bytes[length] & 0xc0) == 0x80)
        length--;
    snprintf(shown, SHOWN_BYTES + 4, "%.*s%s", (int)length, length == 0 ? "" : name.bytes,
             length < name.length ? "…" : "");
}

pol_status pol_ledger_belong(pol_ledger *ledger, pol_str series)
{
    char own[SHOWN_BYTES + 4], other[SHOWN_BYTES + 4], zh[256], en[256];
    if (ledger->series.length == 0) {
        ledger->series = pol_str_copy(&ledger->arena, series);
        return pol_arena_failed(&ledger->arena) ? POL_NO_MEMORY : POL_OK;
    }
    if (pol_str_equal(ledger->series, series))
        return POL_OK;
    show(own, ledger->series);
    show(other, series);
    snprintf(zh, sizeof zh, "台账属于系列“%s”，不是“%s”", own, other);
    snprintf(en, sizeof en, "the ledger belongs to the series \"%s\", not to \"%s\"", own, other);
    pol_ledger_refuse(ledger, zh, en);
    return POL_REFUSED;
}

pol_account pol_ledger_account_of(const pol_accum_def *accumulator, pol_str matter)
{
    return (pol_account){ .matter = accumulator->shared ? POL_STR("") : matter,
                          .name = accumulator->name,
                          .integer = accumulator->integer,
                          .household = accumulator->household,
                          .period = accumulator->period,
                          .start_month = accumulator->start_month,
                          .start_day = accumulator->start_day,
                          .months = accumulator->period == POL_ROLLING ? accumulator->months : 0,
                          .key_count = accumulator->key_count };
}

static bool counts_alike(const pol_account *a, const pol_account *b)
{
    const bool one_start = a->period != POL_YEARLY ||
                           (a->start_month == b->start_month && a->start_day == b->start_day);
    return a->integer == b->integer && a->household == b->household && a->period == b->period &&
           one_start && a->months == b->months && a->key_count == b->key_count;
}

static pol_status refuse_account(pol_ledger *ledger, pol_str name)
{
    char shown[SHOWN_BYTES + 4], zh[256], en[256];
    show(shown, name);
    snprintf(zh, sizeof zh, "台账中的累计“%s”类型、按谁、期间或分项与政策不同", shown);
    snprintf(en, sizeof en,
             "the ledger's accumulator \"%s\" has another type, holder, period or key than the policy's",
             shown);
    pol_ledger_refuse(ledger, zh, en);
    return POL_REFUSED;
}

/* The number of the account's name, new or known; POL_NO_NAME when memory ran out. */
static uint32_t name_number(pol_ledger *ledger, const pol_account *account)
{
    pol_arena scratch;
    pol_text text;
    pol_arena_init(&scratch, &ledger->allocator);
    pol_text_init(&text, &scratch);
    pol_text_add(&text, account->matter);
    pol_text_char(&text, '\n');
    pol_text_add(&text, account->name);
    const uint32_t number =
        pol_arena_failed(&scratch) ? POL_NO_NAME : pol_names_add(&ledger->names, pol_text_str(&text));
    pol_arena_reset(&scratch);
    return number;
}

pol_status pol_ledger_account(pol_ledger *ledger, const pol_account *account, uint32_t *number)
{
    *number = name_number(ledger, account);
    if (*number == POL_NO_NAME)
        return POL_NO_MEMORY;
    if (*number < ledger->accounts.count)
        return counts_alike(&ledger->accounts.items[*number], account)
                   ? POL_OK
                   : refuse_account(ledger, account->name);
    pol_account kept = *account;
    kept.matter = pol_str_copy(&ledger->arena, account->matter);
    kept.name = pol_str_copy(&ledger->arena, account->name);
    return POL_PUSH(&ledger->arena, ledger->accounts, kept) && !pol_arena_failed(&ledger->arena)
               ? POL_OK
               : POL_NO_MEMORY;
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
    return pol_ledger_at(ledger, number);
}

static char *key_of(entry *at)
{
    return (char *)at + ENTRY_BYTES;
}

/* Eight, four or fewer bytes as a number. */
static uint64_t word_at(const char *bytes, size_t length)
{
    uint64_t word = 0;
    memcpy(&word, bytes, length);
    return word;
}

/* Both halves of the product. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    const pol_u128 product = (pol_u128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The address of the ledger goes in, so that a list of persons prepared to fall into one place does so
 * in no other run. */
static uint32_t hash_of(const pol_ledger *ledger, uint32_t account, int32_t period, pol_str key)
{
    const uint64_t k_odd = UINT64_C(0x9e3779b97f4a7c15), k_other = UINT64_C(0xd6e8feb86659fd93);
    uint64_t x = fold((uint64_t)(uintptr_t)ledger ^ k_other, k_odd ^ ((uint64_t)account << 32 | (uint32_t)period));
    size_t left = key.length;
    for (; left > 8; left -= 8)
        x = fold(x ^ word_at(key.bytes + (key.length - left), 8), k_odd);
    if (left == 8 || (left != 0 && key.length > 8))
        x = fold(x ^ word_at(key.bytes + key.length - 8, 8), k_other ^ key.length);
    else if (left >= 4)
        x = fold(x ^ (word_at(key.bytes, 4) | word_at(key.bytes + left - 4, 4) << 32), k_other ^ key.length);
    else if (left != 0)
        x = fold(x ^ (word_at(key.bytes, 1) | word_at(key.bytes + left / 2, 1) << 8 | word_at(key.bytes + left - 1, 1) << 16),
                 k_other ^ key.length);
    return (uint32_t)(fold(x, k_odd) >> 16);
}

/* ---- the table: a number and a tag for each slot, tags looked at eight at a time ---------------------------- */

#define ONES     UINT64_C(0x0101010101010101)
#define HIGH_BITS (ONES * 0x80)

/* Of a used slot, never 0; other bits than those that choose the slot. */
static uint8_t tag_of(uint32_t hash)
{
    return (uint8_t)(hash >> 24 | 1);
}

/* Marks the bytes of the word that are 0: the lowest mark is right, others may stand above one. */
static uint64_t zero_bytes(uint64_t word)
{
    return (word - ONES) & ~word & HIGH_BITS;
}

/* Eight tags, the first one lowest. */
static uint64_t tags_from(const pol_ledger *ledger, uint32_t slot)
{
#if POL_SWAR
    return pol_swar_load((const char *)ledger->tags + slot);
#else
    uint64_t tags = 0;
    for (unsigned i = 0; i < TAGS; i++)
        tags |= (uint64_t)ledger->tags[slot + i] << 8 * i;
    return tags;
#endif
}

static unsigned first_mark(uint64_t marks)
{
#if POL_SWAR
    return (unsigned)__builtin_ctzll(marks) / 8;
#else
    unsigned at = 0;
    for (; (marks & 0x80) == 0; marks >>= 8)
        at++;
    return at;
#endif
}

static void put_in_slot(pol_ledger *ledger, uint32_t hash, uint32_t number)
{
    const uint32_t mask = ledger->slot_count - 1;
    uint32_t slot = hash & mask;
    while (ledger->tags[slot] != 0)
        slot = (slot + 1) & mask;
    ledger->slots[slot] = number;
    ledger->tags[slot] = tag_of(hash);
    if (slot < TAGS)
        ledger->tags[ledger->slot_count + slot] = ledger->tags[slot];
}

/* The same for all entries, as they stand in memory: each is read here. */
static void put_all_in_slots(pol_ledger *ledger)
{
    enum { TOGETHER = 32 };
    pol_ledger_cursor cursor = { 0 };
    uint32_t hashes[TOGETHER], numbers[TOGETHER], count;
    do {
        for (count = 0; count < TOGETHER && pol_ledger_next(ledger, &cursor); count++) {
            hashes[count] = hash_of(ledger, cursor.account, cursor.period, cursor.key);
            numbers[count] = cursor.number;
            pol_ledger_expect(ledger, hashes[count]);
        }
        for (uint32_t i = 0; i < count; i++)
            put_in_slot(ledger, hashes[i], numbers[i]);
    } while (count == TOGETHER);
}

/* At most 7/8 of the slots are used. */
static bool grow_slots(pol_ledger *ledger)
{
    if (ledger->entry_count < ledger->slot_count - ledger->slot_count / 8)
        return true;
    const pol_ledger before = *ledger;
    const uint32_t slot_count = before.slot_count == 0 ? 64 : before.slot_count * 2;
    if (slot_count < before.slot_count)
        return false;
    uint32_t *const slots = pol_reallocate(&ledger->allocator, NULL, 0, table_bytes(slot_count));
    if (slots == NULL)
        return false;
    ledger->slots = slots;
    ledger->tags = (uint8_t *)(slots + slot_count);
    ledger->slot_count = slot_count;
    memset(ledger->tags, 0, slot_count + TAGS);
    put_all_in_slots(ledger);
    if (before.slots != NULL)
        pol_reallocate(&ledger->allocator, before.slots, table_bytes(before.slot_count), 0);
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
    ledger->chunks[ledger->chunk_count++] = (pol_ledger_chunk){ .bytes = bytes, .size = size };
    return true;
}

/* What an entry takes, a multiple of the unit. */
static size_t entry_size(size_t key_length)
{
    const size_t size = ENTRY_BYTES + key_length;
    return ((size < sizeof(entry) ? sizeof(entry) : size) + UNIT_BYTES - 1) / UNIT_BYTES * UNIT_BYTES;
}

/* Room for an entry; its number, or POL_NO_ENTRY. One larger than a chunk gets a chunk of its own. */
static uint32_t allocate_entry(pol_ledger *ledger, size_t size)
{
    pol_ledger_chunk *last = ledger->chunk_count == 0 ? NULL : &ledger->chunks[ledger->chunk_count - 1];
    if (last == NULL || last->used + size > CHUNK_BYTES) {
        if (!add_chunk(ledger, size > CHUNK_BYTES ? size : CHUNK_BYTES))
            return POL_NO_ENTRY;
        last = &ledger->chunks[ledger->chunk_count - 1];
    }
    const uint32_t unit = (uint32_t)(last->used / UNIT_BYTES);
    last->used += size;
    return (ledger->chunk_count - 1) * CHUNK_UNITS + unit;
}

static bool is_entry(entry *at, uint32_t account, int32_t period, pol_str key)
{
    return at->account == account && at->period == period && at->length == key.length &&
           memcmp(key_of(at), key.bytes, key.length) == 0;
}

static uint32_t find_entry(const pol_ledger *ledger, uint32_t hash, uint32_t account, int32_t period, pol_str key)
{
    if (ledger->slot_count == 0)
        return POL_NO_ENTRY;
    const uint32_t mask = ledger->slot_count - 1;
    for (uint32_t slot = hash & mask;; slot = (slot + TAGS) & mask) {
        const uint64_t tags = tags_from(ledger, slot), empty = zero_bytes(tags);
        uint64_t alike = zero_bytes(tags ^ ONES * tag_of(hash));
        if (empty != 0)
            alike &= (empty & (~empty + 1)) - 1; /* before the first empty slot */
        for (; alike != 0; alike &= alike - 1) {
            const uint32_t number = ledger->slots[(slot + first_mark(alike)) & mask];
            if (is_entry(entry_at(ledger, number), account, period, key))
                return number;
        }
        if (empty != 0)
            return POL_NO_ENTRY;
    }
}

/* Makes an entry that is not there yet. */
static uint32_t add_entry(pol_ledger *ledger, uint32_t hash, uint32_t account, int32_t period, pol_str key)
{
    if (!grow_slots(ledger))
        return POL_NO_ENTRY;
    const uint32_t number = allocate_entry(ledger, entry_size(key.length));
    if (number == POL_NO_ENTRY)
        return POL_NO_ENTRY;
    entry *const at = entry_at(ledger, number);
    *at = (entry){ .account = account,
                   .period = period,
                   .date = POL_NO_DATE,
                   .length = (uint32_t)key.length };
    if (key.length != 0)
        memcpy(key_of(at), key.bytes, key.length);
    put_in_slot(ledger, hash, number);
    ledger->entry_count++;
    return number;
}

uint32_t pol_ledger_hash(const pol_ledger *ledger, uint32_t account, int32_t period, pol_str key)
{
    return hash_of(ledger, account, period, key);
}

#if defined(__GNUC__)
#define FETCH(address) __builtin_prefetch(address)
#else
#define FETCH(address) ((void)(address))
#endif

void pol_ledger_expect(const pol_ledger *ledger, uint32_t hash)
{
    if (ledger->slot_count == 0)
        return;
    FETCH(ledger->tags + (hash & (ledger->slot_count - 1)));
    FETCH(ledger->slots + (hash & (ledger->slot_count - 1)));
}

void pol_ledger_expect_entry(const pol_ledger *ledger, uint32_t hash)
{
    if (ledger->slot_count == 0)
        return;
    const uint32_t mask = ledger->slot_count - 1;
    const uint64_t alike = zero_bytes(tags_from(ledger, hash & mask) ^ ONES * tag_of(hash));
    if (alike != 0)
        FETCH(entry_at(ledger, ledger->slots[((hash & mask) + first_mark(alike)) & mask]));
}

uint32_t pol_ledger_entry_of(pol_ledger *ledger, uint32_t hash, uint32_t account, int32_t period, pol_str key)
{
    const uint32_t found = find_entry(ledger, hash, account, period, key);
    return found != POL_NO_ENTRY ? found : add_entry(ledger, hash, account, period, key);
}

uint32_t pol_ledger_entry(pol_ledger *ledger, uint32_t account, int32_t period, pol_str key)
{
    return pol_ledger_entry_of(ledger, hash_of(ledger, account, period, key), account, period, key);
}

bool pol_ledger_next(const pol_ledger *ledger, pol_ledger_cursor *cursor)
{
    while (cursor->chunk < ledger->chunk_count &&
           cursor->offset == ledger->chunks[cursor->chunk].used) {
        cursor->chunk++;
        cursor->offset = 0;
    }
    if (cursor->chunk == ledger->chunk_count)
        return false;
    cursor->number = cursor->chunk * CHUNK_UNITS + (uint32_t)(cursor->offset / UNIT_BYTES);
    entry *const at = entry_at(ledger, cursor->number);
    cursor->account = at->account;
    cursor->period = at->period;
    cursor->key = (pol_str){ key_of(at), at->length };
    cursor->offset += entry_size(at->length);
    return true;
}

void pol_ledger_key_part(pol_text *key, pol_str part, bool absent)
{
    const size_t length = absent ? POL_ABSENT_PART : part.length;
    for (int shift = 16; shift >= 0; shift -= 8)
        pol_text_char(key, (char)(length >> shift & 0xff));
    if (!absent)
        pol_text_add(key, part);
}

bool pol_ledger_next_part(pol_str *key, pol_str *part, bool *absent)
{
    if (key->length < 3)
        return false;
    const unsigned char *const head = (const unsigned char *)key->bytes;
    const size_t length = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];
    *absent = length == POL_ABSENT_PART;
    *part = (pol_str){ key->bytes + 3, *absent ? 0 : length };
    if (part->length > key->length - 3)
        return false;
    *key = (pol_str){ part->bytes + part->length, key->length - 3 - part->length };
    return true;
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

bool pol_ledger_add(pol_ledger *ledger, uint32_t number, pol_date date, pol_i128 value)
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

bool pol_ledger_next_day(const pol_ledger *ledger, uint32_t number, pol_ledger_day *day)
{
    if (!day->started) {
        *day = (pol_ledger_day){ .started = true, .month = first_month(ledger, number), .node = NO_NODE };
        day->node = day->month == NO_NODE ? NO_NODE : ledger->nodes[day->month].days;
    } else {
        day->node = ledger->nodes[day->node].next;
        if (day->node == NO_NODE) {
            day->month = ledger->nodes[day->month].next;
            day->node = day->month == NO_NODE ? NO_NODE : ledger->nodes[day->month].days;
        }
    }
    if (day->node == NO_NODE)
        return false;
    day->date = ledger->nodes[day->node].when;
    day->sum = ledger->nodes[day->node].sum;
    return true;
}
