/* The examples of a script (案例), run as a record would be (pol_script_test of pol.h). 给定 becomes a JSON
 * record that goes through the record reader, so that an example meets exactly the checks that a claim
 * meets; 期望 is compared with the registers, without tolerance. It comes after the VM; see inspect.h.
 *
 * As JSON there is one object a line for each example: 脚本, 业务, 案例, 行, 通过 (true or false), 差异 (list of
 * {名称, 期望, 实得, 行}). */
#ifndef POL_INTERP_EXAMPLES_H
#define POL_INTERP_EXAMPLES_H

#include "interp/inspect.h"

/* The record that 给定 describes. False when a value is not one that a record can hold; `what` then
 * names the item. */
bool pol_example_record(pol_text *out, const pol_script *script, uint32_t matter,
                        const pol_ast_example *example, pol_str *what);

#endif
