/* Shared by the files of the checker (see sema.h); private to them. */
#ifndef POL_INTERP_SEMA_INTERNAL_H
#define POL_INTERP_SEMA_INTERNAL_H

#include "interp/sema.h"

#define POL_MAX_LABELS 1024
#define POL_MAX_SET_LABELS 64 /* 多选 */
#define POL_MAX_MEMBERS 65536
#define POL_MAX_COLUMNS 8
#define POL_MAX_ROWS 1024
#define POL_MAX_CELLS 65536
#define POL_MAX_BRANCHES 256
#define POL_MAX_ARGUMENTS 16
#define POL_MAX_PAYERS 64
#define POL_MAX_ORDERS 16
#define POL_MAX_ALTERNATIVES 32
#define POL_MAX_CAPS 8
#define POL_MAX_OPTIONAL 256
#define POL_MAX_NOTE_BYTES ((size_t)512 << 20) /* of all matters together */
#define POL_NO_LABELS UINT32_MAX

/* A condition known to hold (or not to) where an expression stands: for warnings about 空. */
typedef struct pol_fact {
    const pol_node *cond;
    bool negated;
} pol_fact;

typedef enum pol_context { /* where an expression stands: what it may read */
    POL_IN_CONSTANT,    /* a default */
    POL_IN_REQUIRE,     /* 要求, bounds, 必填, 总费用: inputs, parameters, accumulators */
    POL_IN_PARAM,       /* values of parameters: inputs and parameters */
    POL_IN_ORDER,       /* 顺序: no payers */
    POL_IN_PAYER,       /* 余额 and earlier payers */
    POL_IN_DEFINE,      /* anything but 余额; checked again where it is used */
    POL_IN_RESULT       /* accumulators, statuses, outputs, 垫付: everything but 余额 */
} pol_context;

typedef struct pol_reads { /* what an expression depends on, gathered while it is typed */
    unsigned depends;
    uint64_t reads, reads_base, reads_deductible;
} pol_reads;

/* The clause that a text of a file is the number of: a text stands in one place, however often it is written. */
typedef struct pol_cited {
    const char *text; /* NULL: none yet */
    uint32_t file, clause;
} pol_cited;
#define POL_CITED 64

typedef struct pol_checker {
    pol_model *model;
    pol_arena *arena;
    pol_diags *diags;
    pol_tree *tree;
    pol_matter *matter; /* being checked */
    pol_context context;
    const char *place_en, *place_zh; /* the context in words, for messages */
    pol_reads now;
    uint64_t may_read, may_read_base, may_read_deductible; /* in a payer: those whose turn has surely come */
    POL_VEC(pol_fact) facts;
    POL_VEC(pol_symbol *) open; /* definitions being typed, for cycles */
    POL_VEC(pol_node *) shared; /* statements before the first 业务 */
    pol_names category_names;   /* 类别: number is the index in category_sets */
    POL_VEC(uint32_t) category_sets;
    uint32_t *labels_of_type;   /* by TYPE node id: label set written in place + 1 */
    uint8_t *used;              /* by declaration node id: read somewhere */
    uint8_t *reported;          /* by node id: one error a node over all matters */
    pol_names clause_keys;      /* clause numbers by key */
    POL_VEC(pol_ast_clause *) clauses;
    uint8_t *clause_cited;
    pol_cited cited[POL_CITED];
    uint32_t matter_node_count;
    size_t note_bytes;
    unsigned set_depth, lint_budget;
    bool subtracted;            /* the schedule being typed is subtracted: it rises where its ratios fall */
    bool reads_in_force;
    bool failed;                /* out of memory */
} pol_checker;

/* Room for one more element: a new array, or the same one. NULL when memory ran out. */
void *pol_room_for_one(pol_checker *s, const void *items, uint32_t count, size_t element_bytes);

