/* From tree to model: names resolved, types and denominators known, tables and steps checked.
 *
 *   resolve.c   declarations to symbols and matters          types.c     types of expressions
 *   tables.c    按: keys, gaps, overlaps; schedules          payers.c    payers, steps, order, accumulators
 *   policy.c    the other statements, examples               cite.c      citations and unused declarations
 *   bounds.c    values of parameters against their bounds
 *   lint.c      warnings about what is legal and probably not meant
 *
 * The tree is never written to: what is known of a node in a matter stands in that matter's `notes`,
 * by node number (a shared definition can mean different things in different matters). Everything
 * lives in the script's arena. Next stage: lower.h. */
#ifndef POL_INTERP_SEMA_H
#define POL_INTERP_SEMA_H

#include "grammar/parse.h"
#include "interp/program.h"

typedef enum pol_type_tag {
    POL_T_ERROR, /* already reported; anything goes */
    POL_T_MONEY, POL_T_NUMBER, POL_T_YESNO, POL_T_DATE, POL_T_TEXT, POL_T_LABEL,
    POL_T_LABELS, /* 多选, used as a set */
    POL_T_TIERS, POL_T_MONTHDAY, POL_T_NONE /* 空 alone */
} pol_type_tag;

typedef struct pol_type {
    pol_type_tag tag;
    uint32_t labels;    /* LABEL, LABELS: index into model.label_sets */
    bool quotient;      /* MONEY, NUMBER: x ÷ y or x ÷ y × z with y not constant, not yet rounded */
    bool may_absent;    /* can be 空 */
    bool may_unlimited; /* MONEY: can be 不限 */
    pol_i128 den;       /* MONEY, NUMBER: the denominator its register has; TIERS: of the bounds */
    pol_i128 den2;      /* TIERS: of the ratios */
} pol_type;

/* What a value depends on; transitive through definitions. */
enum { POL_DEP_PAYERS = 1, POL_DEP_REMAINING = 2, POL_DEP_PERSON = 4, POL_DEP_INPUTS = 8, POL_DEP_ACCUMS = 16, POL_DEP_TOTAL = 32, POL_DEP_DATE = 64 };

typedef struct pol_symbol pol_symbol;
typedef struct pol_matter pol_matter;

typedef enum pol_ref { /* what a NAME, STRING or FACET node was found to be */
    POL_REF_NONE, POL_REF_SYMBOL, POL_REF_LABEL, POL_REF_TEXT, POL_REF_SET, POL_REF_FACET
} pol_ref;

typedef enum pol_facet { /* X.… ; language 11.6 */
    POL_FACET_TAKEN, /* X alone */
    POL_FACET_PAID, POL_FACET_BASE, POL_FACET_DEDUCTIBLE, POL_FACET_BEFORE_CAP, POL_FACET_CAPPED,
    POL_FACET_OVER_REMAINING, POL_FACET_REMAINING, POL_FACET_ADVANCE, POL_FACET_COUNT
} pol_facet;

typedef enum pol_function {
    POL_FN_MIN, POL_FN_MAX, POL_FN_HALF_UP, POL_FN_HALF_EVEN, POL_FN_ROUND_UP, POL_FN_ROUND_DOWN, /* in order of pol_rounding */
    POL_FN_HAS_VALUE, POL_FN_AGE, POL_FN_DEADLINE, POL_FN_MONTHS_AFTER, POL_FN_YEAR, POL_FN_MONTH, POL_FN_DAY,
    POL_FN_TIERS_AMOUNT, POL_FN_TIERS_RATIO, POL_FN_COUNT
} pol_function;

/* A word that has a meaning in its place and is no keyword: a function, a facet. */
typedef struct pol_builtin {
    const char *zh, *en;
    int code; /* pol_function, pol_facet */
} pol_builtin;
const pol_builtin *pol_functions(unsigned *count);
const pol_builtin *pol_facets(unsigned *count);

/* 属于 { … } and table keys: codes of a label set, or text numbers. */
typedef struct pol_codes {
    uint32_t count;
    int32_t *codes; /* ascending, each once */
} pol_codes;

