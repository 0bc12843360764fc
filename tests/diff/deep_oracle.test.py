#!/usr/bin/env python3
"""pol check --deep on documents 003 and 004 against brute force over the oracle (tests/oracle), which knows
neither the scripts nor pol: every combination of categories and flags, amounts on both sides of every edge of
the documents. What the tool says never happens must not happen here, what happens here it must not deny; and
where the burden falls by more than a yuan when a part of the bill grows, it must name that part of the bill."""

import itertools
import json
import os
import random
import subprocess
import sys

POL, SOURCE = os.environ["POL"], os.environ["POL_SOURCE"]
sys.path.insert(0, os.path.join(SOURCE, "tests/oracle"))
import oracle_003  # noqa: E402
import oracle_004  # noqa: E402
from common import Reject  # noqa: E402

YES_NO = (True, False)
FEN = 100


def fen(text):
    return int(text.replace(".", ""))


class Seen:
    """What happened in one matter."""

    def __init__(self):
        self.falls, self.paid, self.statuses, self.missing, self.groups, self.paid_groups, self.claims = {}, set(), set(), set(), set(), set(), 0

    def settle(self, medical, claim, statuses):
        try:
            result = medical(claim)
        except Reject:
            return None
        self.claims += 1
        self.paid |= {p["付款方"] for p in result["支付明细"] if p["金额"] != "0.00"}
        self.statuses |= set(result["状态"])
        self.missing |= statuses - set(result["状态"])
        self.groups.add(claim["人员类别"])
        if any(p["金额"] != "0.00" for p in result["支付明细"]):
            self.paid_groups.add(claim["人员类别"])
        return fen(result["个人负担"])

    def walk(self, medical, claim, field, points, statuses):
        """Along one part of the bill."""
        last = None
        for x in points:
            burden = self.settle(medical, dict(claim, **{field: x}), statuses)
            if burden is not None and last is not None and last - burden > FEN:
                self.falls.setdefault(field, (claim, last, burden))
            last = burden


def around(*edges):
    return sorted({x + d for e in edges for x in [e * FEN] for d in (-1, 0, 1) if x + d >= 0})


