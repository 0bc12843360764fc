"""What the policies of this folder must answer: one function for each, written from its clauses, over exact fractions."""

from datetime import date, timedelta
from fractions import Fraction as F

from settle import (
    NEEDED, YUAN, FEN, Accumulator, Bill, Matter, Number, Policy, Reject, Result, adapt, age, contradiction, deadline, divide,
    monthly, months_after, none_paid, positive, quarterly, slice_ratio, tiers, to_unit, yearly_from, lifelong,
)

PERCENT = F(1, 100)
WAN = 10_000


def percent(value):
    return F(str(value)) * PERCENT


# --- whole-amount.pol -------------------------------------------------------------------------------------------------

MUTUAL = [(F(200), F(0)), (F(3000), percent(30)), (F(20000), percent(45)), (None, percent(55))]


def whole_amount(v):
    bill = Bill(v["合规费用"] + v["自费费用"])
    insured = bill.pay("医保", v["医保报销"])
    base = positive(v["合规费用"] - insured.took)
    if base < 1000:
        ratio, step = F(0), "不补"
    elif base <= 10000:
        ratio, step = percent(50), "一档"
    elif base <= 50000:
        ratio, step = percent(60), "二档"
    else:
        ratio, step = percent(70), "三档"
    helped = v["人员类别"] != "其他"
    whole = bill.pay("全额补助", base * ratio if helped else 0, [40000])
    burden = v["本年负担"] + v["合规费用"] - insured.took
    flat = F(16000 if burden >= 100000 else 8000 if burden >= 50000 else 3000 if burden >= 20000 else 0)
    due = positive(flat - v["本年定额补"]) if v["人员类别"] == "低收入家庭成员" else F(0)
    fixed = bill.pay("定额补助", due)
    left = positive(v["合规费用"] - insured.took - whole.took - fixed.took) if v["互助会员"] else F(0)
    bill.pay("职工互助", left * slice_ratio(MUTUAL, left))
    base_of_whole = base if helped else F(0)
    return Result(
        bill,
        [("单次达限额", whole.capped), ("负担不足起点", helped and base < 1000)],
        {"本年负担": v["本年负担"] + v["合规费用"] - insured.paid, "本年定额补": v["本年定额补"] + fixed.took},
        {"互助按分段计": tiers(MUTUAL, F(0), left), "所在档": step if base_of_whole else "不补"},
    )


def whole_amount_check(v):
    contradiction(v["医保报销"] <= v["合规费用"], "医保报销")


# --- deductible.pol -----------------------------------------------------------------------------------------------------

def deductible(v):
    young = age(v["出生日期"], v["入院日期"]) < 18
    level = v["医院级别"]
    if v["市外就医"]:
        standard = 1500
    elif young:
        standard = 500 if level == "三级" else 200
    else:
        standard = {"一级": 300, "二级": 600, "三级": 1000}[level]
    stays = v["本年住院次数"]
    share = percent(100) if stays == 0 else percent(75) if stays == 1 else percent(50)
    due = max(F(150), standard * share)
    inpatient = v["就医类型"] == "住院"
    chained = inpatient and v["转诊连续住院"]
    bill = Bill(v["政策范围内费用"] + v["自费费用"])
    cost = v["政策范围内费用"]
    if inpatient:
        borne = positive(due - v["连续已付起付"]) if chained else due
        amount = tiers([(10000, percent(65)), (40000, percent(75)), (None, percent(85))], F(0), positive(cost - borne))
        borne = min(borne, cost)
    else:
        borne, amount = F(0), cost * percent(70)
    bill.pay("统筹基金", amount)
    chain = v["连续已付起付"]
    return Result(
        bill,
        [("住院次数减半", inpatient and stays >= 2), ("费用未过起付", inpatient and cost <= borne)],
        {"本年住院次数": stays + (inpatient and not v["转诊连续住院"]), "连续已付起付": chain + borne if chained else borne if inpatient else chain},
        {"本次起付标准": due if inpatient else None, "实际承担起付": borne},
    )


def deductible_check(v):
    contradiction(v["出生日期"] <= v["入院日期"], "出生日期")


# --- formula.pol --------------------------------------------------------------------------------------------------------

