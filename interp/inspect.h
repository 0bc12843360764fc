/* Settling one claim and reading its figures: what a node of the tree came to, as a value and as text.
 * The claim runs in a block of one made for the traced program (script.h), so every register is still
 * there afterwards; this finds the register of an expression in the person's lane and turns it into
 * words. Shared by explain.c and examples.c. Texts live in `arena`. */
#ifndef POL_INTERP_INSPECT_H
#define POL_INTERP_INSPECT_H

#include "interp/record.h"
#include "interp/script.h"

typedef struct pol_inspect {
    const pol_script *script;     /* borrowed, like all below */
    const pol_matter *matter;
    const pol_matter_map *map;
    const pol_code *code;
    const pol_block *block;
    const pol_reader *reader;     /* for texts that are no constants */
    const pol_record *record;
    uint32_t row, lane;
    pol_arena *arena;
    pol_lang lang;
    uint8_t *shares;              /* by node id: what pol_is_share found of a definition */
} pol_inspect;

/* A single claim, read, run and ready to be inspected. */
typedef struct pol_one_claim {
    pol_arena arena;     /* owned: block, reader, texts */
    pol_reader reader;
    pol_record record;
    pol_block block;
    pol_finding finding; /* what is wrong with it; code NONE: nothing */
    bool has_matter;     /* `in` is filled */
    uint32_t rows;       /* of the block: one for each category held (就高); in.row is the result */
    bool ran;            /* the row was filled and the code has run: `in` can be asked */
    pol_inspect in;
} pol_one_claim;

/* Reads a JSON record and runs it in the traced program of the script (pol_script_trace). `matter` is that
 * of a record without 业务类型, or POL_NONE32. Always to be followed by pol_one_claim_free. */
pol_status pol_one_claim_run(pol_one_claim *claim, const pol_script *script, pol_str json,
                             uint32_t matter, pol_lang lang);
void pol_one_claim_free(pol_one_claim *claim);

typedef enum pol_shown_kind {
    POL_SHOWN_UNKNOWN, /* has no register and is no constant */
    POL_SHOWN_ABSENT, POL_SHOWN_FAILED, POL_SHOWN_UNLIMITED,
    POL_SHOWN_NUMBER, POL_SHOWN_YESNO, POL_SHOWN_DATE, POL_SHOWN_CODE, POL_SHOWN_SET, POL_SHOWN_TIERS
} pol_shown_kind;

/* A value taken out of its column. */
typedef struct pol_shown {
    pol_shown_kind kind;
    pol_type type;           /* as far as known: tells money from numbers, labels from texts */
    pol_rational number;     /* NUMBER, in lowest terms */
    bool yes;                /* YESNO */
    pol_date date;           /* DATE */
    int32_t code;            /* CODE */
    uint64_t set;            /* SET */
    const pol_tiers *tiers;  /* TIERS, with the denominators of bounds and ratios */
    pol_i128 den, den2;
} pol_shown;

/* What a register holds; POL_NONE32 is UNKNOWN. */
pol_shown pol_inspect_register(const pol_inspect *in, uint32_t reg, pol_type type);
/* What an expression came to, in the person's lane. */
pol_shown pol_inspect_node(const pol_inspect *in, pol_node *node);
/* What a name came to. */
pol_shown pol_inspect_symbol(const pol_inspect *in, const pol_symbol *symbol);
/* A facet of a payer, after the merge of lanes; taken for TAKEN. */
pol_shown pol_inspect_facet(const pol_inspect *in, uint32_t payer, pol_facet facet);

/* Output number i of the matter; accumulator i before and after the claim. */
pol_shown pol_inspect_output(const pol_inspect *in, uint32_t i);
pol_shown pol_inspect_before(const pol_inspect *in, uint32_t i);
pol_shown pol_inspect_after(const pol_inspect *in, uint32_t i);

bool pol_shown_is_yes(pol_shown shown);
/* Whether the value is a number, a date or 不限; two such of one kind: -1, 0, 1, 不限 above all. */
bool pol_shown_has_order(pol_shown shown);
int pol_shown_compare(pol_shown a, pol_shown b);
/* A whole amount of fen as a value. */
pol_shown pol_shown_fen(pol_i128 fen);
pol_shown pol_shown_number(pol_rational number, pol_type_tag tag);

/* The row of a table (note.table) that applied, POL_NONE32 when it cannot be told. */
uint32_t pol_inspect_row(const pol_inspect *in, const pol_table_model *table);
/* The branch of a 当 that applied (cases.count: 否则), POL_NONE32 when it cannot be told. */
uint32_t pol_inspect_branch(const pol_inspect *in, pol_ast_when *when);

/* What an alternative of a benefit pays for (language 11.3), as exact amounts. */
typedef struct pol_paid_for {
    pol_rational base, before, deductible; /* b, a, D; 0 where there is none */
    pol_rational low, high;                /* the part of the (accumulated) base that is paid for */
    bool known;                            /* the base is a number */
} pol_paid_for;
pol_paid_for pol_inspect_paid_for(const pol_inspect *in, const pol_alternative *alt, const struct pol_alt_regs *regs);

/* ---- words ---------------------------------------------------------------------------------------- */

/* Is the expression a share, to be shown as a percentage: written with %, or made of ratios? */
bool pol_is_share(const pol_inspect *in, pol_node *node);
/* Decimal text of a number: exact, or "≈" and six decimals; money with two decimals at least. */
pol_str pol_number_text(pol_arena *arena, pol_rational number, bool is_money, bool is_share);
/* The value as people write it: 6300.00, 75%, 是, 2019-05-10, a label. */
pol_str pol_shown_text(const pol_inspect *in, pol_shown shown, bool is_share);
/* The same to be seen: an empty text is "". */
pol_str pol_shown_figure(const pol_inspect *in, pol_shown shown, bool is_share);
/* The value of an expression, to be seen. */
pol_str pol_inspect_text(const pol_inspect *in, pol_node *node);

/* The script's own words for a node, on one line, without comments. */
pol_str pol_source_text(const pol_inspect *in, pol_node *node);
/* The same with each name replaced by its value. */
pol_str pol_source_values(const pol_inspect *in, pol_node *node);
uint32_t pol_source_line_of(const pol_inspect *in, const pol_node *node);
/* The name of the superior script that the node stands in; empty when it is the script's own. */
pol_str pol_source_superior(const pol_inspect *in, const pol_node *node);

#endif
