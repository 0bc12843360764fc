/* What the opcode table says about each opcode, by number. Everything comes from opcodes.def; there
 * is nothing to edit here when a row is added. */
#include "interp/program.h"

#include <assert.h>

typedef struct op_row {
    const char *mnemonic, *signature, *en, *zh;
    char denominators;
} op_row;

static const op_row k_rows[POL_OP_COUNT] = {
#define POL_OP(NAME, mnemonic_, signature_, dens, en_, zh_)                                        \
    [POL_OP_##NAME] = {                                                                            \
        .mnemonic = mnemonic_, .signature = signature_, .en = en_, .zh = zh_, .denominators = dens \
    },
#include "interp/opcodes.def"
#undef POL_OP
};

/* No signature may need more arguments than an instruction holds; the '=' makes up for the NUL. */
#define POL_OP(NAME, mnemonic, signature, dens, en, zh)                                            \
    _Static_assert(sizeof(signature) - 2 <= POL_MAX_ARGS, #NAME " has too many arguments");
#include "interp/opcodes.def"
#undef POL_OP

static const op_row *row_of(pol_opcode op)
{
    assert((unsigned)op < POL_OP_COUNT);
    return &k_rows[op];
}

const char *pol_op_mnemonic(pol_opcode op)
{
    return row_of(op)->mnemonic;
}

const char *pol_op_signature(pol_opcode op)
{
    return row_of(op)->signature;
}

char pol_op_denominators(pol_opcode op)
{
    return row_of(op)->denominators;
}

const char *pol_op_text(pol_opcode op, pol_lang lang)
{
    return lang == POL_EN ? row_of(op)->en : row_of(op)->zh;
}
