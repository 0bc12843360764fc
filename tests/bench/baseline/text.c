/* text jsonl|csv <CLAIMS >RESULTS: text to text by hand, one thread. Reads exactly what gen.c writes
 * (fixed order of fields, two decimals) and stops at anything else; writes the whole record that pol
 * writes for such a claim: payers, advances, statuses, accumulator, details. */
#define _POSIX_C_SOURCE 200809L
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "baseline/banan.h"

#define BUFFER_BYTES (256u << 10)
#define MAX_RECORD_BYTES 4096

static char in[BUFFER_BYTES + 1], out[BUFFER_BYTES];
static char *put = out;

static _Noreturn void stop(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static void flush(void)
{
    for (const char *p = out; p < put;) {
        ssize_t n = write(STDOUT_FILENO, p, (size_t)(put - p));
        if (n <= 0) stop("cannot write");
        p += n;
    }
    put = out;
}

/* ---- reading -------------------------------------------------------------------------------------- */

#define EXPECT(p, literal) p = expect(p, literal, sizeof(literal) - 1)
static inline const char *expect(const char *p, const char *literal, size_t length)
{
    if (memcmp(p, literal, length) != 0) stop("not written by gen");
    return p + length;
}

static inline const char *read_amount(const char *p, int64_t *fen)
{
    int64_t yuan = 0;
    while (*p >= '0' && *p <= '9') yuan = yuan * 10 + (*p++ - '0');
    if (*p != '.') stop("not written by gen");
    *fen = yuan * 100 + (p[1] - '0') * 10 + (p[2] - '0');
    return p + 3;
}

/* What a result echoes, where it stands in the claim. */
typedef struct slice {
    const char *text;
    size_t length;
} slice;
typedef struct echo {
    slice id, person;
} echo;

static inline const char *read_slice(const char *p, char end, slice *s)
{
    s->text = p;
    while (*p != end) p++;
    s->length = (size_t)(p - s->text);
    return p;
}

static const char *read_jsonl(const char *p, claim *c, echo *e)
{
    EXPECT(p, "{\"编号\":\"");
    p = read_slice(p, '"', &e->id);
    EXPECT(p, "\",\"参保人\":\"");
    p = read_slice(p, '"', &e->person);
    EXPECT(p, "\",\"业务类型\":\"医疗费用结算\",\"就医日期\":\"2019-05-10\","
              "\"人员类别\":\"建档立卡贫困人口\",\"就医类型\":\"");
    c->visit = memcmp(p, "住院", 6) == 0 ? INPATIENT : OTHER;
    p += 6;
    EXPECT(p, "\",\"病种\":\"");
    if (*p != '"') {
        EXPECT(p, "冠心病");
        c->visit = CHRONIC;
    }
    EXPECT(p, "\",\"就医地\":\"区内\",\"分级诊疗\":\"");
    c->referred = memcmp(p, "基层首诊", 12) == 0;
    p += 12;
    EXPECT(p, "\",\"目录内费用\":\"");
    p = read_amount(p, &c->inside_fen);
    EXPECT(p, "\",\"目录外费用\":\"");
    p = read_amount(p, &c->outside_fen);
    EXPECT(p, "\",\"城乡居民医保报销\":\"");
    p = read_amount(p, &c->basic_fen);
    EXPECT(p, "\",\"大病保险报销\":\"");
    p = read_amount(p, &c->critical_fen);
    EXPECT(p, "\",\"民政医疗救助\":\"");
    p = read_amount(p, &c->civil_fen);
    EXPECT(p, "\",\"基金本年已付\":\"");
    p = read_amount(p, &c->paid_so_far_fen);
    EXPECT(p, "\"}\n");
    return p;
}

static const char *read_csv(const char *p, claim *c, echo *e)
{
    p = read_slice(p, ',', &e->id);
    p = read_slice(p + 1, ',', &e->person);
    EXPECT(p, ",医疗费用结算,2019-05-10,建档立卡贫困人口,");
    c->visit = memcmp(p, "住院", 6) == 0 ? INPATIENT : OTHER;
    p += 7;
    if (*p != ',') {
        EXPECT(p, "冠心病");
        c->visit = CHRONIC;
    }
    EXPECT(p, ",区内,");
    c->referred = memcmp(p, "基层首诊", 12) == 0;
    p = read_amount(p + 13, &c->inside_fen);
    p = read_amount(p + 1, &c->outside_fen);
    p = read_amount(p + 1, &c->basic_fen);
    p = read_amount(p + 1, &c->critical_fen);
    p = read_amount(p + 1, &c->civil_fen);
    p = read_amount(p + 1, &c->paid_so_far_fen);
    EXPECT(p, "\n");
    return p;
}

/* ---- writing -------------------------------------------------------------------------------------- */

#define PUT(literal) put_bytes(literal, sizeof(literal) - 1)
static inline void put_bytes(const char *bytes, size_t length)
{
    memcpy(put, bytes, length);
    put += length;
}

static inline void put_slice(const slice *s)
{
    put_bytes(s->text, s->length);
}

static inline void put_amount(int64_t fen)
{
    char digits[24], *p = digits + sizeof digits;
    int64_t yuan = fen / 100;
    int cents = (int)(fen % 100);
    *--p = (char)('0' + cents % 10);
    *--p = (char)('0' + cents / 10);
    *--p = '.';
    do {
        *--p = (char)('0' + yuan % 10);
        yuan /= 10;
    } while (yuan);
    put_bytes(p, (size_t)(digits + sizeof digits - p));
}

/* The statuses, in code point order. */
static void put_statuses(const claim *c, const result *r, const char *quote, const char *between)
{
    int64_t self = c->inside_fen - c->basic_fen - c->critical_fen - c->civil_fen;
    int64_t rest = c->outside_fen + self - r->fund_fen;
    bool listed = c->visit != OTHER, within = 10 * c->outside_fen <= c->total_fen;
    const struct {
        bool holds;
        const char *name;
    } k_rows[] = {
        { listed && !c->referred, "不予区级救助(未按分级诊疗)" },
        { !listed, "普通门诊不纳入精准脱贫保" },
        { !within, "目录外占比超10%" },
        { within && c->visit == INPATIENT && rest < 100000, "自付未达1000元精准脱贫保不赔付" },
        { r->fund_fen < brackets(self), "贫困人口医疗救助基金达年度限额" },
    };
    const char *before = "";
    for (size_t i = 0; i < sizeof k_rows / sizeof *k_rows; i++) {
        if (!k_rows[i].holds) continue;
        put_bytes(before, strlen(before));
        put_bytes(quote, strlen(quote));
        put_bytes(k_rows[i].name, strlen(k_rows[i].name));
        put_bytes(quote, strlen(quote));
        before = between;
    }
}

/* Rows of the advances, as JSON or as a CSV cell. */
static void put_advances(const result *r, bool csv)
{
    const struct {
        const char *payer;
        int64_t fen;
    } rows[] = { { "贫困人口医疗救助基金", r->fund_fen },
                 { "精准脱贫保", r->cover_fen },
                 { "区级医疗救助", r->district_fen } };
    const char *before = "";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!rows[i].fen) continue;
        put_bytes(before, strlen(before));
        before = csv ? "、" : ",";
        if (csv) PUT("就诊医疗机构 代 ");
        else PUT("{\"垫付方\":\"就诊医疗机构\",\"应付方\":\"");
        put_bytes(rows[i].payer, strlen(rows[i].payer));
        if (csv) PUT(" ");
        else PUT("\",\"金额\":\"");
        put_amount(rows[i].fen);
        if (!csv) PUT("\"}");
    }
}

