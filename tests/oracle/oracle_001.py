"""001: 湛江市, 2018-2020. Premiums; and basic insurance, critical illness, assistance and secondary assistance by the figures
of the region, which have floors for the poor."""

from common import (Accumulator, Document, Field, Matter, RATIO, Reject, above_zero, annual_limit, bill, boolean, date,
                    first_deadline, money, one_of, ratio, result, share, statuses, tier_payment, tiers)

FIRST_DAY, LAST_DAY = "2018-01-01", "2020-12-31"
AGENCY_FROM = "2019-01-01"
DESTITUTE = "特困供养人员"
FAVOURED = ("低保对象", "建档立卡贫困人员")
POOR = (DESTITUTE,) + FAVOURED + ("孤儿", "低收入家庭重度残疾人", "低收入家庭重病患者", "低收入家庭老年人", "低收入家庭未成年人")
GROUPS = one_of(*POOR, "其他")
PER_CENT = RATIO // 100


def period_of(day):
    def period(v):
        if not FIRST_DAY <= v[day] <= LAST_DAY:
            raise Reject("不在执行期", day)
    return period


# --- 参保资助 ------------------------------------------------------------------------------------------------

def enrolment(v):
    premium = bill(v["个人缴费标准"])
    poor = v["人员类别"] in POOR
    registered, marked, received = v["参保登记日期"], v["身份标识日期"], v["补助到账日期"]
    return result(
        premium,
        [("医疗救助金", premium if poor else 0)],
        statuses(
            ("非资助对象", not poor),
            ("待身份标识", poor and marked is None),
            ("补助缴费逾期", poor and received is not None and received > first_deadline(registered, "09-30"))),
        outputs={
            "待遇起始日": max(registered, marked) if poor and marked is not None else None,
            "代缴机构": "市级社保经办机构" if poor and registered >= AGENCY_FROM else None})


# --- 医疗费用结算 ----------------------------------------------------------------------------------------------

def unreferred(v):
    return v["就医地"] == "统筹区外" and not v["备案或转诊"] and v["例外情形"] == "无"


def bounds(v):
    group = v["人员类别"]
    floor = 80 * PER_CENT if group == DESTITUTE else 70 * PER_CENT if group in FAVOURED else 0
    cut = v["大病起付线下调比例"]
    if cut < floor or (group == "其他" and cut != 0):
        raise Reject("参数越限", "参数.大病起付线下调比例")
    if any(parts < floor for _, parts in v["大病分段"]):
        raise Reject("参数越限", "参数.大病分段")
    aid = v["医疗救助比例"]
    if group in POOR and (aid < 80 * PER_CENT or (group == DESTITUTE and v["就医类型"] == "住院" and aid != RATIO)):
        raise Reject("参数越限", "参数.医疗救助比例")
    if unreferred(v):
        for name in ("未转诊降低基本医保", "未转诊降低大病"):
            if v[name] == 0:
                raise Reject("参数越限", "参数." + name)


