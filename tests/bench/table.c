/* See table.h. */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void stop(const char *why, const char *what)
{
    fprintf(stderr, "%s %s\n", why, what);
    exit(1);
}

static bool is(pol_str s, const char *name)
{
    return pol_str_equal(s, pol_str_of(name));
}

static const pol_field_def *field(const binding *b, const char *name)
{
    for (uint32_t i = 0; i < b->code->field_count; i++)
        if (is(b->code->fields[i].name, name)) return &b->code->fields[i];
    stop("no field", name);
}

static uint32_t payer(const binding *b, const char *name)
{
    for (uint32_t i = 0; i < b->code->payer_count; i++)
        if (is(b->code->payers[i].name, name)) return b->code->payers[i].paid;
    stop("no payer", name);
}

static int32_t label(const binding *b, const char *of, const char *name)
{
    const pol_label_set *set = &b->program->label_sets[field(b, of)->labels];
    for (uint32_t i = 0; i < set->count; i++)
        if (is(set->labels[i], name)) return (int32_t)i;
    stop("no label", name);
}

/* The code of a text; one that the program does not know gets the first free number. */
static int32_t text(const binding *b, const char *name)
{
    for (uint32_t i = 0; i < b->program->text_count; i++)
        if (is(b->program->texts[i], name)) return (int32_t)i;
    return (int32_t)b->program->text_count;
}

binding bind(const pol_program *program)
{
    binding b = { .program = program, .code = &program->matters[0] };
    b.visit = field(&b, "就医类型")->reg;
    b.disease = field(&b, "病种")->reg;
    b.referral = field(&b, "分级诊疗")->reg;
    b.inside = field(&b, "目录内费用")->reg;
    b.outside = field(&b, "目录外费用")->reg;
    b.basic = field(&b, "城乡居民医保报销")->reg;
    b.critical = field(&b, "大病保险报销")->reg;
    b.civil = field(&b, "民政医疗救助")->reg;
    b.paid_so_far = field(&b, "基金本年已付")->reg;
    b.fund = payer(&b, "贫困人口医疗救助基金");
    b.cover = payer(&b, "精准脱贫保");
    b.district = payer(&b, "区级医疗救助");
    b.person = b.code->person;
    b.inpatient = label(&b, "就医类型", "住院");
    b.outpatient = label(&b, "就医类型", "门诊");
    b.first_contact = label(&b, "分级诊疗", "基层首诊");
    b.unreferred = label(&b, "分级诊疗", "未经转诊");
    b.coronary = text(&b, "冠心病");
    b.none = text(&b, "");
    return b;
}

/* Fields that are the same in every claim: given ones, defaults, absent ones. */
static void fill_fixed(const binding *b, const pol_block *block)
{
    pol_date visit_date = pol_date_of(2019, 5, 10);
    for (uint32_t i = 0; i < b->code->field_count; i++) {
        const pol_field_def *f = &b->code->fields[i];
        const pol_constant *preset =
            f->has_default ? &b->code->constants[f->default_constant] : NULL;
        for (uint32_t row = 0; row < block->capacity; row++) {
            switch ((pol_class)b->code->registers[f->reg].class_) {
            case POL_C_NUM:
                pol_port_num(block, f->reg)[row] = preset ? pol_port_of(preset->number) : POL_PORT_ABSENT;
                break;
            case POL_C_BOOL:
                pol_port_bool(block, f->reg)[row] =
                    preset ? (uint8_t)preset->number : POL_BOOL_ABSENT;
                break;
            case POL_C_CODE:
            case POL_C_DATE:
                pol_port_code(block, f->reg)[row] =
                    preset ? (int32_t)preset->number : POL_CODE_ABSENT;
                break;
            case POL_C_SET:
            case POL_C_TIERS:
            case POL_CLASS_COUNT: stop("a field of an unexpected type in", "the policy");
            }
        }
    }
    uint32_t date = field(b, "就医日期")->reg, category = field(b, "人员类别")->reg;
    uint32_t place = field(b, "就医地")->reg;
    for (uint32_t row = 0; row < block->capacity; row++) {
        pol_port_code(block, date)[row] = visit_date;
        pol_port_code(block, category)[row] = label(b, "人员类别", "建档立卡贫困人口");
        pol_port_code(block, place)[row] = label(b, "就医地", "区内");
    }
}

table make_table(const binding *b, const claim *claims, size_t count, uint32_t block_rows)
{
    table t = { .code_reg = { b->visit, b->disease, b->referral },
                .amount_reg = { b->inside, b->outside, b->basic, b->critical, b->civil, b->paid_so_far },
                .result_reg = { b->fund, b->cover, b->district, b->person } };
    const size_t rows = count + block_rows;
    for (unsigned i = 0; i < CODE_COLUMNS; i++) t.code[i] = get_memory(rows, sizeof(int32_t));
    for (unsigned i = 0; i < AMOUNT_COLUMNS; i++) t.amount[i] = get_memory(rows, sizeof(int64_t));
    for (unsigned i = 0; i < RESULT_COLUMNS; i++) t.result[i] = get_memory(rows, sizeof(int64_t));
    for (size_t row = 0; row < count; row++) {
        const claim *c = claims + row;
        const int64_t amounts[] = { c->inside_fen, c->outside_fen, c->basic_fen,
                                    c->critical_fen, c->civil_fen, c->paid_so_far_fen };
        t.code[VISIT][row] = c->visit == INPATIENT ? b->inpatient : b->outpatient;
        t.code[DISEASE][row] = c->visit == CHRONIC ? b->coronary : b->none;
        t.code[REFERRAL][row] = c->referred ? b->first_contact : b->unreferred;
        for (unsigned i = 0; i < AMOUNT_COLUMNS; i++) t.amount[i][row] = amounts[i];
    }
    return t;
}

pol_program *compile(const char *path)
{
    static char policy[1 << 20];
    FILE *file = fopen(path, "rb");
    if (!file) stop("cannot read", path);
    size_t length = fread(policy, 1, sizeof policy, file);
    fclose(file);
    pol_program *program = NULL;
    pol_script *script = pol_script_new(NULL);
    if (!script || pol_script_load(script, path, policy, length) != POL_OK ||
        pol_script_compile(script, &program) != POL_OK) {
        stop("cannot compile", path);
    }
    pol_script_free(script);
    return program;
}

pol_block *make_block(pol_arena *arena, const binding *b, uint32_t rows, const char *set)
{
    static const char *const k_sets[] = { "base", "v3", "v4" };
    const pol_plan *plan = strcmp(set, "wide") == 0 ? NULL : pol_plan_new(arena, b->code, false);
    pol_block *block = get_memory(1, sizeof *block);
    if (strcmp(set, "wide") != 0 && !plan) stop("no plan for", "the policy");
    if (!pol_block_init_fast(block, arena, b->program, b->code, plan, rows)) stop("no memory for", "a block");
    for (int i = 0; i < 3; i++) {
        if (strncmp(set, k_sets[i], strlen(k_sets[i])) != 0) continue;
        bool kernels = strstr(set, "-kernels") != NULL;
        if (kernels ? !pol_fast_use(block, (pol_instruction_set)i) : !pol_fast_use_set(block, (pol_instruction_set)i))
            stop("this machine has not got", set);
    }
    fill_fixed(b, block);
    return block;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare_doubles);
    return values[count / 2];
}
