/* Shared by the files of the stepper (pol_stepper of pol.h); private to them.
 *
 *   stepper.c         a claim, its figures in order            stepper_record.c  changing a record's members
 *   stepper_fields.c  what a claim can give, examples          question.c        expressions asked of it */
#ifndef POL_INTERP_STEPPER_INTERNAL_H
#define POL_INTERP_STEPPER_INTERNAL_H

#include "interp/explain.h"
#include "interp/trial.h"

struct pol_stepper {
    pol_script *script; /* borrowed, traced */
    pol_lang lang;
    pol_arena arena;    /* what lives as long as the stepper */
    pol_arena text;     /* the record */
    pol_str json;
    pol_one_claim claim;
    POL_VEC(pol_step) steps;        /* in claim.arena, like all below */
    POL_VEC(pol_step) passed;       /* what was not taken */
    size_t *payer_positions;        /* by payer; 0: has no turn */
    size_t total_position, person_position;
    pol_claim_field *fields;        /* made when asked for */
    size_t field_count;
};

/* The number of the claim's matter, POL_NONE32 when it has none. */
uint32_t pol_stepper_matter_number(const pol_stepper *stepper);
/* A text of the claim's arena, NUL-terminated; never NULL. */
const char *pol_stepper_text(pol_stepper *stepper, pol_str text);
/* Clauses with their titles, as one text. */
const char *pol_stepper_clauses(pol_stepper *stepper, const pol_figure *figure);
/* Settles another record, which is copied. */
pol_status pol_stepper_settle(pol_stepper *stepper, pol_str json);

/* ---- records ---- */
typedef struct pol_member {
    pol_str key, value; /* decoded; raw */
} pol_member;
typedef POL_VEC(pol_member) pol_members_of;
/* The members of a JSON object; none when it is not one. */
pol_members_of pol_record_members(pol_arena *arena, pol_str json);
/* The raw value of a member, empty when there is none. Of a parameter: below 参数. */
pol_str pol_record_member(pol_arena *arena, pol_str json, pol_str key, bool parameter);
/* The record with the member set to a raw value; empty: without it. */
pol_str pol_record_with(pol_arena *arena, pol_str json, pol_str key, bool parameter, pol_str value);

/* ---- expressions ---- */
/* The script once more, with a statement added at the end of a matter: what `fragment` (one statement of
 * this kind) says behind its first line, which is not shown. NULL with errors, which are written, or, with
 * `status`, when memory ran out. Freed by pol_script_free. */
typedef struct pol_extended {
    pol_script *script;
    pol_node *added;
} pol_extended;
pol_status pol_script_extend(const pol_script *script, uint32_t matter, pol_str fragment, pol_node_kind kind, pol_extended *made);
/* Its errors in the fragment. */
pol_status pol_extended_errors(const pol_extended *extended, pol_lang lang, pol_writer out);

/* What an expression comes to at a position; texts live in the question. */
pol_status pol_question_shown(pol_question *question, pol_stepper *stepper, size_t position, pol_shown *shown, pol_answer *answer);
/* A value as a record writes it, for this field; false when it cannot. */
bool pol_shown_json(pol_text *out, const pol_inspect *in, pol_shown shown, const pol_field_def *field);
pol_inspect *pol_question_inspect(pol_question *question);

#endif
