"""Random claims of document 003."""

from claims import shift_day
from common import YUAN
from oracle_003 import CHRONIC, FUND_LIMIT, FUND_TIERS, MAJOR
from common import tier_payment

EDGES = tuple(yuan * YUAN for yuan in (1000, 10000, 50000, 2000, 5000, 100000))
DAYS = ("2018-10-20", "2018-10-21", "2018-10-22", "2019-12-20", "2019-12-21", "2020-02-29", "2020-12-20", "2020-12-31", "2021-01-01",
        "2019-12-31", "2020-01-01")
LISTED = tuple(sorted(CHRONIC)) + tuple(sorted(MAJOR))
UNLISTED = ("", "感冒", "急性上呼吸道感染", "糖尿病", "高血压病", "冠心", "冠心病2", "肝硬化", "恶性肿瘤")
WIDE = str.maketrans("()0123456789", "（）０１２３４５６７８９")


def disease(draw):
    if not draw.chance(0.75):
        return draw.pick(UNLISTED)
    name = draw.pick(LISTED)
    if draw.chance(0.2):
        name = name.translate(WIDE)
    if draw.chance(0.05):
        name = draw.pick((" ", "")) + name + draw.pick((" ", "\u3000", ""))
    return name


def costs(draw, inpatient):
    """In-catalogue cost, out-of-catalogue cost and the four sums paid before, at or near a threshold."""
    own = draw.fen(EDGES)                           # 自付
    kind = draw.random()
    inside = own if kind < 0.2 else own + draw.fen((), 10**7)
    if inside > 10**15:
        inside = own = 10**15
    paid = [0, 0, 0, 0]
    left = inside - own
    for index in range(4):
        paid[index] = draw.part_of(left) if draw.chance(0.6) else 0
        left -= paid[index]
    if left and draw.chance(0.9):
        paid[draw.below(4)] += left
    kind = draw.random()
    if kind < 0.35:
        outside = 0
    elif kind < 0.70:                               # a tenth of the bill, or a fen beside it
        outside = draw.fen_near(inside // 9)
    elif kind < 0.75:                               # the burden near a share of the bill
        outside = inside // 10
    else:
        outside = draw.fen((), 10**6)
    if draw.chance(0.1) and inside < 10**12:        # the burden near 10% or 20% of the bill
        per_cent = 10 if inpatient else 20
        total = inside + outside
        owed = draw.fen_near(total * per_cent // 100)
        if outside <= owed <= total:
            paid = [0, 0, 0, 0]
            paid[draw.below(4)] = total - owed
    if draw.chance(0.03) and inside > 1:            # hardly anything paid before
        paid = [draw.below(2), draw.below(2), 0, 0]
    return inside, outside, paid


def medical(draw, ledger):
    inpatient = draw.chance(0.55)
    inside, outside, paid = costs(draw, inpatient)
    if ledger:
        inside = draw.below(1 + 10 ** (4 + draw.below(5)))
        outside = draw.part_of(inside // 8)
        paid = draw.split(inside, 4)
    seen = draw.day(DAYS, 2019, 2020)
    if ledger:
        seen = f"{draw.pick((2018, 2019, 2019, 2020)):04d}-{1 + draw.below(12):02d}-{1 + draw.below(28):02d}"
    group = draw.pick(("建档立卡贫困人口",) * 6 + ("脱贫人口",) * 4 + ("其他",))
    claim = {"业务类型": ("s", "医疗费用结算"), "就医日期": ("d", seen), "人员类别": ("s", group)}
    if group == "脱贫人口":
        claim["脱贫年份"] = ("i", draw.pick((2013, 2014, 2014, 2014, 2015, 2018, 2019, 2020)) if draw.chance(0.95) else draw.pick((0, -1, 999999999)))
    elif draw.chance(0.1):
        claim["脱贫年份"] = ("i", draw.pick((2013, 2014, 2016))) if draw.chance(0.6) else ("null",)
    draw.maybe(claim, "标注不再享受政策", ("b", draw.chance(0.12)), ("b", False))
    claim["就医类型"] = ("s", "住院" if inpatient else "门诊")
    draw.maybe(claim, "病种", ("s", disease(draw) if not inpatient or draw.chance(0.2) else ""), ("s", ""))
    draw.maybe(claim, "医保定点机构", ("b", draw.chance(0.93)), ("b", True))
    place = draw.pick(("区内", "区内", "市内区外", "市外"))
    claim["就医地"] = ("s", place)
    draw.maybe(claim, "可刷医保卡", ("b", draw.chance(0.8)), ("b", True))
    claim["分级诊疗"] = ("s", draw.pick(("基层首诊", "逐级转诊并备案", "危急重症", "转诊未备案", "未经转诊")))
    claim["目录内费用"] = ("m", inside)
    claim["目录外费用"] = ("m", outside)
    draw.maybe(claim, "已参加城乡居民医保", ("b", draw.chance(0.8)), ("b", True))
    claim["城乡居民医保报销"] = ("m", paid[0])
    claim["大病保险报销"] = ("m", paid[1])
    claim["民政医疗救助"] = ("m", paid[2])
    draw.maybe(claim, "民政扶贫济困基金", ("m", paid[3]), ("m", 0))
    if draw.chance(0.7 if place == "市外" else 0.1):
        claim["申报日期"] = ("d", filed_on(draw, seen))
    elif draw.chance(0.1):
        claim["申报日期"] = ("null",)
    if not ledger and draw.chance(0.5):
        fund = tier_payment(FUND_TIERS, 0, inside - sum(paid), 0, 1)
        if draw.chance(0.5) and fund <= FUND_LIMIT:
            stood = draw.fen_near(FUND_LIMIT - fund)
        else:
            stood = draw.pick((0, 1, FUND_LIMIT - 1, FUND_LIMIT, draw.below(FUND_LIMIT)))
        claim["基金本年已付"] = ("m", min(stood, FUND_LIMIT))
    if draw.chance(0.15):
        last = draw.pick(("2020-12-31", "2018-10-21", "2018-10-20", "2019-12-31", "2025-12-31", seen, shift_day(seen, -1)))
        claim["参数"] = ("p", {"脱贫攻坚期截止日": ("d", last)} if draw.chance(0.8) else {})
    return claim


def filed_on(draw, seen):
    year = int(seen[:4])
    kind = draw.random()
    if kind < 0.6 and year < 2198:
        return shift_day(f"{year + draw.below(2):04d}-12-20", draw.pick((-1, 0, 0, 1, 1)))
    return shift_day(seen, draw.pick((0, 1, 30, 200, 400, -5)))


def claim(draw, ledger=False):
    return medical(draw, ledger)


def payers_exceed(draw, claim):
    names = ("城乡居民医保报销", "大病保险报销", "民政医疗救助", "民政扶贫济困基金")
    paid = sum(claim[name][1] for name in names if name in claim)
    if not paid:
        paid = 1 + draw.below(1000)
        claim["民政医疗救助"] = ("m", paid)
    claim["目录内费用"] = ("m", paid - 1 - (draw.below(paid) if draw.chance(0.3) else 0))


def fund_exceeds(draw, claim):
    claim["基金本年已付"] = ("m", FUND_LIMIT + 1 + (draw.below(10**9) if draw.chance(0.3) else 0))


def year_unstated(draw, claim):
    claim["人员类别"] = ("s", "脱贫人口")
    claim.pop("脱贫年份", None)
    if draw.chance(0.4):
        claim["脱贫年份"] = ("null",)


def out_of_range(draw, claim):
    claim["目录外费用"] = ("m", 10**15 - claim["目录内费用"][1] + draw.below(3))


CONTRADICTIONS = {"医疗费用结算": [payers_exceed, fund_exceeds, year_unstated, out_of_range]}