def formula(v):
    years = age(v["出生日期"], v["出院日期"])
    line = to_unit(v["月平均工资"] * percent(10) * v["价格指数"] / 100, 10 * YUAN)
    ratio = min(percent(80), percent(50) + max(0, years - 60) * percent("0.5") + min(percent(10), v["参保年限"] * PERCENT))
    cost = v["合规费用"]
    bill = Bill(cost + v["自费费用"] + 30 * v["住院天数"] + F("0.35") * v["公里数"])
    main = bill.pay("补充保险", ratio * positive(cost - line), unit=YUAN, mode="down")
    bill.pay("大额互助", positive(cost - main.took) / 3, unit=YUAN, mode="half_even")
    care = bill.pay("护理补贴", F("28.5") * v["住院天数"], unit=10 * YUAN, mode="up")
    travel = bill.pay("交通补助", F("0.35") * v["公里数"], [200], unit=F(1, 10))
    gap = line - cost
    return Result(
        bill,
        [("比例达上限", ratio == percent(80)), ("余额不足", care.over or travel.over)],
        {},
        {
            "起付标准": line,
            "支付比例": Number(ratio),
            "取整差": main.took - cost * ratio,
            "差额整": to_unit(gap, 10 * YUAN),
            "差额舍": to_unit(gap, YUAN, "down"),
            "差额进": to_unit(gap, YUAN, "up"),
            "差额双": to_unit(gap, F(1, 10), "half_even"),
        },
    )


def formula_check(v):
    contradiction(v["参保年限"] >= 0, "参保年限")
    contradiction(50 <= v["价格指数"] <= 300, "价格指数")
    contradiction(v["出生日期"] <= v["出院日期"], "出生日期")
    contradiction(v["住院天数"] >= 0 and v["公里数"] >= 0, "住院天数")


# --- base-cap.pol -------------------------------------------------------------------------------------------------------

CLINIC = [(5000, percent(80)), (10000, percent(90)), (None, percent(100))]


def base_cap(v):
    bill = Bill(v["合规费用"] + v["自费费用"])
    counted = v["本年计入"]
    base = min(v["合规费用"], F(2000), positive(15000 - counted))
    if not v["签约家庭医生"]:
        schedule = adapt(CLINIC, lambda ratio: max(F(0), ratio - percent(15)))
    elif v["慢性病"]:
        schedule = adapt(CLINIC, lambda ratio: min(F(1), ratio + percent(5)))
    else:
        schedule = CLINIC
    main = bill.pay("门诊统筹", tiers(schedule, counted, counted + base))
    bill.pay("大额补偿", percent(30) * min(v["合规费用"] - base, v["合规费用"] / 2))
    bill.pay("保障金", positive(base - main.took - 100) if v["先付限额人员"] else 0)
    return Result(
        bill,
        [("达年度计入限额", counted + base >= 15000), ("超单次计入限额", v["合规费用"] > 2000)],
        {"本年计入": counted + base},
        {"未计入费用": v["合规费用"] - base},
    )


# --- orders.pol ---------------------------------------------------------------------------------------------------------

def orders(v):
    medical = v["诊疗费"] + v["药品费"] + v["护理费"] / 2
    nursing = v["床位费"] + v["护理费"] / 2 + v["陪护费"]
    bill = Bill(v["诊疗费"] + v["药品费"] + v["护理费"] + v["床位费"] + v["陪护费"])
    kind = v["优抚类别"]
    basic = fund = care = charity = none_paid()
    paid_year = v["优抚本年已付"]
    if kind != "非优抚对象":
        waived = bill.pay("医院减免", v["诊疗费"] / 10 if v["定点优抚医院"] else 0, hospital=True)
        if kind == "伤残人员":
            fund = bill.pay("优抚资金", percent(80) * positive(medical - waived.took), [80000 - paid_year])
            basic = bill.pay("基本医保", v["医保应报"], deemed=not v["已参保"])
        else:
            basic = bill.pay("基本医保", v["医保应报"], deemed=not v["已参保"])
            fund = bill.pay("优抚资金", percent(80) * positive(medical - waived.took - v["医保应报"]), [80000 - paid_year])
        care = bill.pay("照护资金", percent(60) * nursing, [3000])
        left = bill.left
        charity = bill.pay("慈善援助", percent(50) * positive(left - 500) if v["申请慈善"] else 0, [2000])
        if v["定点优抚医院"]:
            bill.advances = [("定点优抚医院", "优抚资金", fund.paid), ("定点优抚医院", "照护资金", care.paid)]
    return Result(
        bill,
        [
            ("视同已报", not v["已参保"] and basic.took > 0),
            ("不适用", kind == "非优抚对象"),
            ("医保按余额支付", basic.over),
            ("优抚达年度限额", fund.capped),
            ("照护达单次限额", care.capped),
        ],
        {"优抚本年已付": paid_year + fund.took},
        {"医疗池": medical, "优抚余额": fund.left, "照护封顶前": care.before_cap, "慈善前负担": charity.left},
    )