static void write_jsonl(const claim *c, const result *r, const echo *e)
{
    PUT("{\"编号\":\"");
    put_slice(&e->id);
    PUT("\",\"参保人\":\"");
    put_slice(&e->person);
    PUT("\",\"文件\":\"003\",\"业务类型\":\"医疗费用结算\",\"总费用\":\"");
    put_amount(c->total_fen);
    PUT("\",\"支付明细\":[{\"付款方\":\"城乡居民医保\",\"金额\":\"");
    put_amount(c->basic_fen);
    PUT("\"},{\"付款方\":\"大病保险\",\"金额\":\"");
    put_amount(c->critical_fen);
    PUT("\"},{\"付款方\":\"民政医疗救助\",\"金额\":\"");
    put_amount(c->civil_fen);
    PUT("\"},{\"付款方\":\"民政扶贫济困基金\",\"金额\":\"0.00\"},"
        "{\"付款方\":\"贫困人口医疗救助基金\",\"金额\":\"");
    put_amount(r->fund_fen);
    PUT("\"},{\"付款方\":\"精准脱贫保\",\"金额\":\"");
    put_amount(r->cover_fen);
    PUT("\"},{\"付款方\":\"区级医疗救助\",\"金额\":\"");
    put_amount(r->district_fen);
    PUT("\"}],\"个人负担\":\"");
    put_amount(r->person_fen);
    PUT("\",\"医院承担\":\"0.00\",\"垫付\":[");
    put_advances(r, false);
    PUT("],\"状态\":[");
    put_statuses(c, r, "\"", ",");
    PUT("],\"累计\":{\"基金本年已付\":\"");
    put_amount(c->paid_so_far_fen + r->fund_fen);
    PUT("\"},\"附加\":{\"视作已报销\":\"0.00\",\"病种类别\":\"");
    if (c->visit == CHRONIC) PUT("慢性病");
    else PUT("未列入");
    PUT("\",\"结算方式\":\"一站式\"}}\n");
}

