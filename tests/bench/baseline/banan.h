/* Document 003's claim in hand-written C, exact in whole fen: what pol's speed is measured against.
 *
 * One claim: the poverty fund by brackets (70/85/95 %) under a yearly cap, then the insurer, then the
 * district, then the person; each amount rounded half up to the fen. The same rules as
 * stdlib-policies/chongqing/banan-2018.pol for a member, at a designated place, in force. */
#ifndef POL_BENCH_BANAN_H
#define POL_BENCH_BANAN_H

#include <stdbool.h>
#include <stdint.h>

enum { INPATIENT, CHRONIC, OTHER }; /* kinds of visit */

#define YEARLY_CAP_FEN 20000000

typedef struct claim {
    int64_t total_fen;        /* all costs: inside and outside the catalogue */
    int64_t inside_fen;       /* 目录内费用 */
    int64_t outside_fen;      /* 目录外费用 */
    int64_t basic_fen;        /* 城乡居民医保报销 */
    int64_t critical_fen;     /* 大病保险报销 */
    int64_t civil_fen;        /* 民政医疗救助 */
    int64_t paid_so_far_fen;  /* 基金本年已付 */
    int32_t person;
    uint8_t visit;
    uint8_t referred;         /* 1: referred as prescribed */
} claim;

typedef struct result {
    int64_t fund_fen;     /* 贫困人口医疗救助基金 */
    int64_t cover_fen;    /* 精准脱贫保 */
    int64_t district_fen; /* 区级医疗救助 */
    int64_t person_fen;   /* 个人负担 */
} result;

/* What `rest` exceeds `tenths` tenths of `total` by, half up to the fen, not below 0. */
static inline int64_t excess(int64_t rest, int64_t total, int tenths)
{
    int64_t x = 10 * rest - tenths * total;
    return x > 0 ? (x + 5) / 10 : 0;
}

/* The brackets over what the person pays inside the catalogue, before the cap. */
static inline int64_t brackets(int64_t self)
{
    int64_t x = 0;
    if (self > 5000000) {
        x += 95 * (self - 5000000);
        self = 5000000;
    }
    if (self > 1000000) {
        x += 85 * (self - 1000000);
        self = 1000000;
    }
    if (self > 100000) {
        x += 70 * (self - 100000);
    }
    return (x + 50) / 100;
}

/* Settles one claim; false when the parts do not add up to the total. */
static inline bool settle(const claim *c, result *r)
{
    int64_t earlier = c->basic_fen + c->critical_fen + c->civil_fen;
    int64_t self = c->inside_fen - earlier, room = YEARLY_CAP_FEN - c->paid_so_far_fen;
    if (self < 0) self = 0;
    if (room < 0) room = 0;
    r->fund_fen = brackets(self);
    if (r->fund_fen > room) r->fund_fen = room;
    if (r->fund_fen > self) r->fund_fen = self;

    int64_t rest = c->total_fen - earlier - r->fund_fen;
    r->cover_fen = 0;
    if (10 * c->outside_fen <= c->total_fen) {
        if (c->visit == INPATIENT) {
            if (rest >= 100000) r->cover_fen = excess(rest, c->total_fen, 1);
        } else if (c->visit == CHRONIC) {
            r->cover_fen = excess(rest, c->total_fen, 2);
        }
    }
    rest -= r->cover_fen;
    r->district_fen = 0;
    if (c->referred) {
        if (c->visit == INPATIENT) {
            r->district_fen = excess(rest, c->total_fen, 1);
        } else if (c->visit == CHRONIC) {
            r->district_fen = excess(rest, c->total_fen, 2);
        }
    }
    r->person_fen = rest - r->district_fen;
    return c->total_fen ==
           earlier + r->fund_fen + r->cover_fen + r->district_fen + r->person_fen;
}

#endif