def orders_check(v):
    contradiction(v["医保应报"] <= v["诊疗费"] + v["药品费"], "医保应报")


# --- monthly.pol --------------------------------------------------------------------------------------------------------

DIALYSIS = {"血液透析", "腹膜透析"}


def month_limit(v):
    return 200 + 80 * min(v["病种数"] - 1, 3) + (4000 if v["病种"] in DIALYSIS else 0)


def year_limit(v):
    return 50000 if v["病种"] in DIALYSIS else 3000


def clinic(v):
    bill = Bill(v["费用"])
    insured = bill.pay("医保", v["医保支付"])
    base = v["费用"] - insured.took
    dialysis = v["病种"] in DIALYSIS
    limits = [month_limit(v) - v["本月已补"], year_limit(v) - v["本学年已补"]]
    if not v["定点机构"]:
        paid = bill.pay("慢病补助", 0)
    elif dialysis:
        paid = bill.pay("慢病补助", base * percent(90), limits)
    else:
        paid = bill.pay("慢病补助", base * percent(60), [*limits, 600 - v["病种本季已补"]])
    return Result(
        bill,
        [("达限额", paid.capped), ("非定点", not v["定点机构"])],
        {name: v[name] + paid.took for name in ("本月已补", "本学年已补", "病种本季已补")},
    )


def clinic_check(v):
    contradiction(v["医保支付"] <= v["费用"], "医保支付")
    contradiction(1 <= v["病种数"] <= 20, "病种数")


def pharmacy(v):
    bill = Bill(v["药品费用"])
    paid = bill.pay("慢病补助", v["药品费用"] * percent(40), [month_limit(v) - v["本月已补"], year_limit(v) - v["本学年已补"]])
    return Result(
        bill,
        (),
        {name: v[name] + paid.took for name in ("本月已补", "本学年已补")},
        {"本月余额": positive(F(month_limit(v)) - v["本月已补"] - paid.took)},
    )


def pharmacy_check(v):
    contradiction(1 <= v["病种数"] <= 20, "病种数")


# --- household.pol ------------------------------------------------------------------------------------------------------

def household(v):
    bill = Bill(v["合规费用"] + v["自费费用"])
    insured = bill.pay("医保", v["医保报销"])
    income = max(F(WAN), v["家庭年收入"])
    most = income * (percent(10) if v["脱贫户"] else percent(15))
    room = positive(most - v["家庭本年负担"])
    base = v["合规费用"] - insured.took
    fund = bill.pay("兜底资金", positive(base - room), [20000 * v["家庭人口"] - v["家庭本年兜底"]])
    once = bill.pay("临时补助", 2000 if v["家庭本年临补次"] == 0 and bill.left > 3000 else 0)
    nurse = bill.pay("陪护补助", 300 if v["需陪护"] and v["本年陪护次"] < 3 else 0)
    return Result(
        bill,
        [("家庭达负担上限", fund.took > 0), ("兜底达限额", fund.capped), ("临补已享受", v["家庭本年临补次"] >= 1)],
        {
            "家庭本年负担": v["家庭本年负担"] + base - fund.took,
            "家庭本年兜底": v["家庭本年兜底"] + fund.took,
            "家庭本年临补次": v["家庭本年临补次"] + (once.took > 0),
            "本年陪护次": v["本年陪护次"] + (nurse.took > 0),
        },
        {"家庭还可负担": room, "人均收入": v["家庭年收入"] / v["家庭人口"]},
    )


