/* The inputs of a matter on both sides as variables. */
#ifndef POL_INTERP_DIFF_INPUTS_H
#define POL_INTERP_DIFF_INPUTS_H

#include "interp/diff/behave.h"

/* Fills vars, var_of, days and apart; the codes are set. False when memory ran out. */
bool pol_inputs_make(pol_diff *diff, pol_behaviour *b);
/* Gives every open variable some value that both sides know. */
void pol_inputs_close(pol_behaviour *b);
/* Tried value by value; all others are amounts, ratios and counts. */
bool pol_var_is_discrete(const pol_var *var);

#endif
