/* From model to bytecode: straight-line, single-assignment code for each matter.
 *
 * Every expression node becomes one register whose class follows its type and whose denominator is
 * note.type.den. Payers are lowered once for each order of 顺序 (a lane); what does not depend on
 * payers is lowered once. Absence and failure travel inside the elements (program.h); NEED and CHECK
 * instructions stand in the order of language 14. */
#ifndef POL_INTERP_LOWER_H
#define POL_INTERP_LOWER_H

#include "interp/sema.h"

/* The figures of one payer in one lane: registers, POL_NONE32 where there is none. */
typedef struct pol_payer_regs {
    uint32_t remaining;   /* 余额 when its turn came */
    uint32_t chosen;      /* CODE: number of the alternative that applied, -1 none */
    uint32_t facets[POL_FACET_COUNT];
    uint32_t alt_count;
    struct pol_alt_regs {
        uint32_t condition, base, before, deductible, low, high, exact, rounded; /* before: the accumulator's value a */
        uint32_t *caps;   /* what each 封顶 left, over 100 or unlimited */
    } *alternatives;
} pol_payer_regs;

typedef struct pol_matter_map { /* where figures of the source are, for explain, the REPL and tests */
    uint32_t lane_count;        /* at least 1 */
    uint32_t node_count;        /* 0 unless every figure was kept */
    uint32_t *registers;        /* [lane * node_count + node id], POL_NONE32 when not lowered; payer-independent nodes stand in every lane */
    pol_payer_regs *payers;     /* [lane * payer_count + payer] */
    uint32_t total, person, hospital;
    uint32_t *symbol_regs;      /* by number in matter.symbols, after the merge of lanes: definitions, statuses, accumulators (before), parameters */
    uint32_t *merged_facets;    /* [payer * POL_FACET_COUNT + facet], after the merge */
} pol_matter_map;

typedef struct pol_lowered {
    pol_program *program;       /* owned by the caller: pol_program_free */
    pol_matter_map *maps;       /* by matter, in the arena given */
} pol_lowered;

/* keep_all: lower every definition, facet and alternative even if no result needs it (explain, test);
 * otherwise dead code is dropped, NEED and CHECK never. The result has been verified.
 * False when memory ran out; a limit exceeded (65,536 instructions) is reported to model->diags. Then,
 * as without memory, out->program is NULL. */
bool pol_lower(const pol_model *model, const pol_allocator *allocator, pol_arena *map_arena, bool keep_all, pol_lowered *out);

#endif