def household_check(v):
    contradiction(v["家庭人口"] >= 1, "家庭人口")
    contradiction(v["医保报销"] <= v["合规费用"], "医保报销")


# --- running.pol --------------------------------------------------------------------------------------------------------

POOL = [(20000, percent(80)), (100000, percent(85)), (None, percent(90))]
MAJOR = [(30000, percent(60)), (80000, percent(70)), (None, percent(80))]


def running(v):
    bill = Bill(v["合规费用"] + v["自费费用"])
    cost, who = v["合规费用"], v["人员类别"]
    inpatient = v["就医类型"] == "住院"
    counted = v["统筹本年计入"]
    borne = min(F(500), cost) if inpatient else F(0)
    pool_room = 300000 - v["统筹本年已付"]
    pool = bill.pay("统筹基金", tiers(POOL, counted, counted + positive(cost - 500)) if inpatient else 0, [pool_room] if inpatient else ())
    clinic_paid = bill.pay("门诊统筹", 0 if inpatient else cost / 2, () if inpatient else [pool_room, 1500 - v["门诊统筹已付"]])
    stood = v["大病本年合规"]
    base = cost - pool.took - clinic_paid.took
    line = F(16000) if who == "其他" else F(8000)
    low, high = max(line, stood), max(line, stood + base)
    if who == "其他":
        major = bill.pay("大病保险", tiers(MAJOR, low, high), [200000 - v["大病本年已付"]])
    else:
        major = bill.pay("大病保险", tiers(MAJOR, low - line, high - line))
    share = percent(100) if who == "特困人员" else percent(70) if who == "低保对象" else F(0)
    left = positive(cost - pool.took - clinic_paid.took - major.took)
    aid_room = 30000 - v["救助本年已付"]
    stay = bill.pay("住院救助", share * left if inpatient else 0, [aid_room] if inpatient and share else ())
    visit = bill.pay("门诊救助", 0 if inpatient else share * left, () if inpatient or not share else [200, 800 - v["门诊救助已付"], aid_room])
    return Result(
        bill,
        [("统筹达限额", pool.capped or clinic_paid.capped), ("大病达限额", major.capped), ("救助达限额", stay.capped or visit.capped)],
        {
            "统筹本年计入": counted + (cost - borne if inpatient else 0),
            "统筹本年已付": v["统筹本年已付"] + pool.took + clinic_paid.took,
            "门诊统筹已付": v["门诊统筹已付"] + clinic_paid.took,
            "大病本年合规": stood + base,
            "大病本年已付": v["大病本年已付"] + major.took,
            "救助本年已付": v["救助本年已付"] + stay.took + visit.took,
            "门诊救助已付": v["门诊救助已付"] + visit.took,
        },
        {"本次统筹起付": borne, "本次大病起付": min(line, stood + base) - min(line, stood)},
    )


# --- quotient.pol -------------------------------------------------------------------------------------------------------

def quotient(v):
    cost, other = v["目录内费用"], v["目录外费用"]
    bill = Bill(cost + other)
    months, due = v["缴费月数"], v["应缴月数"]
    insured = bill.pay("医保", v["医保支付"])
    outside = divide(other, bill.total, "互助金")
    allowed = outside <= percent(10)
    days = v["住院天数"]
    if allowed:
        counted = cost
        if days:
            counted -= positive(to_unit(cost / days, FEN) - v["日均定额"]) * days
        base = positive(counted - insured.took)
        bill.pay("互助金", divide(F(months), due, "互助金") * base)
    else:
        bill.pay("互助金", 0)
    if allowed:
        burden = divide(cost + other, v["家庭年收入"], "负担补助")
        bill.pay("负担补助", 0 if burden < F("0.2") else 1000 if burden < F("0.4") else 2500 if burden < F("0.6") else 5000)
    else:
        bill.pay("负担补助", 0)
    accident = v["事故总费用"]
    share = F(0)
    if accident is None:
        bill.pay("事故分摊", 0)
    else:
        share = divide(cost, accident, "事故分摊")
        bill.pay("事故分摊", share * v["事故基金"])
    bill.pay("折算补助", to_unit(F(months) / due, F(1, 10000)) * percent(10) * bill.left if allowed else 0)
    own = divide(cost - insured.took, v["家庭年收入"], "负担过半")
    return Result(
        bill,
        [("目录外超比", not allowed), ("负担过半", own > F(1, 2))],
        {},
        {
            "目录外占比": Number(outside),
            "日均费用": cost / days if days else F(0),
            "分摊占比": Number(share),
            "负担档": "轻" if 0 <= own < F("0.3") else "重",
        },
    )


