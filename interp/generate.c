/* pol_script_generate: claims of a policy, made from its own inputs, to measure and to try it with.
 *
 * A pool of claims that settle is made by chance from the examples (trial.h), then persons draw from it: one
 * to seven claims each, in the order of their days, so that the stream is one that a year's file could be.
 * What a record would carry as accumulators is left to the ledger. */
#include <string.h>

#include "interp/examples.h"
#include "interp/trial.h"

#define POOL_CLAIMS 2048u  /* at most, of all matters together */
#define POOL_TRIES 40000u  /* claims run in search of them */
#define CHANGES 4u         /* fields changed of an example, at most */
#define MAX_OF_PERSON 7u
#define OUTPUT_BYTES ((size_t)64 << 10)

typedef struct pool_claim {
    pol_trial trial;
    pol_date day; /* 0 without governing date */
    pol_str rest; /* the record without its opening brace */
} pool_claim;

typedef struct generator {
    const pol_script *script;
    pol_arena arena;
    pol_trials trials;
    POL_VEC(pol_trial) roots; /* the claims of the examples */
    POL_VEC(pool_claim) pool;
} generator;

static const pol_code *code_of(const generator *g, uint32_t matter)
{
    return &g->script->traced.program->matters[matter];
}

/* Runs a record; whether it settled. An example's fields are read into `values`. */
static pol_status try_record(generator *g, pol_str record, uint32_t matter, pol_trial *values, bool *settled)
{
    pol_one_claim claim;
    const pol_status status = pol_one_claim_run(&claim, g->script, record, matter, POL_ZH);
    *settled = status == POL_OK && claim.ran && claim.finding.code == POL_ERR_NONE;
    if (*settled && values != NULL)
        pol_trial_read(&g->trials, &claim, values);
    pol_one_claim_free(&claim);
    return status;
}

static void leave_to_ledger(const generator *g, const pol_trial *trial)
{
    const pol_code *const code = code_of(g, trial->matter);
    for (uint32_t i = 0; i < code->field_count; i++) {
        if (code->fields[i].role == POL_ROLE_ACCUMULATOR)
            trial->fields[i].is_given = false;
    }
}

static pol_date day_of(const generator *g, const pol_trial *trial)
{
    const uint32_t field = code_of(g, trial->matter)->governing_field;
    return field == POL_NONE32 ? 0 : (pol_date)trial->fields[field].number;
}

/* Adds the trial to the pool when it settles. */
static pol_status add_claim(generator *g, const pol_trial *trial)
{
    pol_text record;
    pol_text_init(&record, &g->arena);
    pol_trial_json(&g->trials, &record, trial);
    bool settled;
    if (pol_arena_failed(&g->arena))
        return POL_NO_MEMORY;
    const pol_status status = try_record(g, pol_text_str(&record), trial->matter, NULL, &settled);
    if (status != POL_OK || !settled)
        return status;
    const pol_str text = pol_text_str(&record);
    const pool_claim claim = { *trial, day_of(g, trial), { text.bytes + 1, text.length - 1 } };
    return POL_PUSH(&g->arena, g->pool, claim) ? POL_OK : POL_NO_MEMORY;
}

static pol_status add_example(generator *g, uint32_t matter, pol_ast_example *example)
{
    pol_text record;
    pol_text_init(&record, &g->arena);
    pol_str what;
    bool settled = false;
    pol_trial root = pol_trial_plain(&g->trials, matter);
    if (!pol_example_record(&record, g->script, matter, example, &what) || pol_arena_failed(&g->arena))
        return pol_arena_failed(&g->arena) ? POL_NO_MEMORY : POL_OK;
    const pol_status status = try_record(g, pol_text_str(&record), matter, &root, &settled);
    if (status != POL_OK || !settled)
        return status;
    leave_to_ledger(g, &root);
    return POL_PUSH(&g->arena, g->roots, root) ? add_claim(g, &root) : POL_NO_MEMORY;
}

