"""Random claims of document 002."""

from claims import HUGE, schedule, shift_day, some_ratio, stood_before
from claims_001 import accumulator_out_of_range, annual_limit, no_aid_figures, out_of_range, parameters
from common import RATIO, YUAN, share
from oracle_002 import A, B, AIDED, BY_ILLNESS, FULL_PREMIUM, MONITORED, NEAR_POOR, OTHER, STABLE

DAYS = ("2021-07-13", "2021-07-14", "2021-12-31", "2022-01-01", "2024-02-29", "2025-12-31", "2026-01-01", "2099-12-31")
GROUPS = FULL_PREMIUM + (MONITORED, STABLE, BY_ILLNESS, OTHER)
PER_CENT = RATIO // 100


def inside(draw):
    """A date from the first day on."""
    while True:
        found = draw.day(DAYS, 2021, 2026)
        if found >= "2021-07-13":
            return found


def enrolment(draw):
    group = draw.pick(GROUPS)
    registered = inside(draw)
    claim = {"业务类型": ("s", "参保资助"), "参保登记日期": ("d", registered)}
    if draw.chance(0.7):
        claim["身份标识日期"] = ("d", shift_day(registered, draw.pick((-400, -1, 0, 0, 1, 30))))
    elif draw.chance(0.5):
        claim["身份标识日期"] = ("null",)
    claim["人员类别"] = ("s", group)
    draw.maybe(claim, "本省户籍", ("b", draw.chance(0.8)), ("b", True))
    draw.maybe(claim, "农村低收入人口", ("b", draw.chance(0.5)), ("b", False))
    draw.maybe(claim, "中途参保", ("b", draw.chance(0.5)), ("b", False))
    draw.maybe(claim, "断保原因", ("s", draw.pick(("无", "跨区域转移", "非个人原因", "个人原因"))), ("s", "无"))
    premium = draw.fen((32000, 35000), 10**6)
    claim["个人缴费标准"] = ("m", premium)
    if group == MONITORED:
        amount = draw.fen_near(premium) if draw.chance(0.5) else draw.fen((20000,), 10**6)
        claim["参数"] = ("p", {"资助定额": ("m", min(amount, HUGE))})
    elif draw.chance(0.3):
        claim["参数"] = ("p", draw.pick(({}, {"资助定额": ("null",)}, {"资助定额": ("m", 20000)})))
    return claim