typedef enum pol_key_kind { POL_KEY_CODES, POL_KEY_BOOL, POL_KEY_VALUE, POL_KEY_INTERVAL, POL_KEY_DATES, POL_KEY_REST, POL_KEY_ANY } pol_key_kind;
typedef struct pol_key { /* one key of one column of a row; one column may have several (alternatives) */
    pol_key_kind kind;
    pol_codes codes;  /* CODES: labels or texts */
    bool yes;         /* BOOL */
    pol_node *node;   /* VALUE: the literal; INTERVAL: the pol_ast_interval */
    pol_date from, to;/* DATES, both included */
} pol_key;
typedef struct pol_table_model { /* note.table of a TABLE node */
    uint32_t column_count, row_count;
    pol_node **subjects;
    pol_node **values;      /* by row */
    pol_key **keys;         /* [row * column_count + column]: array */
    uint32_t *key_counts;   /* likewise */
    bool fixed;             /* all keys known now: `table` is filled and total (or proven so) */
    pol_table table;        /* number columns: bounds over column.den, which is a multiple of the subject's */
} pol_table_model;

typedef struct pol_schedule_model { /* note.schedule of a BRACES node that is a tier schedule */
    uint32_t count;
    pol_node *low;          /* lower bound of the first row */
    bool low_open;          /* the bound itself is outside */
    pol_node **uppers;      /* by row; the last may be UNLIMITED */
    bool *upper_open;       /* the bound belongs to the next row (or to none) */
    pol_node **ratios;
} pol_schedule_model;

typedef struct pol_dated_model { /* note.dated of a BRACES node that is a dated value (language 7.6) */
    uint32_t count;
    pol_date *from, *to;    /* by row, both included; ascending, no overlap */
    pol_node **values;      /* NULL: 废止 */
} pol_dated_model;

typedef struct pol_note { /* of one node in one matter */
    pol_type type;
    unsigned depends;      /* POL_DEP_… */
    pol_ref ref;
    pol_symbol *symbol;    /* SYMBOL, FACET (the payer), SET */
    int code;              /* LABEL: code; TEXT: text number; FACET: pol_facet; CALL: pol_function */
    bool visited;
    bool constant;         /* value known now: */
    bool unlimited;        /*   the constant 不限 */
    pol_rational value;    /*   MONEY, NUMBER exact; YESNO 0/1; DATE days; (not for unlimited) */
    pol_codes members;     /* IN: labels or texts on the right */
    pol_table_model *table;
    pol_schedule_model *schedule;
    pol_dated_model *dated;
} pol_note;

typedef enum pol_symbol_kind {
    POL_S_INPUT, POL_S_PARAM, POL_S_DEFINE, POL_S_ACCUM, POL_S_PAYER,
    POL_S_STATUS,      /* a single status, a group (reasons > 0), or a reason of a group */
    POL_S_SET, POL_S_TOTAL, POL_S_REMAINING, POL_S_PERSON, POL_S_HOSPITAL, POL_S_IN_FORCE
} pol_symbol_kind;

struct pol_symbol {
    pol_symbol_kind kind;
    pol_str name;
    pol_node *node;        /* declaration: INPUT, PARAM, DEFINE, ACCUM, PRIOR/BENEFIT, STATUS or REASON, SET */
    bool shared;           /* declared before the first 业务 */
    bool used;             /* read somewhere that counts */
    uint32_t index;        /* in its matter's array of the kind */
    pol_symbol *group;     /* a reason: its group's symbol */
    pol_codes members;     /* SET */
    bool text_set;         /* SET of 文字 */
    uint32_t labels;       /* SET of labels: the label set */
    pol_type type;         /* of a use; for DEFINE filled when first typed in the matter */
    int state;             /* DEFINE, PARAM, STATUS while checking: 0 new, 1 open (cycle), 2 done */
    unsigned depends;
    uint64_t reads;        /* payers whose figures it needs, transitively, by number */
    uint64_t reads_base, reads_deductible; /* payers whose 基数, 起付 it reads */
    pol_symbol *input;     /* PAYER: a 先付 without '=': the input of its name */
};

typedef struct pol_rounding_rule {
    pol_rounding mode;
    pol_rational unit; /* yuan */
} pol_rounding_rule;

typedef struct pol_cap {
    pol_node *limit;
    pol_symbol *running_on; /* accumulator or NULL */
    pol_node *step;
} pol_cap;

typedef struct pol_alternative { /* common steps merged in */
    pol_node *condition;     /* NULL: always (no 条件, or 条件 其余) */
    pol_node *condition_step;/* the STEP, NULL when there is none */
    pol_node *base;          /* or NULL */
    pol_symbol *base_accum;
    pol_node *deductible;
    pol_step_mode deductible_mode;
    pol_node *tiers;
    pol_step_mode tiers_mode;
    pol_node *ratio, *amount; /* exactly one of tiers, ratio, amount */
    pol_rounding_rule rounding;
    pol_cap *caps;
    uint32_t cap_count;
    pol_node *steps[POL_STEP_CAP + 1]; /* the STEP node of each kind present, for spans and citations */
} pol_alternative;

