"""Random claims of document 004."""

from claims import HUGE, schedule, stood_before
from oracle_004 import GROUPS, LOW_INCOME, REGISTERED

DAYS = ("2017-12-31", "2018-01-01", "2018-01-02", "2018-12-31", "2019-01-01", "2020-02-29", "2030-12-31")
NAMES = GROUPS.labels


def day(draw):
    found = draw.day(DAYS, 2018, 2022)
    return found if draw.chance(0.95) or found >= "2018-01-01" else "2018-01-01"


def enrolment(draw):
    group = draw.pick(NAMES)
    premium = draw.fen((18000, 18005), 10**6)
    claim = {"业务类型": ("s", "参保资助"), "参保登记日期": ("d", day(draw)), "人员类别": ("s", group)}
    draw.maybe(claim, "本市户籍", ("b", draw.chance(0.85)), ("b", True))
    claim["个人缴费标准"] = ("m", premium)
    if group in LOW_INCOME:
        amount = draw.fen_near(premium) if draw.chance(0.5) else draw.fen((6000,), 10**6)
        claim["参数"] = ("p", {"低收入人群资助额": ("m", min(amount, HUGE))})
    elif draw.chance(0.3):
        claim["参数"] = ("p", draw.pick(({}, {"低收入人群资助额": ("null",)}, {"低收入人群资助额": ("m", 6000)})))
    return claim


def medical(draw, ledger):
    group = draw.pick(NAMES + (REGISTERED,) * 5)
    registered = group == REGISTERED
    visit = draw.pick(("住院", "住院", "住院", "慢性病门诊维持治疗", "普通门诊"))
    insured = draw.chance(0.92)
    tiers = schedule(draw, draw.pick((0, 400000, 950000)))
    line = draw.pick((0, 1000000, draw.below(5 * 10**6)))
    covered = draw.fen((line, 5000000), 10**8)
    if ledger:
        covered = draw.below(10 ** (5 + draw.below(4)))
    kind = draw.random()
    own = 0 if kind < 0.4 else covered // 9 if kind < 0.5 else draw.fen((), 10**7)
    paid = draw.part_of(covered) if insured else 0
    if insured and draw.chance(0.3):                # the person near 10% of the bill
        paid = min(covered, draw.fen_near((covered + own) * 9 // 10))
    step = covered - paid

    claim = {"业务类型": ("s", "医疗费用结算"), "就医日期": ("d", day(draw)), "人员类别": ("s", group)}
    draw.maybe(claim, "低收入", ("b", draw.chance(0.5)), ("b", False))
    draw.maybe(claim, "本市户籍", ("b", draw.chance(0.93)), ("b", True))
    draw.maybe(claim, "参加城乡居民医保", ("b", insured), ("b", True))
    claim["就医类型"] = ("s", visit)
    for name, likely in (("县域内", 0.85), ("定点公立", 0.8), ("执行分级诊疗", 0.85)):
        draw.maybe(claim, name, ("b", draw.chance(likely)), ("b", True))
    draw.maybe(claim, "暂停待遇", ("b", draw.chance(0.07)), ("b", False))
    claim["政策范围内费用"] = ("m", covered)
    claim["政策范围外费用"] = ("m", own)
    claim["城乡居民医保报销"] = ("m", paid)
    for name in ("疾病应急救助", "民政医疗救助", "卫生扶贫救助基金"):
        allowed = registered or name == "民政医疗救助"
        amount = draw.part_of(step + own) if draw.chance(0.7) else draw.fen_near(step + own)
        draw.maybe(claim, name, ("m", min(amount, HUGE) if allowed and draw.chance(0.6) else 0), ("m", 0))
    if not ledger and draw.chance(0.6):
        edges = [bound for bound, _ in tiers if bound] + [line, 1]
        claim["大病合规自付本年累计"] = ("m", min(stood_before(draw, edges, step), HUGE))
    claim["参数"] = ("p", {"大病起付线": ("m", line), "大病分段": ("t", tiers)})
    return claim


def claim(draw, ledger=False):
    return enrolment(draw) if draw.chance(0.2) else medical(draw, ledger)


def amount_unstated(draw, claim):
    claim["人员类别"] = ("s", draw.pick(LOW_INCOME))
    claim.pop("参数", None)
    if draw.chance(0.5):
        claim["参数"] = ("p", {} if draw.chance(0.5) else {"低收入人群资助额": ("null",)})


def insurance_exceeds(draw, claim):
    claim["参加城乡居民医保"] = ("b", True)
    claim["城乡居民医保报销"] = ("m", min(HUGE, claim["政策范围内费用"][1] + 1 + draw.below(100)))


def insurance_of_uninsured(draw, claim):
    claim["参加城乡居民医保"] = ("b", False)
    if claim["政策范围内费用"][1] == 0:
        claim["政策范围内费用"] = ("m", 100)
    claim["城乡居民医保报销"] = ("m", 1)


def aid_of_others(draw, claim):
    for name in ("疾病应急救助", "卫生扶贫救助基金"):
        claim.pop(name, None)
    claim["人员类别"] = ("s", draw.pick([group for group in NAMES if group != REGISTERED]))
    claim[draw.pick(("疾病应急救助", "卫生扶贫救助基金"))] = ("m", 1 + draw.below(1000))


def out_of_range(draw, claim):
    claim["政策范围外费用"] = ("m", HUGE - claim["政策范围内费用"][1] + draw.below(3))


def accumulator_out_of_range(draw, claim):
    claim["大病合规自付本年累计"] = ("m", HUGE - draw.below(3))


CONTRADICTIONS = {
    "参保资助": [amount_unstated],
    "医疗费用结算": [insurance_exceeds, insurance_of_uninsured, aid_of_others, out_of_range, accumulator_out_of_range],
}
