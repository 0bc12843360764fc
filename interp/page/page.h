/* A script as a page for people: the parts of pol_script_page (pol.h), one file a concern.
 *
 *   page.c      what stands on a page for officers, in order     card.c      the one-page card for citizens
 *   html.c      markup, escapes, figures                        style.c     the style sheet
 *   names.c     names with links, kinds of statements, clauses   terms.c     the terms that a page explains
 *   values.c    choices, tables, schedules as HTML tables        payers.c    payers, step by step
 *   who.c       who is entitled
 *   claims.c    the script's examples, run; a claim with another amount
 *   diagram.c   the order of payers                              curves.c    who pays what against the bill
 *   axes.c      a chart drawn                                    examples.c  worked examples, step by step
 *
 * A page needs nothing else: no script, no network, no file. All that comes from a script is escaped. Anchors:
 * n12 a declaration, by its node's number (m1n12 in matter 1), c3 a clause, e4 an example, m1 a matter.
 * The same script, the same bytes. */
#ifndef POL_INTERP_PAGE_PAGE_H
#define POL_INTERP_PAGE_PAGE_H

#include "interp/figure.h"
#include "interp/trial.h"
#include "interp/words.h"

typedef struct pol_page pol_page;

/* What a claim came to; amounts in fen. */
typedef struct pol_outcome {
    bool settled;
    pol_str trouble;      /* not settled: why, in the page's language, */
    pol_str field;        /*   and the field to blame, without 参数. */
    int64_t total, person, hospital;
    int64_t *paid;        /* by payer */
    const uint32_t *order; /* the payers of the person's order */
    uint32_t order_count;
} pol_outcome;
/* An example that settles, with a bill. */
typedef struct pol_case {
    const pol_ast_example *example;
    pol_trial trial;
    pol_outcome outcome;
} pol_case;

struct pol_page {
    pol_script *script; /* borrowed; traced */
    const pol_model *model;
    pol_arena arena;    /* owned */
    pol_lang lang;
    pol_audience audience;
    pol_writer out;
    pol_text text;      /* written, not yet handed to `out` */
    pol_status status;  /* the first trouble; POL_OK: none */
    pol_trials trials;
    POL_VEC(const pol_ast_clause *) clauses; /* of the script, then of its superiors */
    POL_VEC(pol_str) keys;                   /*   their numbers as they are compared */
    uint32_t *cited;    /* by node id of a citation: its clause + 1, 0: not looked for yet */
    uint32_t *shown;    /* by node id: a matter in which the declaration stands + 1; 0: nowhere; of an
                           example: its number */
    const pol_matter *matter; /* at work, */
    uint32_t number;          /*   its number, */
    POL_VEC(pol_case) cases;  /*   its examples that settle (claims.c) */
};

#define POL_PAGE_SHARED UINT32_MAX /* pol_page.shown: outside matters */

static inline bool pol_page_zh(const pol_page *page) { return page->lang == POL_ZH; }
static inline const pol_code *pol_page_code(const pol_page *page) { return &page->script->traced.program->matters[page->number]; }

/* ---- html.c ---------------------------------------------------------------------------------------------- */

