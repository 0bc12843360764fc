/* Nodes of a plan: made once for each operation, with what is known of their elements, simplified as they are
 * made. */
#include "interp/plan_internal.h"

#include <string.h>

#define MOST_OF_62 (((pol_i128)1 << 62) - 1)

/* ---- making --------------------------------------------------------------------------------------- */

static uint32_t hash_of(const node *n)
{
    uint64_t h = n->op;
    for (unsigned i = 0; i < POL_FAST_OPERANDS; i++)
        h = (h ^ n->from[i]) * UINT64_C(0x9e3779b97f4a7c15);
    for (unsigned i = 0; i < 3; i++)
        h = (h ^ (uint64_t)n->k[i]) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(h >> 40) % HASH_SLOTS;
}

static bool same(const node *a, const node *b)
{
    return a->op == b->op && a->bytes == b->bytes && a->table == b->table &&
           memcmp(a->from, b->from, sizeof a->from) == 0 && memcmp(a->k, b->k, sizeof a->k) == 0 &&
           a->x[0] == b->x[0] && a->x[1] == b->x[1];
}

static void widest(node *n)
{
    n->low = n->bytes == 8 ? -(INT64_C(1) << 62) : n->bytes == 4 ? INT32_MIN : 0;
    n->high = n->bytes == 8 ? INT64_C(1) << 62 : n->bytes == 4 ? INT32_MAX : 3;
}

static bool is_open(const pol_planner *p, node_id id)
{
    return p->nodes.items[id].open;
}

/* Whether an element may be no number; of fields their reader tells. */
static bool may_be_open(const pol_planner *p, const node *n)
{
    switch (n->op) {
    case NODE_CONSTANT: return n->k[0] == POL_PORT_UNLIMITED || n->k[0] <= POL_PORT_FAILED;
    case POL_FAST_KEEPU:
    case POL_FAST_LOSEN: return true;
    case POL_FAST_FINITE:
    case POL_FAST_MINK: return false;
    case POL_FAST_MIN: return is_open(p, n->from[0]) && is_open(p, n->from[1]);
    case POL_FAST_SELNK:
    case POL_FAST_SELKN:
    case POL_FAST_SELKK:
    case POL_FAST_MAXK:
        if (n->k[0] == POL_PORT_UNLIMITED || n->k[1] == POL_PORT_UNLIMITED)
            return true;
        break;
    default: break;
    }
    bool open = false;
    for (unsigned i = 0; i < POL_FAST_OPERANDS && n->op < POL_FAST_COUNT; i++)
        open = open || is_open(p, n->from[i]);
    return open && n->bytes == 8;
}

node_id pol_new_node(pol_planner *p, const node *wanted)
{
    const uint32_t slot = hash_of(wanted);
    for (node_id id = p->slots[slot]; id != 0; id = p->nodes.items[id].next)
        if (same(&p->nodes.items[id], wanted))
            return id;
    node made = *wanted;
    if (made.op == NODE_CONSTANT)
        made.low = made.high = made.k[0];
    else
        widest(&made);
    made.open = may_be_open(p, &made);
    made.next = p->slots[slot];
    if (!POL_PUSH(p->arena, p->nodes, made))
        return 0;
    return p->slots[slot] = (node_id)p->nodes.count - 1;
}

node_id pol_constant_node(pol_planner *p, uint8_t bytes, int64_t number)
{
    return pol_new_node(p, &(node){ .op = NODE_CONSTANT, .bytes = bytes, .k = { number } });
}

bool pol_is_constant(pol_planner *p, node_id id)
{
    return pol_node_at(p, id)->op == NODE_CONSTANT;
}

int64_t pol_known_of(pol_planner *p, node_id id)
{
    return pol_node_at(p, id)->k[0];
}

static bool is(pol_planner *p, node_id id, int64_t number)
{
    return pol_is_constant(p, id) && pol_known_of(p, id) == number;
}

