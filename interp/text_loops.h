/* Amounts out of text, many at once, for the instruction set at hand. Before it: window.h, which says where they
 * stand; after it: the columns of a block (intake_column.c). */
#ifndef POL_INTERP_TEXT_LOOPS_H
#define POL_INTERP_TEXT_LOOPS_H

#include <stdint.h>

/* Reads the amounts bytes[from[i] .. to[i]) that have the usual form (swar.h) into fen[i]. Puts the numbers of all others
 * into `others` and returns how many they are. `others` has room for one more than `count`; 16
 * bytes before every end can be read. */
typedef uint32_t pol_amounts_fn(const char *bytes, const uint32_t *from, const uint32_t *to, uint32_t count, int64_t *fen,
                                uint32_t *others);
/* The fastest for this processor. */
pol_amounts_fn *pol_amounts(void);
/* By number, the portable one first; NULL when the processor cannot. */
#define POL_AMOUNTS 2
pol_amounts_fn *pol_amounts_variant(unsigned number);

#endif
