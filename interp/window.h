/* Many records of one piece of input at once: where every value of every record stands.
 *
 * A window covers up to POL_WINDOW_ROWS records. A slot is what one key of the records (a column of CSV)
 * may hold; of a usual record the window knows each slot's place. A record of another form is odd: it is
 * left to the exact readers (csv.h, record.h). So the window never decides what is wrong with a record,
 * and what it takes for usual is exactly what they would read.
 *
 * Before it: a piece of the stream, cut by nobody. After it: intake.h, which reads the slots column by
 * column. Places are offsets from `bytes`, which points into the piece; at least POL_WINDOW_SLACK bytes
 * before and behind every record can be read. */
#ifndef POL_INTERP_WINDOW_H
#define POL_INTERP_WINDOW_H

#include "interp/csv_scan.h"
#include "interp/record.h"

#define POL_WINDOW_ROWS      POL_BLOCK_ROWS
#define POL_WINDOW_SLOTS     256 /* records with more keys are all odd */
#define POL_WINDOW_SLACK     POL_SCAN_WIDTH
#define POL_WINDOW_ROW_BYTES ((size_t)64 << 10) /* longer records end the window */

/* What a slot is of. */
typedef enum pol_slot_kind { POL_SLOT_KEY, POL_SLOT_PARAMETER } pol_slot_kind;
typedef struct pol_slot {
    uint8_t kind;
    pol_str name; /* of the key or parameter, in compared form; JSON: as it is written */
} pol_slot;

typedef struct pol_window {
    pol_arena *arena; /* borrowed: as long as the window */
    bool csv;
    bool unusable;    /* all records are odd */
    POL_VEC(pol_slot) slots;
    const char *bytes;
    pol_csv_rows rows; /* starts, stops, odd, count; CSV: ends too */
    uint32_t *places;  /* JSON: by row and slot, begin and end; end 0: not there */
    struct pol_shape *shape; /* JSON: what has followed what */
    pol_csv_scan_fn *scan;
} pol_window;

/* One slot of all records. A value that is not there has from == to (CSV) or to == 0 (JSON). */
typedef struct pol_places {
    const char *bytes;
    const uint32_t *from, *to;
    uint32_t from_stride, to_stride, skip;
} pol_places;

static inline uint32_t pol_place_from(const pol_places *places, uint32_t row)
{
    return places->from[(size_t)row * places->from_stride] + places->skip;
}
static inline uint32_t pol_place_to(const pol_places *places, uint32_t row)
{
    return places->to[(size_t)row * places->to_stride];
}

/* Makes a window for CSV with these columns (compared form), or for JSON Lines. False when memory ran out. */
bool pol_window_init_csv(pol_window *window, pol_arena *arena, const pol_str *columns, uint32_t count);
bool pol_window_init_json(pol_window *window, pol_arena *arena);
/* Finds up to max_rows records of bytes[from .. length), which begins with a record. Nothing of the
 * window is valid after the bytes are gone. */
void pol_window_find(pol_window *window, const char *bytes, size_t from, size_t length, uint32_t max_rows);
/* JSON: learns the form of a record that the exact reader has accepted; slots may be added. False when
 * memory ran out. */
bool pol_window_learn(pol_window *window, pol_str record);
pol_places pol_window_places(const pol_window *window, uint32_t slot);

#endif
