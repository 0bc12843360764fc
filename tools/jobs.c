#include "tools/jobs.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "tools/policy.h"
#include "tools/stop.h"
#include "tools/text.h"

/* Pieces pass one after another, by number; behind `limit` none does any more. */
typedef struct turns {
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    uint64_t next, limit;
} turns;

struct crew;

typedef struct worker {
    struct crew *crew;
    pol_runner *runner;
    pol_ledger_turn turn;
    pol_writer reject_writer;
    tool_piece piece;
    tool_decoder decoder;
    tool_bytes settlements, rejects;
    tool_packer settlement_packer, reject_packer;
    pthread_t thread;
    bool started, passed; /* passed: the ledger, for the piece at hand */
} worker;

typedef struct crew {
    tool_run *run;
    pthread_mutex_t input; /* for `taken` and `over` too */
    uint64_t taken;        /* pieces handed out */
    bool over;
    pthread_mutex_t failure;
    bool failed;
    uint64_t failed_piece;
    turns ledger, output;
    worker *workers;
    unsigned count;
} crew;

/* ---- turns ------------------------------------------------------------------------------------------ */

static bool init_turns(turns *all)
{
    *all = (turns){ .limit = UINT64_MAX };
    return pthread_mutex_init(&all->mutex, NULL) == 0 && pthread_cond_init(&all->moved, NULL) == 0;
}

static void free_turns(turns *all)
{
    pthread_cond_destroy(&all->moved);
    pthread_mutex_destroy(&all->mutex);
}

static bool take(turns *all, uint64_t number)
{
    pthread_mutex_lock(&all->mutex);
    while (all->next != number && number <= all->limit)
        pthread_cond_wait(&all->moved, &all->mutex);
    const bool mine = number <= all->limit;
    pthread_mutex_unlock(&all->mutex);
    return mine;
}

static void pass(turns *all, uint64_t number)
{
    pthread_mutex_lock(&all->mutex);
    all->next = number + 1;
    pthread_cond_broadcast(&all->moved);
    pthread_mutex_unlock(&all->mutex);
}

/* No piece behind this one gets its turn any more. */
static void limit(turns *all, uint64_t number)
{
    pthread_mutex_lock(&all->mutex);
    all->limit = number < all->limit ? number : all->limit;
    pthread_cond_broadcast(&all->moved);
    pthread_mutex_unlock(&all->mutex);
}

static bool take_ledger(void *user)
{
    worker *const w = user;
    return take(&w->crew->ledger, w->piece.number);
}

static void pass_ledger(void *user)
{
    worker *const w = user;
    w->passed = true;
    pass(&w->crew->ledger, w->piece.number);
}

/* ---- failures --------------------------------------------------------------------------------------- */

/* Of several failures the one in the earliest piece is the run's. */
static bool fail(worker *w, tool_ending ending, pol_status status)
{
    crew *const c = w->crew;
    pthread_mutex_lock(&c->failure);
    if (!c->failed || w->piece.number < c->failed_piece) {
        c->failed = true;
        c->failed_piece = w->piece.number;
        c->run->ending = ending;
        c->run->status = status;
        if (ending == TOOL_DISORDERED) {
            c->run->disorder = pol_runner_disorder(w->runner);
            snprintf(c->run->holder, sizeof c->run->holder, "%s", c->run->disorder.holder);
            snprintf(c->run->accumulator, sizeof c->run->accumulator, "%s", c->run->disorder.accumulator);
        }
    }
    pthread_mutex_unlock(&c->failure);
    limit(&c->ledger, w->piece.number);
    limit(&c->output, w->piece.number);
    pthread_mutex_lock(&c->input);
    c->over = true;
    pthread_mutex_unlock(&c->input);
    return false;
}

static bool fail_by_status(worker *w, pol_status status)
{
    if (status == POL_STOPPED)
        return false; /* an earlier piece failed */
    return fail(w, status == POL_OUT_OF_ORDER ? TOOL_DISORDERED : TOOL_RUN_FAILED, status);
}

/* ---- one piece -------------------------------------------------------------------------------------- */

