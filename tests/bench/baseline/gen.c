/* gen COUNT DIRECTORY: claims from a fixed seed, ordered by person, as DIRECTORY/claims.bin and, with
 * the field names of banan-2018.pol, as claims.jsonl and claims.csv; without what is the same in all of
 * them, as claims-narrow.csv. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "baseline/claims.h"

#define PI 3.14159265358979323846

static uint64_t state = 20260101;

/* splitmix64: uniform in [0, 1) */
static double uniform(void)
{
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

static double lognormal(double median, double sigma)
{
    double a = uniform(), b = uniform();
    return median * exp(sigma * sqrt(-2 * log(a + 1e-300)) * cos(2 * PI * b));
}

static int64_t part(int64_t amount, double share)
{
    return llround((double)amount * share);
}

static void make_claim(claim *c, int32_t person)
{
    static const double k_median[] = { 9000, 1500, 250 }, k_sigma[] = { 1.0, 0.9, 0.8 };
    double p = uniform();
    c->visit = p < .30 ? INPATIENT : p < .55 ? CHRONIC : OTHER;
    c->person = person;
    double yuan = lognormal(k_median[c->visit], k_sigma[c->visit]);
    c->total_fen = llround((yuan < 50 ? 50 : yuan > 300000 ? 300000 : yuan) * 100);
    p = uniform();
    c->outside_fen = part(c->total_fen, .2 * p * p);
    c->inside_fen = c->total_fen - c->outside_fen;
    c->basic_fen = part(c->inside_fen, .5 + .2 * uniform());
    if (c->inside_fen > 1000000 && uniform() < .5) {
        c->critical_fen = part(c->inside_fen - c->basic_fen, .2 + .3 * uniform());
    }
    if (uniform() < .1) {
        c->civil_fen = part(c->inside_fen - c->basic_fen - c->critical_fen, .3 + .4 * uniform());
    }
    p = uniform();
    yuan = p < .70 ? 0 : p < .95 ? lognormal(3000, 1.2) : 150000 + 50000 * uniform();
    c->paid_so_far_fen = yuan > 200000 ? YEARLY_CAP_FEN : llround(yuan * 100);
    c->referred = uniform() < .85;
}

/* What stands before each of the eleven values, and at the end. */
typedef struct layout {
    const char *before[11], *end;
} layout;

static const layout k_jsonl = {
    { "{\"编号\":\"", "\",\"参保人\":\"",
      "\",\"业务类型\":\"医疗费用结算\",\"就医日期\":\"2019-05-10\","
      "\"人员类别\":\"建档立卡贫困人口\",\"就医类型\":\"",
      "\",\"病种\":\"", "\",\"就医地\":\"区内\",\"分级诊疗\":\"", "\",\"目录内费用\":\"",
      "\",\"目录外费用\":\"", "\",\"城乡居民医保报销\":\"", "\",\"大病保险报销\":\"",
      "\",\"民政医疗救助\":\"", "\",\"基金本年已付\":\"" },
    "\"}\n"
};
static const layout k_csv = {
    { "", ",", ",医疗费用结算,2019-05-10,建档立卡贫困人口,", ",", ",区内,", ",", ",", ",", ",", ",",
      "," },
    "\n"
};
static const char k_csv_head[] =
    "编号,参保人,业务类型,就医日期,人员类别,就医类型,病种,就医地,分级诊疗,"
    "目录内费用,目录外费用,城乡居民医保报销,大病保险报销,民政医疗救助,基金本年已付\n";

static void write_text(const char *directory, const char *name, const layout *form,
                       const char *head, const claim *claims, size_t count)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    if (!file) {
        fprintf(stderr, "cannot write %s\n", path);
        exit(2);
    }
    fputs(head, file);
    for (size_t i = 0; i < count; i++) {
        const claim *c = claims + i;
        int64_t amounts[] = { c->inside_fen,   c->outside_fen, c->basic_fen,
                              c->critical_fen, c->civil_fen,   c->paid_so_far_fen };
        fprintf(file, "%s%zu%s%" PRId32 "%s%s%s%s%s%s", form->before[0], i + 1, form->before[1],
                c->person, form->before[2], c->visit == INPATIENT ? "住院" : "门诊",
                form->before[3], c->visit == CHRONIC ? "冠心病" : "", form->before[4],
                c->referred ? "基层首诊" : "未经转诊");
        for (size_t k = 0; k < 6; k++) {
            fprintf(file, "%s%" PRId64 ".%02" PRId64, form->before[5 + k], amounts[k] / 100,
                    amounts[k] % 100);
        }
        fputs(form->end, file);
    }
    if (fclose(file) != 0) exit(2);
}

static void write_narrow(const char *directory, const claim *claims, size_t count)
{
    static const char *const k_visits[] = { "inpatient", "chronic_or_major_outpatient", "other_outpatient" };
    char path[4096];
    snprintf(path, sizeof path, "%s/claims-narrow.csv", directory);
    FILE *file = fopen(path, "w");
    if (!file) exit(2);
    fputs("id,person,visit_type,referral_ok,T,I,O,B,C,M,A\n", file);
    for (size_t i = 0; i < count; i++) {
        const claim *c = claims + i;
        int64_t amounts[] = { c->total_fen,    c->inside_fen, c->outside_fen, c->basic_fen,
                              c->critical_fen, c->civil_fen,  c->paid_so_far_fen };
        fprintf(file, "%zu,%" PRId32 ",%s,%d", i + 1, c->person, k_visits[c->visit], c->referred);
        for (size_t k = 0; k < 7; k++) fprintf(file, ",%" PRId64 ".%02" PRId64, amounts[k] / 100, amounts[k] % 100);
        fputs("\n", file);
    }
    if (fclose(file) != 0) exit(2);
}

int main(int argc, char **argv)
{
    long count = argc == 3 ? atol(argv[1]) : 0;
    if (count <= 0) {
        fputs("usage: gen COUNT DIRECTORY\n", stderr);
        return 2;
    }
    claim *claims = get_memory((size_t)count, sizeof *claims);
    int32_t person = 1;
    for (long i = 0; i < count; i++) {
        if (i && uniform() < .25) person++;
        make_claim(claims + i, person);
    }
    char path[4096];
    snprintf(path, sizeof path, "%s/claims.bin", argv[2]);
    write_claims(path, claims, (size_t)count);
    write_text(argv[2], "claims.jsonl", &k_jsonl, "", claims, (size_t)count);
    write_text(argv[2], "claims.csv", &k_csv, k_csv_head, claims, (size_t)count);
    write_narrow(argv[2], claims, (size_t)count);
    return 0;
}