static void write_csv(const claim *c, const result *r, const echo *e)
{
    int64_t amounts[] = { c->total_fen,  c->basic_fen, c->critical_fen, c->civil_fen,
                          0,             r->fund_fen,  r->cover_fen,    r->district_fen,
                          r->person_fen, 0 };
    put_slice(&e->id);
    PUT(",");
    put_slice(&e->person);
    PUT(",医疗费用结算");
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        PUT(",");
        put_amount(amounts[i]);
    }
    PUT(",");
    put_advances(r, true);
    PUT(",");
    put_statuses(c, r, "", "、");
    PUT(",");
    put_amount(c->paid_so_far_fen + r->fund_fen);
    PUT(",0.00,");
    if (c->visit == CHRONIC) PUT("慢性病");
    else PUT("未列入");
    PUT(",一站式,,,,\r\n");
}

int main(int argc, char **argv)
{
    bool csv = argc == 2 && strcmp(argv[1], "csv") == 0;
    if (!csv && (argc != 2 || strcmp(argv[1], "jsonl") != 0)) {
        fputs("usage: text jsonl|csv <CLAIMS >RESULTS\n", stderr);
        return 2;
    }
    bool head = csv;
    size_t have = 0;
    for (ssize_t n; (n = read(STDIN_FILENO, in + have, BUFFER_BYTES - have)) > 0;) {
        have += (size_t)n;
        const char *p = in, *end = in + have;
        while (end > in && end[-1] != '\n') end--;
        if (head && end > p) {
            p = (const char *)memchr(p, '\n', (size_t)(end - p)) + 1;
            PUT("编号,参保人,业务类型,总费用,城乡居民医保,大病保险,民政医疗救助,民政扶贫济困基金,"
                "贫困人口医疗救助基金,精准脱贫保,区级医疗救助,个人负担,医院承担,垫付,状态,"
                "累计.基金本年已付,附加.视作已报销,附加.病种类别,附加.结算方式,错误,字段,说明,行\r\n");
            head = false;
        }
        while (p < end) {
            claim c;
            result r;
            echo e;
            p = csv ? read_csv(p, &c, &e) : read_jsonl(p, &c, &e);
            c.total_fen = c.inside_fen + c.outside_fen;
            if (!settle(&c, &r)) stop("the parts do not add up");
            if (put - out > (ptrdiff_t)(BUFFER_BYTES - MAX_RECORD_BYTES)) flush();
            if (csv) write_csv(&c, &r, &e);
            else write_jsonl(&c, &r, &e);
        }
        have = (size_t)(in + have - p);
        memmove(in, p, have);
        if (have == BUFFER_BYTES) stop("a record is too long");
    }
    flush();
    return 0;
}
