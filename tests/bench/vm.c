/* vm POLICY CLAIMS.bin REFERENCE.csv BLOCK ROUNDS: settles the claims in the virtual machine without any
 * text, block by block, compares every amount with the reference, and prints the median nanoseconds a
 * claim, first from memory to memory (columns filled, results read back), then of the code alone (the
 * last block over and over, resident in the cache), and the number of instructions.
 *
 * This one program knows the inside of the library: its blocks are not part of the public interface. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interp/vm_fast.h"

#include "baseline/claims.h"

#define MAX_ROUNDS 99

/* Registers of the fields that differ from claim to claim, and of the results. */
typedef struct binding {
    const pol_program *program;
    const pol_code *code;
    uint32_t visit, disease, referral, inside, outside, basic, critical, civil, paid_so_far;
    uint32_t fund, cover, district, person;
    int32_t inpatient, outpatient, coronary, none, first_contact, unreferred;
} binding;

static _Noreturn void stop(const char *why, const char *what)
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

static binding bind(const pol_program *program)
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

static void fill(const binding *b, const pol_block *block, const claim *claims, uint32_t count)
{
    int32_t *visit = pol_port_code(block, b->visit), *disease = pol_port_code(block, b->disease);
    int32_t *referral = pol_port_code(block, b->referral);
    int64_t *inside = pol_port_num(block, b->inside), *outside = pol_port_num(block, b->outside);
    int64_t *basic = pol_port_num(block, b->basic), *critical = pol_port_num(block, b->critical);
    int64_t *civil = pol_port_num(block, b->civil), *paid = pol_port_num(block, b->paid_so_far);
    for (uint32_t row = 0; row < count; row++) {
        const claim *c = claims + row;
        visit[row] = c->visit == INPATIENT ? b->inpatient : b->outpatient;
        disease[row] = c->visit == CHRONIC ? b->coronary : b->none;
        referral[row] = c->referred ? b->first_contact : b->unreferred;
        inside[row] = c->inside_fen;
        outside[row] = c->outside_fen;
        basic[row] = c->basic_fen;
        critical[row] = c->critical_fen;
        civil[row] = c->civil_fen;
        paid[row] = c->paid_so_far_fen;
    }
}

/* Returns how many claims of the block failed. */
static uint32_t read_back(const binding *b, const pol_block *block, result *results, uint32_t count)
{
    uint32_t faults = 0;
    const int64_t *fund = pol_port_num(block, b->fund), *cover = pol_port_num(block, b->cover);
    const int64_t *district = pol_port_num(block, b->district);
    const int64_t *person = pol_port_num(block, b->person);
    for (uint32_t row = 0; row < count; row++) {
        results[row] = (result){ fund[row], cover[row], district[row], person[row] };
        faults += block->fault[row] != POL_FAULT_NONE;
    }
    return faults;
}

static pol_program *compile(const char *path)
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

static size_t count_differences(const char *path, const result *results, size_t count)
{
    size_t differ = 0;
    FILE *file = fopen(path, "r");
    if (!file) stop("cannot read", path);
    for (size_t i = 0; i < count; i++) {
        size_t id;
        result r;
        if (fscanf(file, "%zu,%" SCNd64 ",%" SCNd64 ",%" SCNd64 ",%" SCNd64, &id, &r.fund_fen,
                   &r.cover_fen, &r.district_fen, &r.person_fen) != 5) {
            stop("cannot read", path);
        }
        differ += memcmp(&r, results + i, sizeof r) != 0;
    }
    fclose(file);
    return differ;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    int rounds = argc == 6 ? atoi(argv[5]) : 0;
    long size = argc == 6 ? atol(argv[4]) : 0;
    if (rounds < 1 || rounds > MAX_ROUNDS || size < 1 || size > 65536) {
        fputs("usage: vm POLICY CLAIMS.bin REFERENCE.csv BLOCK ROUNDS\n", stderr);
        return 2;
    }
    const uint32_t block_rows = (uint32_t)size;
    pol_program *program = compile(argv[1]);
    binding b = bind(program);
    size_t count;
    claim *claims = read_claims(argv[2], &count);
    result *results = get_memory(count, sizeof *results);

    pol_arena arena;
    pol_arena_init(&arena, NULL);
    pol_block block;
    if (!pol_block_init_fast(&block, &arena, program, b.code, pol_plan_new(&arena, b.code, false), block_rows)) stop("no memory for", "a block");
    fill_fixed(&b, &block);

    double memory[MAX_ROUNDS], resident[MAX_ROUNDS];
    for (int round = 0; round < rounds; round++) {
        size_t faults = 0, blocks = (count + block_rows - 1) / block_rows;
        double start = seconds();
        for (size_t i = 0; i < count; i += block_rows) {
            uint32_t n = count - i < block_rows ? (uint32_t)(count - i) : block_rows;
            pol_block_clear(&block);
            fill(&b, &block, claims + i, n);
            if (!pol_vm_run(&block, n)) stop("no memory for", "a block");
            faults += read_back(&b, &block, results + i, n);
        }
        double middle = seconds();
        for (size_t i = 0; i < blocks; i++) {
            pol_block_clear(&block);
            if (!pol_vm_run(&block, block_rows)) stop("no memory for", "a block");
        }
        resident[round] = (seconds() - middle) / (double)(blocks * block_rows) * 1e9;
        memory[round] = (middle - start) / (double)count * 1e9;
        if (faults) stop("a claim was", "rejected");
    }
    qsort(memory, (size_t)rounds, sizeof *memory, compare_doubles);
    qsort(resident, (size_t)rounds, sizeof *resident, compare_doubles);
    size_t differ = count_differences(argv[3], results, count);
    printf("%.1f %.1f %" PRIu32 "\n", memory[rounds / 2], resident[rounds / 2], b.code->instr_count);
    if (differ) fprintf(stderr, "amounts differ on %zu claims\n", differ);
    pol_arena_reset(&arena);
    pol_program_free(program);
    free(claims);
    free(results);
    return differ != 0;
}
