"""Changed copies of the documents' scripts, made from a seed: those that change what is settled, and those
that do not. Each is made by one rule, so that what it does is known without running anything."""

import random
import re

# Rules that change what is paid, noted or allowed.
AMOUNT = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)(万?)元")
RATIO = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)%")


def outside_text(script):
    """Ranges of the script that are neither comments, quoted texts, citations, clauses nor examples."""
    plain = bytearray(b"\1" * len(script))
    for pattern in (r'#.*', r'"[^"\n]*"', r'(?ms)^案例 .*?(?=^(?:条款|类别|集合|参数|业务|输入|要求|定义|累计|结算|先付|待遇|顺序|垫付|状态|附加|替换|案例|#)|\Z)',
                    r'(?m)^条款 .*$', r"(?s)\A.*?(?=^类别|^集合|^业务)"):
        flags = re.M
        for found in re.finditer(pattern, script, flags):
            for i in range(found.start(), found.end()):
                plain[i] = 0
    return plain


def places(script, pattern):
    plain = outside_text(script)
    return [m for m in re.finditer(pattern, script) if all(plain[m.start():m.end()])]


def put(script, match, text):
    return script[:match.start()] + text + script[match.end():]


def change_ratio(rng, script):
    match = rng.choice(places(script, RATIO))
    value = float(match[1])
    new = value - 5 if value >= 10 else value + 5
    return put(script, match, f"{new:g}%"), f"{match[0]} -> {new:g}%"


def change_inclusive(rng, script):
    match = rng.choice(places(script, r" (不低于|超过|低于|不超过|≥|≤|达到) "))
    turned = {"不低于": "超过", "超过": "不低于", "低于": "不超过", "不超过": "低于", "≥": "超过", "≤": "低于", "达到": "超过"}
    if " 的部分" in script[match.end():match.end() + 40]:
        return None
    new = f" {turned[match[1]]} "
    return put(script, match, new), f"{match[0]} -> {new}"


def drop_condition(rng, script):
    found = [m for m in places(script, r"(?m)^(  条件 [^\n]*?) 且 (\S+)(?= )")]
    match = rng.choice(found)
    return put(script, match, match[1]), f"without 且 {match[2]}"


def negate(rng, script):
    match = rng.choice(places(script, r"(?m)^  条件 (?!其余)(\S+)(?= |$)"))
    return put(script, match, f"  条件 非 {match[1]}"), f"{match[0].strip()} negated"


def change_label(rng, script):
    match = rng.choice(places(script, r"(人员类别|就医类型) = (\S+?)(?=[ \n;,)])"))
    labels = {"人员类别": "其他", "就医类型": "住院"}
    if match[2] == labels[match[1]]:
        return None
    return put(script, match, f"{match[1]} = {labels[match[1]]}"), f"{match[0]} -> {labels[match[1]]}"


def dropped(rng, script, pattern):
    """The script without one of the lines that the pattern finds."""
    match = rng.choice(places(script, pattern))
    return put(script, match, ""), f"without {match[0].strip()[:30]}"


def payers(script):
    """(start, end of the head line, end, name) of every 待遇 that has an amount or a ratio of its own."""
    found = re.finditer(r"(?m)^待遇 (\S+).*\n(?:(?:  ).*\n?)+", script)
    return [(m.start(), m.start() + m[0].index("\n") + 1, m.end(), m[1]) for m in found]


def change_edge(rng, script):
    """A bound of tiers, on both sides of the bound; or a number or day with which something is compared."""
    tiers = [m for m in re.finditer(r"分段 \{[^}]*\}", script) if outside_text(script)[m.start()]]
    bounds = [(m, e) for m in tiers for e in re.findall(r", +(\d+(?:\.\d+)?万?元)\)", m[0])]
    numbers = places(script, r"(?<=[≥≤] )\d{4}(?=[ \n])|(?<=[≥≤] )\d{4}-\d\d-\d\d|(?<=截止日\()[^()]*, *\d+月\d+日(?=\))"
                             r"|(?:超过|不低于|低于) \d+(?:\.\d+)?万?元")
    chosen = rng.choice(bounds + [(m, None) for m in numbers])
    match, edge = chosen
    shift = rng.choice([1, 2, 7])
    if edge is not None:
        amount = AMOUNT.match(edge)
        new = f"{float(amount[1]) + (0.01 if amount[2] else 10) * shift:g}{amount[2]}元"
        return put(script, match, match[0].replace(edge + ")", new + ")").replace("[" + edge, "[" + new)), f"{edge} -> {new}"
    text = match[0]
    if re.fullmatch(r"\d{4}", text):
        new = str(int(text) + shift)
    elif re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        new = text[:-2] + f"{int(text[-2:]) + shift:02}"
    elif "月" in text:
        new = re.sub(r"(\d+)日$", lambda m: f"{int(m[1]) - shift}日", text)
    else:
        new = re.sub(r"(\d+(?:\.\d+)?)(?=万?元)", lambda m: f"{float(m[1]) + 0.01 * shift:g}", text)
    return put(script, match, new), f"{text} -> {new}"