/* ---- messages ---- */
/* The first report about this node (over all matters); NULL-safe chaining otherwise. */
pol_diag *pol_sema_report(pol_checker *s, pol_diag_code code, const pol_node *node);
void pol_sema_text(pol_checker *s, pol_diag *d, const char *name, pol_str text);
void pol_sema_words(pol_checker *s, pol_diag *d, const char *name, const char *en, const char *zh);
void pol_sema_type(pol_checker *s, pol_diag *d, const char *name, pol_type type);
pol_str pol_source_of(const pol_checker *s, const pol_node *node);
/* "line N" as a secondary place. */
void pol_sema_see(pol_checker *s, pol_diag *d, const pol_node *node, const char *en, const char *zh);
/* A text in the arena. */
pol_str pol_sema_format(pol_checker *s, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* ---- resolve.c ---- */
bool pol_resolve_file(pol_checker *s);                       /* shared statements, categories, matters */
bool pol_resolve_matter(pol_checker *s, pol_matter *matter); /* symbols of a matter */
uint32_t pol_label_code(const pol_checker *s, uint32_t labels, pol_str text); /* POL_NONE32 when none */
int pol_text_code(pol_checker *s, pol_str text);
/* The type that a TYPE node writes, for inputs and parameters. */
pol_type pol_declared_type(pol_checker *s, pol_node *node);
/* The members of a set, forward references included. */
void pol_resolve_set(pol_checker *s, pol_symbol *symbol);
uint32_t pol_category_labels(pol_checker *s, pol_node *name); /* reports unknown ones */
/* Nearest known name or a split of the word, added to the message. */
void pol_suggest_name(pol_checker *s, pol_diag *d, const pol_node *name);
/* The category's name, or its labels when it was written in place. */
pol_str pol_category_text(pol_checker *s, uint32_t labels);
void pol_suggest_label(pol_checker *s, pol_diag *d, const pol_node *name, uint32_t labels);

/* What surrounds an expression, put aside while a declaration is typed on demand. */
typedef struct pol_scope {
    pol_reads now;
    pol_context context;
    const char *place_en, *place_zh;
    uint64_t may_read, may_read_base, may_read_deductible;
    pol_fact *facts;
    size_t fact_count, fact_capacity;
} pol_scope;
pol_scope pol_scope_enter(pol_checker *s);
void pol_scope_leave(pol_checker *s, const pol_scope *scope);

/* Whether the script's keywords are English: fixes are written in its language. */
bool pol_writes_english(const pol_checker *s);

/* ---- types.c ---- */
#define POL_TYPE(t) ((pol_type){.tag = (t), .den = 1, .den2 = 1})
/* Types an expression; `labels` is the category that a bare word or string may be a label of. */
pol_type pol_type_expr(pol_checker *s, pol_node *node, uint32_t labels);
/* The same as the root of a statement's part, in a context; what it reads is left in s->now. */
pol_type pol_type_root(pol_checker *s, pol_node *node, pol_context context, uint32_t labels);
/* Reports when the type is another (POL_T_ERROR passes). */
bool pol_expect(pol_checker *s, const pol_node *node, pol_type type, pol_type_tag tag);
/* Adds a branch to the one type of several (POL_T_ERROR: none yet); reports at `node` when they differ. */
bool pol_unify(pol_checker *s, const pol_node *node, pol_type *sum, pol_type t);
bool pol_no_quotient(pol_checker *s, const pol_node *node, pol_type type);
void pol_ensure(pol_checker *s, pol_symbol *symbol); /* types a definition, parameter or status once */
pol_i128 pol_lcm(pol_i128 a, pol_i128 b);         /* 0 when beyond 10^22 */
bool pol_same_tree(const pol_node *a, const pol_node *b);
/* Warns when the (typed) expression can be absent here. */
void pol_warn_absent(pol_checker *s, pol_node *node);
bool pol_type_condition(pol_checker *s, pol_node *node);
size_t pol_push_facts(pol_checker *s, const pol_node *cond, bool negated);

/* ---- tables.c ---- */
pol_type pol_type_table(pol_checker *s, pol_node *node, uint32_t labels);
/* A ratio outside 0 ... 100%: a number like 70 probably lacks its %. */
void pol_report_ratio(pol_checker *s, const pol_node *ratio);
pol_type pol_type_schedule(pol_checker *s, pol_node *node);
bool pol_is_dated(const pol_node *node); /* { 自 … 起 : … } */
pol_type pol_type_dated(pol_checker *s, pol_node *node, uint32_t labels);
/* Labels or texts written after 属于 or as members of a set. */
bool pol_collect_codes(pol_checker *s, const pol_list *labels, bool text, uint32_t set, pol_codes *codes);
void pol_codes_add(pol_checker *s, pol_codes *codes, int32_t code);
bool pol_codes_have(const pol_codes *codes, int32_t code);

/* ---- payers.c ---- */
/* 取整 方式 单位; reports what it does not know. */
bool pol_read_rounding(pol_checker *s, pol_node *node, pol_rounding_rule *rule);
void pol_ensure_payer(pol_checker *s, pol_symbol *payer);
void pol_check_payers(pol_checker *s);
void pol_check_accums(pol_checker *s);

/* ---- policy.c ---- */
void pol_check_statements(pol_checker *s);
void pol_check_examples(pol_checker *s);

/* ---- bounds.c ---- */
void pol_check_bounds(pol_checker *s);

/* ---- lint.c ---- */
void pol_lint_matter(pol_checker *s);

/* ---- cite.c ---- */
void pol_check_citations(pol_checker *s);
void pol_check_unused(pol_checker *s);

#endif