/* Markup: texts of this program only. */
void pol_page_put(pol_page *page, const char *markup);
/* Markup with numbers in it. Never for texts of a script. */
void pol_page_put_format(pol_page *page, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;
/* Text from anywhere, escaped. */
void pol_page_text(pol_page *page, pol_str text);
/* One of two texts. */
void pol_page_say(pol_page *page, const char *en, const char *zh);
/* <tag>, a text in the page's language, </tag>. */
void pol_page_tagged(pol_page *page, const char *tag, const char *en, const char *zh);
/* Decimal text with marks between thousands that only the eye sees; anything else as text. */
void pol_page_number(pol_page *page, pol_str text);
void pol_page_fen(pol_page *page, int64_t fen);
/* Hands over what is written when it is much, or `all` of it. */
void pol_page_flush(pol_page *page, bool all);
/* From the doctype to the opening of <main>, and from its end to that of the document. */
void pol_page_begin(pol_page *page, pol_str title);
void pol_page_end(pol_page *page);
/* style.c */
extern const char *const pol_page_style[]; /* pieces; NULL behind the last */

/* ---- names.c --------------------------------------------------------------------------------------------- */

/* Finds the clauses, and where each declaration stands. */
void pol_page_survey(pol_page *page);
/* An expression in words, its names linked to where they are explained. */
void pol_page_words(pol_page *page, const pol_node *node);
void pol_page_labels(pol_page *page, const pol_list *labels);
/* id="…" of a declaration in the matter at work (or shared). */
void pol_page_anchor(pol_page *page, const pol_node *declaration);
/* A name with a link to its declaration. */
void pol_page_name(pol_page *page, const pol_node *declaration, pol_str name);
/* 待遇, 状态 … of a statement or a part of one. */
const char *pol_page_kind(const pol_page *page, const pol_node *node);
/* The clauses cited, as links; nothing when there are none. */
void pol_page_basis(pol_page *page, const pol_list *basis);
void pol_page_clause_link(pol_page *page, uint32_t file, pol_str number);
/* The index: each clause, its title, where it is used or why it computes nothing. */
void pol_page_clauses(pol_page *page);
/* Type of an input or a parameter: 金额, one of a list of labels. */
void pol_page_type(pol_page *page, const pol_ast_type *type);

/* ---- values.c -------------------------------------------------------------------------------------------- */

/* A value: a table for tables, schedules and dated values, a list for choices, else words. */
void pol_page_value(pol_page *page, pol_node *node);
/* The same in one line, for citizens: fixed parameters by what they are. */
void pol_page_value_inline(pol_page *page, pol_node *node);

/* ---- payers.c -------------------------------------------------------------------------------------------- */

void pol_page_payers(pol_page *page);
/* One payer in a line or two, for citizens. */
void pol_page_payer_brief(pol_page *page, const pol_payer *payer);

/* ---- who.c ----------------------------------------------------------------------------------------------- */

void pol_page_who(pol_page *page);
/* What the names in the rules of payers mean: their definitions, in a line each. */
void pol_page_meanings(pol_page *page);

/* ---- diagram.c ------------------------------------------------------------------------------------------- */

void pol_page_order(pol_page *page);

/* ---- claims.c -------------------------------------------------------------------------------------------- */

/* Runs a JSON record in the matter at work. `values` (may be NULL) takes what it gives. */
pol_outcome pol_page_run(pol_page *page, pol_str record, pol_trial *values);
pol_outcome pol_page_run_trial(pol_page *page, const pol_trial *trial);
/* The record of an example; empty when it has none. */
pol_str pol_page_record(pol_page *page, const pol_ast_example *example);

/* Starts work on a matter: its examples are run. */
void pol_page_open_matter(pol_page *page, uint32_t number);
/* Up to `most` examples that show most: many payers, round amounts, each paid by others; with `persons` also those
 * that differ in the kind of person only. Returns how many. */
uint32_t pol_page_cases(pol_page *page, pol_case *cases, uint32_t most, bool persons);
/* The input that says what kind of person it is: the first with labels; POL_NONE32: none. */
uint32_t pol_page_person_field(const pol_page *page);
/* The same bill for every kind of person, as a table. */
void pol_page_by_person(pol_page *page, const pol_case *one);

/* ---- curves.c, axes.c ------------------------------------------------------------------------------------ */

typedef struct pol_sample { /* a claim with another amount */
    int64_t amount;
    pol_outcome outcome;
    bool edge;              /* a line bends or jumps here */
    bool apart;             /* claims between this point and the one before do not settle */
} pol_sample;
typedef struct pol_curve {
    const pol_case *base;
    uint32_t field;         /* the amount that is changed */
    int64_t most;           /* up to here */
    POL_VEC(pol_sample) points; /* ascending: between two that settle everything runs straight */
} pol_curve;

/* A chart for each case: who pays what against the bill, and its points as a table. */
void pol_page_curves(pol_page *page, const pol_case *cases, uint32_t count);
void pol_page_chart(pol_page *page, const pol_curve *curve);

/* ---- examples.c, terms.c, card.c ------------------------------------------------------------------------- */

void pol_page_examples(pol_page *page);
/* What an example gives, and the bill that it comes to. */
void pol_page_given(pol_page *page, const pol_ast_example *example);
void pol_page_given_inline(pol_page *page, const pol_ast_example *example);
void pol_page_bill(pol_page *page, const pol_outcome *outcome);
void pol_page_terms(pol_page *page);
/* All of a card but head and end. */
void pol_page_card(pol_page *page);

/* page.c: number, region, dates. */
void pol_page_facts(pol_page *page);

#endif