def change_cap(rng, script):
    """A cap higher or lower, without its running total, gone, or new on a payer that has none."""
    way = rng.choice(["change", "scale", "drop", "uncount", "add", "add"])
    if way == "drop":
        return dropped(rng, script, r"(?m)^  封顶 .*\n")
    if way == "uncount":
        match = rng.choice(places(script, r"(?m)(?<=^  )封顶 [^\n]*? 累计于 \S+"))
        return put(script, match, match[0][:match[0].index(" 累计于")]), "cap without 累计于"
    if way == "change":
        match = rng.choice(places(script, r"(?m)(?<=^  封顶 )(\d+)(万?)元"))
        new = f"{int(match[1]) + rng.choice([-1, 1, 5])}{match[2]}元"
        return put(script, match, new), f"{match[0]} -> {new}"
    if way == "scale":
        match = rng.choice(places(script, r"(?m)(?<=^  封顶 )([^\W\d]\w+)(?= 累计于|\n|  )"))
        return put(script, match, f"{match[1]} × 90%"), f"cap {match[1]} × 90%"
    start, head, end, name = rng.choice([p for p in payers(script) if "封顶" not in script[p[0]:p[2]] and "案例" not in script[p[0]:p[2]]])
    new = rng.choice(["1000元", "2万元", "500.05元"])
    return script[:end].rstrip("\n") + f"\n  封顶 {new}\n\n" + script[end:].lstrip("\n"), f"{name} capped at {new}"


def change_floor(rng, script):
    """The amount from which something is paid, the least value of a parameter, or a least amount that is new."""
    way = rng.choice(["deductible", "least", "least", "over", "add", "add"])
    if way == "deductible":
        match = rng.choice(places(script, r"(?m)(?<=^  )(起付 (?:每期 |每次 )?)([^\W\d][^\n]*?)(?=\s{2,}依据|\n)"))
        if "当" in match[2]:
            return dropped(rng, script, r"(?m)^  起付 当.*\n")
        return put(script, match, f"{match[1]}({match[2]}) × 90%"), f"{match[0]} × 90%"
    if way == "least":
        match = rng.choice(places(script, r"(?<=不低于 )(\d+)%"))
        new = int(match[1]) + rng.choice([-10, -1, 1, 10])
        return put(script, match, f"{new}%"), f"不低于 {match[1]}% -> {new}%"
    if way == "over":
        match = rng.choice(places(script, r" 超过 (\w+) 的部分"))
        return put(script, match, f" 超过 {match[1]} + 1元 的部分"), f"超过 {match[1]} + 1元"
    start, head, end, name = rng.choice([p for p in payers(script) if "  起付" not in script[p[0]:p[2]] and "  基数" in script[p[0]:p[2]]])
    block = script[start:end]
    if "分段" in block:
        return None
    new = rng.choice(["100元", "0.05元"])
    at = start + re.search(r"(?m)^  (?:比例|封顶)", block).start()
    return script[:at] + f"  起付 {new}\n" + script[at:], f"{name} from {new}"


def change_category(rng, script):
    """A label fewer in a set, another label in a condition, or = for ≠."""
    way = rng.choice(["member", "member", "label", "turn"])
    if way == "label":
        return change_label(rng, script)
    if way == "turn":
        match = rng.choice(places(script, r"(?:人员类别|就医类型|就医地|分级诊疗|例外情形|专家审核结果) (?:=|≠)(?= )"))
        new = match[0][:-1] + ("≠" if match[0].endswith("=") else "=")
        return put(script, match, new), f"{match[0]} -> {new}"
    plain = outside_text(script)
    sets = [m for m in re.finditer(r"(?:属于|(?m:^集合) \S+ *: *人员类别) +(\{[^{}]*,[^{}]*\})", script) if plain[m.start() + len("集合")] or m[0].startswith("集合")]
    sets += [m for m in re.finditer(r"(?m)^集合 \S+ *: *文字\s*(\{[^{}]*\})", script)]
    match = rng.choice(sets)
    members = [t.strip() for t in match[1][1:-1].split(",")]
    gone = rng.choice(members)
    new = "{ " + ", ".join(t for t in members if t != gone) + " }"
    return script[:match.start(1)] + new + script[match.end(1):], f"set without {gone}"