typedef struct pol_payer {
    pol_symbol *symbol;
    pol_node *node;          /* PRIOR or BENEFIT */
    bool prior;
    pol_node *amount;        /* PRIOR with '=' */
    bool by_hospital, deemed;
    pol_node *deemed_when;   /* NULL with deemed: always */
    pol_alternative *alternatives;
    uint32_t alternative_count;
    int state;               /* while checking: 0 new, 1 open, 2 done */
    pol_i128 base_den, deductible_den; /* of the facets 基数 and 起付 */
} pol_payer;

typedef struct pol_order_model {
    pol_node *node, *cond;   /* ORDER_CASE; cond NULL: 否则 */
    uint32_t *payers;        /* numbers */
    uint32_t count;
} pol_order_model;

typedef struct pol_accum {
    pol_symbol *symbol;
    pol_ast_accum *node;     /* the declaration (type not NULL) */
    bool integer;
    pol_node **terms;        /* 增加, all reopened forms included; or the one 改为 */
    uint32_t term_count;
    pol_change change;
    uint32_t *keys;          /* input numbers */
    uint32_t key_count;
} pol_accum;

struct pol_matter {
    pol_str name;
    pol_node *node;          /* MATTER; NULL when the script has statements but no 业务 (then one matter with an empty name) */
    pol_symbol *governing;   /* or NULL */
    pol_arena *arena;        /* borrowed: of the notes, which are made when they are asked for: much is never typed */
    pol_note **notes;        /* by node id, tree.count of them; NULL: nothing is known of the node */
    pol_note *spare;         /* the note of nodes for which memory has run out */
    pol_symbol **inputs;   uint32_t input_count;
    pol_accum *accums;     uint32_t accum_count;
    pol_symbol **params;   uint32_t param_count;   /* all that the matter sees */
    pol_node **requires;   uint32_t require_count;
    pol_ast_settle *settle;  /* NULL: a determination */
    pol_payer *payers;     uint32_t payer_count;   /* in order of the text */
    pol_order_model *orders; uint32_t order_count; /* 0: everybody, text order */
    pol_ast_order *order_node;
    pol_node **advances;   uint32_t advance_count;
    pol_node **statuses;   uint32_t status_count;  /* STATUS nodes */
    pol_node **outputs;    uint32_t output_count;  /* OUTPUT nodes; the value's note (or, without value, the name's) has the type */
    pol_node **examples;   uint32_t example_count;
    pol_names names;         /* of symbols below: what this matter can see */
    POL_VEC(pol_symbol *) symbols;
};

typedef struct pol_model {
    pol_arena *arena;
    pol_tree *tree;
    const pol_sources *sources;
    pol_diags *diags;
    pol_ast_header *header;
    pol_str id, title, series;
    pol_date from, to;
    bool settle_outside;
    pol_rounding_rule rounding;      /* the header's default */
    POL_VEC(pol_label_set) label_sets;
    pol_names text_keys;             /* text constants by key; */
    POL_VEC(pol_str) texts;          /*   spellings by number */
    POL_VEC(pol_matter *) matters;
} pol_model;

/* Checks a parsed script and fills the model. Errors go to diags; with errors the model must not be
 * lowered. False only when memory ran out. */
bool pol_sema(pol_model *model, pol_tree *tree, const pol_sources *sources, pol_diags *diags, pol_arena *arena);

/* The note of a node in a matter. */
pol_note *pol_note_new(const pol_matter *matter, const pol_node *node);
static inline pol_note *pol_note_of(const pol_matter *matter, const pol_node *node)
{
    pol_note *note = matter->notes[node->id];
    return note != NULL ? note : pol_note_new(matter, node);
}
/* The symbol of a name in a matter, or NULL. */
pol_symbol *pol_matter_find(const pol_matter *matter, pol_str name);
/* The payer of that name, or NULL: of a 先付 without '=' the name is that of an input too. */
pol_symbol *pol_find_payer(const pol_matter *matter, pol_str name);
/* The facet of that name, or POL_FACET_COUNT. */
pol_facet pol_find_facet(pol_str name);
/* Whether the script's keywords are English: what is written for it is in its language. */
bool pol_model_is_english(const pol_model *model);
/* "3000元", "类别 人员类别" … for messages, in both languages. */
void pol_type_text(const pol_model *model, pol_type type, pol_str *en, pol_str *zh);

#endif
