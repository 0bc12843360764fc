"""000: 江门市, 2019-2020. The fund of 精准扶贫 takes what the three earlier payers leave within the catalogues, and
shares the self-expense with the hospital."""

from common import (Accumulator, Document, Field, Matter, Reject, YUAN, bill, boolean, date, first_that_holds, half_up, money,
                    one_of, result, statuses, yuan)

FIRST_DAY, LAST_DAY = "2019-01-01", "2020-12-31"
REVIEW_ABOVE = 10000 * YUAN
FUND_PART = (80, 100)
PHARMACY_PART = (10, 100)


def in_period(day):
    return FIRST_DAY <= day <= LAST_DAY


def medical_contradictions(v):
    if v["基本医保支付"] + v["大病保险支付"] + v["医疗救助支付"] > v["范围内费用"]:
        raise Reject("输入矛盾", "范围内费用")
    if v["审核合理自费"] is not None and v["审核合理自费"] > v["个人自费"]:
        raise Reject("输入矛盾", "审核合理自费")


def medical_refusal(v):
    away_unfiled = v["就医地"] == "外出" and not (v["基本医保外出手续"] and v["转诊备案批准"])
    return first_that_holds(
        ("非帮扶对象", not v["重点帮扶对象"]),
        ("不在执行期", not in_period(v["就医日期"])),
        ("不予支付(非定点)", not v["定点医疗机构"]),
        ("不予支付(不在保障范围)", v["就医类型"] == "普通门诊"),
        ("不予支付(未转诊)", away_unfiled))


def review_due(v):
    if v["就医类型"] == "住院":
        return v["个人自费"] > REVIEW_ABOVE
    if v["就医类型"] == "特定病种门诊":
        return v["本月特门自费累计"] + v["个人自费"] > REVIEW_ABOVE
    return False


def medical(v):
    waived = v["挂号诊查费"] + v["药品加成"]
    total = bill(v["范围内费用"], v["个人自费"], waived)
    earlier = v["基本医保支付"] + v["大病保险支付"] + v["医疗救助支付"]
    refusal = medical_refusal(v)
    target = v["重点帮扶对象"] and in_period(v["就医日期"])
    reviewed = refusal is None and review_due(v)
    partly = reviewed and v["专家审核结果"] == "部分合理"

    fund_in_scope = fund_own = hospital_own = 0
    if refusal is None:
        reasonable = v["审核合理自费"] if partly else v["个人自费"]
        fund_in_scope = v["范围内费用"] - earlier
        fund_own = half_up(reasonable * FUND_PART[0], FUND_PART[1])
        hospital_own = reasonable - fund_own
    hospital_waiver = waived if target and v["定点医疗机构"] else 0
    pending = reviewed and v["专家审核结果"] == "未审核"

    month = v["本月特门自费累计"]
    if v["就医类型"] == "特定病种门诊":
        month += v["个人自费"]
    return result(
        total,
        [("基本医疗保险", v["基本医保支付"]), ("大病保险", v["大病保险支付"]), ("医疗救助资金", v["医疗救助支付"]),
         ("医疗保障精准扶贫资金", fund_in_scope + fund_own)],
        statuses(
            (refusal, refusal is not None),
            ("未凭证就医", target and not v["出示就医证"]),
            ("需专家审核", pending),
            ("已专家审核", reviewed and not pending),
            ("审核不合理部分由个人负担", partly and v["审核合理自费"] < v["个人自费"])),
        accumulators={"本月特门自费累计": month},
        outputs={
            "扶贫资金范围内部分": yuan(fund_in_scope),
            "扶贫资金自费部分": yuan(fund_own),
            "医院自费分担": yuan(hospital_own),
            "医院减免": yuan(hospital_waiver),
            "待审核金额": yuan(v["个人自费"] if pending else 0),
            "结算方式": "一单式" if refusal is None else "常规"},
        hospital=hospital_own + hospital_waiver,
        advances=[("医疗保障精准扶贫资金", "医疗救助资金", v["医疗救助支付"])] if refusal is None else [])


def pharmacy(v):
    refusal = first_that_holds(
        ("非帮扶对象", not v["重点帮扶对象"]),
        ("不在执行期", not in_period(v["就医日期"])),
        ("不予优惠(非定点药店)", not v["定点零售药店"]))
    total = bill(v["药品原价"])
    discount = half_up(total * PHARMACY_PART[0], PHARMACY_PART[1]) if refusal is None else 0
    return result(total, [("定点零售药店让利", discount)], [refusal] if refusal else [])


DOCUMENT = Document("000", [
    Matter(
        "医疗费用结算", "就医日期",
        [Field("就医日期", date),
         Field("重点帮扶对象", boolean),
         Field("就医类型", one_of("住院", "特定病种门诊", "普通门诊")),
         Field("定点医疗机构", boolean, True),
         Field("就医地", one_of("本市区内", "外出")),
         Field("基本医保外出手续", boolean, False),
         Field("转诊备案批准", boolean, False),
         Field("出示就医证", boolean, True),
         Field("范围内费用", money),
         Field("个人自费", money),
         Field("挂号诊查费", money, 0),
         Field("药品加成", money, 0),
         Field("基本医保支付", money),
         Field("大病保险支付", money),
         Field("医疗救助支付", money),
         Field("专家审核结果", one_of("未审核", "全部合理", "部分合理"), "未审核"),
         Field("审核合理自费", money, None, null=True, required_when=lambda v: v["专家审核结果"] == "部分合理")],
        medical,
        accumulators=[Accumulator("本月特门自费累计", "每月")],
        contradictions=medical_contradictions),
    Matter(
        "药店购药", "就医日期",
        [Field("就医日期", date),
         Field("重点帮扶对象", boolean),
         Field("定点零售药店", boolean),
         Field("药品原价", money)],
        pharmacy),
])

settle = DOCUMENT.settle