def change_condition(rng, script):
    """A part of a condition is left out, turned round, or joined by the other word."""
    way = rng.choice(["drop", "negate", "or", "line", "flag", "flag"])
    if way == "drop":
        return drop_condition(rng, script)
    if way == "negate":
        return negate(rng, script)
    if way == "line":
        return dropped(rng, script, r"(?m)^  条件 (?!其余)[^\n]*\n(?=  (?:基数|金额))")
    if way == "flag":
        match = rng.choice(places(script, r"(?m)(?<=^定义 )(\S+)( += )(?=[^\W\d]\w+ 且 )"))
        return script[:match.end()] + "非 " + script[match.end():], f"{match[1]} without its first part"
    match = rng.choice(places(script, r" 且 "))
    return put(script, match, " 或 "), "或 for 且 in " + script[script.rfind("\n", 0, match.start()) + 1:][:20]


def change_order(rng, script):
    """Payers in another order: the statements, or what 顺序 says."""
    lists = [m for m in re.finditer(r"(?m)(?:^顺序 |^ +(?:当|否则) )[^\n]*?((?:[^\W\d]\w*、)+[^\W\d]\w*)(?=\s)", script) if "依据" not in m[0]]
    if lists and rng.random() < 0.6:
        match = rng.choice(lists)
        names = match[1].split("、")
        i = rng.randrange(len(names) - 1)
        names[i], names[i + 1] = names[i + 1], names[i]
        return script[:match.start(1)] + "、".join(names) + script[match.end(1):], f"{names[i]} before {names[i + 1]}"
    found = list(re.finditer(r"(?m)^(?:待遇|先付) (\S+).*\n(?:  .*\n)*\n?", script))
    pairs = [(a, b) for a, b in zip(found, found[1:]) if a.end() == b.start() and a[1] not in b[0]]
    a, b = rng.choice(pairs)
    return script[:a.start()] + b[0].rstrip() + "\n\n" + a[0].rstrip() + "\n\n" + script[b.end():], f"{b[1]} before {a[1]}"


def change_mode(rng, script):
    """How a payer's amount is rounded."""
    found = [p for p in payers(script) if "取整" not in script[p[0]:p[2]] and re.search(r"(?m)^  (?:比例|分段|金额) ", script[p[0]:p[2]])]
    start, head, end, name = rng.choice(found)
    block = script[start:end]
    cap = re.search(r"(?m)^  封顶 ", block)
    at = start + cap.start() if cap else start + len(block.rstrip("\n")) + 1
    mode = rng.choice(["舍去", "进位", "四舍五入", "舍去", "进位"])
    unit = rng.choice(["1元", "0.1元", "10元", "0.01元"] if mode != "四舍五入" else ["1元", "0.1元", "10元"])
    return script[:at] + f"  取整 {mode} {unit}\n" + script[at:], f"{name} 取整 {mode} {unit}"


def change_rate(rng, script):
    """A ratio, also one that is a multiple of an amount from the record."""
    way = rng.choice(["ratio", "ratio", "scale"])
    if way == "ratio":
        return change_ratio(rng, script)
    match = rng.choice(places(script, r"(?m)(?<=^  )(比例|基数|金额) ([^\W\d]\w+(?: - \w+)*)(?=\s{2,}依据|\n| 累计于)"))
    by = rng.choice(["99%", "95%", "50%"])
    return put(script, match, f"{match[1]} ({match[2]}) × {by}"), f"{match[1]} × {by}"


# By kind; each makes as many as the others as far as the script has places for it.
BEHAVIOURAL = [change_rate, change_edge, change_inclusive, change_cap, change_floor, change_category, change_condition, change_order, change_mode]


# Rules that change nothing.
def rename(rng, script):
    match = rng.choice(places(script, r"(?m)^定义 (\S+)"))
    if re.search(rf"(?m)^附加 {re.escape(match[1])}(\s*$|\s{{2}})", script):
        return None
    new = match[1] + "之一"
    return re.sub(rf"(?<![\w“\"]){re.escape(match[1])}(?![\w”\"])", new, script), f"{match[1]} -> {new}"


def reformat(rng, script):
    lines = [re.sub(r"^ +", lambda m: m[0] * 2, line) for line in script.split("\n")]
    at = [i for i, line in enumerate(lines) if re.match(r"(待遇|定义|状态|参数|累计) ", line)]
    lines.insert(rng.choice(at), "# 说明")
    return "\n".join(lines), "layout"