def quotient_check(v):
    contradiction(v["医保支付"] <= v["目录内费用"], "医保支付")
    contradiction(0 <= v["缴费月数"] <= 60 and v["缴费月数"] <= v["应缴月数"], "缴费月数")
    contradiction(v["住院天数"] >= 0, "住院天数")


# --- ranked.pol ---------------------------------------------------------------------------------------------------------

RANKED = ["特困人员", "孤儿", "低保对象", "低收入对象", "重度残疾人", "其他"]


def ranked(v):
    held = next(label for label in RANKED if label in v["身份"])
    facts = v["情形"] or set()
    ratio = {"特困人员": 100, "孤儿": 100, "低保对象": 80, "低收入对象": 70, "重度残疾人": 60, "其他": 0}[held] * PERCENT
    more = bool(facts & {"失独", "单亲", "住房困难"})
    severe = bool(facts & {"重大疾病", "失能"})
    bill = Bill(v["合规费用"])
    insured = bill.pay("已报", v["已报销"])
    if held == "其他":
        aid = bill.pay("救助金", 0)
    else:
        line = {"低收入对象": 1000 if severe else 2000, "重度残疾人": 3000}.get(held, 0)
        share = min(F(1), ratio + percent(5)) if more else ratio
        aid = bill.pay("救助金", share * positive(v["合规费用"] - insured.took - line), [(100000 if severe else 50000) - v["本年救助"]])
    return Result(
        bill,
        [("非救助对象", held == "其他"), ("达年度限额", aid.capped)],
        {"本年救助": v["本年救助"] + aid.took},
        {"认定身份": held, "有加发": more, "无失能": "失能" not in facts},
    )


def ranked_check(v):
    contradiction(v["已报销"] <= v["合规费用"], "已报销")


# --- best.pol -----------------------------------------------------------------------------------------------------------

BEST = ["低保对象", "重病患者", "优抚对象", "普通对象"]


def best_as(v, held):
    """The settlement of a person who were only this."""
    bill = Bill(v["合规费用"] + v["自费费用"])
    insured = bill.pay("已报", v["已报销"])
    base = v["合规费用"] - insured.took
    veteran = bill.pay("优抚资金", percent(65) * base if held == "优抚对象" else 0)
    base = positive(base - veteran.took)
    low_year, ill_year = v["低保本年"], v["重病本年"]
    if held == "低保对象":
        aid = bill.pay("救助资金", percent(80) * base, [30000 - low_year])
        low_year += aid.took
    elif held == "重病患者":
        aid = bill.pay("救助资金", v["重病比例"] * positive(base - 5000), [100000 - ill_year])
        ill_year += aid.took
    else:
        aid = bill.pay("救助资金", percent(20) * base if held == "优抚对象" else 0)
    return Result(
        bill,
        [("达限额", aid.capped), ("不予享受", held == "普通对象")],
        {"低保本年": low_year, "重病本年": ill_year, "优抚本年": v["优抚本年"] + veteran.took},
        {"享受身份": held},
    )


def best(v):
    found = None
    for held in BEST:
        if held in v["身份"]:
            result = best_as(v, held)
            if found is None or result.bill.person < found.bill.person:
                found = result
    return found


def best_check(v):
    contradiction(v["已报销"] <= v["合规费用"], "已报销")


def best_bounds(v):
    if "重病患者" in v["身份"] and v["重病比例"] < percent(85):
        raise Reject("参数越限", "参数.重病比例")


# --- dated.pol ----------------------------------------------------------------------------------------------------------

