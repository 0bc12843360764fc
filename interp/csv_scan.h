/* Where the cells of CSV rows end: many bytes at once, for rows of the usual form.
 *
 * A usual row has as many cells as the header and no quote. Every other row is marked odd and left to the
 * exact reader (csv.h), which says what is wrong with it or unquotes it. Nothing is allocated, and only
 * bytes[0 .. length) are read. */
#ifndef POL_INTERP_CSV_SCAN_H
#define POL_INTERP_CSV_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POL_SCAN_WIDTH 64 /* bytes looked at in one step */

typedef struct pol_csv_rows {
    uint32_t *ends;   /* by row and cell: offset of the comma or line feed behind it; room for
                         max_rows * columns + 2 * POL_SCAN_WIDTH */
    uint32_t *starts; /* by row: offset of its first byte; max_rows + 1 */
    uint32_t *stops;  /* by row: offset behind its last byte, its line end left out; max_rows */
    uint8_t *odd;     /* by row: for the exact reader; its cells are then unknown; max_rows */
    uint32_t count;
} pol_csv_rows;

/* Offset of the line feed that ends the row at `from`, by the rules of the framer; `stop` when it is not before that. */
size_t pol_csv_row_end(const char *bytes, size_t from, size_t stop);
/* Finds rows in bytes[from ..] until there are max_rows of them, or one is not complete, longer than
 * max_bytes or with fewer than POL_SCAN_WIDTH bytes behind it. `length` is below 2^32. */
typedef void pol_csv_scan_fn(pol_csv_rows *rows, const char *bytes, size_t from, size_t length,
                             uint32_t columns, uint32_t max_rows, size_t max_bytes);
/* The fastest for this processor. */
pol_csv_scan_fn *pol_csv_scan(void);
/* By number, the portable one first; NULL when the processor cannot. */
#define POL_CSV_SCANS 5
pol_csv_scan_fn *pol_csv_scan_variant(unsigned number);

#endif
