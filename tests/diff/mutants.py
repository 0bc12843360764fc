"""Changed copies of the documents' scripts, made from a seed: those that change what is settled, and those
that do not. Each is made by one rule, so that what it does is known without running anything."""

import random
import re

# Rules that change what is paid, noted or allowed. Pattern, replacement of the match.
AMOUNT = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)(万?)元")
RATIO = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)%")


def outside_text(script):
    """Ranges of the script that are neither comments, quoted texts, citations, clauses nor examples."""
    plain = bytearray(b"\1" * len(script))
    for pattern in (r'#.*', r'"[^"\n]*"', r'(?ms)^案例 .*?(?=^(?:条款|类别|集合|参数|业务|输入|要求|定义|累计|结算|先付|待遇|顺序|垫付|状态|附加|替换|案例|#)|\Z)',
                    r'(?m)^条款 .*$', r'(?s)^.*?(?=^类别|^集合|^业务)'):
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


def change_amount(rng, script):
    found = [m for m in places(script, AMOUNT) if float(m[1]) > 0]
    match = rng.choice(found)
    new = f"{float(match[1]) + 1:g}{match[2]}元"
    return put(script, match, new), f"{match[0]} -> {new}"


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


def change_rounding(rng, script):
    found = places(script, r"(?m)^(  (?:比例|分段) )")
    match = rng.choice(found)
    cap = re.compile(r"(?m)^  封顶 ")
    following = cap.search(script, match.end())
    block_end = re.compile(r"(?m)^\S|^$").search(script, match.end()).start()
    at = following.start() if following and following.start() < block_end else block_end
    mode = rng.choice(["舍去", "进位"])
    return script[:at].rstrip("\n") + f"\n  取整 {mode} 1元\n" + script[at:], f"取整 {mode} 1元"


def change_label(rng, script):
    match = rng.choice(places(script, r"(人员类别|就医类型) = (\S+?)(?=[ \n;,)])"))
    labels = {"人员类别": "其他", "就医类型": "住院"}
    if match[2] == labels[match[1]]:
        return None
    return put(script, match, f"{match[1]} = {labels[match[1]]}"), f"{match[0]} -> {labels[match[1]]}"


def change_deductible(rng, script):
    match = rng.choice(places(script, r"(?m)^  基数 ([^\n]+?)(?=\s{2,}依据|\n| 累计于)"))
    return put(script, match, f"  基数 ({match[1]}) × 99%"), "base × 99%"


def change_payers(rng, script):
    found = list(re.finditer(r"(?m)^待遇 (\S+).*\n(?:(?:  |\n).*\n?)*", script))
    pairs = [(a, b) for a, b in zip(found, found[1:]) if a.end() == b.start() and a[1] not in b[0]]
    a, b = rng.choice(pairs)
    return script[:a.start()] + b[0].rstrip() + "\n\n" + a[0].rstrip() + "\n\n" + script[b.end():], f"{b[1]} before {a[1]}"


BEHAVIOURAL = [change_ratio, change_ratio, change_amount, change_amount, change_inclusive, drop_condition, negate,
               change_rounding, change_label, change_deductible, change_payers]


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
    if match[1] == "其余":
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


def split_minus(rng, script):
    match = rng.choice(places(script, r"(?<=基数 )(\w+) - (\w+) - (\w+)(?=\s)"))
    return put(script, match, f"{match[1]} - ({match[2]} + {match[3]})"), "a - b - c -> a - (b + c)"


HARMLESS = [rename, reformat, swap_and, double_negation, split_ratio, move_sum, swap_definitions, split_minus]


def make(rules, script, count, seed):
    """`count` different mutants with what was done, in a fixed order."""
    rng = random.Random(seed)
    made, seen = [], {script}
    for _ in range(count * 60):
        if len(made) == count:
            break
        rule = rng.choice(rules)
        try:
            mutant = rule(rng, script)
        except IndexError:  # nothing to change in this script
            continue
        if mutant and mutant[0] not in seen:
            seen.add(mutant[0])
            made.append((rule.__name__, *mutant))
    return made
