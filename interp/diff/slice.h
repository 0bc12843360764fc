/* Exact comparison along one amount: where two sides' figures differ while one input runs over all its
 * values and the others stay. The range is cut wherever a comparison can turn; in each piece every figure
 * is a constant, a multiple of the input, and rounded figures; equal pieces are equal for every value. */
#ifndef POL_INTERP_DIFF_SLICE_H
#define POL_INTERP_DIFF_SLICE_H

#include "interp/diff/term.h"

#define POL_MOST_COMPARED 128 /* figures that are compared */
#define POL_MOST_ATOMS 12     /* rounded figures in one figure */

/* k0 + k1 × X + coefs × atoms, X in units of the input. */
typedef struct pol_form {
    pol_rational k0, k1;
    uint32_t count;
    uint32_t atoms[POL_MOST_ATOMS];
    pol_rational coefs[POL_MOST_ATOMS];
} pol_form;

typedef enum pol_piece_kind {
    POL_PIECE_SAME,      /* proved equal for every value */
    POL_PIECE_DIFFERS,   /* differs for every value */
    POL_PIECE_SCATTERED, /* differs for some, by rounding */
    POL_PIECE_REJECTED,  /* neither side settles */
    POL_PIECE_UNDECIDED
} pol_piece_kind;

typedef struct pol_compared { /* one figure of both sides */
    pol_term before, after;
} pol_compared;

typedef struct pol_piece {
    int64_t low, high;   /* of X, both included */
    pol_piece_kind kind;
    uint64_t differs[POL_MOST_COMPARED / 64]; /* which figures */
    bool only_before, only_after; /* settled by one side only */
    uint64_t lines;      /* tells apart the lines of the figures that differ; 0: too short to have any */
} pol_piece;

typedef struct pol_slice {
    pol_arena *arena;    /* borrowed: all of the slice lives there */
    pol_terms *terms;
    uint32_t var;
    pol_rational unit;   /* of X */
    const pol_compared *figures;
    uint32_t figure_count;
    pol_term valid_before, valid_after;
    POL_VEC(pol_piece) pieces; /* ascending, without gaps; neighbours are not alike */
    struct pol_slice_work *work;
} pol_slice;

/* Cuts [low, high]. False when memory ran out. */
bool pol_slice_cut(pol_slice *slice, int64_t low, int64_t high);
/* The pieces in which a number runs along one line, in order; `take` may stop by returning false. */
typedef struct pol_run_piece {
    int64_t low, high;
    pol_rational k1;     /* slope, by one unit of X, roundings left out */
    bool known;
} pol_run_piece;
bool pol_slice_runs(pol_slice *slice, pol_term term, int64_t low, int64_t high, bool (*take)(void *user, const pol_run_piece *piece), void *user);
/* The value of a term at one point; false: not to be had (an operation that is not understood). */
bool pol_slice_at(pol_slice *slice, pol_term term, int64_t x, pol_rational *value);
/* A number as a formula in the middle of a piece, roundings left out: value = k0 + k1 × x. False: none. */
bool pol_slice_formula(pol_slice *slice, pol_term term, int64_t low, int64_t high, pol_rational *k0, pol_rational *k1, bool *rounded);

#endif
