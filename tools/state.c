#include "tools/state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/text.h"

#define READ_BYTES ((size_t)256 << 10)
#define PACK_BYTES ((size_t)1 << 20)

/* ---- reading -------------------------------------------------------------------------------------- */

static pol_status feed(const tool *t, tool_input *input, pol_ledger *ledger, bool *readable)
{
    char *const bytes = malloc(READ_BYTES);
    pol_status status = bytes == NULL ? POL_NO_MEMORY : POL_OK;
    for (size_t length = READ_BYTES; status == POL_OK && length == READ_BYTES;) {
        *readable = tool_input_read(t, input, bytes, READ_BYTES, &length);
        if (!*readable)
            break;
        status = pol_ledger_feed(ledger, bytes, length);
    }
    free(bytes);
    return status == POL_OK && *readable ? pol_ledger_complete(ledger) : status;
}

pol_ledger *tool_state_read(const tool *t, const char *name)
{
    tool_input input;
    pol_ledger *ledger = NULL;
    bool readable = true;
    if (!tool_input_open(t, &input, name))
        return NULL;
    pol_status status = pol_ledger_new(NULL, &ledger);
    if (status == POL_OK)
        status = feed(t, &input, ledger, &readable);
    tool_input_close(&input);
    if (status == POL_OK && readable)
        return ledger;
    if (status == POL_REFUSED)
        tool_error(t, TOOL_M_STATE_REFUSED, name, pol_ledger_problem(ledger, t->lang));
    else if (status != POL_OK)
        tool_error(t, TOOL_M_NO_MEMORY);
    pol_ledger_free(ledger);
    return NULL;
}

/* ---- writing -------------------------------------------------------------------------------------- */

/* Collects, packs and writes. */
typedef struct saving {
    tool_output *output;
    tool_packer packer;
    char *bytes; /* owned, PACK_BYTES */
    size_t length;
} saving;

static bool put(saving *s)
{
    const char *packed;
    size_t length;
    if (!tool_pack(&s->packer, s->bytes, s->length, &packed, &length))
        return false;
    s->length = 0;
    return tool_output_put(s->output, packed, length);
}

static bool collect(void *user, const char *bytes, size_t length)
{
    saving *const s = user;
    while (length > 0) {
        const size_t room = PACK_BYTES - s->length, count = length < room ? length : room;
        memcpy(s->bytes + s->length, bytes, count);
        s->length += count;
        bytes += count;
        length -= count;
        if (s->length == PACK_BYTES && !put(s))
            return false;
    }
    return true;
}

bool tool_state_write(const tool *t, const pol_ledger *ledger, tool_output *output, const char *name)
{
    saving s = { .output = output, .packer = { .packing = tool_packing_of(name) }, .bytes = malloc(PACK_BYTES) };
    pol_status status = POL_NO_MEMORY;
    if (s.bytes != NULL)
        status = pol_ledger_save(ledger, (pol_writer){ collect, &s });
    const bool good = status == POL_OK && (s.length == 0 || put(&s)) && tool_output_commit(output);
    if (!good && output->error != 0)
        tool_output_report(t, output);
    else if (!good)
        tool_error(t, TOOL_M_NO_MEMORY);
    tool_packer_free(&s.packer);
    free(s.bytes);
    return good;
}
