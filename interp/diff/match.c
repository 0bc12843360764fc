/* Which declaration of the old side became which of the new: by name, then by clause, then by likeness.
 * What is matched under another name is a renaming, which every later comparison takes into account. */
#include <string.h>

#include "interp/base/utf8.h"
#include "interp/diff/diff.h"

#define MOST_PAIRS 8192 /* of a text that are compared */

/* ---- likeness -------------------------------------------------------------------------------------------- */

typedef struct bag { /* how often each pair of code points occurs, by hash */
    uint16_t counts[1024];
    unsigned total;
} bag;

static void fill(bag *b, pol_str text)
{
    memset(b, 0, sizeof *b);
    int32_t last = 0;
    for (size_t at = 0, size; at < text.length && b->total < MOST_PAIRS; at += size) {
        const int32_t point = pol_utf8_next(text.bytes + at, text.length - at, &size);
        const uint32_t hash = ((uint32_t)last * 31u + (uint32_t)point) * 2654435761u >> 22;
        b->counts[hash]++;
        b->total++;
        last = point;
    }
}

/* Per cent of what two texts have in common. */
static unsigned likeness(pol_str a, pol_str b)
{
    bag x, y;
    fill(&x, a);
    fill(&y, b);
    unsigned common = 0;
    for (size_t i = 0; i < sizeof x.counts / sizeof *x.counts; i++)
        common += x.counts[i] < y.counts[i] ? x.counts[i] : y.counts[i];
    return x.total + y.total == 0 ? 100 : 200 * common / (x.total + y.total);
}

static bool same_basis(const pol_decl *a, const pol_decl *b)
{
    if (a->basis.count != b->basis.count || a->basis.count == 0)
        return false;
    for (size_t i = 0; i < a->basis.count; i++)
        if (!pol_str_equal(a->basis.items[i], b->basis.items[i]))
            return false;
    return true;
}

static bool has_many_alike(pol_node_kind kind)
{
    return kind == POL_N_INPUT || kind == POL_N_PARAM || kind == POL_N_MATTER;
}

/* How sure it is that b is a under another name; 0: not at all. Declarations that look much alike without
 * being the same (inputs of one type) must have like names too. */
static unsigned resemblance(const pol_decl *a, const pol_decl *b)
{
    const unsigned body = likeness(a->body, b->body), name = likeness(a->name, b->name);
    if (a->kind == POL_N_CLAUSE)
        return body >= 80 ? body : 0;
    if (has_many_alike(a->kind))
        return body >= 80 && name >= 50 ? body + name : 0;
    if (same_basis(a, b) && body >= 50)
        return 100 + body;
    return body >= 75 && (name >= 25 || body >= 90) ? body : 0;
}

/* ---- passes ---------------------------------------------------------------------------------------------- */

static void marry(pol_diff *diff, pol_decl *before, pol_decl *after)
{
    before->twin = after;
    after->twin = before;
    if (pol_str_equal(before->name, after->name) || before->kind == POL_N_REQUIRE || before->kind == POL_N_ADVANCE)
        return;
    if (pol_names_find(&diff->renamed, before->name) == POL_NO_NAME &&
        pol_names_add(&diff->renamed, before->name) != POL_NO_NAME)
        (void)POL_PUSH(&diff->arena, diff->renamed_to, after->name);
}

static bool is_single(pol_node_kind kind)
{
    return kind == POL_N_HEADER || kind == POL_N_ORDER || kind == POL_N_SETTLE;
}

static bool same_section(const pol_diff *diff, const pol_decl *a, const pol_decl *b)
{
    return pol_str_equal(pol_renamed(diff, a->section), b->section);
}

static void match_by_name(pol_diff *diff, bool anywhere)
{
    for (size_t i = 0; i < diff->old.decls.count; i++) {
        pol_decl *a = diff->old.decls.items[i];
        for (size_t k = 0; k < diff->new.decls.count && a->twin == NULL; k++) {
            pol_decl *b = diff->new.decls.items[k];
            if (b->twin == NULL && a->kind == b->kind && (anywhere || same_section(diff, a, b)) &&
                (pol_str_equal(a->name, b->name) || is_single(a->kind)))
                marry(diff, a, b);
        }
    }
}

/* Every old declaration left over with the most like new one. */
static void match_by_likeness(pol_diff *diff)
{
    for (size_t i = 0; i < diff->old.decls.count; i++) {
        pol_decl *a = diff->old.decls.items[i], *best = NULL;
        unsigned most = 0;
        for (size_t k = 0; k < diff->new.decls.count && a->twin == NULL; k++) {
            pol_decl *b = diff->new.decls.items[k];
            if (b->twin != NULL || a->kind != b->kind || !same_section(diff, a, b))
                continue;
            const unsigned how = resemblance(a, b);
            if (how > most) {
                most = how;
                best = b;
            }
        }
        if (best != NULL)
            marry(diff, a, best);
    }
}

bool pol_decls_match(pol_diff *diff)
{
    match_by_name(diff, false);
    match_by_likeness(diff);
    match_by_name(diff, false); /* in matters that were renamed */
    match_by_name(diff, true);  /* moved to another section */
    return !pol_arena_failed(&diff->arena);
}
