/* Ledger files from anywhere, in pieces of any size: refused with a reason in both languages, or read; what
 * is read is written, read again and the same. The first byte says how large the pieces are, and whether
 * the check sum is replaced by none. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "interp/ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition)
        abort();
}

static bool collect(void *user, const char *bytes, size_t length)
{
    pol_text_add(user, (pol_str){ bytes, length });
    return true;
}

static pol_status read_all(pol_ledger *ledger, const char *bytes, size_t length, size_t piece)
{
    pol_status status = POL_OK;
    for (size_t at = 0; status == POL_OK && at < length; at += piece)
        status = pol_ledger_feed(ledger, bytes + at, length - at < piece ? length - at : piece);
    return status == POL_OK ? pol_ledger_complete(ledger) : status;
}

static pol_status read_new(const char *bytes, size_t length, size_t piece, pol_ledger **ledger)
{
    require(pol_ledger_new(NULL, ledger) == POL_OK);
    const pol_status status = read_all(*ledger, bytes, length, piece);
    require(status == POL_OK || status == POL_REFUSED);
    require((status == POL_OK) == (pol_ledger_problem(*ledger, POL_ZH)[0] == '\0'));
    require((status == POL_OK) == (pol_ledger_problem(*ledger, POL_EN)[0] == '\0'));
    return status;
}

/* Without the sum that a mutation hardly ever meets. */
static size_t without_sum(pol_text *text)
{
    for (size_t at = text->length; at > 0; at--) {
        if (text->bytes[at - 1] == ',')
            return at;
    }
    return text->length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    pol_arena arena;
    pol_text input, first, second;
    pol_ledger *ledger, *back;
    pol_arena_init(&arena, NULL);
    pol_text_init(&input, &arena);
    pol_text_init(&first, &arena);
    pol_text_init(&second, &arena);
    pol_text_add(&input, (pol_str){ (const char *)data + 1, size - 1 });
    const size_t length = (data[0] & 1) != 0 ? without_sum(&input) : input.length;
    if (read_new(input.bytes, length, 1 + (data[0] >> 1), &ledger) == POL_OK) {
        require(pol_ledger_save(ledger, (pol_writer){ collect, &first }) == POL_OK);
        require(read_new(first.bytes, first.length, 64, &back) == POL_OK);
        require(pol_ledger_save(back, (pol_writer){ collect, &second }) == POL_OK);
        require(pol_str_equal(pol_text_str(&first), pol_text_str(&second)));
        pol_ledger_free(back);
    }
    pol_ledger_free(ledger);
    pol_arena_reset(&arena);
    return 0;
}
