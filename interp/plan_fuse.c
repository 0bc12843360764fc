/* What one operation alone reads goes into it: conditions, three columns at once, each as it is or negated; what is added
 * up, and added where a condition holds. */
#include "interp/plan_internal.h"

/* A condition as one of two columns, either of them negated or not. */
typedef struct pair {
    bool is_or;
    node_id from[2];
    bool negated[2];
} pair;

static bool is_pair(const node *n)
{
    return n->op == POL_FAST_AND || n->op == POL_FAST_OR || n->op == POL_FAST_ANDN || n->op == POL_FAST_ORN;
}

static pair pair_of(const node *n)
{
    return (pair){ .is_or = n->op == POL_FAST_OR || n->op == POL_FAST_ORN,
                   .from = { n->from[0], n->from[1] },
                   .negated = { false, n->op == POL_FAST_ANDN || n->op == POL_FAST_ORN } };
}

/* By de Morgan. */
static pair negation_of(pair p)
{
    return (pair){ !p.is_or, { p.from[0], p.from[1] }, { !p.negated[0], !p.negated[1] } };
}

static void count_readers(const pol_planner *p, const node_id *results, uint32_t *readers)
{
    for (size_t i = 1; i < p->nodes.count; i++)
        for (unsigned k = 0; k < POL_FAST_OPERANDS && p->nodes.items[i].live; k++)
            readers[p->nodes.items[i].from[k]]++;
    for (uint32_t reg = 0; reg < p->code->register_count; reg++)
        readers[results[reg]]++;
    readers[p->bad]++;
}

/* Takes a negation that nobody else reads into the operand. */
static void take_negation(const pol_planner *p, const uint32_t *readers, node_id *from, bool *negated)
{
    const node *const n = &p->nodes.items[*from];
    if (n->op == POL_FAST_NOT && readers[*from] == 1) {
        *from = n->from[0];
        *negated = !*negated;
    }
}

static void fuse_conditions(pol_planner *p, const uint32_t *readers, node *n)
{
    static const uint16_t k_ops[2][2] = { { POL_FAST_AND_AND, POL_FAST_AND_OR }, { POL_FAST_OR_AND, POL_FAST_OR_OR } };
    const pair outer = pair_of(n);
    for (unsigned i = 0; i < 2; i++) {
        const node *const inner = pol_node_at(p, outer.from[i]);
        if (!is_pair(inner) || readers[outer.from[i]] != 1)
            continue;
        pair two = pair_of(inner);
        two = outer.negated[i] ? negation_of(two) : two;
        node_id third = outer.from[1 - i];
        bool negated = outer.negated[1 - i];
        for (unsigned k = 0; k < 2; k++)
            take_negation(p, readers, &two.from[k], &two.negated[k]);
        take_negation(p, readers, &third, &negated);
        n->op = k_ops[two.is_or][outer.is_or];
        n->from[0] = two.from[0], n->from[1] = two.from[1], n->from[2] = third;
        n->k[0] = two.negated[0], n->k[1] = two.negated[1], n->k[2] = negated;
        return;
    }
}

/* The sum of a and what this operation makes; 0: it is none that a sum takes in. */
static uint16_t sum_with(unsigned op)
{
    switch (op) {
    case POL_FAST_ADD: return POL_FAST_SUM;
    case POL_FAST_ADD32: return POL_FAST_SUM32;
    case POL_FAST_SELNZ: return POL_FAST_ADDIF;
    case POL_FAST_SELNZ32: return POL_FAST_ADDIF32;
    case POL_FAST_SELZN: return POL_FAST_ADDBUT;
    case POL_FAST_SELZN32: return POL_FAST_ADDBUT32;
    default: return 0;
    }
}

static void fuse_sum(pol_planner *p, const uint32_t *readers, node *n)
{
    for (unsigned i = 0; i < 2; i++) {
        const node *const inner = pol_node_at(p, n->from[i]);
        if (inner->bytes != n->bytes || readers[n->from[i]] != 1 || sum_with(inner->op) == 0)
            continue;
        n->op = sum_with(inner->op);
        n->from[0] = n->from[1 - i];
        n->from[1] = inner->from[0];
        n->from[2] = inner->from[1];
        return;
    }
}

static void fuse(pol_planner *p, const uint32_t *readers, node *n)
{
    if (is_pair(n))
        fuse_conditions(p, readers, n);
    else if (n->op == POL_FAST_ADD || n->op == POL_FAST_ADD32)
        fuse_sum(p, readers, n);
}

void pol_plan_fuse(pol_planner *p, const node_id *results)
{
    uint32_t *const readers = POL_NEW_ARRAY(p->arena, uint32_t, p->nodes.count);
    if (readers == NULL)
        return;
    pol_mark_live(p, results);
    count_readers(p, results, readers);
    for (size_t i = p->nodes.count; i-- > 1;) /* from the last on: what is taken in is not made wider before */
        if (p->nodes.items[i].live)
            fuse(p, readers, &p->nodes.items[i]);
    for (size_t i = 0; i < p->nodes.count; i++)
        p->nodes.items[i].live = false;
}