/* The next piece of the input. False: there is none. */
static bool take_piece(worker *w)
{
    crew *const c = w->crew;
    pthread_mutex_lock(&c->input);
    bool got = !c->over, readable = true;
    if (got) {
        readable = c->run->next(c->run->from, &w->piece);
        w->piece.number = c->taken;
        got = readable && w->piece.length != 0;
        c->over = !got;
        c->taken += got;
    }
    pthread_mutex_unlock(&c->input);
    return readable ? got : fail(w, TOOL_INPUT_FAILED, POL_OK);
}

static pol_status settle(worker *w)
{
    pol_stream_piece piece = { .bytes = w->piece.bytes,
                        .length = w->piece.length,
                        .line = w->piece.line,
                        .first = w->piece.number == 0,
                        .records = w->piece.record_count == 0 ? NULL : w->piece.records,
                        .record_count = w->piece.record_count };
    if (w->piece.encoding == TOOL_GB18030) {
        w->decoder.encoding = TOOL_GB18030;
        if (!tool_decode(&w->decoder, piece.bytes, piece.length, true, &piece.bytes, &piece.length))
            return POL_NO_MEMORY;
    }
    return pol_runner_settle(w->runner, &piece);
}

/* Writes what came of a piece, in its turn. */
static bool write_piece(worker *w, uint64_t claims)
{
    tool_run *const run = w->crew->run;
    const char *settlements, *rejects;
    size_t settlement_bytes, reject_bytes;
    if (!tool_pack(&w->settlement_packer, w->settlements.bytes, w->settlements.length, &settlements, &settlement_bytes) ||
        !tool_pack(&w->reject_packer, w->rejects.bytes, w->rejects.length, &rejects, &reject_bytes))
        return fail(w, TOOL_RUN_FAILED, POL_NO_MEMORY);
    if (!take(&w->crew->output, w->piece.number))
        return false;
    if (w->settlements.length != 0 && !tool_output_put(run->settlements, settlements, settlement_bytes))
        return fail(w, TOOL_OUTPUT_FAILED, POL_WRITE_FAILED);
    if (run->rejects != NULL && w->rejects.length != 0 && !tool_output_put(run->rejects, rejects, reject_bytes))
        return fail(w, TOOL_OUTPUT_FAILED, POL_WRITE_FAILED);
    if (!tool_output_commit(run->settlements) || (run->rejects != NULL && !tool_output_commit(run->rejects)))
        return fail(w, TOOL_OUTPUT_FAILED, POL_WRITE_FAILED);
    run->claims += claims;
    run->read = w->piece.read;
    tool_progress_show(run->progress, run->claims, run->read);
    pass(&w->crew->output, w->piece.number);
    return true;
}

static bool settle_piece(worker *w)
{
    const uint64_t before = pol_runner_summary(w->runner).claims;
    w->settlements.length = w->rejects.length = 0;
    w->passed = false;
    const pol_status status = settle(w);
    if (status != POL_OK && status != POL_FINDINGS)
        return fail_by_status(w, status);
    if (!w->passed && take_ledger(w)) /* a piece that did not look into the ledger */
        pass_ledger(w);
    return write_piece(w, pol_runner_summary(w->runner).claims - before);
}

static void *work(void *user)
{
    worker *const w = user;
    while (take_piece(w) && settle_piece(w))
        ;
    return NULL;
}

/* ---- the crew --------------------------------------------------------------------------------------- */

/* A runner for all editions, fed with the first row of CSV. */
static bool new_runner(const tool_run *run, const pol_run_options *options, pol_writer out, pol_runner **runner)
{
    const tool *const t = run->t;
    const pol_status made = pol_runner_new(NULL, run->editions->programs[0], options, out, runner);
    if (made == POL_BAD_ARGUMENT && options->matter != NULL)
        tool_error(t, TOOL_M_NO_MATTER, run->policy, options->matter);
    else if (made == POL_REFUSED)
        tool_error(t, TOOL_M_STATE_REFUSED, run->policy, pol_ledger_problem(options->ledger, t->lang));
    else if (made != POL_OK)
        (void)tool_status_of(t, run->policy, made);
    if (made != POL_OK || !tool_editions_add(t, run->editions, *runner))
        return false;
    const pol_status fed = run->header == NULL ? POL_OK : pol_runner_feed(*runner, run->header, run->header_length);
    if (fed != POL_OK)
        (void)tool_status_of(t, run->policy, fed);
    return fed == POL_OK;
}