def swap_and(rng, script):
    found = [m for m in places(script, r"(?m)(?<=条件 )(非 )?(\w+) 且 (非 )?(\w+)(?=  |\n)")]
    match = rng.choice(found)
    new = f"{match[3] or ''}{match[4]} 且 {match[1] or ''}{match[2]}"
    return put(script, match, new), f"{match[0]} -> {new}"


def double_negation(rng, script):
    match = rng.choice(places(script, r"(?m)(?<=条件 )(\w+)(?=\s)"))
    if match[1] in ("其余", "非"):
        return None
    return put(script, match, f"非 (非 {match[1]})"), "非 非"


def split_ratio(rng, script):
    match = rng.choice(places(script, r"(?<=比例 )(\d+)%(?=\s)|(?<=× )(\d+)%"))
    value = int(match[1] or match[2])
    if value < 2 or script[match.end():match.end() + 2].strip().startswith(("×", "÷")):
        return None
    return put(script, match, f"({value - 1}% + 1%)"), f"{value}% in two"


def move_sum(rng, script):
    match = rng.choice(places(script, r"(?<=结算 总费用 = )(\w+) \+ (\w+)(?=\s)"))
    return put(script, match, f"{match[2]} + {match[1]}"), "a + b -> b + a"


def swap_definitions(rng, script):
    found = list(re.finditer(r"(?m)^定义 .*\n(?:  +.*\n)*", script))
    pairs = [(a, b) for a, b in zip(found, found[1:]) if a.end() == b.start()]
    a, b = rng.choice(pairs)
    return script[:a.start()] + b[0] + a[0] + script[b.end():], "definitions in another order"


def rename_payer(rng, script):
    match = rng.choice(list(re.finditer(r"(?m)^待遇 (\w+)", script)))
    if script.count("业务 ") > 1 and len(re.findall(rf"(?m)^(?:待遇|先付) {match[1]}\b", script)) > 1:
        return None
    return re.sub(rf"(?<![\w“\"]){re.escape(match[1])}(?![\w”\"·])", match[1] + "资金", script), f"payer {match[1]} renamed"


def closed_tiers(rng, script):
    """The bound of a tier belongs to the tier below: what is paid is the same."""
    match = rng.choice([m for m in re.finditer(r"分段 \{[^}]*\}", script) if outside_text(script)[m.start()]])
    new = re.sub(r"\[(?=\d+(?:\.\d+)?[万元])", "(", re.sub(r"(?<=元)\)", "]", match[0]))
    return put(script, match, new), "tiers closed above"


def other_keyword(rng, script):
    """A keyword in the other spelling."""
    word, other = rng.choice([(" 不低于 ", " ≥ "), (" 不超过 ", " ≤ "), (" ≥ ", " 不低于 "), (" ≤ ", " 不超过 ")])
    match = rng.choice(places(script, word))
    return put(script, match, other), f"{word.strip()} -> {other.strip()}"


def add_nothing(rng, script):
    match = rng.choice(places(script, r"(?m)(?<=^  基数 )(\w+)(?= - |\s{2,}依据|\n)"))
    return put(script, match, f"({match[1]} + 0元)"), f"{match[1]} + 0元"


def in_two_steps(rng, script):
    """A condition becomes a definition of its own."""
    match = rng.choice(places(script, r"(?m)(?<=^  条件 )(?!其余)([^\n]*?)(?=\s{2,}依据|\n)"))
    if "余额" in match[1]:
        return None
    start = script.rfind("\n待遇 ", 0, match.start()) + 1
    return script[:start] + f"定义 此时支付 = {match[1]}\n\n" + script[start:match.start()] + "此时支付" + script[match.end():], f"definition of {match[1][:20]}"


def split_minus(rng, script):
    match = rng.choice(places(script, r"(?<=基数 )(\w+) - (\w+) - (\w+)(?=\s)"))
    return put(script, match, f"{match[1]} - ({match[2]} + {match[3]})"), "a - b - c -> a - (b + c)"


HARMLESS = [rename, reformat, swap_and, double_negation, split_ratio, move_sum, swap_definitions, split_minus, rename_payer,
            closed_tiers, other_keyword, add_nothing, in_two_steps]


def make(rules, script, count, seed):
    """`count` different mutants with what was done, the rules in turn, in a fixed order."""
    rng = random.Random(seed)
    made, seen = [], {script}
    for i in range(count * 60):
        if len(made) == count:
            break
        rule = rules[i % len(rules)]
        try:
            mutant = rule(rng, script)
        except (IndexError, AttributeError):  # nothing to change in this script
            continue
        if mutant and mutant[0] not in seen:
            seen.add(mutant[0])
            made.append((rule.__name__, *mutant))
    return made