def medical(v):
    covered = v["政策范围内费用"]
    total = bill(covered, v["自费费用"])
    poor = v["人员类别"] in POOR
    inpatient = v["就医类型"] == "住院"
    away = unreferred(v)
    helped = poor and v["定点医疗机构"]
    chained = v["转诊连续住院"] and v["连续计算起付线"] and poor and inpatient and not away

    line = v["基本医保起付线"]
    if chained:
        line = above_zero(line - v["连续住院已计起付线"])
    borne = min(line, covered)
    basic_ratio = v["基本医保比例"]
    schedule = v["大病分段"]
    if away:
        basic_ratio = above_zero(basic_ratio - v["未转诊降低基本医保"])
        schedule = [(bound, above_zero(parts - v["未转诊降低大病"])) for bound, parts in schedule]

    basic, basic_cut = annual_limit(share(covered - borne, basic_ratio), v["基本医保年度限额"], v["基本医保本年已付"])
    burden = covered - basic
    critical = tier_payment(schedule, v["大病合规自付本年累计"], burden, v["大病起付线"] * (RATIO - v["大病起付线下调比例"]), RATIO)
    critical, critical_cut = annual_limit(critical, None if poor else v["大病年度限额"], v["大病本年已付"])

    aid = second = 0
    aid_cut = second_cut = False
    if helped:
        aid, aid_cut = annual_limit(share(burden - critical, v["医疗救助比例"]), v["医疗救助年度限额"], v["医疗救助本年已付"])
    if helped and v["影响基本生活"] and not away:
        over = above_zero(total - basic - critical - aid - v["二次救助起点"])
        second, second_cut = annual_limit(share(over, v["二次救助比例"]), v["医疗救助年度限额"], v["医疗救助本年已付"] + aid)

    chain = v["连续住院已计起付线"]
    if inpatient:
        chain = chain + borne if chained else borne
    return result(
        total,
        [("基本医疗保险", basic), ("大病保险", critical), ("医疗救助", aid), ("二次救助", second)],
        statuses(
            ("未转诊降低报销比例", away),
            ("起付线连续计算", chained),
            ("基本医保达年度限额", basic_cut),
            ("大病保险达年度限额", critical_cut),
            ("医疗救助达年度限额", aid_cut or second_cut),
            ("非医疗救助对象", not poor),
            ("不予救助(非定点)", poor and not v["定点医疗机构"]),
            ("不予二次救助(未规范转诊)", helped and v["影响基本生活"] and away),
            ("先诊疗后付费", helped and v["就医地"] == "统筹区内")),
        accumulators={
            "连续住院已计起付线": chain,
            "基本医保本年已付": v["基本医保本年已付"] + basic,
            "大病合规自付本年累计": v["大病合规自付本年累计"] + burden,
            "大病本年已付": v["大病本年已付"] + critical,
            "医疗救助本年已付": v["医疗救助本年已付"] + aid + second})


def is_poor(v):
    return v["人员类别"] in POOR


DOCUMENT = Document("001", [
    Matter(
        "参保资助", "参保登记日期",
        [Field("参保登记日期", date),
         Field("身份标识日期", date, None, null=True),
         Field("人员类别", GROUPS),
         Field("个人缴费标准", money),
         Field("补助到账日期", date, None, null=True)],
        enrolment,
        period=period_of("参保登记日期")),
    Matter(
        "医疗费用结算", "就医日期",
        [Field("就医日期", date),
         Field("人员类别", GROUPS),
         Field("就医类型", one_of("住院", "普通门诊", "门诊特定病种")),
         Field("定点医疗机构", boolean, True),
         Field("就医地", one_of("统筹区内", "统筹区外")),
         Field("备案或转诊", boolean, True),
         Field("例外情形", one_of("无", "异地居住", "驻外工作学习", "急诊抢救"), "无"),
         Field("转诊连续住院", boolean, False),
         Field("政策范围内费用", money),
         Field("自费费用", money),
         Field("影响基本生活", boolean, False)],
        medical,
        accumulators=[
            Accumulator("连续住院已计起付线", "不清零"),
            Accumulator("基本医保本年已付", "每年"),
            Accumulator("大病合规自付本年累计", "每年"),
            Accumulator("大病本年已付", "每年"),
            Accumulator("医疗救助本年已付", "每年")],
        parameters=[
            Field("基本医保起付线", money),
            Field("基本医保比例", ratio),
            Field("基本医保年度限额", money, None, null=True),
            Field("大病起付线", money),
            Field("大病起付线下调比例", ratio, 0),
            Field("大病分段", tiers),
            Field("大病年度限额", money, None, null=True),
            Field("医疗救助比例", ratio, required_when=is_poor),
            Field("医疗救助年度限额", money, required_when=is_poor),
            Field("二次救助起点", money, 0),
            Field("二次救助比例", ratio, 0),
            Field("未转诊降低基本医保", ratio, None, null=True, required_when=unreferred),
            Field("未转诊降低大病", ratio, None, null=True, required_when=unreferred),
            Field("连续计算起付线", boolean, True)],
        period=period_of("就医日期"),
        bounds=bounds),
])

settle = DOCUMENT.settle
