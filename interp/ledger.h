/* The ledger: what accumulators (累计) stand at, by account, key and period. It lives for a run and may
 * serve all editions of a series.
 *
 * An entry is found (or made, at 0) by its account (one accumulator of a series), the number of its
 * period and the bytes of its key (person or household, further inputs). It takes about 50 bytes for a
 * person and accumulator. Entries of rolling accumulators keep what was added by date, in lists by
 * month, so that a sum over any window looks at a few months and days only.
 * Before it: record.h (key values); after it: the VM (values before) and result.h (values after). */
#ifndef POL_INTERP_LEDGER_H
#define POL_INTERP_LEDGER_H

#include "interp/program.h"

typedef struct pol_ledger {
    pol_allocator allocator;  /* copied */
    pol_arena arena;          /* names of accounts */
    pol_names accounts;
    struct pol_ledger_chunk *chunks; /* entries, packed; owned */
    uint32_t chunk_count, chunk_capacity;
    size_t used;              /* bytes of the last chunk */
    uint32_t *slots;          /* hash table of entries + 1; owned */
    uint32_t slot_count, entry_count;
    struct pol_ledger_node *nodes; /* months and days of rolling entries; owned */
    uint32_t node_count, node_capacity;
} pol_ledger;

#define POL_NO_ENTRY UINT32_MAX

/* allocator NULL means malloc. */
void pol_ledger_init(pol_ledger *ledger, const pol_allocator *allocator);
void pol_ledger_fini(pol_ledger *ledger);

/* The account of an accumulator; `matter` is empty for a shared one. POL_NONE32: memory ran out. */
uint32_t pol_ledger_account(pol_ledger *ledger, pol_str series, pol_str matter, pol_str name);
/* Number of the period that the date lies in; 0 for 滚动 and 不清零. */
int32_t pol_ledger_period(const pol_accum_def *accumulator, pol_date date);
/* The entry, made when new. POL_NO_ENTRY: memory ran out. */
uint32_t pol_ledger_entry(pol_ledger *ledger, uint32_t account, int32_t period, pol_str key);

/* Entries with one value. */
int64_t pol_ledger_value(const pol_ledger *ledger, uint32_t entry);
void pol_ledger_store(pol_ledger *ledger, uint32_t entry, int64_t value);
/* Rolling entries: what was added on days after `from` up to `to`. */
pol_i128 pol_ledger_sum(const pol_ledger *ledger, uint32_t entry, pol_date from, pol_date to);
/* False when memory ran out. */
bool pol_ledger_add(pol_ledger *ledger, uint32_t entry, pol_date date, int64_t value);
/* The window of a rolling accumulator begins after this day. */
pol_date pol_ledger_window(const pol_accum_def *accumulator, pol_date date);

/* A stamp that the caller puts on an entry, 0 at first. */
uint32_t pol_ledger_stamp(const pol_ledger *ledger, uint32_t entry);
void pol_ledger_set_stamp(pol_ledger *ledger, uint32_t entry, uint32_t stamp);

#endif