static bool write_nowhere(void *user, const char *bytes, size_t length)
{
    (void)user;
    (void)bytes;
    (void)length;
    return true;
}

bool tool_run_reader(const tool_run *run, const pol_run_options *options, pol_runner **runner)
{
    return new_runner(run, options, (pol_writer){ write_nowhere, NULL }, runner);
}

static bool make_runner(worker *w)
{
    const tool_run *const run = w->crew->run;
    pol_run_options options = run->options;
    w->turn = (pol_ledger_turn){ take_ledger, pass_ledger, w };
    w->reject_writer = tool_bytes_writer(&w->rejects);
    options.turn = run->jobs > 1 ? &w->turn : NULL;
    options.rejects = run->rejects == NULL ? NULL : &w->reject_writer;
    return new_runner(run, &options, tool_bytes_writer(&w->settlements), &w->runner);
}

static bool make_crew(crew *c, tool_run *run)
{
    *c = (crew){ .run = run, .count = run->jobs };
    c->workers = calloc(run->jobs, sizeof *c->workers);
    if (c->workers == NULL || pthread_mutex_init(&c->input, NULL) != 0 || pthread_mutex_init(&c->failure, NULL) != 0 ||
        !init_turns(&c->ledger) || !init_turns(&c->output)) {
        tool_error(run->t, TOOL_M_NO_MEMORY);
        return false;
    }
    for (unsigned i = 0; i < c->count; i++) {
        worker *const w = &c->workers[i];
        w->crew = c;
        w->settlement_packer.packing = run->settlement_packing;
        w->reject_packer.packing = run->reject_packing;
        tool_decoder_init(&w->decoder);
        if (!make_runner(w))
            return false;
    }
    return true;
}

/* Signals go to the caller's thread, which may be waiting for input; others are left alone. */
static void start_threads(crew *c)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (unsigned i = 1; i < c->count; i++)
        c->workers[i].started = pthread_create(&c->workers[i].thread, NULL, work, &c->workers[i]) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* An empty stream is one empty piece: CSV output has its names of columns all the same. */
static void settle_nothing(worker *w)
{
    w->piece.length = w->piece.record_count = 0;
    w->piece.number = 0;
    w->piece.line = 1;
    (void)settle_piece(w);
}

static void free_crew(crew *c)
{
    for (unsigned i = 0; c->workers != NULL && i < c->count; i++) {
        worker *const w = &c->workers[i];
        pol_runner_free(w->runner);
        tool_piece_free(&w->piece);
        tool_decoder_free(&w->decoder);
        free(w->settlements.bytes);
        free(w->rejects.bytes);
        tool_packer_free(&w->settlement_packer);
        tool_packer_free(&w->reject_packer);
    }
    free(c->workers);
    free_turns(&c->ledger);
    free_turns(&c->output);
    pthread_mutex_destroy(&c->input);
    pthread_mutex_destroy(&c->failure);
}

static void run_crew(crew *c)
{
    tool_run *const run = c->run;
    start_threads(c);
    work(&c->workers[0]);
    for (unsigned i = 1; i < c->count; i++) {
        if (c->workers[i].started)
            pthread_join(c->workers[i].thread, NULL);
    }
    if (!c->failed && c->taken == 0 && !tool_stop_asked())
        settle_nothing(&c->workers[0]);
    if (!c->failed && tool_stop_asked())
        run->ending = TOOL_ASKED_TO_STOP;
    run->runner = c->workers[0].runner;
    c->workers[0].runner = NULL;
    for (unsigned i = 1; i < c->count && run->ending <= TOOL_ASKED_TO_STOP; i++) {
        if (pol_runner_add_totals(run->runner, c->workers[i].runner) != POL_OK) {
            run->ending = TOOL_RUN_FAILED;
            run->status = POL_NO_MEMORY;
        }
    }
}

bool tool_run_settle(tool_run *run)
{
    crew c;
    const bool made = make_crew(&c, run);
    if (made)
        run_crew(&c);
    free_crew(&c);
    return made;
}

void tool_run_free(tool_run *run)
{
    pol_runner_free(run->runner);
    run->runner = NULL;
}
