/* The inputs of a matter on both sides as variables. */
#ifndef POL_INTERP_DIFF_INPUTS_H
#define POL_INTERP_DIFF_INPUTS_H

#include "interp/diff/behave.h"

/* Fills vars, var_of, days and apart; the codes are set. False when memory ran out. */
bool pol_inputs_make(pol_diff *diff, pol_behaviour *b);
/* Gives every open variable some value that both sides know. */
void pol_inputs_close(pol_behaviour *b);
void pol_inputs_close_one(pol_behaviour *b, uint32_t number);
/* Ratios above 0 that either code names, in millionths; how many. */
uint32_t pol_inputs_ratios(const pol_behaviour *b, int64_t *ratios, uint32_t most);
/* Tried value by value; all others are amounts, ratios and counts. */
bool pol_var_is_discrete(const pol_var *var);

#endif
