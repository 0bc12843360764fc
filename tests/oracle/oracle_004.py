"""004: 广安市, 2018. Premiums by four payers; and 倾斜支付, which holds the registered poor at 10% of the bill and gives the
other groups 5 points more on the slices of critical illness."""

from common import (Accumulator, Document, Field, Matter, RATIO, Reject, above_zero, bill, boolean, date, first_that_holds,
                    half_up, money, one_of, result, statuses, tier_payment, tiers)

FIRST_DAY = "2018-01-01"
REGISTERED, DISABLED, VETERANS, URBAN, OTHER = "建档立卡贫困人口", "重度残疾人", "重点优抚对象", "城市低保对象", "其他"
LOW_INCOME = ("低收入老年人", "低收入未成年人", "低收入重病患者")
GROUPS = one_of(REGISTERED, "特困人员", "农村低保对象", URBAN, VETERANS, DISABLED, *LOW_INCOME, OTHER)
PERSON_PART = (10, 100)
EXTRA = RATIO * 5 // 100


# --- 参保资助 ------------------------------------------------------------------------------------------------

def enrolment(v):
    premium = bill(v["个人缴费标准"])
    group = v["人员类别"]
    refusal = first_that_holds(
        ("非倾斜支付对象", group == OTHER or not v["本市户籍"]),
        ("不在执行期", v["参保登记日期"] < FIRST_DAY))
    if refusal:
        return result(premium, [], [refusal])
    if group == REGISTERED:
        payer = ("财政公共预算", premium)
    elif group == DISABLED:
        payer = ("残疾人联合会", premium)
    elif group in LOW_INCOME:
        payer = ("现有政策资助", min(v["低收入人群资助额"], premium))
    elif group == URBAN:
        payer = ("医疗救助资金", half_up(premium, 2))
    else:
        payer = ("医疗救助资金", premium)
    return result(premium, [payer], [])


# --- 医疗费用结算 ----------------------------------------------------------------------------------------------

def contradictions(v):
    registered = v["人员类别"] == REGISTERED
    paid = v["城乡居民医保报销"]
    if paid > v["政策范围内费用"] or (paid and not v["参加城乡居民医保"]):
        raise Reject("输入矛盾", "城乡居民医保报销")
    for name in ("疾病应急救助", "卫生扶贫救助基金"):
        if v[name] and not registered:
            raise Reject("输入矛盾", name)


def medical(v):
    total = bill(v["政策范围内费用"], v["政策范围外费用"])
    group = v["人员类别"]
    registered = group == REGISTERED
    visit = v["就医类型"]
    target = group != OTHER and v["本市户籍"] and v["参加城乡居民医保"]
    in_period = v["就医日期"] >= FIRST_DAY
    refusal = first_that_holds(
        ("非倾斜支付对象", not target),
        ("不在执行期", not in_period),
        ("仅资助参保", group == VETERANS or (group == DISABLED and not v["低收入"])),
        ("暂停享受待遇", v["暂停待遇"]),
        ("不予倾斜支付(县域外)", not v["县域内"]),
        ("不予倾斜支付(费用类别不符)", not (visit == "住院" or (registered and visit == "慢性病门诊维持治疗"))),
        ("不予倾斜支付(未分级诊疗)", not v["执行分级诊疗"]))

    stood = v["大病合规自付本年累计"]
    insurance = v["城乡居民医保报销"]
    burden = critical = 0
    if v["参加城乡居民医保"] and visit != "普通门诊":
        burden = v["政策范围内费用"] - insurance
        critical = tier_payment(v["大病分段"], stood, burden, v["大病起付线"], 1)
    unpaid = total - insurance - critical
    tilt = 0
    if refusal is None and registered:
        tilt = half_up(above_zero(unpaid * PERSON_PART[1] - total * PERSON_PART[0]), PERSON_PART[1])
    elif refusal is None:
        room = [(bound, min(EXTRA, RATIO - parts)) for bound, parts in v["大病分段"]]
        tilt = min(tier_payment(room, stood, burden, v["大病起付线"], 1), burden - critical)
    unpaid -= tilt

    given = ("疾病应急救助", "民政医疗救助", "卫生扶贫救助基金") if registered else ("民政医疗救助",)
    payers = [("城乡居民医保", insurance), ("大病保险", critical), ("倾斜支付", tilt)]
    flags = []
    for name in given:
        paid = min(v[name], unpaid)
        if paid < v[name]:
            flags.append(name + "按剩余负担封顶")
        payers.append((name, paid))
        unpaid -= paid

    eased = target and in_period and not v["暂停待遇"] and v["县域内"]
    flags += statuses(
        (refusal, refusal is not None),
        ("先诊疗后付费(免押金)", eased and v["定点公立"] and visit == "住院"))
    return result(
        total, payers, flags,
        accumulators={"大病合规自付本年累计": stood + burden},
        outputs={"结算方式": "一站式" if eased else "常规"})


DOCUMENT = Document("004", [
    Matter(
        "参保资助", "参保登记日期",
        [Field("参保登记日期", date),
         Field("人员类别", GROUPS),
         Field("本市户籍", boolean, True),
         Field("个人缴费标准", money)],
        enrolment,
        parameters=[Field("低收入人群资助额", money, None, null=True, required_when=lambda v: v["人员类别"] in LOW_INCOME)]),
    Matter(
        "医疗费用结算", "就医日期",
        [Field("就医日期", date),
         Field("人员类别", GROUPS),
         Field("低收入", boolean, False),
         Field("本市户籍", boolean, True),
         Field("参加城乡居民医保", boolean, True),
         Field("就医类型", one_of("住院", "慢性病门诊维持治疗", "普通门诊")),
         Field("县域内", boolean, True),
         Field("定点公立", boolean, True),
         Field("执行分级诊疗", boolean, True),
         Field("暂停待遇", boolean, False),
         Field("政策范围内费用", money),
         Field("政策范围外费用", money),
         Field("城乡居民医保报销", money),
         Field("疾病应急救助", money, 0),
         Field("民政医疗救助", money, 0),
         Field("卫生扶贫救助基金", money, 0)],
        medical,
        accumulators=[Accumulator("大病合规自付本年累计", "每年")],
        parameters=[Field("大病起付线", money), Field("大病分段", tiers)],
        contradictions=contradictions),
])

settle = DOCUMENT.settle
