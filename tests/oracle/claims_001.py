"""Random claims of document 001."""

from claims import HUGE, schedule, shift_day, some_ratio, stood_before
from common import RATIO, YUAN, share
from oracle_001 import DESTITUTE, FAVOURED, POOR

DAYS = ("2018-01-01", "2018-01-02", "2018-12-31", "2019-01-01", "2019-09-30", "2019-10-01", "2020-02-29", "2020-12-30", "2020-12-31")
GROUPS = POOR + ("其他",)
PER_CENT = RATIO // 100


def day(draw):
    return draw.day(DAYS, 2018, 2020)


def inside(draw, first="2018-01-01", last="2020-12-31"):
    """A date of the period."""
    while True:
        found = day(draw)
        if first <= found <= last:
            return found


def enrolment(draw):
    group = draw.pick(GROUPS)
    registered = inside(draw)
    claim = {"业务类型": ("s", "参保资助"), "参保登记日期": ("d", registered)}
    if draw.chance(0.75):
        claim["身份标识日期"] = ("d", shift_day(registered, draw.pick((-40, -1, 0, 0, 1, 30, 400))))
    elif draw.chance(0.5):
        claim["身份标识日期"] = ("null",)
    claim["人员类别"] = ("s", group)
    claim["个人缴费标准"] = ("m", draw.fen((18000, 22000, 25000), 10**6))
    if draw.chance(0.7):
        year = int(registered[:4]) + draw.below(2)
        claim["补助到账日期"] = ("d", shift_day(f"{year}-09-30", draw.pick((-1, 0, 0, 1, 1, 90))))
    elif draw.chance(0.3):
        claim["补助到账日期"] = ("null",)
    return claim


def floor_of(group):
    return 80 * PER_CENT if group == DESTITUTE else 70 * PER_CENT if group in FAVOURED else 0