node_id pol_op3(pol_planner *p, unsigned op, node_id a, node_id b, node_id c, int64_t k)
{
    return pol_new_node(p, &(node){ .op = (uint16_t)op,
                                    .bytes = pol_fast_shape_of((pol_fast_op)op)->result[0],
                                    .from = { a, b, c },
                                    .k = { k } });
}

node_id pol_op2(pol_planner *p, unsigned op, node_id a, node_id b, int64_t k, int64_t l)
{
    return pol_new_node(p, &(node){ .op = (uint16_t)op,
                                    .bytes = pol_fast_shape_of((pol_fast_op)op)->result[0],
                                    .from = { a, b },
                                    .k = { k, l } });
}

node_id pol_op1(pol_planner *p, unsigned op, node_id a, int64_t k, int64_t l)
{
    return pol_op2(p, op, a, 0, k, l);
}

node_id pol_second(pol_planner *p, node_id first, uint8_t bytes)
{
    const node_id id = pol_new_node(p, &(node){ .op = NODE_SECOND, .bytes = bytes, .from = { first } });
    pol_node_at(p, first)->second = id;
    return id;
}

node_id pol_in_interval(pol_planner *p, node_id id, pol_i128 low, pol_i128 high, int64_t den)
{
    const pol_i128 limit = (pol_i128)den * POL_MAX_MAGNITUDE;
    if (low < -MOST_OF_62 || high > MOST_OF_62 || (den != 0 && (low <= -limit || high >= limit))) {
        p->refused = true;
        return id;
    }
    node *const n = pol_node_at(p, id);
    if (n->op == NODE_CONSTANT)
        return id;
    n->low = low > n->low ? (int64_t)low : n->low;
    n->high = high < n->high ? (int64_t)high : n->high;
    return id;
}

/* ---- conditions -------------------------------------------------------------------------------------- */

static node_id condition(pol_planner *p, unsigned op, node_id a, node_id b)
{
    const node_id id = pol_op2(p, op, a, b, 0, 0);
    return pol_in_interval(p, id, 0, 1, 0);
}

static bool is_not(pol_planner *p, node_id a)
{
    return pol_node_at(p, a)->op == POL_FAST_NOT;
}

node_id pol_not(pol_planner *p, node_id a)
{
    if (pol_is_constant(p, a))
        return pol_constant_node(p, 1, 1 - pol_known_of(p, a));
    return is_not(p, a) ? pol_node_at(p, a)->from[0] : condition(p, POL_FAST_NOT, a, 0);
}

/* Operands of a symmetric operation in one order. */
static node_id symmetric(pol_planner *p, unsigned op, node_id a, node_id b)
{
    return a < b ? condition(p, op, a, b) : condition(p, op, b, a);
}

node_id pol_and(pol_planner *p, node_id a, node_id b)
{
    if (a == b || is(p, a, 0) || is(p, b, 1))
        return a;
    if (is(p, a, 1) || is(p, b, 0))
        return b;
    if (pol_not(p, a) == b)
        return pol_constant_node(p, 1, 0);
    if (is_not(p, b))
        return condition(p, POL_FAST_ANDN, a, pol_not(p, b));
    if (is_not(p, a))
        return condition(p, POL_FAST_ANDN, b, pol_not(p, a));
    return symmetric(p, POL_FAST_AND, a, b);
}

node_id pol_or(pol_planner *p, node_id a, node_id b)
{
    if (a == b || is(p, a, 1) || is(p, b, 0))
        return a;
    if (is(p, a, 0) || is(p, b, 1))
        return b;
    if (pol_not(p, a) == b)
        return pol_constant_node(p, 1, 1);
    if (is_not(p, b))
        return condition(p, POL_FAST_ORN, a, pol_not(p, b));
    if (is_not(p, a))
        return condition(p, POL_FAST_ORN, b, pol_not(p, a));
    return symmetric(p, POL_FAST_OR, a, b);
}

