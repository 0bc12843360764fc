/* Shared by the files of explain (see explain.h); private to them.
 *
 *   explain_expr.c   clauses, values, expressions with what stands behind their names
 *   explain_payer.c  payers: turn, alternatives, steps, caps      explain.c  the rest and the whole
 *   explain_why.c    what stands behind one name, down to the inputs */
#ifndef POL_INTERP_EXPLAIN_INTERNAL_H
#define POL_INTERP_EXPLAIN_INTERNAL_H

#include "interp/explain.h"

typedef struct explainer {
    pol_inspect *in;
    pol_arena *arena;
    uint8_t *seen;       /* by node id of a declaration: explained further up */
    pol_names clauses;   /* 条款 by script and number, see clause_key */
    pol_str *titles;     /* by number in `clauses` */
    pol_lang lang;       /* of remarks; of names and values it is in->lang */
    unsigned depth;      /* of definitions in definitions */
    bool down;           /* go on behind payers and inputs that a formula names (explain_why.c) */
    uint32_t payer;      /* whose steps are being explained */
    pol_figure nowhere;  /* takes what is written when memory ran out, which is asked at the end */
} explainer;

/* ---- words ---- */
pol_str pol_ex_say(const explainer *e, const char *en, const char *zh);    /* names and values */
pol_str pol_ex_remark(const explainer *e, const char *en, const char *zh); /* remarks */
/* A template with "{0}" … "{3}" filled in. */
pol_str pol_ex_fill(explainer *e, pol_str template, const pol_str *texts, size_t count);
#define FILL(e, template, ...)                                                                     \
    pol_ex_fill((e), (template), (const pol_str[]){ __VA_ARGS__ }, sizeof((const pol_str[]){ __VA_ARGS__ }) / sizeof(pol_str))
pol_str pol_ex_money_text(explainer *e, pol_rational amount);
pol_str pol_ex_share_text(explainer *e, pol_rational ratio);

/* ---- figures ---- */
/* A new part; never NULL. */
pol_figure *pol_ex_part(explainer *e, pol_figure *parent, const char *kind, pol_str name);
void pol_ex_show(explainer *e, pol_figure *figure, pol_shown shown, bool is_share);
/* Adds a remark behind those that are there. */
void pol_ex_add_note(explainer *e, pol_figure *figure, pol_str note);
#define NOTE(e, figure, en, zh, ...)                                                               \
    pol_ex_add_note((e), (figure), FILL((e), pol_ex_remark((e), (en), (zh)), __VA_ARGS__))
/* Where the figure's formula stands. */
void pol_ex_place(explainer *e, pol_figure *figure, const pol_node *node);
void pol_ex_read_clauses(explainer *e);
void pol_ex_cite(explainer *e, pol_figure *figure, const pol_list *basis);
/* Marks a declaration as explained; true when it was already. */
bool pol_ex_seen_before(explainer *e, const pol_node *declaration);

/* ---- amounts: exact; those of a claim that settled are below 10^15 ---- */
#define MONEY_TYPE ((pol_type){ .tag = POL_T_MONEY })
/* A number of the block; false (and 0) when it is absent, failed, unlimited or not there. */
bool pol_ex_number_of(explainer *e, uint32_t reg, pol_rational *number);
pol_rational pol_ex_sum_of(pol_rational a, pol_rational b);
pol_rational pol_ex_difference(pol_rational a, pol_rational b);
pol_rational pol_ex_product(pol_rational a, pol_rational b);
pol_rational pol_ex_smaller(pol_rational a, pol_rational b);
pol_rational pol_ex_larger(pol_rational a, pol_rational b);

/* ---- expressions ---- */
/* Formula, numbers and parts of an expression; the value too when the figure has none yet. */
void pol_ex_expression(explainer *e, pol_figure *figure, pol_node *node);
/* What stands behind the names of an expression, and which way its choices went. */
void pol_ex_parts(explainer *e, pol_figure *parent, pol_node *node);
/* The reasons of a status group, up to the one that applies. */
void pol_ex_reasons(explainer *e, pol_figure *figure, const pol_list *reasons);

/* What stands behind a name: a definition, parameter or status; with `down` whatever it is. */
void pol_ex_name(explainer *e, pol_figure *parent, pol_symbol *symbol);
/* A parameter: its value and where it comes from. */
void pol_ex_parameter(explainer *e, pol_figure *parent, pol_symbol *symbol);

/* ---- the bill ---- */
void pol_ex_start(explainer *e, pol_one_claim *claim, pol_lang lang);
void pol_ex_total(explainer *e, pol_figure *root);
void pol_ex_accumulator(explainer *e, pol_figure *parent, uint32_t number);
void pol_ex_output(explainer *e, pol_figure *parent, uint32_t number);

/* ---- behind a name: explain_why.c ---- */
/* An input, or an accumulator before the claim. */
void pol_ex_given(explainer *e, pol_figure *parent, pol_symbol *symbol);
/* A payer with all its steps, once. */
void pol_ex_payer_below(explainer *e, pol_figure *parent, uint32_t number);
/* 余额 at the turn of e->payer: the total and who paid before. */
void pol_ex_remaining(explainer *e, pol_figure *parent);
/* What the person or the hospital bears. */
void pol_ex_burden(explainer *e, pol_figure *parent, pol_symbol *symbol);

/* ---- payers ---- */
void pol_ex_payer(explainer *e, pol_figure *parent, uint32_t number);

#endif