def dated(v):
    day, level, who = v["出院日期"], v["医院级别"], v["人员类别"]
    income = F("32000.5") if day >= date(2023, 7, 1) else F(30000) if day >= date(2022, 1, 1) else F(27000)
    daily = F(500) if day < date(2023, 1, 1) else None
    limit = F(200000) if day < date(2022, 1, 1) else F(250000) if day < date(2024, 1, 1) else None
    interim = percent(5) if date(2022, 3, 1) <= day <= date(2022, 10, 31) else None
    if day < date(2022, 7, 1):
        schedule = [(50000, percent(60)), (None, percent(70))]
        more = percent(5) if level in ("一级", "二级") or who == "特困人员" else F(0)
    else:
        schedule = [(30000, percent(60)), (100000, percent(70)), (None, percent(80))]
        if level == "一级":
            more = percent(10)
        elif who != "一般居民":
            more = percent(8)
        else:
            more = percent(4) if level == "二级" else F(0)
    winter = day.month in (12, 1, 2)
    heat = (F(15) if day >= date(2023, 1, 1) else F("12.5")) * v["住院天数"] if winter else F(0)
    bill = Bill(v["合规负担"] + heat)
    covid = bill.pay("新冠补助", min(v["新冠费用"], daily * v["住院天数"]) if daily and v["新冠费用"] > 0 else 0)
    base = v["合规负担"] - covid.took
    stood = v["大病本年合规"]
    line = income / 2
    if limit is None:
        raise Reject("缺少字段", "参数.大病限额")
    schedule = adapt(schedule, lambda ratio: min(F(1), ratio + more))
    major = bill.pay("大病保险", tiers(schedule, max(line, stood), max(line, stood + base)), [limit - v["大病本年已付"]])
    bill.pay("过渡补助", interim * (base - major.took) if interim else 0)
    bill.pay("取暖附加", heat)
    return Result(
        bill,
        [("达限额", major.capped)],
        {"大病本年合规": stood + base, "大病本年已付": v["大病本年已付"] + major.took},
        {"级别加成": Number(more), "执行限额": limit, "过渡比例": Number(interim) if interim else None},
    )


def dated_check(v):
    contradiction(v["新冠费用"] <= v["合规负担"], "新冠费用")
    contradiction(0 <= v["住院天数"] <= 366, "住院天数")


# --- dates.pol ----------------------------------------------------------------------------------------------------------

def dates(v):
    seen, born, insured = v["就医日期"], v["出生日期"], v["参保日期"]
    start = born if (insured - born).days <= 90 else months_after(insured, 3, roll_over=True)
    last = seen + timedelta(days=60) if v["市外就医"] else deadline(seen, 3, 31)
    years = age(born, seen)
    ratio = percent(80) if years < 14 else percent(70) if years < 18 else percent(60)
    if v["先天疾病"] and seen < months_after(born, 6):
        ratio += percent(10)
    late, early = v["申报日期"] > last, seen < start
    bill = Bill(v["费用"])
    bill.pay("医保基金", 0 if late or early else ratio * v["费用"])
    paid = v["缴费日期"]
    full = months_after(paid, 12) if paid else None
    return Result(
        bill,
        [("未到享受日", early), ("逾期申报", late)],
        {},
        {
            "享受起日": start,
            "申报截止": last,
            "岁数": Number(years),
            "津贴满月日": full,
            "津贴满月顺延": months_after(paid, 12, roll_over=True) if paid else None,
            "津贴比例": Number(F(1) if seen >= full else F(1, 2)) if paid else None,
            "出生年月日": Number(born.year * 10000 + born.month * 100 + born.day),
            "上月同日": months_after(seen, -1),
        },
    )


def dates_check(v):
    contradiction(v["就医日期"] >= v["出生日期"], "就医日期")
    contradiction(v["参保日期"] >= v["出生日期"], "参保日期")
    contradiction(v["申报日期"] >= v["就医日期"], "申报日期")


# --- shared.pol ---------------------------------------------------------------------------------------------------------

def shared_clinic(v):
    bill = Bill(v["费用"])
    bill.pay("医保", v["已报销"])
    base = v["费用"] - v["已报销"]
    aid = bill.pay("门诊救助金", percent(70) * base, [8000 - v["门诊本年已付"], 60000 - v["救助本年已付"]])
    return Result(
        bill,
        [("达限额", aid.capped)],
        {
            "救助本年已付": v["救助本年已付"] + aid.took,
            "近十二月负担": v["近十二月负担"] + base - aid.took,
            "门诊本年已付": v["门诊本年已付"] + aid.took,
        },
    )