node_id pol_choose(pol_planner *p, node_id c, node_id a, node_id b)
{
    if (a == b || is(p, c, 1))
        return a;
    if (is(p, c, 0))
        return b;
    if (pol_is_constant(p, a) && pol_known_of(p, a) < 2)
        return is(p, a, 1) ? pol_or(p, c, b) : pol_and(p, pol_not(p, c), b);
    if (pol_is_constant(p, b) && pol_known_of(p, b) < 2)
        return is(p, b, 1) ? pol_or(p, pol_not(p, c), a) : pol_and(p, c, a);
    return pol_in_interval(p, pol_op3(p, POL_FAST_SELB, c, a, b, 0), 0, 1, 0);
}

/* ---- losses --------------------------------------------------------------------------------------------- */

node_id pol_worse(pol_planner *p, node_id a, node_id b)
{
    a = a != 0 && is(p, a, 0) ? 0 : a;
    b = b != 0 && is(p, b, 0) ? 0 : b;
    if (a == b || b == 0 || (a != 0 && is(p, a, 2)))
        return a;
    if (a == 0 || is(p, b, 2))
        return b;
    return pol_in_interval(p, pol_op2(p, POL_FAST_WORSE, a < b ? a : b, a < b ? b : a, 0, 0), 0, 2, 0);
}

node_id pol_loss_if(pol_planner *p, node_id c, bool yes, node_id loss)
{
    if (loss == 0)
        return 0;
    if (pol_is_constant(p, c))
        return pol_known_of(p, c) == yes ? loss : 0;
    return pol_in_interval(p, pol_op2(p, yes ? POL_FAST_IFYES : POL_FAST_IFNO, c, loss, 0, 0), 0, 2, 0);
}

/* ---- division --------------------------------------------------------------------------------------------- */

#define SMALL_MOST (((pol_i128)1 << 49) - 1)
#define QUOTIENT_MOST (((pol_i128)1 << 50) - 1)

bool pol_divide_constants(pol_planner *p, node_id a, int64_t divisor, pol_rounding mode, node *n, bool *small)
{
    const node *const from = pol_node_at(p, a);
    const pol_i128 size = -(pol_i128)from->low > from->high ? -(pol_i128)from->low : from->high;
    const bool up = mode == POL_HALF_UP || mode == POL_HALF_EVEN;
    n->k[0] = up ? divisor / 2 : mode == POL_ROUND_UP ? divisor - 1 : 0;
    n->k[1] = divisor;
    n->x[0] = 1.0 / (double)divisor;
    n->x[1] = 0.5 * n->x[0] - 0.5;
    *small = size + divisor <= SMALL_MOST;
    return divisor < INT64_C(1) << 52 && size + divisor <= MOST_OF_62 && size / divisor + 1 <= QUOTIENT_MOST;
}

static pol_i128 quotient_at(int64_t number, int64_t divisor, bool above)
{
    const pol_i128 size = (number < 0 ? -(pol_i128)number : number) / divisor + 1;
    return above ? (number < 0 ? 0 : size) : (number < 0 ? -size : 0);
}

node_id pol_divide_node(pol_planner *p, node_id a, int64_t divisor, pol_rounding mode)
{
    node n = { .bytes = 8, .from = { a } };
    bool small;
    if (!pol_divide_constants(p, a, divisor, mode, &n, &small)) {
        p->refused = true;
        return a;
    }
    n.op = mode == POL_HALF_EVEN ? POL_FAST_EVENDIV : small ? POL_FAST_DIVIDE : POL_FAST_DIVIDEB;
    const pol_i128 low = quotient_at(pol_node_at(p, a)->low, divisor, false);
    const pol_i128 high = quotient_at(pol_node_at(p, a)->high, divisor, true);
    return pol_in_interval(p, pol_new_node(p, &n), low, high, 0);
}
