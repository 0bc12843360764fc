/* A run by one or several threads. Each takes a piece of whole records, settles it with a runner of its
 * own, and writes when the pieces before have been written; the ledger is one and is used in the order of
 * the pieces. So what is written does not depend on the number of threads. The first thread is the
 * caller's. */
#ifndef POL_TOOLS_JOBS_H
#define POL_TOOLS_JOBS_H

#include "tools/editions.h"
#include "tools/progress.h"
#include "tools/source.h"

#define TOOL_MAX_JOBS 64

typedef enum tool_ending {
    TOOL_COMPLETE,
    TOOL_ASKED_TO_STOP,
    TOOL_INPUT_FAILED,  /* has been reported */
    TOOL_OUTPUT_FAILED, /* not yet: tool_output_report */
    TOOL_DISORDERED,    /* see disorder */
    TOOL_RUN_FAILED     /* see status */
} tool_ending;

typedef struct tool_run {
    tool *t;
    const char *policy;             /* its name, for messages */
    const tool_editions *editions;
    pol_run_options options;        /* without writers and turns */
    unsigned jobs;
    bool (*next)(void *from, tool_piece *piece); /* as tool_source_next */
    void *from;
    const char *header;             /* of CSV, or NULL */
    size_t header_length;
    tool_output *settlements, *rejects; /* rejects NULL: among the settlements */
    tool_packing settlement_packing, reject_packing;
    tool_progress *progress;
    /* what came of it */
    tool_ending ending;
    pol_status status;
    pol_runner *runner; /* owned: holds the totals of all; NULL: none could be made, which was reported */
    uint64_t claims;    /* written, with */
    uint64_t read;      /* so many bytes of the input */
    pol_disorder disorder;
    char holder[256], accumulator[256]; /* of the disorder */
} tool_run;

/* A runner for the run's policy with these options, writing nowhere, that has been fed the first row of CSV.
 * False after an error, which has been reported. */
bool tool_run_reader(const tool_run *run, const pol_run_options *options, pol_runner **runner);
/* False when nothing could be begun, which has been reported. */
bool tool_run_settle(tool_run *run);
void tool_run_free(tool_run *run);

#endif
