/* The ledger: what accumulators (累计) stand at, by account, key and period. It belongs to a series and
 * serves all its editions; ledger_file.c writes it to a file and reads it back.
 *
 * An entry is found (or made, at 0) by its account (one accumulator of a matter, or a shared one), the
 * number of its period and the bytes of its key (person or household, further inputs). It takes less
 * than 64 bytes for a person and accumulator. Entries of rolling accumulators keep what was added by
 * date, in lists by month, so that a sum over any window looks at a few months and days only.
 * Before it: record.h (key values); after it: the VM (values before) and result.h (values after). */
#ifndef POL_INTERP_LEDGER_H
#define POL_INTERP_LEDGER_H

#include <pol/pol.h>

#include "interp/program.h"

/* What is the same for all entries of an accumulator. */
typedef struct pol_account {
    pol_str matter, name; /* matter is empty for a shared one */
    bool integer, household;
    uint8_t period;             /* pol_period_kind */
    int start_month, start_day; /* 每年; else 1, 1 */
    uint32_t months;            /* 滚动; else 0 */
    uint32_t key_count;         /* further inputs of the key */
} pol_account;

struct pol_ledger {
    pol_allocator allocator;  /* copied */
    pol_arena arena;          /* names of accounts */
    pol_str series;           /* empty: not said yet */
    pol_names names;          /* of accounts, with their matter */
    POL_VEC(pol_account) accounts;   /* by number of the name */
    struct pol_ledger_chunk *chunks; /* entries, packed; owned */
    uint32_t chunk_count, chunk_capacity;
    uint32_t *slots;          /* hash table of entries; owned */
    uint8_t *tags;            /* by slot: some bits of the hash, 0 when it is empty; behind the slots */
    uint32_t slot_count, entry_count;
    struct pol_ledger_node *nodes; /* months and days of rolling entries; owned */
    uint32_t node_count, node_capacity;
    struct pol_ledger_reading *reading; /* owned; while a file is read */
    char problem[2][256];     /* by pol_lang: why something was refused */
};

#define POL_NO_ENTRY UINT32_MAX

/* allocator NULL means malloc. */
void pol_ledger_init(pol_ledger *ledger, const pol_allocator *allocator);
void pol_ledger_fini(pol_ledger *ledger);
/* ledger_file.c: lets go of a file that was being read. */
void pol_ledger_stop_reading(pol_ledger *ledger);

/* The ledger is this series' from now on. POL_REFUSED (see pol_ledger_problem) when it is another's. */
pol_status pol_ledger_belong(pol_ledger *ledger, pol_str series);
/* The number of an account, made when new. POL_REFUSED when one of that name counts in another way. */
pol_status pol_ledger_account(pol_ledger *ledger, const pol_account *account, uint32_t *number);
/* The account of a program's accumulator. */
pol_account pol_ledger_account_of(const pol_accum_def *accumulator, pol_str matter);
/* Notes why something was refused, in both languages (at most 255 bytes of each are kept). */
void pol_ledger_refuse(pol_ledger *ledger, const char *zh, const char *en);

/* A key of a holder alone is the holder's bytes; one with further inputs has parts: the holder, then what
 * each input says. False: no part is left. */
#define POL_ABSENT_PART 0xffffff
void pol_ledger_key_part(pol_text *key, pol_str part, bool absent);
bool pol_ledger_next_part(pol_str *key, pol_str *part, bool *absent);
/* Number of the period that the date lies in; 0 for 滚动 and 不清零. */
int32_t pol_ledger_period(const pol_accum_def *accumulator, pol_date date);
/* The entry, made when new. POL_NO_ENTRY: memory ran out. */
uint32_t pol_ledger_entry(pol_ledger *ledger, uint32_t account, int32_t period, pol_str key);
/* The same in steps, for those who look up many: first for all of them the hash, then what is to come is fetched
 * into the cache. */
uint32_t pol_ledger_hash(const pol_ledger *ledger, uint32_t account, int32_t period, pol_str key);
void pol_ledger_expect(const pol_ledger *ledger, uint32_t hash);
void pol_ledger_expect_entry(const pol_ledger *ledger, uint32_t hash);
uint32_t pol_ledger_entry_of(pol_ledger *ledger, uint32_t hash, uint32_t account, int32_t period, pol_str key);

/* Private: an entry, followed by the bytes of its key. Entries are addressed by their offset in units of 8 bytes: chunk
 * number * POL_LEDGER_UNITS + unit. */
#define POL_LEDGER_UNITS 32768u
typedef struct pol_ledger_head {
    int64_t value; /* rolling: the newest month's node + 1, 0 for none */
    uint32_t account;
    int32_t period;
    pol_date date;
    uint32_t length;
} pol_ledger_head;
typedef struct pol_ledger_chunk {
    char *bytes;
    size_t size, used;
} pol_ledger_chunk;
static inline pol_ledger_head *pol_ledger_at(const pol_ledger *ledger, uint32_t entry)
{
    const pol_ledger_chunk *const chunk = &ledger->chunks[entry / POL_LEDGER_UNITS];
    return (pol_ledger_head *)(void *)(chunk->bytes + (size_t)(entry % POL_LEDGER_UNITS) * 8);
}

/* Entries with one value. */
static inline int64_t pol_ledger_value(const pol_ledger *ledger, uint32_t entry)
{
    return pol_ledger_at(ledger, entry)->value;
}
static inline void pol_ledger_store(pol_ledger *ledger, uint32_t entry, int64_t value)
{
    pol_ledger_at(ledger, entry)->value = value;
}
/* Rolling entries: what was added on days after `from` up to `to`. */
pol_i128 pol_ledger_sum(const pol_ledger *ledger, uint32_t entry, pol_date from, pol_date to);
/* False when memory ran out. */
bool pol_ledger_add(pol_ledger *ledger, uint32_t entry, pol_date date, pol_i128 value);
/* The window of a rolling accumulator begins after this day. */
pol_date pol_ledger_window(const pol_accum_def *accumulator, pol_date date);

/* The governing date of the last claim that stored something; POL_NO_DATE at first. */
#define POL_NO_DATE INT32_MIN
static inline pol_date pol_ledger_date(const pol_ledger *ledger, uint32_t entry)
{
    return pol_ledger_at(ledger, entry)->date;
}
static inline void pol_ledger_set_date(pol_ledger *ledger, uint32_t entry, pol_date date)
{
    pol_ledger_at(ledger, entry)->date = date;
}

/* All entries in the order in which they were made. Start with zeros. */
typedef struct pol_ledger_cursor {
    uint32_t chunk;
    size_t offset;
    uint32_t number; /* of the entry, which is: */
    uint32_t account;
    int32_t period;
    pol_str key;
} pol_ledger_cursor;
bool pol_ledger_next(const pol_ledger *ledger, pol_ledger_cursor *cursor);
/* The days of a rolling entry, from the newest to the oldest. Start with zeros. */
typedef struct pol_ledger_day {
    bool started;
    uint32_t month, node; /* private */
    pol_date date;
    pol_i128 sum;
} pol_ledger_day;
bool pol_ledger_next_day(const pol_ledger *ledger, uint32_t entry, pol_ledger_day *day);

#endif
