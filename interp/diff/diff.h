/* What changed between two policies: the parts of pol_diff (pol.h), one file a concern.
 *
 *   diff.c      the public functions              words.c     expressions and statements as people write them
 *   declare.c   a script as declarations          match.c     which declaration became which
 *   compare.c   two declarations, by what they are     value.c     two values: schedules, tables, choices
 *   impact.c    both sides settle the same claims
 *   report.c    all of it as text and as a summary     report_json.c   as JSON
 *
 * Declarations are compared as what they are, never as text: layout, comments, the language of keywords
 * and the order of independent declarations are no change. Everything lives in the diff's arena; scripts
 * and programs are borrowed. */
#ifndef POL_INTERP_DIFF_DIFF_H
#define POL_INTERP_DIFF_DIFF_H

#include "interp/runner.h"
#include "interp/script.h"

/* ---- declarations ---------------------------------------------------------------------------------- */

typedef struct pol_decl pol_decl;
struct pol_decl {
    pol_node_kind kind;     /* HEADER … OUTPUT; 先付 is BENEFIT, as both are payers */
    pol_str section;        /* the matter's name; empty: shared */
    pol_matter *matter;     /* a matter that sees it; NULL when the script has none */
    pol_str name;           /* what it is matched by */
    POL_VEC(pol_node *) nodes; /* the declaration, then statements that extend it */
    POL_VEC(pol_str) basis; /* every clause it cites, in order */
    pol_str body;           /* its content in one line, names of its own left out */
    const pol_decl *twin;   /* what it became or was */
};
typedef POL_VEC(pol_decl *) pol_decls;

typedef struct pol_side {
    pol_script *script;         /* NULL: bytecode, which has no declarations */
    const pol_program *program;
    pol_decls decls;            /* in order of the text */
} pol_side;

/* ---- changes --------------------------------------------------------------------------------------- */

typedef enum pol_differs_how { POL_IS_ADDED, POL_IS_REMOVED, POL_IS_CHANGED, POL_IS_RENAMED, POL_IS_MOVED } pol_differs_how;

typedef struct pol_difference {
    pol_differs_how how;
    const pol_decl *before, *after; /* NULL where there is none */
    const char *aspect;             /* stable name of what changed: "ratio", "tier"; "" for the whole */
    pol_str what;                   /* the same in words, with the place: 第2档 [1万元, 5万元) 比例 */
    pol_str old_text, new_text;     /* values as people write them; empty: none */
    const pol_node *old_part, *new_part; /* the step, reason or bound that it stands in, or NULL */
} pol_difference;

/* ---- the diff ---------------------------------------------------------------------------------------- */

typedef struct pol_impact pol_impact;
struct pol_behaviour;

struct pol_diff {
    pol_arena arena;
    pol_lang lang;
    pol_side old, new;
    pol_names renamed;              /* old names, */
    POL_VEC(pol_str) renamed_to;    /*   new names by number of the old */
    POL_VEC(pol_difference) changes;    /* in order of the new text; what was removed behind its section */
    struct { struct pol_behaviour *items; size_t count, capacity; } behaviours; /* by matter */
    pol_impact *impact;             /* NULL: no claims were given */
};

