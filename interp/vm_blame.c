/* Which error a row has and which field is to blame. Faults found by the kernels come in; this is the
 * slow path, for rejected claims only. Absence is followed backwards over the dataflow of one row, with
 * a work list and marks: programs come from files, so nothing here recurses. */
#include "interp/vm_fast.h"

#include <assert.h>
#include <string.h>

/* ---- elements of one row ---------------------------------------------------------------------------------- */

static bool is_absent(const pol_block *block, uint32_t reg, uint32_t row)
{
    switch ((pol_class)block->code->registers[reg].class_) {
    case POL_C_NUM: return pol_col_num(block, reg)[row] == POL_NUM_ABSENT;
    case POL_C_BOOL: return pol_col_bool(block, reg)[row] == POL_BOOL_ABSENT;
    case POL_C_CODE:
    case POL_C_DATE: return pol_col_code(block, reg)[row] == POL_CODE_ABSENT;
    case POL_C_SET: return pol_col_set(block, reg)[row] == POL_SET_ABSENT;
    case POL_C_TIERS: return pol_col_tiers(block, reg)[row] == POL_TIERS_ABSENT;
    case POL_CLASS_COUNT: break;
    }
    return false;
}

/* The register that the row's fault was found in: that of the first NEED of this sink that is open and
 * finds it absent. */
static uint32_t needed_register(const pol_block *block, uint32_t row)
{
    const pol_code *code = block->code;
    for (uint32_t i = 0; i < code->instr_count; i++) {
        const pol_instr *instr = &code->instrs[i];
        const bool needs = instr->op == POL_OP_NEEDN || instr->op == POL_OP_NEEDB ||
                           instr->op == POL_OP_NEEDC || instr->op == POL_OP_NEEDD;
        if (needs && instr->arg[2] == block->fault_sink[row] &&
            pol_col_bool(block, instr->arg[1])[row] == 1 && is_absent(block, instr->arg[0], row))
            return instr->arg[0];
    }
    return POL_NONE32;
}

/* ---- walking back ------------------------------------------------------------------------------------------- */

typedef struct walk {
    const pol_block *block;
    uint32_t row;
    uint8_t *visited; /* by register */
    uint32_t *work;   /* each register at most once */
    uint32_t count;
} walk;

static void follow(walk *w, uint32_t reg)
{
    if (w->visited[reg] == 0 && is_absent(w->block, reg, w->row)) {
        w->visited[reg] = 1;
        w->work[w->count++] = reg;
    }
}

static void follow_list(walk *w, uint32_t list)
{
    const pol_list32 l = w->block->code->lists[list];
    for (uint32_t i = 0; i < l.count; i++)
        follow(w, w->block->code->operands[l.start + i]);
}

/* The chosen one of a list; an absent choice is followed itself. */
static void follow_choice(walk *w, uint32_t choice, uint32_t list)
{
    const pol_list32 l = w->block->code->lists[list];
    const int32_t chosen = pol_col_code(w->block, choice)[w->row];
    follow(w, choice);
    if (chosen >= 0 && (uint32_t)chosen < l.count)
        follow(w, w->block->code->operands[l.start + (uint32_t)chosen]);
}

/* Every absent argument. */
static void follow_arguments(walk *w, const pol_instr *instr)
{
    const char *signature = pol_op_signature((pol_opcode)instr->op);
    const size_t results = strcspn(signature, "=");
    for (size_t i = results; signature[i + 1] != '\0'; i++) {
        const char letter = signature[i + 1];
        if (strchr("NBCDST*", letter) != NULL)
            follow(w, instr->arg[i]);
        else if (strchr("Lluy", letter) != NULL)
            follow_list(w, instr->arg[i]);
    }
}

static void follow_instr(walk *w, const pol_instr *instr)
{
    switch ((pol_opcode)instr->op) {
    case POL_OP_SELN:
    case POL_OP_SELB:
    case POL_OP_SELC:
    case POL_OP_SELD:
    case POL_OP_SELT: {
        const uint8_t condition = pol_col_bool(w->block, instr->arg[1])[w->row];
        follow(w, instr->arg[1]);
        if (condition <= 1)
            follow(w, instr->arg[condition == 1 ? 2 : 3]);
        break;
    }
    case POL_OP_PICKN:
    case POL_OP_PICKB:
    case POL_OP_PICKC:
    case POL_OP_PICKD:
    case POL_OP_PICKT: follow_choice(w, instr->arg[1], instr->arg[2]); break;
    case POL_OP_TAIL: {
        const uint8_t condition = pol_col_bool(w->block, instr->arg[3])[w->row];
        follow(w, instr->arg[3]);
        if (condition == 1) {
            follow(w, instr->arg[2]);
            follow(w, instr->arg[4]);
        }
        if (condition <= 1)
            follow(w, instr->arg[5]);
        break;
    }
    default: follow_arguments(w, instr); break;
    }
}

