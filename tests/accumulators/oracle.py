"""What periods.pol, holders.pol and the editions must answer, over the exact fractions and the ledger of ../elsewhere/settle.py."""

import os
import sys
from datetime import date
from fractions import Fraction as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "elsewhere"))

from settle import (  # noqa: E402
    NEEDED, Accumulator, Bill, Matter, Policy, Reject, Result, contradiction, divide, lifelong, monthly, positive, quarterly, tiers,
    yearly_from,
)

SINCE = date(2020, 1, 1)


def percent(value):
    return F(value, 100)


def periods(v):
    cost = v["费用"]
    bill = Bill(cost)
    year, month, recent = v["年计入"], v["月计入"], v["近三月计入"]
    schedule = [(5000, percent(10)), (20000, percent(20)), (None, percent(30))]
    bill.pay("年度基金", tiers(schedule, max(F(1000), year), max(F(1000), year + cost)))
    school = bill.pay("学年补助", cost * percent(5), [300 - v["学年已付"]])
    quarter = bill.pay("季度补助", cost / 10, [500 - v["季已付"]])
    bill.pay("月度补助", (max(F(500), month + cost) - max(F(500), month)) / 10)
    bill.pay("滚动补助", tiers([(3000, F(0)), (10000, percent(5)), (None, percent(10))], recent, recent + cost))
    life = bill.pay("终身补助", cost / 10, [2000 - v["终身已付"]])
    return Result(
        bill,
        [("频繁就医", v["近一月次数"] >= 3), ("学年达限", school.capped), ("季度达限", quarter.capped), ("终身达限", life.capped)],
        {
            "年计入": year + cost, "学年已付": v["学年已付"] + school.took, "季已付": v["季已付"] + quarter.took, "月计入": month + cost,
            "近三月计入": recent + cost, "终身已付": v["终身已付"] + life.took, "近一月次数": v["近一月次数"] + 1, "上次费用": cost,
            "当年最高": max(v["当年最高"], cost), "季内次数": v["季内次数"] + 1,
        },
        {"上次": v["上次费用"], "人均": divide(cost, v["除数"], "人均")},
    )


def periods_check(v):
    contradiction(v["费用"] <= 1_000_000, "费用")


def family(bill, v):
    """The last payer of both matters: what the household's 3000 yuan a year do not cover."""
    bill.pay("家庭兜底", positive(bill.left - positive(3000 - v["家庭本年负担"])))
    return {"家庭本年负担": v["家庭本年负担"] + bill.person, "合计次数": v["合计次数"] + 1, "同名": v["同名"] + v["费用"]}


def visit(v):
    cost = v["费用"]
    bill = Bill(cost)
    illness = bill.pay("病种补助", cost / 5, [400 - v["病种家庭已补"]])
    group = bill.pay("类别补助", cost * percent({"慢病": 25, "大病": 30, "普通": 10}[v["人员类别"]]), [500 - v["类别已补"]])
    place = bill.pay("地区补助", cost / 10, [100 - v["月已补"]])
    after = family(bill, v)
    after["病种家庭已补"] = v["病种家庭已补"] + illness.took
    after["类别已补"] = v["类别已补"] + group.took
    after["月已补"] = v["月已补"] + place.took
    after["标准次数"] = v["标准次数"] + 1
    return Result(bill, [("重复", v["标准次数"] >= 1)], after, {"本年门诊": v["同名"]})


def birth(v):
    cost = v["费用"]
    bill = Bill(cost)
    order = bill.pay("胎次补助", cost * percent(15), [300 - v["胎次已补"]])
    stay = bill.pay("住院补助", cost * percent(15), [200 - v["住院已补"]])
    after = family(bill, v)
    after["胎次已补"] = v["胎次已补"] + order.took
    after["住院已补"] = v["住院已补"] + stay.took
    return Result(bill, (), after, {"本年生育": v["同名"]})


def aid(ratio):
    def settle(v):
        bill = Bill(v["费用"])
        paid = bill.pay("救助", v["费用"] * ratio, [3000 - v["本年救助"], 1000 - v["本季救助"]])
        after = {"本年救助": v["本年救助"] + paid.took, "本季救助": v["本季救助"] + paid.took, "近三月次": v["近三月次"] + 1}
        return Result(bill, [("频繁", v["近三月次"] >= 3)], after)

    return settle


def need(kind):
    return kind, NEEDED


PERIODS = Policy("periods", Matter(
    "报销", "就医日期", {"就医日期": need("日期"), "费用": need("金额"), "除数": ("整数", 1)}, periods,
    [
        Accumulator("年计入"), Accumulator("学年已付", yearly_from(9, 1)), Accumulator("季已付", quarterly), Accumulator("月计入", monthly),
        Accumulator("近三月计入", rolling=3), Accumulator("终身已付", lifelong), Accumulator("近一月次数", rolling=1, integer=True),
        Accumulator("上次费用", lifelong), Accumulator("当年最高"), Accumulator("季内次数", quarterly, integer=True),
    ], periods_check, SINCE))

SHARED = [Accumulator("家庭本年负担", household=True, shared=True), Accumulator("合计次数", lifelong, integer=True, shared=True)]
HOLDERS = Policy(
    "holders",
    Matter(
        "门诊", "就诊日期",
        {"就诊日期": need("日期"), "费用": need("金额"), "病种": need("文字"), "人员类别": need("标签"), "异地": ("是否", False),
         "补助标准": ("金额", F(50)), "情形": ("多选", None)},
        visit,
        [
            *SHARED, Accumulator("病种家庭已补", quarterly, household=True, keys=("病种",)), Accumulator("类别已补", keys=("人员类别",)),
            Accumulator("月已补", monthly, keys=("异地",)), Accumulator("标准次数", integer=True, keys=("补助标准", "情形")), Accumulator("同名"),
        ], None, SINCE),
    Matter(
        "生育", "出院日期", {"出院日期": need("日期"), "入院日": need("日期"), "胎次": ("整数", None), "费用": need("金额")}, birth,
        [*SHARED, Accumulator("胎次已补", lifelong, keys=("胎次",)), Accumulator("住院已补", lifelong, keys=("入院日",)), Accumulator("同名")],
        None, SINCE))

AID = [Accumulator("本年救助"), Accumulator("本季救助", quarterly), Accumulator("近三月次", rolling=3, integer=True)]


class Editions:
    """The edition in force on the date settles; the ledger is one."""

    def __init__(self):
        fields = {"就医日期": need("日期"), "费用": need("金额")}
        self.old = Policy("aid-2022", Matter("救助", "就医日期", fields, aid(F(1, 2)), AID, since=date(2022, 1, 1)))
        self.new = Policy("aid-2023", Matter("救助", "就医日期", fields, aid(percent(70)), AID))

    def settle(self, record, ledger):
        return (self.new if record["就医日期"] >= "2023-08-15" else self.old).settle(record, ledger)


class Careful:
    """Refuses amounts that no reader may take, before the policy sees them."""

    def __init__(self, policy):
        self.policy = policy

    def settle(self, record, ledger):
        try:
            if len(record["费用"].partition(".")[2]) > 2:
                raise Reject("取值错误", "费用")
            if "多余" in record:
                raise Reject("未知字段", "多余")
        except Reject as reject:
            return {"错误": reject.code, "字段": reject.field}
        return self.policy.settle(record, ledger)


POLICIES = {"periods": Careful(PERIODS), "holders": Careful(HOLDERS), "editions": Careful(Editions())}
