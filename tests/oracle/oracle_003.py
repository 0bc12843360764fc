"""003: 重庆市巴南区, 2018. After four given payers the 贫困人口医疗救助基金 pays by tiers, then 精准脱贫保 and the district bring
the person down to 10% or 20% of the bill."""

from common import (Accumulator, Document, Field, LAST_DATE, Matter, RATIO, Reject, YUAN, bill, boolean, date, first_deadline,
                    first_that_holds, half_up, integer, money, one_of, plain, result, statuses, text, tier_payment, yuan)

FIRST_DAY = "2018-10-21"
DEFAULT_LAST_DAY = "2020-12-31"
FUND_TIERS = [
    (1000 * YUAN, 0),
    (10000 * YUAN, RATIO * 70 // 100),
    (50000 * YUAN, RATIO * 85 // 100),
    (None, RATIO * 95 // 100),
]
FUND_LIMIT = 200000 * YUAN
INSURANCE_THRESHOLD = 1000 * YUAN
PROPER_REFERRALS = ("基层首诊", "逐级转诊并备案", "危急重症")

CHRONIC = {plain(name) for name in (
    "高血压病1级高危", "高血压病1级很高危", "高血压病2级", "高血压病3级", "糖尿病1型", "糖尿病2型", "冠心病", "精神分裂症",
    "心境障碍(抑郁狂躁症)", "偏执型精神障碍", "肝硬化(失代偿期)", "系统性红斑狼疮", "脑梗死后遗症", "脑出血后遗症",
    "蛛网膜下腔出血后遗症", "结核病", "风湿性心瓣膜病", "类风湿性关节炎", "慢性肺源性心脏病", "慢性支气管炎伴阻塞性肺气肿",
    "甲亢", "慢性乙型肝炎病毒感染")}
MAJOR = {plain(name) for name in (
    "血友病", "再生障碍性贫血", "恶性肿瘤放(化)疗", "恶性肿瘤晚期镇痛治疗", "肾功能衰竭门诊透析", "肾脏移植术后抗排异",
    "肝脏移植术后抗排异", "心脏瓣膜移植术后抗排异", "造血干细胞移植术后抗排异", "严重多器官功能衰竭", "艾滋病机会性感染",
    "唇腭裂", "儿童白血病", "地中海贫血(中重型)", "慢性髓性白血病", "胃肠间质瘤", "耐药结核病", "苯丙酮尿症", "非小细胞癌")}


def contradictions(v):
    if earlier_payers(v) > v["目录内费用"]:
        raise Reject("输入矛盾", "目录内费用")
    if v["基金本年已付"] > FUND_LIMIT:
        raise Reject("输入矛盾", "基金本年已付")


def earlier_payers(v):
    return v["城乡居民医保报销"] + v["大病保险报销"] + v["民政医疗救助"] + v["民政扶贫济困基金"]


def refused(v):
    lifted = v["人员类别"] == "脱贫人口" and v["脱贫年份"] >= 2014 and not v["标注不再享受政策"]
    return first_that_holds(
        ("非救助对象", not (v["人员类别"] == "建档立卡贫困人口" or lifted)),
        ("不在执行期", not FIRST_DAY <= v["就医日期"] <= v["脱贫攻坚期截止日"]),
        ("不予支付(非定点)", not v["医保定点机构"]))


def disease_class(v):
    if v["病种"] in CHRONIC:
        return "慢性病"
    return "重特大疾病" if v["病种"] in MAJOR else "未列入"


def late(v):
    """Filed after the first 20 December on or after the visit; dates end with the year 2199."""
    filed = v["申报日期"]
    if v["就医地"] != "市外" or filed is None:
        return False
    deadline = first_deadline(v["就医日期"], "12-20")
    if deadline > LAST_DATE:
        raise Reject("计算越界", "逾期申报")
    return filed > deadline


def medical(v):
    total = bill(v["目录内费用"], v["目录外费用"])
    refusal = refused(v)
    entitled = refusal is None
    inpatient = v["就医类型"] == "住院"
    listed = not inpatient and disease_class(v) != "未列入"
    in_scope = entitled and (inpatient or listed)
    tolerable = v["目录外费用"] * 10 <= total
    referred = v["分级诊疗"] in PROPER_REFERRALS
    burden = total - earlier_payers(v)

    fund = before_limit = 0
    if entitled:
        before_limit = tier_payment(FUND_TIERS, 0, v["目录内费用"] - earlier_payers(v), 0, 1)
        fund = min(before_limit, FUND_LIMIT - v["基金本年已付"])
    burden -= fund

    own_tenths = total if inpatient else total * 2      # the person's share, in tenths of a fen
    enough = listed or burden >= INSURANCE_THRESHOLD
    insurance = 0
    if in_scope and tolerable and enough:
        insurance = half_up(max(0, burden * 10 - own_tenths), 10)
    burden -= insurance

    district = 0
    if in_scope and referred:
        district = half_up(max(0, burden * 10 - own_tenths), 10)

    insured = v["已参加城乡居民医保"]
    deemed = v["城乡居民医保报销"] + v["大病保险报销"] if entitled and not insured else 0
    one_stop = entitled and v["就医地"] != "市外" and v["可刷医保卡"]
    special = [("贫困人口医疗救助基金", fund), ("精准脱贫保", insurance), ("区级医疗救助", district)]
    return result(
        total,
        [("城乡居民医保", v["城乡居民医保报销"] if insured else 0),
         ("大病保险", v["大病保险报销"] if insured else 0),
         ("民政医疗救助", v["民政医疗救助"]),
         ("民政扶贫济困基金", v["民政扶贫济困基金"])] + special,
        [refusal] if refusal else statuses(
            ("视作已报销", deemed > 0),
            ("贫困人口医疗救助基金达年度限额", fund < before_limit),
            ("目录外占比超10%", not tolerable),
            ("普通门诊不纳入精准脱贫保", not in_scope),
            ("自付未达1000元精准脱贫保不赔付", in_scope and inpatient and tolerable and not enough),
            ("不予区级救助(未按分级诊疗)", in_scope and not referred),
            ("逾期申报", late(v))),
        accumulators={"基金本年已付": v["基金本年已付"] + fund},
        outputs={
            "视作已报销": yuan(deemed),
            "病种类别": disease_class(v),
            "结算方式": "常规" if not entitled else "一站式" if one_stop else "事后申报"},
        advances=[("就诊医疗机构", payer, fen) for payer, fen in special] if one_stop else [])


DOCUMENT = Document("003", [
    Matter(
        "医疗费用结算", "就医日期",
        [Field("就医日期", date),
         Field("人员类别", one_of("建档立卡贫困人口", "脱贫人口", "其他")),
         Field("脱贫年份", integer, None, null=True, required_when=lambda v: v["人员类别"] == "脱贫人口"),
         Field("标注不再享受政策", boolean, False),
         Field("就医类型", one_of("住院", "门诊")),
         Field("病种", text, ""),
         Field("医保定点机构", boolean, True),
         Field("就医地", one_of("区内", "市内区外", "市外")),
         Field("可刷医保卡", boolean, True),
         Field("分级诊疗", one_of("基层首诊", "逐级转诊并备案", "危急重症", "转诊未备案", "未经转诊")),
         Field("目录内费用", money),
         Field("目录外费用", money),
         Field("已参加城乡居民医保", boolean, True),
         Field("城乡居民医保报销", money),
         Field("大病保险报销", money),
         Field("民政医疗救助", money),
         Field("民政扶贫济困基金", money, 0),
         Field("申报日期", date, None, null=True)],
        medical,
        accumulators=[Accumulator("基金本年已付", "每年")],
        parameters=[Field("脱贫攻坚期截止日", date, DEFAULT_LAST_DAY)],
        contradictions=contradictions),
])

settle = DOCUMENT.settle
