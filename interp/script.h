/* A script with everything known of it: text, tree, model, and (made when asked for) the bytecode that
 * keeps every figure. What api.c, explain.c and examples.c share; opaque to callers of the library. */
#ifndef POL_INTERP_SCRIPT_H
#define POL_INTERP_SCRIPT_H

#include "interp/inherit.h"
#include "interp/lower.h"

struct pol_script {
    pol_loader loader;   /* of superior scripts; load NULL: none */
    pol_arena arena;     /* holds all below, the traced program excepted */
    pol_sources sources; /* the text, then those of its superiors */
    pol_diags diags;
    pol_tree tree;
    pol_chain chain;     /* the files that the tree was made of */
    pol_model model;     /* filled when `checked`; with `lenient` as far as it goes */
    bool lenient;        /* go on after errors: see pol_script_set_lenient */
    bool loaded;         /* pol_script_load was called */
    bool checked;        /* parsed without errors, then checked */
    pol_lowered traced;  /* keep_all; program NULL until pol_script_trace made it; owned */
};

/* The program in which every definition, facet and alternative has its register, and where they are.
 * POL_FINDINGS when the script has errors (also limits found here). Made once. */
pol_status pol_script_trace(pol_script *script);

/* The types of all expressions of a checked script, by matter: what `--dump=types` shows. */
void pol_dump_types(pol_text *out, const pol_script *script, pol_lang lang);

#endif