/* Text in the language of the diff. */
static inline pol_str pol_diff_say(const pol_diff *diff, const char *en, const char *zh)
{
    return pol_str_of(diff->lang == POL_ZH ? zh : en);
}
pol_str pol_diff_format(pol_diff *diff, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;
#define POL_S(text) (int)(text).length, (text).bytes /* for %.*s */

/* declare.c */
bool pol_decls_collect(pol_diff *diff, pol_side *side);
/* 待遇 基金, in the language of the diff. */
pol_str pol_decl_title(pol_diff *diff, const pol_decl *decl);

/* match.c: fills `twin` on both sides and the renames. */
bool pol_decls_match(pol_diff *diff);

/* The clauses of a part of a declaration: its own, else those of the declaration. NULLs have none. */
pol_str pol_decl_clauses(pol_diff *diff, const pol_decl *decl, const pol_node *part);

/* compare.c: all changes, in order. */
bool pol_diff_structure(pol_diff *diff);
void pol_diff_add(pol_diff *diff, pol_difference change);

/* A comparison of two twins at work. */
typedef struct pol_pair_at {
    pol_diff *diff;
    const pol_decl *before, *after;
    const pol_node *old_part, *new_part; /* see pol_difference */
} pol_pair_at;
/* value.c: two expressions in the same place; either may be NULL. `what` names the place. */
void pol_diff_value(const pol_pair_at *at, const char *aspect, pol_str what, pol_node *before, pol_node *after);
/* Texts of a thing; says nothing when they are equal. */
void pol_diff_text(const pol_pair_at *at, const char *aspect, pol_str what, pol_str before, pol_str after);

/* ---- words.c ------------------------------------------------------------------------------------------ */

typedef enum pol_words_mode {
    POL_WORDS_SHOWN,  /* for people, in the language of the diff */
    POL_WORDS_OLD,    /* canonical form of the old side: renames applied */
    POL_WORDS_NEW     /* canonical form of the new side */
} pol_words_mode;
pol_str pol_words(pol_diff *diff, const pol_node *node, pol_words_mode mode);
pol_str pol_words_list(pol_diff *diff, const pol_list *list, pol_words_mode mode);
/* Equal but for spelling and renames. NULLs are equal. */
bool pol_words_same(pol_diff *diff, const pol_node *before, const pol_node *after);
/* The new name of something of the old side. */
pol_str pol_renamed(const pol_diff *diff, pol_str name);
/* An amount of fen: 1,234.56 without separators, sign kept. */
pol_str pol_words_fen(pol_diff *diff, pol_i128 fen);

/* ---- impact.c ------------------------------------------------------------------------------------------ */

#define POL_IMPACT_LARGEST 20
#define POL_IMPACT_DECILES 9

typedef struct pol_impact_payer {
    pol_str name;
    pol_i128 old_fen, new_fen;
    uint64_t up, down; /* claims for which it pays more, less */
} pol_impact_payer;
typedef struct pol_impact_group { /* by a category: one label */
    pol_str field, label;
    uint64_t claims, gain, lose;
    pol_i128 old_fen, new_fen; /* of the person */
} pol_impact_group;
typedef struct pol_impact_claim {
    pol_str id;           /* 编号 as JSON text, or its line */
    uint64_t line;
    int64_t change_fen;   /* of the person's burden: new - old */
    int64_t old_fen, new_fen;
    uint32_t payer;       /* that moved most, POL_NONE32: none */
    int64_t payer_fen;    /* by how much */
} pol_impact_claim;

struct pol_impact {
    uint64_t claims, gain, lose, same;       /* by the person's burden; same: nothing differs at all */
    uint64_t moved;                          /* the person pays the same, but payers or findings differ */
    uint64_t only_old, only_new, neither;    /* settled by one side only; by neither */
    uint64_t persons, person_gain, person_lose;
    pol_i128 old_person, new_person, old_hospital, new_hospital, old_total, new_total;
    POL_VEC(pol_impact_payer) payers;
    POL_VEC(pol_impact_group) groups;
    pol_impact_claim largest[POL_IMPACT_LARGEST];
    uint32_t largest_count;
    int64_t deciles[POL_IMPACT_DECILES];     /* of the change of claims whose person's burden changes */
    bool has_deciles;
    struct pol_impact_work *work;
};

void pol_impact_free(pol_diff *diff);
bool pol_impact_differs(const pol_impact *impact); /* NULL: no */

/* ---- report.c, report_json.c --------------------------------------------------------------------------- */

void pol_diff_report_text(pol_diff *diff, pol_text *out);
void pol_diff_report_summary(pol_diff *diff, pol_text *out);
void pol_diff_report_json(pol_diff *diff, pol_text *out);
void pol_diff_report_html(pol_diff *diff, pol_text *out);
bool pol_diff_differs(const pol_diff *diff);

#endif