def medical(draw, ledger):
    group = draw.pick(GROUPS + (DESTITUTE,) + FAVOURED)
    visit = draw.pick(("住院", "住院", "普通门诊", "门诊特定病种"))
    outside = draw.chance(0.35)
    filed = draw.chance(0.5 if outside else 0.85)
    exempt = draw.pick(("无", "无", "无", "异地居住", "驻外工作学习", "急诊抢救"))
    unreferred = outside and not filed and exempt == "无"
    floor = floor_of(group)

    line = draw.pick((0, 50000, 80000, 100000, draw.below(10**6)))
    covered = draw.fen((line, 5000000, 10000000), 10**8)
    if ledger:
        covered = draw.below(10 ** (5 + draw.below(4)))
    own = draw.fen((), 10**7) if draw.chance(0.6) else 0
    basic_ratio = some_ratio(draw)
    major_line = draw.pick((0, 1000000, 2000000, draw.below(5 * 10**6)))
    cut = 0 if group == "其他" else some_ratio(draw, floor)
    tiers = schedule(draw, floor)
    lowered = some_ratio(draw, 1) if draw.chance(0.8) else 1 + draw.below(10)
    limit = draw.pick((5000000, 8000000, draw.fen((), 10**7)))

    used = basic_ratio - lowered if unreferred else basic_ratio
    basic = share(max(0, covered - line), max(0, used))
    step = covered - min(basic, covered)

    claim = {"业务类型": ("s", "医疗费用结算"), "就医日期": ("d", inside(draw)), "人员类别": ("s", group), "就医类型": ("s", visit)}
    draw.maybe(claim, "定点医疗机构", ("b", draw.chance(0.9)), ("b", True))
    claim["就医地"] = ("s", "统筹区外" if outside else "统筹区内")
    draw.maybe(claim, "备案或转诊", ("b", filed), ("b", True))
    draw.maybe(claim, "例外情形", ("s", exempt), ("s", "无"))
    draw.maybe(claim, "转诊连续住院", ("b", draw.chance(0.4)), ("b", False))
    claim["政策范围内费用"] = ("m", covered)
    claim["自费费用"] = ("m", own)
    draw.maybe(claim, "影响基本生活", ("b", draw.chance(0.5)), ("b", False))
    if not ledger:
        edges = [bound for bound, _ in tiers if bound] + [major_line * (RATIO - cut) // RATIO, 1]
        for name, stood in (
                ("连续住院已计起付线", draw.fen_near(draw.pick((0, line, line // 2, 2 * line)))),
                ("基本医保本年已付", draw.fen((10000000,))),
                ("大病合规自付本年累计", stood_before(draw, edges, step)),
                ("大病本年已付", draw.fen((20000000,))),
                ("医疗救助本年已付", stood_before(draw, (limit, limit), step))):
            if draw.chance(0.5):
                claim[name] = ("m", min(stood, HUGE))

    figures = {"基本医保起付线": ("m", line), "基本医保比例": ("r", basic_ratio)}
    annual_limit(draw, figures, "基本医保年度限额", claim, "基本医保本年已付", basic)
    figures["大病起付线"] = ("m", major_line)
    draw.maybe(figures, "大病起付线下调比例", ("r", cut), ("r", 0))
    figures["大病分段"] = ("t", tiers)
    annual_limit(draw, figures, "大病年度限额", claim, "大病本年已付", step)
    if group != "其他":
        exact = group == DESTITUTE and visit == "住院"
        figures["医疗救助比例"] = ("r", RATIO if exact else some_ratio(draw, 80 * PER_CENT))
        figures["医疗救助年度限额"] = ("m", limit)
    elif draw.chance(0.3):
        figures["医疗救助比例"] = ("r", some_ratio(draw))
        figures["医疗救助年度限额"] = ("m", limit)
    draw.maybe(figures, "二次救助起点", ("m", draw.fen((100000,), 10**6) if draw.chance(0.6) else 0), ("m", 0))
    draw.maybe(figures, "二次救助比例", ("r", some_ratio(draw)), ("r", 0))
    for name in ("未转诊降低基本医保", "未转诊降低大病"):
        if unreferred:
            figures[name] = ("r", lowered)
        elif draw.chance(0.2):
            figures[name] = ("r", some_ratio(draw)) if draw.chance(0.7) else ("null",)
    draw.maybe(figures, "连续计算起付线", ("b", draw.chance(0.8)), ("b", True))
    claim["参数"] = ("p", figures)
    return claim


def annual_limit(draw, figures, name, claim, total, step):
    """A yearly limit that the claim meets, passes or does not reach; or none."""
    kind = draw.random()
    if kind < 0.4:
        return
    if kind < 0.5:
        figures[name] = ("null",)
        return
    stood = claim[total][1] if total in claim else 0
    limit = draw.fen_near(stood + step) if kind < 0.7 else stood + draw.below(step + 1) if kind < 0.85 else draw.fen((), 10**8)
    figures[name] = ("m", min(limit, HUGE))


def claim(draw, ledger=False):
    return enrolment(draw) if draw.chance(0.2) else medical(draw, ledger)


def before_or_after(field):
    def out_of_period(draw, claim):
        claim[field] = ("d", draw.pick(("2017-12-31", "2021-01-01", "2021-07-13", "1999-12-31")))
    return out_of_period


def parameters(claim):
    return claim["参数"][1]


def cut_too_small(draw, claim):
    group = claim["人员类别"][1]
    floor = floor_of(group)
    if floor:
        parameters(claim)["大病起付线下调比例"] = ("r", floor - 1 - (draw.below(floor) if draw.chance(0.3) else 0))
    else:
        claim["人员类别"] = ("s", "其他")
        parameters(claim)["大病起付线下调比例"] = ("r", draw.pick((1, 10000, 700000)))


def tier_too_low(draw, claim):
    if not floor_of(claim["人员类别"][1]):
        claim["人员类别"] = ("s", "低保对象")
        parameters(claim)["大病起付线下调比例"] = ("r", 700000)
        parameters(claim)["医疗救助比例"] = ("r", 800000)
        parameters(claim)["医疗救助年度限额"] = ("m", 100)
    floor = floor_of(claim["人员类别"][1])
    tiers = list(parameters(claim)["大病分段"][1])
    place = draw.below(len(tiers))
    tiers[place] = (tiers[place][0], floor - 1 - (draw.below(floor) if draw.chance(0.3) else 0))
    parameters(claim)["大病分段"] = ("t", tiers)


def aid_too_low(draw, claim):
    exact = claim["人员类别"][1] == DESTITUTE and claim["就医类型"][1] == "住院"
    parameters(claim)["医疗救助比例"] = ("r", RATIO - 1 if exact else 80 * PER_CENT - 1)


def no_aid_figures(draw, claim):
    parameters(claim).pop(draw.pick(("医疗救助比例", "医疗救助年度限额")), None)


def lowering_unstated(draw, claim):
    claim["就医地"] = ("s", "统筹区外")
    claim["备案或转诊"] = ("b", False)
    claim.pop("例外情形", None)
    figures = parameters(claim)
    figures["未转诊降低基本医保"] = figures["未转诊降低大病"] = ("r", 100000)
    name = draw.pick(("未转诊降低基本医保", "未转诊降低大病"))
    kind = draw.below(3)
    if kind:
        figures[name] = ("null",) if kind == 1 else ("r", 0)
    else:
        figures.pop(name)


def out_of_range(draw, claim):
    claim["自费费用"] = ("m", HUGE - claim["政策范围内费用"][1] + draw.below(3))


def accumulator_out_of_range(draw, claim):
    claim[draw.pick(("基本医保本年已付", "大病合规自付本年累计", "大病本年已付", "医疗救助本年已付"))] = ("m", HUGE - draw.below(3))


CONTRADICTIONS = {
    "参保资助": [before_or_after("参保登记日期")],
    "医疗费用结算": [before_or_after("就医日期"), cut_too_small, tier_too_low, aid_too_low, no_aid_figures, lowering_unstated,
                     out_of_range, accumulator_out_of_range],
}
