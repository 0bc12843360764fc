"""Random claims of document 000."""

from claims import HUGE
from common import YUAN

LIMIT = 10000 * YUAN
DAYS = ("2018-12-31", "2019-01-01", "2019-01-02", "2020-02-29", "2020-12-30", "2020-12-31", "2021-01-01")


def day(draw, ledger):
    if ledger:
        return f"20{draw.pick((19, 19, 20, 21)):02d}-{1 + draw.below(12):02d}-{1 + draw.below(28):02d}"
    return draw.day(DAYS, 2019, 2020)


def medical(draw, ledger):
    visit = draw.pick(("住院", "住院", "特定病种门诊", "特定病种门诊", "特定病种门诊", "普通门诊"))
    in_scope = draw.fen((LIMIT,))
    own = draw.fen((LIMIT, 2 * LIMIT))
    if ledger:
        own = draw.fen((LIMIT, LIMIT // 2, LIMIT // 4), 10**6)
    paid = draw.split(in_scope, 3)
    claim = {
        "业务类型": ("s", "医疗费用结算"),
        "就医日期": ("d", day(draw, ledger)),
        "重点帮扶对象": ("b", draw.chance(0.9)),
        "就医类型": ("s", visit),
    }
    draw.maybe(claim, "定点医疗机构", ("b", draw.chance(0.92)), ("b", True))
    away = draw.chance(0.25)
    claim["就医地"] = ("s", "外出" if away else "本市区内")
    draw.maybe(claim, "基本医保外出手续", ("b", draw.chance(0.8 if away else 0.2)), ("b", False))
    draw.maybe(claim, "转诊备案批准", ("b", draw.chance(0.8 if away else 0.2)), ("b", False))
    draw.maybe(claim, "出示就医证", ("b", draw.chance(0.85)), ("b", True))
    claim["范围内费用"] = ("m", in_scope)
    claim["个人自费"] = ("m", own)
    for name in ("挂号诊查费", "药品加成"):
        draw.maybe(claim, name, ("m", draw.fen((), 10**5) if draw.chance(0.4) else 0), ("m", 0))
    for name, fen in zip(("基本医保支付", "大病保险支付", "医疗救助支付"), paid):
        claim[name] = ("m", fen)
    review = draw.pick(("未审核", "未审核", "全部合理", "部分合理"))
    draw.maybe(claim, "专家审核结果", ("s", review), ("s", "未审核"))
    if review == "部分合理" or draw.chance(0.1):
        claim["审核合理自费"] = ("m", draw.part_of(own))
    elif draw.chance(0.1):
        claim["审核合理自费"] = ("null",)
    if not ledger and draw.chance(0.8 if visit == "特定病种门诊" else 0.2):
        stood = draw.fen_near(max(0, LIMIT - own)) if draw.chance(0.6) else draw.fen((LIMIT,))
        claim["本月特门自费累计"] = ("m", min(stood, HUGE))
    return claim


def pharmacy(draw, ledger):
    return {
        "业务类型": ("s", "药店购药"),
        "就医日期": ("d", day(draw, ledger)),
        "重点帮扶对象": ("b", draw.chance(0.9)),
        "定点零售药店": ("b", draw.chance(0.9)),
        "药品原价": ("m", draw.fen((10, 100, 9995, 10005))),
    }


def claim(draw, ledger=False):
    return pharmacy(draw, ledger) if draw.chance(0.15) else medical(draw, ledger)


def payers_exceed(draw, claim):
    paid = [claim[name][1] for name in ("基本医保支付", "大病保险支付", "医疗救助支付")]
    short = sum(paid)
    if not short:
        paid[0] = short = 1 + draw.below(1000)
        claim["基本医保支付"] = ("m", short)
    claim["范围内费用"] = ("m", short - 1 - (draw.below(short) if draw.chance(0.3) else 0))


def reasonable_exceeds(draw, claim):
    claim["审核合理自费"] = ("m", min(HUGE, claim["个人自费"][1] + 1 + (draw.below(10**6) if draw.chance(0.3) else 0)))


def review_unstated(draw, claim):
    claim["专家审核结果"] = ("s", "部分合理")
    claim.pop("审核合理自费", None)
    if draw.chance(0.4):
        claim["审核合理自费"] = ("null",)


def out_of_range(draw, claim):
    claim["个人自费"] = ("m", HUGE - claim["范围内费用"][1] + draw.below(3))


CONTRADICTIONS = {
    "医疗费用结算": [payers_exceed, reasonable_exceeds, review_unstated, out_of_range],
    "药店购药": [],
}