def determination(draw):
    income = draw.fen((10000000,), 10**8)
    bound = draw.fen((20000000,), 10**8)
    burden = draw.fen_near(income * 60 // 100) if draw.chance(0.6) else draw.fen((0,), 10**8)
    assets = draw.fen_near(bound) if draw.chance(0.6) else draw.fen((), 10**8)
    return {
        "业务类型": ("s", "因病致贫认定"), "认定日期": ("d", inside(draw)), "家庭累计合规负担": ("m", min(burden, HUGE)),
        "家庭年可支配总收入": ("m", income), "家庭资产总值": ("m", min(assets, HUGE)), "资产上限": ("m", bound)}


def floor_of(group):
    return (80 if group in A else 70 if group in B else 60) * PER_CENT


def medical(draw, ledger):
    group = draw.pick(GROUPS + A + B)
    visit = draw.pick(("住院", "住院", "普通门诊", "门诊特定病种"))
    floor = floor_of(group)
    line = draw.pick((0, 50000, 80000, 100000, draw.below(10**6)))
    covered = draw.fen((line, 5000000, 10000000), 10**8)
    if ledger:
        covered = draw.below(10 ** (5 + draw.below(4)))
    own = draw.fen((), 10**7) if draw.chance(0.6) else 0
    basic_ratio = some_ratio(draw)
    income = draw.pick((0, 4400000, 1 + draw.below(10**7), 2 * draw.below(10**6) + 1))
    cut = some_ratio(draw, floor) if group in A + B else 0
    tiers = schedule(draw, floor)
    limit = draw.pick((5000000, draw.fen((), 10**7)))
    basic = share(max(0, covered - line), basic_ratio)
    step = covered - basic

    claim = {"业务类型": ("s", "医疗费用结算"), "就医日期": ("d", inside(draw)), "人员类别": ("s", group), "就医类型": ("s", visit)}
    draw.maybe(claim, "定点医疗机构", ("b", draw.chance(0.9)), ("b", True))
    draw.maybe(claim, "农村低收入人口", ("b", draw.chance(0.6)), ("b", False))
    draw.maybe(claim, "省内按规定转诊", ("b", draw.chance(0.5)), ("b", False))
    claim["政策范围内费用"] = ("m", covered)
    claim["自费费用"] = ("m", own)
    supplement = draw.fen_near(draw.pick((step, step + own, step // 2))) if draw.chance(0.5) else draw.part_of(step)
    draw.maybe(claim, "补充医疗保险支付", ("m", min(supplement, HUGE) if draw.chance(0.7) else 0), ("m", 0))
    draw.maybe(claim, "负担较重", ("b", draw.chance(0.5)), ("b", False))
    if not ledger:
        edges = [bound for bound, _ in tiers if bound] + [income * (RATIO - cut) // (2 * RATIO), 1]
        for name, stood in (
                ("连续住院已计起付线", draw.fen_near(draw.pick((0, line, line // 2, 2 * line)))),
                ("基本医保本年已付", draw.fen((10000000,))),
                ("大病合规自付本年累计", stood_before(draw, edges, step)),
                ("大病本年已付", draw.fen((20000000,))),
                ("医疗救助本年已付", stood_before(draw, (limit, limit), step)),
                ("倾斜救助本年已付", draw.fen((1000000,)))):
            if draw.chance(0.5):
                claim[name] = ("m", min(stood, HUGE))

    figures = {"基本医保起付线": ("m", line), "基本医保比例": ("r", basic_ratio)}
    annual_limit(draw, figures, "基本医保年度限额", claim, "基本医保本年已付", basic)
    figures["居民人均可支配收入"] = ("m", income)
    draw.maybe(figures, "大病起付线下调比例", ("r", cut), ("r", 0))
    figures["大病分段"] = ("t", tiers)
    annual_limit(draw, figures, "大病年度限额", claim, "大病本年已付", step)
    if group in AIDED:
        low = 80 * PER_CENT if group in B + (NEAR_POOR,) else 0
        figures["医疗救助比例"] = ("r", RATIO if group in A else some_ratio(draw, low))
        figures["医疗救助年度限额"] = ("m", limit)
    elif draw.chance(0.3):
        figures["医疗救助比例"] = ("r", some_ratio(draw))
    draw.maybe(figures, "倾斜救助起点", ("m", draw.fen((60000,), 10**6) if draw.chance(0.6) else 0), ("m", 0))
    draw.maybe(figures, "倾斜救助比例", ("r", some_ratio(draw)), ("r", 0))
    annual_limit(draw, figures, "倾斜救助年度限额", claim, "倾斜救助本年已付", step)
    claim["参数"] = ("p", figures)
    return claim


def claim(draw, ledger=False):
    kind = draw.random()
    return enrolment(draw) if kind < 0.2 else determination(draw) if kind < 0.3 else medical(draw, ledger)


def too_early(field):
    def out_of_period(draw, claim):
        claim[field] = ("d", draw.pick(("2021-07-12", "2021-01-01", "2020-12-31", "1999-12-31")))
    return out_of_period


def amount_unstated(draw, claim):
    claim["人员类别"] = ("s", MONITORED)
    claim.pop("参数", None)
    kind = draw.below(3)
    if kind:
        claim["参数"] = ("p", {} if kind == 1 else {"资助定额": ("null",)})


def cut_out_of_bounds(draw, claim):
    group = claim["人员类别"][1]
    figures = parameters(claim)
    if group in A + B:
        floor = floor_of(group)
        figures["大病起付线下调比例"] = ("r", floor - 1 - (draw.below(floor) if draw.chance(0.3) else 0))
    else:
        figures["大病起付线下调比例"] = ("r", draw.pick((1, 10000, 800000)))


def tier_too_low(draw, claim):
    floor = floor_of(claim["人员类别"][1])
    tiers = list(parameters(claim)["大病分段"][1])
    place = draw.below(len(tiers))
    tiers[place] = (tiers[place][0], floor - 1 - (draw.below(floor) if draw.chance(0.3) else 0))
    parameters(claim)["大病分段"] = ("t", tiers)


def aid_out_of_bounds(draw, claim):
    parameters(claim)["医疗救助比例"] = ("r", RATIO - 1 if claim["人员类别"][1] in A else 80 * PER_CENT - 1)


CONTRADICTIONS = {
    "参保资助": [too_early("参保登记日期"), amount_unstated],
    "因病致贫认定": [too_early("认定日期")],
    "医疗费用结算": [too_early("就医日期"), cut_out_of_bounds, tier_too_low, aid_out_of_bounds, no_aid_figures, out_of_range,
                     accumulator_out_of_range],
}