/* What was missing: a field, else a named constant, else nothing known. */
typedef struct culprit {
    uint32_t field, constant; /* POL_NONE32: none */
} culprit;

static uint32_t lesser(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static culprit first_culprit(walk *w)
{
    const pol_code *code = w->block->code;
    culprit found = { POL_NONE32, POL_NONE32 };
    while (w->count > 0) {
        const pol_register *r = &code->registers[w->work[--w->count]];
        if (r->origin == POL_FROM_INSTR)
            follow_instr(w, &code->instrs[r->index]);
        else if (r->origin == POL_FROM_FIELD)
            found.field = lesser(found.field, r->index);
        else if (code->constants[r->index].missing.length > 0)
            found.constant = lesser(found.constant, r->index);
    }
    return found;
}

static culprit blame(const pol_block *block, uint32_t row)
{
    pol_arena scratch;
    culprit found = { POL_NONE32, POL_NONE32 };
    pol_arena_init(&scratch, &block->arena->allocator);
    const uint32_t needed = needed_register(block, row);
    walk w = { .block = block, .row = row };
    w.visited = POL_NEW_ARRAY(&scratch, uint8_t, block->code->register_count);
    w.work = POL_NEW_ARRAY(&scratch, uint32_t, block->code->register_count);
    if (needed != POL_NONE32 && w.visited != NULL && w.work != NULL) {
        follow(&w, needed);
        found = first_culprit(&w);
    }
    pol_arena_reset(&scratch);
    return found;
}

uint32_t pol_vm_blame(const pol_block *block, uint32_t row)
{
    if (block->fast != NULL)
        block = pol_fast_judge(block, &row);
    return blame(block, row).field;
}

/* ---- the error of a row ----------------------------------------------------------------------------------------- */

/* The field's name as records write it. */
static pol_str field_path(const pol_field_def *field, pol_arena *scratch)
{
    if (field->role != POL_ROLE_PARAMETER)
        return field->name;
    pol_text path;
    pol_text_init(&path, scratch);
    pol_text_add(&path, POL_STR("参数."));
    pol_text_add(&path, field->name);
    return pol_text_str(&path);
}

pol_claim_error pol_vm_error(const pol_block *block, uint32_t row, pol_arena *scratch,
                             pol_str *field, pol_str *message)
{
    *field = *message = POL_STR("");
    if (block->fault[row] == POL_FAULT_NONE)
        return POL_ERR_NONE;
    if (block->fast != NULL)
        block = pol_fast_judge(block, &row);
    const pol_sink *sink = &block->code->sinks[block->fault_sink[row]];
    *field = sink->field;
    *message = sink->message;
    if (block->fault[row] == POL_FAULT_CHECK)
        return (pol_claim_error)sink->error;
    if (block->fault[row] == POL_FAULT_FAILED)
        return POL_ERR_OUT_OF_RANGE;
    const culprit missing = blame(block, row);
    if (missing.field != POL_NONE32)
        *field = field_path(&block->code->fields[missing.field], scratch);
    else if (missing.constant != POL_NONE32)
        *field = block->code->constants[missing.constant].missing;
    return POL_ERR_MISSING;
}

const char *pol_claim_error_text(pol_claim_error error)
{
    switch (error) {
    case POL_ERR_NONE: return "";
    case POL_ERR_MISSING: return "缺少字段";
    case POL_ERR_UNKNOWN: return "未知字段";
    case POL_ERR_BAD_VALUE: return "取值错误";
    case POL_ERR_CONTRADICTION: return "输入矛盾";
    case POL_ERR_OUT_OF_BOUNDS: return "参数越限";
    case POL_ERR_NOT_IN_FORCE: return "不在执行期";
    case POL_ERR_OUT_OF_RANGE: return "计算越界";
    }
    return "";
}