def brute_003():
    seen = Seen()
    points = around(0, 500, 999, 1000, 1500, 5000, 8999, 9000, 10000, 30000, 50000, 90000, 200000, 300000)
    statuses = {"视作已报销", "贫困人口医疗救助基金达年度限额", "目录外占比超10%", "普通门诊不纳入精准脱贫保",
                "自付未达1000元精准脱贫保不赔付", "不予区级救助(未按分级诊疗)", "逾期申报", "非救助对象", "不在执行期", "不予支付(非定点)"}
    groups = [("建档立卡贫困人口", None, False), ("脱贫人口", 2013, False), ("脱贫人口", 2014, False), ("脱贫人口", 2014, True), ("其他", None, False)]
    for (group, year, marked), (visit, disease), referral, insured, fixed, day in itertools.product(
            groups, [("住院", ""), ("门诊", "冠心病"), ("门诊", "感冒"), ("门诊", "血友病")],
            ["基层首诊", "未经转诊"], YES_NO, YES_NO, ["2019-05-10", "2018-10-20"]):
        claim = {"人员类别": group, "脱贫年份": year, "标注不再享受政策": marked, "就医类型": visit, "病种": disease, "分级诊疗": referral,
                 "已参加城乡居民医保": insured, "医保定点机构": fixed, "就医日期": day, "就医地": "市外", "可刷医保卡": True, "目录内费用": 0,
                 "目录外费用": 0, "城乡居民医保报销": 0, "大病保险报销": 0, "民政医疗救助": 0, "民政扶贫济困基金": 0, "基金本年已付": 0,
                 "申报日期": "2020-12-21", "脱贫攻坚期截止日": "2020-12-31"}
        for other, earlier, used in itertools.product((0, 1000 * FEN), (0, 400 * FEN), (0, 20000000)):
            base = dict(claim, 城乡居民医保报销=earlier, 大病保险报销=earlier // 2, 民政医疗救助=earlier // 4, 民政扶贫济困基金=earlier // 8, 基金本年已付=used)
            check = lambda v: (oracle_003.contradictions(v), oracle_003.medical(v))[1]  # noqa: E731
            seen.walk(check, dict(base, 目录外费用=other), "目录内费用", points, statuses)
            seen.walk(check, dict(base, 目录内费用=other), "目录外费用", points, statuses)
    return seen, statuses


SCHEDULES = [[(5000000, 500000), (10000000, 600000), (None, 700000)], [(None, 980000)], [(3000000, 900000), (None, 500000)]]
MIXED = SCHEDULES, (0, 1000000), (0, 4500000), (0, 40000), (0, 30000), (0, 100000)  # and what stands beside them


def brute_004():
    seen = Seen()
    points = around(0, 400, 1000, 4000, 9000, 10000, 10050, 20000, 50000, 60000, 110000)
    statuses = {"非倾斜支付对象", "不在执行期", "仅资助参保", "暂停享受待遇", "不予倾斜支付(县域外)", "不予倾斜支付(费用类别不符)", "不予倾斜支付(未分级诊疗)",
                "疾病应急救助按剩余负担封顶", "民政医疗救助按剩余负担封顶", "卫生扶贫救助基金按剩余负担封顶", "先诊疗后付费(免押金)"}
    groups = ["建档立卡贫困人口", "特困人员", "农村低保对象", "城市低保对象", "重点优抚对象", "重度残疾人", "低收入老年人", "低收入未成年人", "低收入重病患者", "其他"]
    rng = random.Random(4)
    flags = itertools.product(groups, YES_NO, YES_NO, YES_NO, ("住院", "慢性病门诊维持治疗", "普通门诊"), YES_NO, YES_NO, YES_NO, ("2018-06-01", "2017-12-31"))
    for group, poor, local, insured, visit, county, tiered, stopped, day in flags:
        # the rest of the record at random: over all flags every mixture comes up with every group
        schedule, deductible, stood, paid, relief, other = (rng.choice(some) for some in MIXED)
        registered = group == "建档立卡贫困人口"
        claim = {"人员类别": group, "低收入": poor, "本市户籍": local, "参加城乡居民医保": insured, "就医类型": visit, "县域内": county, "定点公立": not stopped,
                 "执行分级诊疗": tiered, "暂停待遇": stopped, "就医日期": day, "大病分段": schedule, "大病起付线": deductible, "大病合规自付本年累计": stood,
                 "城乡居民医保报销": paid if insured else 0, "民政医疗救助": relief, "疾病应急救助": relief // 2 if registered else 0,
                 "卫生扶贫救助基金": relief * 2 if registered else 0, "政策范围内费用": 0, "政策范围外费用": 0}
        check = lambda v: (oracle_004.contradictions(v), oracle_004.medical(v))[1]  # noqa: E731
        seen.walk(check, dict(claim, 政策范围外费用=other), "政策范围内费用", points, statuses)
        seen.walk(check, dict(claim, 政策范围内费用=max(other, paid)), "政策范围外费用", points, statuses)
    return seen, statuses


def brute_enrolment():
    seen = Seen()
    for group, local, day, premium in itertools.product(
            ["建档立卡贫困人口", "特困人员", "农村低保对象", "城市低保对象", "重点优抚对象", "重度残疾人", "低收入老年人", "低收入未成年人", "低收入重病患者", "其他"],
            YES_NO, ("2018-01-01", "2017-12-31"), (0, 1, 18005)):
        seen.settle(oracle_004.enrolment, {"人员类别": group, "本市户籍": local, "参保登记日期": day, "个人缴费标准": premium, "低收入人群资助额": 6000},
                    {"非倾斜支付对象", "不在执行期"})
    return seen, {"非倾斜支付对象", "不在执行期"}


def told(script):
    done = subprocess.run([POL, "check", "--deep", os.path.join(SOURCE, "stdlib-policies", script), "--format", "json", "--lang", "zh"],
                          capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def compare(name, findings, seen, statuses):
    def named(kind):
        return [f["说明"] for f in findings if f["种类"] == kind]
    for field in seen.falls:
        assert any(t.startswith(f"悬崖：{field} 由") or t.startswith(f"费用多反而负担少：{field} 由") for t in named("cliff") + named("falling")), \
            (name, field, seen.falls[field])
    for text in named("cliff") + named("falling"):
        assert any(f"：{field} 由" in text for field in seen.falls), (name, text)
    nothing = {t.split(" = ")[1] for t in named("category")}
    assert nothing == seen.groups - seen.paid_groups, (name, nothing, seen.groups - seen.paid_groups)
    assert statuses <= seen.statuses and statuses <= seen.missing and not named("never") and not named("always"), \
        (name, statuses - seen.statuses, statuses - seen.missing, named("never"), named("always"))
    assert not named("payer"), named("payer")
    print(f"{name}: {seen.claims} claims, the burden falls along {sorted(seen.falls) or 'nothing'}, nothing for {sorted(nothing) or 'nobody'}")


def main():
    banan, guangan = told("chongqing/banan-2018.pol"), told("sichuan/guangan-2018.pol")
    compare("003", banan, *brute_003())
    compare("004 医疗费用结算", [f for f in guangan if f["业务类型"] == "医疗费用结算"], *brute_004())
    compare("004 参保资助", [f for f in guangan if f["业务类型"] == "参保资助"], *brute_enrolment())
    return 0


sys.exit(main())