def shared_stay(v):
    bill = Bill(v["费用"])
    bill.pay("医保", v["已报销"])
    base = v["费用"] - v["已报销"]
    often = v["近十二月住院"] >= 3
    room = 60000 - v["救助本年已付"]
    aid = bill.pay("住院救助金", percent(85 if often else 75) * base, [room])
    before = v["近十二月负担"]
    over = positive(before + bill.left - 10000) - positive(before - 10000)
    again = bill.pay("再救助", percent(60) * over, [room - aid.took])
    return Result(
        bill,
        [("达限额", aid.capped or again.capped), ("多次住院", often)],
        {
            "救助本年已付": v["救助本年已付"] + aid.took + again.took,
            "近十二月负担": before + base - aid.took - again.took,
            "近十二月住院": v["近十二月住院"] + 1,
        },
    )


def shared_check(v):
    contradiction(v["已报销"] <= v["费用"], "已报销")


# --- fields -------------------------------------------------------------------------------------------------------------

def need(kind):
    return kind, NEEDED


MONEY0 = ("金额", F(0))
AID_YEAR = Accumulator("救助本年已付", shared=True)
ROLLING = [Accumulator("近十二月负担", rolling=12, shared=True), Accumulator("近十二月住院", rolling=12, shared=True, integer=True)]
CHRONIC = [Accumulator("本月已补", monthly, shared=True), Accumulator("本学年已补", yearly_from(9, 1), shared=True)]

