"""Random claims for the policies of this folder: the same policy, count and seed make the same claims.

Amounts, dates and counts lie near the bounds of the clauses more often than not; accumulators come from the record in some claims
and from the ledger in the others.
"""

import random
from datetime import date, timedelta

PERSONS = ["P1", "P2", "P3", "P4"]
HOUSES = ["H1", "H2"]
HOUSE_OF = dict(zip(PERSONS, ["H1", "H1", "H2", "H2"]))


def fen(value):
    return f"{value // 100}.{value % 100:02d}" if value % 100 else str(value // 100)


class Draw(random.Random):
    """Random choices with a liking for edges."""

    def likely(self, one_in):
        return self.randrange(one_in) == 0

    def amount(self, *edges, most=200_000):
        """Text of an amount at, next to, or away from the edges (in yuan)."""
        kind = self.randrange(10)
        if edges and kind < 6:
            return fen(max(0, round(self.choice(edges) * 100) + self.choice([-100, -50, -2, -1, 0, 0, 0, 1, 2, 50, 100])))
        if kind == 6:
            return fen(self.randrange(0, 20))
        if kind == 7:
            return fen(self.randrange(0, most) * 100)
        return fen(self.randrange(0, self.choice([5_000, 500_000, most * 100])))

    def part(self, text, wrong=60):
        """An amount that is at most the other, now and then above it."""
        whole = round(float(text) * 100)
        if self.likely(wrong):
            return fen(whole + self.randrange(1, 200))
        return self.choice([fen(self.randint(0, whole)), fen(whole * 6 // 10), fen(whole), "0", fen(max(0, whole - 1))])

    def day(self, first, last, *edges):
        if edges and self.randrange(3) > 0:
            return date.fromisoformat(self.choice(edges)) + timedelta(days=self.choice([-1, 0, 0, 1]))
        start, end = date.fromisoformat(first), date.fromisoformat(last)
        return start + timedelta(days=self.randrange((end - start).days + 1))

    def mixed(self, record, **optional):
        """Adds each optional member with even odds."""
        for name, value in optional.items():
            if self.likely(2):
                record[name] = value
        return record

    def chosen(self, *labels):
        """One or more labels, as an any-of is written."""
        count = self.choice([1, 1, 2, 2, 3])
        return self.sample(labels, min(count, len(labels)))


def whole_amount(draw):
    cost = draw.amount(1000, 10000, 50000, 20000, 100000, 200, 3000, 60000, most=120_000)
    record = {
        "出院日期": str(draw.day("2023-01-01", "2024-12-31", "2023-01-01", "2023-12-31")),
        "人员类别": draw.choice(["特困人员", "低保对象", "低收入家庭成员", "低收入家庭成员", "其他"]),
        "合规费用": cost,
        "医保报销": draw.choice(["0", draw.part(cost)]),
    }
    draw.mixed(record, 自费费用=draw.amount(500), 互助会员=draw.likely(2))
    if draw.likely(3):
        record["本年负担"] = draw.amount(20000, 50000, 100000)
    if draw.likely(4):
        record["本年定额补"] = draw.amount(3000, 8000, 16000, most=16_000)
    return "费用补助", record


def deductible(draw):
    admitted = draw.day("2022-01-01", "2023-12-31", "2022-01-01", "2022-12-31", "2022-03-01")
    born = draw.choice([
        date(admitted.year - 18, min(admitted.month, 12), min(admitted.day, 28)) + timedelta(days=draw.choice([-1, 0, 1, 2])),
        draw.day("1940-01-01", "2021-12-31"), date(2004, 2, 29), admitted,
    ])
    record = {
        "入院日期": str(admitted),
        "出生日期": str(admitted + timedelta(days=1) if draw.likely(60) else born),
        "医院级别": draw.choice(["一级", "二级", "三级"]),
        "政策范围内费用": draw.amount(150, 300, 600, 1000, 10300, 10600, 11000, 40600, 41000, 41500, 1500),
    }
    draw.mixed(record, 就医类型=draw.choice(["住院", "门诊特殊病种"]), 市外就医=draw.likely(3), 转诊连续住院=draw.likely(3), 自费费用=draw.amount(100))
    if draw.likely(4):
        record["本年住院次数"] = draw.randrange(0, 5)
    if draw.likely(5):
        record["连续已付起付"] = draw.amount(150, 300, 600, 1000, 1500, most=2000)
    return "住院结算", record


def formula(draw):
    out = draw.day("2024-01-01", "2026-12-31", "2024-02-29", "2024-01-01")
    record = {
        "出院日期": str(out),
        "出生日期": str(draw.choice([date(out.year - 60, out.month, min(out.day, 28)), draw.day("1920-01-01", "2023-12-31"), date(1964, 2, 29), out])),
        "参保年限": draw.choice([0, 1, 9, 10, 11, 30, -1 if draw.likely(20) else 5]),
        "月平均工资": draw.amount(4050, 5000, 7350, 10000, most=20_000),
        "合规费用": draw.amount(7.5, 10.5, 410, 740, 1000, 1500, 10000, most=50_000),
    }
    draw.mixed(record, 价格指数=draw.choice([50, 99, 100, 101, 105, 300, 301 if draw.likely(10) else 120]), 自费费用=draw.amount(50),
               住院天数=draw.choice([0, 1, 2, 3, 7, 10, 40, -1 if draw.likely(20) else 5]), 公里数=draw.choice([0, 1, 2, 33, 571, 572, 600, 1000]))
    return "费用报销", record


def base_cap(draw):
    record = {
        "就诊日期": str(draw.day("2021-01-01", "2022-12-31", "2021-12-31", "2021-01-01")),
        "合规费用": draw.amount(100, 500, 1000, 2000, 4000, 1200.05, most=6_000),
    }
    draw.mixed(record, 自费费用=draw.amount(10), 签约家庭医生=not draw.likely(3), 慢性病=draw.likely(2), 先付限额人员=draw.likely(2))
    if draw.likely(3):
        record["本年计入"] = draw.amount(3000, 5000, 8000, 10000, 13000, 15000, most=16_000)
    return "门诊结算", record


def orders(draw):
    treated = draw.amount(1000, 10000, 100000, most=150_000)
    drugs = draw.amount(0, 1000)
    record = {
        "出院日期": str(draw.day("2020-07-01", "2024-06-30", "2020-07-01", "2021-06-30", "2021-07-01", "2024-06-30")),
        "优抚类别": draw.choice(["伤残人员", "烈属", "复员退伍军人", "非优抚对象"]),
        "诊疗费": treated,
        "药品费": drugs,
        "医保应报": draw.choice([draw.part(treated), treated, fen(round(float(treated) * 100) + round(float(drugs) * 100) + draw.likely(20))]),
    }
    if draw.likely(4):
        del record["药品费"]
    draw.mixed(record, 定点优抚医院=not draw.likely(3), 已参保=not draw.likely(3), 护理费=draw.amount(2000, 0.01, most=10_000),
               床位费=draw.amount(4000, most=8_000), 陪护费=draw.amount(1000, 2500, most=8_000), 申请慈善=draw.likely(2))
    if draw.likely(3):
        record["优抚本年已付"] = draw.amount(78000, 79999.99, 80000, most=90_000)
    return "医疗结算", record


DISEASES = ["癫痫", "癫痫", "哮喘", "血液透析", "腹膜透析", " 哮喘 ", "１型糖尿病", "1型糖尿病"]


def monthly(draw):
    day = str(draw.day("2022-09-01", "2024-01-31", "2022-09-30", "2022-10-01", "2023-08-31", "2023-09-01", "2022-12-31", "2022-08-31"))
    disease = draw.choice(DISEASES)
    cost = draw.amount(333.33, 500, 200, 280 / 0.6, 440 / 0.6, 1000, 4222.22, most=10_000)
    totals = {}
    if draw.likely(4):
        totals["本月已补"] = draw.amount(0, 199.99, 200, 280, 440, 4200, most=5_000)
    if draw.likely(4):
        totals["本学年已补"] = draw.amount(2990, 3000, 49999.99, most=60_000)
    if draw.likely(2):
        record = {"购药日期": day, "病种": disease, "药品费用": cost, **totals}
        return "药房购药", draw.mixed(record, 病种数=draw.choice([1, 2, 3, 4, 5, 20, 21 if draw.likely(2) else 1]))
    record = {"就诊日期": day, "病种": disease, "费用": cost, **totals}
    if draw.likely(4):
        record["病种本季已补"] = draw.amount(590, 599.99, 600, most=700)
    return "门诊慢病", draw.mixed(record, 病种数=draw.choice([1, 2, 3, 4, 5, 20, 0 if draw.likely(5) else 1]), 定点机构=not draw.likely(5), 医保支付=draw.part(cost))


def household(draw):
    cost = draw.amount(1000, 1500, 3000, 6000, 9000, 50000, most=100_000)
    record = {
        "出院日期": str(draw.day("2023-01-01", "2024-12-31", "2023-12-31", "2024-01-01")),
        "家庭年收入": draw.amount(9999.99, 10000, 10000.01, 40000, 100000),
        "家庭人口": draw.choice([1, 2, 3, 4, 0 if draw.likely(30) else 7]),
        "合规费用": cost,
        "医保报销": draw.choice(["0", draw.part(cost)]),
    }
    draw.mixed(record, 脱贫户=draw.likely(2), 自费费用=draw.amount(0.01, 3000), 需陪护=draw.likely(2))
    for name, value in (("家庭本年负担", draw.amount(1000, 1500, 4500, 6000, most=20_000)), ("家庭本年兜底", draw.amount(19999, 40000, 60000, most=80_000))):
        if draw.likely(5):
            record[name] = value
    for name in ("家庭本年临补次", "本年陪护次"):
        if draw.likely(6):
            record[name] = draw.randrange(0, 4)
    return "住院结算", record


def running(draw):
    record = {
        "结算日期": str(draw.day("2024-01-01", "2025-12-31", "2024-12-31", "2025-01-01")),
        "人员类别": draw.choice(["特困人员", "低保对象", "其他"]),
        "就医类型": draw.choice(["住院", "住院", "普通门诊"]),
        "合规费用": draw.amount(499.99, 500, 500.01, 1000, 3500, 20500, 60500, 100500, most=300_000),
    }
    draw.mixed(record, 自费费用=draw.amount(1000))
    edges = {
        "统筹本年计入": (18000, 19999.99, 20000, 100000, 99000), "统筹本年已付": (291000, 299999.99, 300000), "门诊统筹已付": (1400, 1499.99, 1500),
        "大病本年合规": (7999, 8000, 15000, 15999.99, 16000, 30000, 80000, 38000, 88000), "大病本年已付": (199500, 199999.99, 200000),
        "救助本年已付": (29900, 29999.99, 30000), "门诊救助已付": (650, 799.99, 800),
    }
    for name, near in edges.items():
        if draw.likely(3):
            record[name] = draw.amount(*near, most=int(near[-1]) + 1000)
    return "医疗结算", record


def quotient(draw):
    cost = draw.amount(9000, 10000, 20000, 100, most=60_000)
    tenth = fen(round(float(cost) * 100) // 9 + draw.choice([-1, 0, 0, 1])) if float(cost) > 1 else "0"
    due = draw.choice([12, 12, 12, 7, 3, 60, 1])
    record = {
        "出院日期": str(draw.day("2023-07-01", "2024-12-31")),
        "目录内费用": cost,
        "目录外费用": draw.choice(["0", tenth, tenth, draw.amount(1000)]),
        "医保支付": draw.part(cost),
        "缴费月数": draw.choice([0, 1, 2, 3, 5, 7, due, due]),
        "应缴月数": due,
        "家庭年收入": draw.amount(25000, 50000, 100000, most=100_000),
        "住院天数": draw.choice([0, 1, 3, 7, 11, 13, 30]),
    }
    draw.mixed(record, 日均定额=draw.amount(800, 1428.57, most=2_000))
    if draw.likely(3):
        record["事故总费用"] = draw.amount(30000, 70000)
        record["事故基金"] = draw.amount(10000, 9999.99)
    if draw.likely(4):
        record["家庭年收入"] = fen(max(0, 2 * (round(float(cost) * 100) - round(float(record["医保支付"]) * 100))))
    for name in ("目录外费用", "应缴月数", "事故基金"):
        if draw.likely(4):
            record.pop(name, None)
    if draw.likely(30):
        record["缴费月数"], record["应缴月数"] = 61, 61
    if draw.likely(20):
        record["家庭年收入"] = "0"
    if draw.likely(30):
        record["事故总费用"] = "0.00"
    if draw.likely(30):
        record["缴费月数"] = record["应缴月数"] = 0
    return "互助结算", record


def ranked(draw):
    cost = draw.amount(1000, 2000, 3000, 10000, 64285.71, 100000, most=150_000)
    record = {
        "申请日期": str(draw.day("2022-03-01", "2023-12-31", "2022-12-31", "2023-01-01")),
        "身份": draw.chosen("特困人员", "孤儿", "低保对象", "低收入对象", "重度残疾人", "其他"),
        "合规费用": cost,
        "已报销": draw.part(cost),
    }
    draw.mixed(record, 情形=draw.choice([None, draw.chosen("失独", "单亲", "住房困难", "重大疾病", "失能")]))
    if draw.likely(3):
        record["本年救助"] = draw.amount(49999.99, 50000, 99999.99, 100000, most=100_000)
    return "医疗救助", record


def best(draw):
    cost = draw.amount(5000, 30000, 38333.33, 45000, 90000, 10000, most=150_000)
    record = {
        "出院日期": str(draw.day("2023-01-01", "2024-12-31", "2023-12-31", "2024-01-01")),
        "身份": draw.chosen("低保对象", "重病患者", "优抚对象", "普通对象"),
        "合规费用": cost,
        "已报销": draw.choice(["0", draw.part(cost)]),
    }
    draw.mixed(record, 自费费用=draw.amount(100))
    if draw.likely(3):
        record["低保本年"] = draw.amount(29000, 29999.99, 30000, most=30_000)
    if draw.likely(3):
        record["重病本年"] = draw.amount(99000, 100000, most=100_000)
    if draw.likely(4):
        record["参数"] = {"重病比例": draw.choice(["0.85", "0.9", "1", "0.849999", "0.95"])}
    return "医疗救助", record


def dated(draw):
    cost = draw.amount(13500, 15000, 16000.25, 30000, 50000, 63500, 100000, 115000, most=300_000)
    record = {
        "出院日期": str(draw.day("2020-12-01", "2024-01-31", "2021-01-01", "2021-12-31", "2022-01-01", "2022-03-01", "2022-06-30", "2022-07-01",
                                 "2022-10-31", "2022-11-01", "2022-12-31", "2023-01-01", "2023-06-30", "2023-07-01", "2023-12-31", "2024-01-01")),
        "人员类别": draw.choice(["特困人员", "低保对象", "一般居民"]),
        "医院级别": draw.choice(["一级", "二级", "三级"]),
        "合规负担": cost,
    }
    draw.mixed(record, 新冠费用=draw.part(cost), 住院天数=draw.choice([0, 1, 7, 31, 366, 367 if draw.likely(20) else 3]))
    if draw.likely(3):
        record["大病本年合规"] = draw.amount(13500, 15000, 16000.25, 30000, 50000, 100000)
    if draw.likely(3):
        record["大病本年已付"] = draw.amount(199999.99, 200000, 249999.99, 250000, most=250_000)
    return "大病结算", record


def dates(draw):
    seen = draw.day("2020-01-01", "2029-12-31", "2020-02-29", "2024-02-29", "2022-02-28", "2022-03-01", "2023-03-31", "2023-08-31", "2023-12-31")
    born = draw.choice([
        draw.day("1950-01-01", "2019-12-31"), seen - timedelta(days=draw.choice([0, 1, 89, 90, 91, 180, 181, 182, 183, 184, 185])),
        date(draw.choice([2004, 2008, 2012, 2016]), 2, 29), date(seen.year - draw.choice([14, 18]), seen.month, min(28, seen.day)), date(2021, 8, 31),
    ])
    insured = draw.choice([born + timedelta(days=draw.choice([0, 30, 89, 90, 91, 92, 200])), seen - timedelta(days=draw.choice([88, 89, 90, 91, 92, 93])),
                           draw.day("2019-01-01", "2029-12-31", "2020-11-30", "2021-11-30", "2023-11-30", "2021-11-29", "2023-08-31")])
    filed = seen + timedelta(days=draw.choice([0, 1, 58, 59, 60, 61, 62, 200, 364, 365, 366, -1 if draw.likely(20) else 5]))
    if draw.likely(4):
        filed = date(seen.year + draw.randrange(2), 3, 31) + timedelta(days=draw.choice([0, 0, 1]))
    record = {"就医日期": str(seen), "出生日期": str(born), "参保日期": str(insured), "申报日期": str(filed), "费用": draw.amount(100, 0.05)}
    paid = draw.choice([None, seen - timedelta(days=draw.choice([364, 365, 366, 367])), draw.day("2019-01-01", "2023-12-31", "2020-02-29", "2020-02-28")])
    return "医疗结算", draw.mixed(record, 缴费日期=str(paid) if paid else None, 市外就医=draw.likely(2), 先天疾病=draw.likely(2))


def shared(draw):
    cost = draw.amount(1000, 10000, 20000, 80000, most=100_000)
    day = str(draw.day("2022-01-01", "2024-12-31", "2022-02-28", "2023-02-28", "2023-03-01", "2024-02-29", "2022-12-31", "2023-12-31"))
    record = {"费用": cost, "已报销": draw.choice([draw.part(cost), "0"])}
    for name, value, odds in (("救助本年已付", draw.amount(44000, 59999.99, 60000, most=60_000), 5),
                              ("近十二月负担", draw.amount(9000, 9999.99, 10000, most=20_000), 5), ("近十二月住院", draw.randrange(0, 5), 5)):
        if draw.likely(odds):
            record[name] = value
    if draw.likely(2):
        if draw.likely(5):
            record["门诊本年已付"] = draw.amount(7500, 7999.99, 8000, most=8_000)
        return "门诊救助", {"就诊日期": day, **record}
    return "住院救助", {"出院日期": day, **record}


MAKERS = {
    "whole-amount": whole_amount, "deductible": deductible, "formula": formula, "base-cap": base_cap, "orders": orders, "monthly": monthly,
    "household": household, "running": running, "quotient": quotient, "ranked": ranked, "best": best, "dated": dated, "dates": dates,
    "shared": shared,
}


def claims(policy, count, seed):
    draw = Draw(f"{policy} {seed}")
    for index in range(count):
        matter, record = MAKERS[policy](draw)
        claim = {"编号": f"{policy}-{index}", "业务类型": matter}
        if draw.randrange(3):
            claim["参保人"] = draw.choice(PERSONS)
        if draw.randrange(3):
            claim["家庭"] = HOUSE_OF.get(claim.get("参保人"), draw.choice(HOUSES))
        yield {**claim, **record}
