"""002: 广东省, 2021. Premiums, households made poor by illness, and basic insurance, critical illness, supplementary insurance,
assistance and tilted assistance by the figures of the region."""

from common import (Accumulator, Document, Field, Matter, RATIO, Reject, above_zero, annual_limit, bill, boolean, date, money,
                    one_of, ratio, result, share, statuses, tier_payment, tiers)

FIRST_DAY = "2021-07-13"
PER_CENT = RATIO // 100
A = ("特困人员", "孤儿", "事实无人抚养儿童")
B = ("低保对象", "返贫致贫人口")
NEAR_POOR, MONITORED, STABLE, BY_ILLNESS, OTHER = "边缘家庭救助对象", "脱贫不稳定监测人口", "稳定脱贫人口", "因病致贫救助对象", "其他"
GROUPS = one_of(*A, *B, NEAR_POOR, MONITORED, STABLE, BY_ILLNESS, OTHER)
FULL_PREMIUM = A + B + (NEAR_POOR,)
AIDED = FULL_PREMIUM + (BY_ILLNESS,)
INCOME_PART = (60, 100)


def period_of(day):
    def period(v):
        if v[day] < FIRST_DAY:
            raise Reject("不在执行期", day)
    return period


# --- 参保资助 ------------------------------------------------------------------------------------------------

def enrolment(v):
    premium = bill(v["个人缴费标准"])
    group = v["人员类别"]
    full = group in FULL_PREMIUM
    paid = 0
    if full and v["本省户籍"]:
        paid = premium
    elif group == MONITORED:
        paid = min(v["资助定额"], premium)
    may_join = group not in (STABLE, OTHER)
    no_wait = v["农村低收入人口"] and v["断保原因"] in ("跨区域转移", "非个人原因")
    registered, marked = v["参保登记日期"], v["身份标识日期"]
    start = None
    if v["中途参保"] and may_join:
        start = max(registered, marked) if marked is not None else None
    elif no_wait:
        start = registered
    return result(
        premium,
        [("医疗救助资金", paid)],
        statuses(
            ("非本省户籍不予资助", full and not v["本省户籍"]),
            ("非资助对象", not full and group != MONITORED),
            ("不设待遇享受等待期", no_wait),
            ("待身份标识", v["中途参保"] and may_join and marked is None),
            ("不在允许中途参保范围", v["中途参保"] and not may_join and not no_wait)),
        outputs={"允许中途参保": may_join, "待遇起始日": start})


# --- 因病致贫认定 ----------------------------------------------------------------------------------------------

def determination(v):
    burden = v["家庭累计合规负担"]
    heavy = burden > 0 and burden * INCOME_PART[1] >= v["家庭年可支配总收入"] * INCOME_PART[0]
    poor = v["家庭资产总值"] < v["资产上限"]
    return result(
        0, [],
        statuses(("负担未达家庭年可支配总收入60%", not heavy), ("家庭资产不低于上限", not poor)),
        outputs={"认定": "符合" if heavy and poor else "不符合"})


# --- 医疗费用结算 ----------------------------------------------------------------------------------------------

def bounds(v):
    group = v["人员类别"]
    cut = v["大病起付线下调比例"]
    if group in A + B:
        floor = (80 if group in A else 70) * PER_CENT
        if cut < floor:
            raise Reject("参数越限", "参数.大病起付线下调比例")
    else:
        floor = 60 * PER_CENT
        if cut != 0:
            raise Reject("参数越限", "参数.大病起付线下调比例")
    if any(parts < floor for _, parts in v["大病分段"]):
        raise Reject("参数越限", "参数.大病分段")
    aid = v["医疗救助比例"]
    if (group in A and aid != RATIO) or (group in B + (NEAR_POOR,) and aid < 80 * PER_CENT):
        raise Reject("参数越限", "参数.医疗救助比例")