static pol_status fill_pool(generator *g)
{
    pol_status status = POL_OK;
    for (uint32_t m = 0; m < g->script->model.matters.count && status == POL_OK; m++) {
        const pol_matter *const matter = g->script->model.matters.items[m];
        const pol_trial plain = pol_trial_plain(&g->trials, m);
        if (plain.fields == NULL || !POL_PUSH(&g->arena, g->roots, plain))
            return POL_NO_MEMORY;
        for (uint32_t i = 0; i < matter->example_count && status == POL_OK; i++)
            status = add_example(g, m, POL_AS(example, matter->examples[i]));
    }
    for (uint32_t tries = 0; tries < POOL_TRIES && g->pool.count < POOL_CLAIMS && status == POL_OK; tries++) {
        const pol_trial *const root = &g->roots.items[pol_trial_below(&g->trials, g->roots.count)];
        const pol_trial trial = pol_trial_copy(&g->trials, root);
        const uint32_t fields = code_of(g, root->matter)->field_count;
        for (uint32_t i = pol_trial_below(&g->trials, CHANGES + 1); i > 0 && trial.fields != NULL && fields > 0; i--)
            pol_trial_change(&g->trials, &trial, pol_trial_below(&g->trials, fields));
        if (trial.fields == NULL)
            return POL_NO_MEMORY;
        leave_to_ledger(g, &trial);
        status = add_claim(g, &trial);
    }
    return status;
}

/* The claims of one person, by day. */
static uint32_t draw(generator *g, uint32_t most, const pool_claim *claims[MAX_OF_PERSON])
{
    const uint32_t count = 1 + pol_trial_below(&g->trials, most < MAX_OF_PERSON ? most : MAX_OF_PERSON);
    for (uint32_t i = 0; i < count; i++) {
        const pool_claim *const one = &g->pool.items[pol_trial_below(&g->trials, g->pool.count)];
        uint32_t at = i;
        for (; at > 0 && claims[at - 1]->day > one->day; at--)
            claims[at] = claims[at - 1];
        claims[at] = one;
    }
    return count;
}

static pol_status write_claims(generator *g, uint64_t count, pol_writer out)
{
    pol_text text;
    pol_text_init(&text, &g->arena);
    uint64_t person = 0;
    for (uint64_t written = 0; written < count; person++) {
        const pool_claim *claims[MAX_OF_PERSON];
        const uint64_t left = count - written;
        const uint32_t of_person = draw(g, left > MAX_OF_PERSON ? MAX_OF_PERSON : (uint32_t)left, claims);
        for (uint32_t i = 0; i < of_person; i++) {
            pol_text_format(&text, "{\"编号\":\"%llu\",\"参保人\":\"P%llu\",\"家庭\":\"H%llu\"",
                            (unsigned long long)++written, (unsigned long long)person, (unsigned long long)(person / 3));
            if (claims[i]->rest.length > 1) /* not an empty record */
                pol_text_char(&text, ',');
            pol_text_add(&text, claims[i]->rest);
            pol_text_char(&text, '\n');
        }
        if (pol_arena_failed(&g->arena))
            return POL_NO_MEMORY;
        if (text.length < OUTPUT_BYTES && written < count)
            continue;
        if (!out.write(out.user, text.bytes, text.length))
            return POL_WRITE_FAILED;
        text.length = 0;
    }
    return POL_OK;
}

pol_status pol_script_generate(pol_script *script, uint64_t count, uint64_t seed, pol_writer out)
{
    pol_status status = pol_script_trace(script);
    if (status != POL_OK)
        return status == POL_FINDINGS ? POL_BAD_ARGUMENT : status;
    generator g = { .script = script };
    pol_arena_init(&g.arena, &script->arena.allocator);
    status = pol_trials_init(&g.trials, script, &g.arena, seed) ? fill_pool(&g) : POL_NO_MEMORY;
    if (status == POL_OK && g.pool.count == 0)
        status = POL_FINDINGS;
    if (status == POL_OK)
        status = write_claims(&g, count, out);
    pol_arena_reset(&g.arena);
    return status;
}