POLICIES = {
    "whole-amount": Policy("whole-amount", Matter(
        "费用补助", "出院日期",
        {"出院日期": need("日期"), "人员类别": need("标签"), "合规费用": need("金额"), "自费费用": MONEY0, "医保报销": need("金额"),
         "互助会员": ("是否", False)},
        whole_amount, [Accumulator("本年负担"), Accumulator("本年定额补")], whole_amount_check, since=date(2023, 1, 1))),
    "deductible": Policy("deductible", Matter(
        "住院结算", "入院日期",
        {"入院日期": need("日期"), "出生日期": need("日期"), "就医类型": ("标签", "住院"), "医院级别": need("标签"), "市外就医": ("是否", False),
         "转诊连续住院": ("是否", False), "政策范围内费用": need("金额"), "自费费用": MONEY0},
        deductible, [Accumulator("本年住院次数", integer=True), Accumulator("连续已付起付", lifelong)], deductible_check,
        since=date(2022, 1, 1))),
    "formula": Policy("formula", Matter(
        "费用报销", "出院日期",
        {"出院日期": need("日期"), "出生日期": need("日期"), "参保年限": need("整数"), "月平均工资": need("金额"), "价格指数": ("整数", 100),
         "合规费用": need("金额"), "自费费用": MONEY0, "住院天数": ("整数", 0), "公里数": ("整数", 0)},
        formula, [], formula_check, since=date(2024, 1, 1))),
    "base-cap": Policy("base-cap", Matter(
        "门诊结算", "就诊日期",
        {"就诊日期": need("日期"), "合规费用": need("金额"), "自费费用": MONEY0, "签约家庭医生": ("是否", True), "慢性病": ("是否", False),
         "先付限额人员": ("是否", False)},
        base_cap, [Accumulator("本年计入")], since=date(2021, 1, 1))),
    "orders": Policy("orders", Matter(
        "医疗结算", "出院日期",
        {"出院日期": need("日期"), "优抚类别": need("标签"), "定点优抚医院": ("是否", True), "已参保": ("是否", True), "诊疗费": need("金额"),
         "药品费": MONEY0, "护理费": MONEY0, "床位费": MONEY0, "陪护费": MONEY0, "医保应报": need("金额"), "申请慈善": ("是否", False)},
        orders, [Accumulator("优抚本年已付", yearly_from(7, 1))], orders_check, since=date(2020, 7, 1), until=date(2024, 6, 30))),
    "monthly": Policy(
        "monthly",
        Matter(
            "门诊慢病", "就诊日期",
            {"就诊日期": need("日期"), "病种": need("文字"), "病种数": ("整数", 1), "定点机构": ("是否", True), "费用": need("金额"), "医保支付": MONEY0},
            clinic, [*CHRONIC, Accumulator("病种本季已补", quarterly, keys=("病种",))], clinic_check, since=date(2022, 9, 1)),
        Matter(
            "药房购药", "购药日期",
            {"购药日期": need("日期"), "病种": need("文字"), "病种数": ("整数", 1), "药品费用": need("金额")},
            pharmacy, CHRONIC, pharmacy_check, since=date(2022, 9, 1))),
    "household": Policy("household", Matter(
        "住院结算", "出院日期",
        {"出院日期": need("日期"), "脱贫户": ("是否", False), "家庭年收入": need("金额"), "家庭人口": need("整数"), "合规费用": need("金额"),
         "自费费用": MONEY0, "医保报销": need("金额"), "需陪护": ("是否", False)},
        household,
        [Accumulator("家庭本年负担", household=True), Accumulator("家庭本年兜底", household=True),
         Accumulator("家庭本年临补次", household=True, integer=True), Accumulator("本年陪护次", integer=True)],
        household_check, since=date(2023, 1, 1))),
    "running": Policy("running", Matter(
        "医疗结算", "结算日期",
        {"结算日期": need("日期"), "人员类别": need("标签"), "就医类型": need("标签"), "合规费用": need("金额"), "自费费用": MONEY0},
        running,
        [Accumulator(name) for name in ("统筹本年计入", "统筹本年已付", "门诊统筹已付", "大病本年合规", "大病本年已付", "救助本年已付", "门诊救助已付")],
        since=date(2024, 1, 1))),
    "quotient": Policy("quotient", Matter(
        "互助结算", "出院日期",
        {"出院日期": need("日期"), "目录内费用": need("金额"), "目录外费用": MONEY0, "医保支付": need("金额"), "缴费月数": need("整数"),
         "应缴月数": ("整数", 12), "家庭年收入": need("金额"), "事故总费用": ("金额", None), "事故基金": MONEY0, "住院天数": need("整数"),
         "日均定额": ("金额", F(800))},
        quotient, [], quotient_check, since=date(2023, 7, 1))),
    "ranked": Policy("ranked", Matter(
        "医疗救助", "申请日期",
        {"申请日期": need("日期"), "身份": need("多选"), "情形": ("多选", None), "合规费用": need("金额"), "已报销": need("金额")},
        ranked, [Accumulator("本年救助")], ranked_check, since=date(2022, 3, 1))),
    "best": Policy("best", Matter(
        "医疗救助", "出院日期",
        {"出院日期": need("日期"), "身份": need("多选"), "合规费用": need("金额"), "自费费用": MONEY0, "已报销": need("金额")},
        best, [Accumulator("低保本年"), Accumulator("重病本年"), Accumulator("优抚本年")], best_check, since=date(2023, 1, 1),
        parameters={"重病比例": ("比例", percent(90))}, bounds=best_bounds)),
    "dated": Policy("dated", Matter(
        "大病结算", "出院日期",
        {"出院日期": need("日期"), "人员类别": need("标签"), "医院级别": need("标签"), "合规负担": need("金额"), "新冠费用": MONEY0,
         "住院天数": ("整数", 0)},
        dated, [Accumulator("大病本年合规"), Accumulator("大病本年已付")], dated_check, since=date(2021, 1, 1))),
    "dates": Policy("dates", Matter(
        "医疗结算", "就医日期",
        {"就医日期": need("日期"), "出生日期": need("日期"), "参保日期": need("日期"), "缴费日期": ("日期", None), "申报日期": need("日期"),
         "市外就医": ("是否", False), "先天疾病": ("是否", False), "费用": need("金额")},
        dates, [], dates_check, since=date(2020, 1, 1))),
    "shared": Policy(
        "shared",
        Matter("门诊救助", "就诊日期", {"就诊日期": need("日期"), "费用": need("金额"), "已报销": need("金额")}, shared_clinic,
               [AID_YEAR, *ROLLING, Accumulator("门诊本年已付")], shared_check, since=date(2022, 1, 1)),
        Matter("住院救助", "出院日期", {"出院日期": need("日期"), "费用": need("金额"), "已报销": need("金额")}, shared_stay,
               [AID_YEAR, *ROLLING], shared_check, since=date(2022, 1, 1))),
}