def medical(v):
    covered = v["政策范围内费用"]
    total = bill(covered, v["自费费用"])
    group = v["人员类别"]
    inpatient = v["就医类型"] == "住院"
    helped = group in AIDED and v["定点医疗机构"]
    chained = v["省内按规定转诊"] and v["农村低收入人口"] and v["定点医疗机构"] and inpatient

    line = v["基本医保起付线"]
    if chained:
        line = above_zero(line - v["连续住院已计起付线"])
    borne = min(line, covered)
    basic, basic_cut = annual_limit(share(covered - borne, v["基本医保比例"]), v["基本医保年度限额"], v["基本医保本年已付"])
    burden = covered - basic
    deductible = v["居民人均可支配收入"] * (RATIO - v["大病起付线下调比例"])          # half of it counts
    critical = tier_payment(v["大病分段"], v["大病合规自付本年累计"], burden, deductible, 2 * RATIO)
    critical, critical_cut = annual_limit(critical, None if group in A + B else v["大病年度限额"], v["大病本年已付"])

    unpaid = total - basic - critical
    supplement = min(v["补充医疗保险支付"], unpaid)
    left = above_zero(burden - critical - supplement)
    aid = tilted = 0
    aid_cut = tilted_cut = False
    if helped:
        aid, aid_cut = annual_limit(share(left, v["医疗救助比例"]), v["医疗救助年度限额"], v["医疗救助本年已付"])
    if helped and v["负担较重"]:
        over = above_zero(left - aid - v["倾斜救助起点"])
        tilted, tilted_cut = annual_limit(share(over, v["倾斜救助比例"]), v["倾斜救助年度限额"], v["倾斜救助本年已付"])

    chain = v["连续住院已计起付线"]
    if inpatient:
        chain = chain + borne if chained else borne
    return result(
        total,
        [("基本医疗保险", basic), ("大病保险", critical), ("其他补充医疗保险", supplement), ("医疗救助", aid), ("倾斜救助", tilted)],
        statuses(
            ("起付线连续计算", chained),
            ("基本医保达年度限额", basic_cut),
            ("大病保险达年度限额", critical_cut),
            ("补充医疗保险按剩余负担封顶", v["补充医疗保险支付"] > unpaid),
            ("医疗救助达年度限额", aid_cut),
            ("倾斜救助达年度限额", tilted_cut),
            ("非医疗救助对象", group not in AIDED),
            ("不予救助(非定点)", group in AIDED and not v["定点医疗机构"])),
        accumulators={
            "连续住院已计起付线": chain,
            "基本医保本年已付": v["基本医保本年已付"] + basic,
            "大病合规自付本年累计": v["大病合规自付本年累计"] + burden,
            "大病本年已付": v["大病本年已付"] + critical,
            "医疗救助本年已付": v["医疗救助本年已付"] + aid,
            "倾斜救助本年已付": v["倾斜救助本年已付"] + tilted})


def is_aided(v):
    return v["人员类别"] in AIDED


DOCUMENT = Document("002", [
    Matter(
        "参保资助", "参保登记日期",
        [Field("参保登记日期", date),
         Field("身份标识日期", date, None, null=True),
         Field("人员类别", GROUPS),
         Field("本省户籍", boolean, True),
         Field("农村低收入人口", boolean, False),
         Field("中途参保", boolean, False),
         Field("断保原因", one_of("无", "跨区域转移", "非个人原因", "个人原因"), "无"),
         Field("个人缴费标准", money)],
        enrolment,
        parameters=[Field("资助定额", money, None, null=True, required_when=lambda v: v["人员类别"] == MONITORED)],
        period=period_of("参保登记日期")),
    Matter(
        "因病致贫认定", "认定日期",
        [Field("认定日期", date),
         Field("家庭累计合规负担", money),
         Field("家庭年可支配总收入", money),
         Field("家庭资产总值", money),
         Field("资产上限", money)],
        determination,
        period=period_of("认定日期")),
    Matter(
        "医疗费用结算", "就医日期",
        [Field("就医日期", date),
         Field("人员类别", GROUPS),
         Field("就医类型", one_of("住院", "普通门诊", "门诊特定病种")),
         Field("定点医疗机构", boolean, True),
         Field("农村低收入人口", boolean, False),
         Field("省内按规定转诊", boolean, False),
         Field("政策范围内费用", money),
         Field("自费费用", money),
         Field("补充医疗保险支付", money, 0),
         Field("负担较重", boolean, False)],
        medical,
        accumulators=[
            Accumulator("连续住院已计起付线", "不清零"),
            Accumulator("基本医保本年已付", "每年"),
            Accumulator("大病合规自付本年累计", "每年"),
            Accumulator("大病本年已付", "每年"),
            Accumulator("医疗救助本年已付", "每年"),
            Accumulator("倾斜救助本年已付", "每年")],
        parameters=[
            Field("基本医保起付线", money),
            Field("基本医保比例", ratio),
            Field("基本医保年度限额", money, None, null=True),
            Field("居民人均可支配收入", money),
            Field("大病起付线下调比例", ratio, 0),
            Field("大病分段", tiers),
            Field("大病年度限额", money, None, null=True),
            Field("医疗救助比例", ratio, required_when=is_aided),
            Field("医疗救助年度限额", money, required_when=is_aided),
            Field("倾斜救助起点", money, 0),
            Field("倾斜救助比例", ratio, 0),
            Field("倾斜救助年度限额", money, None, null=True)],
        period=period_of("就医日期"),
        bounds=bounds),
])

settle = DOCUMENT.settle
