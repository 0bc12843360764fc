/* Listening to a runner: figures of each claim instead of its text. For comparisons inside the library;
 * everything else about runners is public (pol.h). */
#ifndef POL_INTERP_RUNNER_H
#define POL_INTERP_RUNNER_H

#include "interp/result.h"

typedef struct pol_tap {
    /* One claim, in the order of the input. `finding` is NULL when it was settled, else `result` is. What
     * they point to lasts until the call returns. */
    void (*take)(void *user, const pol_record *record, const pol_result *result, const pol_finding *finding);
    void *user;
} pol_tap;

/* From now on claims go to the tap and are not written. */
void pol_runner_tap(pol_runner *runner, pol_tap tap);

/* For tests: from now on every record is read by the exact reader and written by the functions of result.h,
 * one by one. Results are the same. Call it before anything is fed. */
void pol_runner_read_exactly(pol_runner *runner);
/* For tests, before the first record: loops of an instruction set (0: of none, 1: AVX2, 2: AVX-512), if the processor has
 * it. */
void pol_runner_use_set(pol_runner *runner, unsigned set);

#endif
