"""Random claims: what the generators of all documents share.

A claim is a dict from field name to a cell, a tuple whose first member says how the second is written:
("m", fen), ("r", millionths), ("d", text of a date), ("b", truth), ("i", integer), ("s", text or label),
("t", tiers), ("p", dict of the parameters), ("null",), and for defects ("raw", JSON text, CSV text or None).
"""

import json
import random

from common import MAX_AMOUNT, RATIO, YUAN, boolean, date, integer, leap, money, month_days, ratio, text, tiers

HUGE = MAX_AMOUNT


class Draw(random.Random):
    """A source of random cells, biased to the boundaries."""

    def chance(self, probability):
        return self.random() < probability

    def pick(self, options):
        return options[int(self.random() * len(options))]

    def below(self, limit):
        """A whole number from 0 to limit - 1."""
        return int(self.random() * limit) if limit < 1 << 50 else self.randrange(limit)

    def fen_near(self, point):
        """An amount exactly at a point, or a few fen beside it."""
        return max(0, point + self.pick((-2, -1, -1, 0, 0, 0, 1, 1, 2)))

    def fen(self, points=(), top=3 * 10**7):
        """An amount: zero, small, ordinary, large, huge, or near one of the points."""
        kind = self.random()
        if points and kind < 0.35:
            return self.fen_near(self.pick(points))
        if kind < 0.42:
            return 0
        if kind < 0.50:
            return 1 + self.below(1000)
        if kind < 0.58:
            return self.below(100000) * YUAN
        if kind < 0.95:
            return self.below(10 ** (3 + self.below(len(str(top)) - 3)))
        if kind < 0.98:
            return self.below(10**12)
        if kind < 0.995:
            return self.below(HUGE)
        return HUGE - self.below(3)

    def part_of(self, whole):
        """An amount from 0 to whole, often at an end."""
        kind = self.random()
        if kind < 0.15:
            return 0
        if kind < 0.30:
            return whole
        if kind < 0.36:
            return max(0, whole - 1 - self.below(2))
        if kind < 0.60:
            return whole * (50 + self.below(50)) // 100
        return self.below(whole + 1)

    def split(self, whole, count):
        """Amounts whose sum is at most whole."""
        parts = []
        left = whole
        for _ in range(count):
            part = self.part_of(left) if self.chance(0.6) else 0
            parts.append(part)
            left -= part
        return parts

    def day(self, points, first, last):
        """A date near one of the points, inside the period, or anywhere."""
        kind = self.random()
        if kind < 0.30:
            return self.pick(points)
        if kind < 0.97:
            year = first + self.below(last - first + 1)
        elif kind < 0.985:
            return self.pick(("1900-01-01", "2199-12-31", "2000-02-29", "2100-02-28"))
        else:
            year = 1900 + self.below(300)
        month = 1 + self.below(12)
        return f"{year:04d}-{month:02d}-{1 + self.below(month_days(year, month)):02d}"

    def maybe(self, claim, name, cell, default, null=False):
        """Writes a field that may be left out when its cell is the default."""
        if cell == default:
            kind = self.random()
            if kind < 0.6:
                return
            if null and kind < 0.8:
                claim[name] = ("null",)
                return
            if cell is None:
                return
        claim[name] = cell


def schedule(draw, floor):
    """Tiers with ratios of at least floor."""
    bounds = sorted({YUAN * draw.pick((10000, 20000, 30000, 50000, 60000, 100000, 200000, 300000)) for _ in range(draw.below(4))})
    if bounds and draw.chance(0.1):
        bounds[0] = 1 + draw.below(10**6)
    bounds = sorted(set(bounds))
    return [(bound, some_ratio(draw, floor)) for bound in bounds + [None]]


def some_ratio(draw, floor=0):
    """A ratio of at least floor: at it, at 1, in whole per cents, or with six decimals."""
    kind = draw.random()
    if kind < 0.25:
        return floor
    if kind < 0.35:
        return RATIO
    if kind < 0.85:
        return min(RATIO, floor + draw.below((RATIO - floor) // 10000 + 1) * 10000)
    return floor + draw.below(RATIO - floor + 1)


def stood_before(draw, edges, step):
    """A total that stood before a claim that adds `step`: at, before or after the edges, or such that the claim crosses one."""
    kind = draw.random()
    if kind < 0.2:
        return 0
    edge = draw.pick(edges)
    if kind < 0.45:
        return draw.fen_near(edge)
    if kind < 0.7:
        return max(0, draw.fen_near(edge - step)) if edge > step else 0
    if kind < 0.85:
        return max(0, edge - draw.below(step + 1))
    return draw.fen((edge,))


def shift_day(day, days):
    """The date so many days later; the text of the last or first possible date at the ends."""
    year, month, number = int(day[:4]), int(day[5:7]), int(day[8:]) + days
    while number < 1:
        month -= 1
        if month < 1:
            year, month = year - 1, 12
        number += month_days(year, month)
    while number > month_days(year, month):
        number -= month_days(year, month)
        month += 1
        if month > 12:
            year, month = year + 1, 1
    return min(max(f"{year:04d}-{month:02d}-{number:02d}", "1900-01-01"), "2199-12-31")


# --- writing -----------------------------------------------------------------------------------------------

def decimal(draw, whole, fraction, width):
    """A decimal text of whole and fraction (of `width` digits) with some of its trailing zeros."""
    digits = f"{fraction:0{width}d}"
    while digits and digits[-1] == "0" and draw.chance(0.5):
        digits = digits[:-1]
    return f"{whole}.{digits}" if digits else str(whole)


def amount_text(draw, fen):
    return decimal(draw, fen // YUAN, fen % YUAN, 2)


def ratio_text(draw, millionths):
    return decimal(draw, millionths // RATIO, millionths % RATIO, 6)


def json_text(draw, value):
    return json.dumps(value, ensure_ascii=draw.chance(0.05))


def json_cell(draw, cell):
    kind = cell[0]
    if kind == "m" or kind == "r":
        written = amount_text(draw, cell[1]) if kind == "m" else ratio_text(draw, cell[1])
        return written if draw.chance(0.3) else f'"{written}"'
    if kind == "d":
        return f'"{cell[1]}"'
    if kind == "b":
        return "true" if cell[1] else "false"
    if kind == "i":
        return str(cell[1])
    if kind == "s":
        return json_text(draw, cell[1])
    if kind == "null":
        return "null"
    if kind == "raw":
        return cell[1]
    if kind == "t":
        rows = []
        for bound, share in cell[1]:
            upper = "null" if bound is None else json_cell(draw, ("m", bound))
            pair = [f'"上限": {upper}', f'"比例": {json_cell(draw, ("r", share))}']
            if draw.chance(0.2):
                pair.reverse()
            rows.append("{" + ", ".join(pair) + "}")
        return "[" + ", ".join(rows) + "]"
    return json_object(draw, cell[1])


def json_object(draw, cells):
    members = [f"{json_text(draw, name)}: {json_cell(draw, cell)}" for name, cell in cells.items()]
    if draw.chance(0.2):
        draw.shuffle(members)
    return "{" + ", ".join(members) + "}"


def json_line(draw, claim):
    if "" in claim:                 # a line that is no object at all
        return claim[""][1]
    line = json_object(draw, claim)
    repeated = claim.get("#twice")
    if repeated:
        line = line.replace('"#twice": ' + repeated[1], f'"{repeated[2]}": {repeated[1]}')
    return line


def csv_cell(draw, cell):
    """The text of a cell, or None if CSV cannot say it."""
    kind = cell[0]
    if kind == "m":
        return amount_text(draw, cell[1])
    if kind == "r":
        return ratio_text(draw, cell[1])
    if kind == "b":
        return draw.pick(("是", "true", "1") if cell[1] else ("否", "false", "0"))
    if kind == "i":
        return str(cell[1])
    if kind == "d" or kind == "s":
        return cell[1]
    if kind == "null":
        return ""
    if kind == "raw":
        return cell[2]
    return None


def csv_row(draw, claim):
    """A claim as {column: text}, or None if CSV cannot say it."""
    row = {}
    for name, cell in claim.items():
        if name == "参数" and cell[0] == "p":
            for inner, value in cell[1].items():
                row["参数." + inner] = csv_cell(draw, value)
        else:
            row[name] = csv_cell(draw, cell)
    if "" in claim or "#twice" in claim or None in row.values():
        return None
    return row


# --- defects -----------------------------------------------------------------------------------------------
# (JSON text, CSV text that is just as wrong, or None)

BAD_MONEY = [("1e3", "1e3"), ('"1e3"', "1e3"), ("1E2", "1E2"), ("0.005", "0.005"), ('"0.005"', "0.005"), ("-1", "-1"),
             ('"-0.01"', "-0.01"), ('"01"', "01"), ('""', None), ('" 1"', None), ('"1,000"', "1,000"), ('"１００"', "１００"),
             ('"100元"', "100元"), ('"1."', "1."), ('".5"', ".5"), ('"+1"', "+1"), ("true", "true"), ("[]", None), ("{}", None),
             ("null", None), ("10000000000000.01", "10000000000000.01"), ('"10000000000001"', "10000000000001"),
             ("100000000000000000000000000", "100000000000000000000000000"), ("1.000", "1.000"), ('"NaN"', "NaN"),
             ('"0x10"', "0x10"), ("-0", "-0"), ("1.5e1", "1.5e1")]
BAD_RATIO = [("1.01", "1.01"), ('"1.000001"', "1.000001"), ("-0.1", "-0.1"), ("0.1234567", "0.1234567"), ('"70％"', None),
             ("7e-1", "7e-1"), ("2", "2"), ("true", "true"), ('""', None), ("[]", None), ('"七成"', "七成"), (".7", None)]
BAD_BOOLEAN = [('"true"', None), ('"是"', None), ("1", None), ("0", None), ("null", None), ('""', None), ('"对"', "对"), ("2", "2"),
               ("[]", None)]
BAD_DATE = [('"2019-02-29"', "2019-02-29"), ('"2019-2-3"', "2019-2-3"), ('"20190203"', "20190203"), ("20190203", "20190203"),
            ('"2019-13-01"', "2019-13-01"), ('"2019-00-10"', "2019-00-10"), ('"2019-04-31"', "2019-04-31"),
            ('"1899-12-31"', "1899-12-31"), ('"2200-01-01"', "2200-01-01"), ('"2019/01/01"', None), ("null", None), ('""', None),
            ('"2019年1月1日"', None), ('"2019-01-01T00:00:00"', "2019-01-01T00:00:00"), ("true", "true"), ('"2019-01-1"', "2019-01-1"),
            ('"２０１９-01-01"', None), ('"2100-02-29"', "2100-02-29")]
BAD_INTEGER = [('"2014"', None), ("2014.0", "2014.0"), ("2014.5", "2014.5"), ("2e3", "2e3"), ("true", "true"),
               ("1000000000", "1000000000"), ("-1000000000", "-1000000000"), ('""', None), ("[]", None), ('"二〇一四"', "二〇一四")]
BAD_TEXT = [("5", None), ("true", None), ("null", None), ("[]", None), ("{}", None), ('"' + "长" * 1400 + '"', "长" * 1400)]
BAD_LABEL = [('"不存在"', "不存在"), ('""', None), ("5", "5"), ("null", None), ("true", "true"), ("[]", None), ('"住 院"', "住 院")]
BAD_TIERS = [("[]", None), ("{}", None), ("null", None), ('"0.7"', None), ("[null]", None), ('[{"上限": null}]', None),
             ('[{"比例": 0.7}]', None), ('[{"上限": null, "比例": 0.9, "起": 0}]', None), ('[{"上限": null, "比例": 1.5}]', None),
             ('[{"上限": "50000", "比例": "0.9"}]', None),
             ('[{"上限": null, "比例": "0.9"}, {"上限": null, "比例": "0.9"}]', None),
             ('[{"上限": "0", "比例": "0.9"}, {"上限": null, "比例": "0.9"}]', None),
             ('[{"上限": "100", "比例": "0.9"}, {"上限": "100.00", "比例": "0.9"}, {"上限": null, "比例": "0.9"}]', None),
             ('[{"上限": "100", "比例": "0.9"}, {"上限": "99.99", "比例": "0.9"}, {"上限": null, "比例": "0.9"}]', None),
             ('[{"上限": "1e3", "比例": "0.9"}, {"上限": null, "比例": "0.9"}]', None),
             ('[{"上限": null, "比例": "0.9", "比例": "0.9"}]', None)]
BAD_LINES = ["[]", '"x"', "17", "null", "{", '{"业务类型": }', "{'业务类型': 1}", "{} {}", "true", '{"业务类型": 01}', "\u2028"]

BAD_VALUES = {money: BAD_MONEY, ratio: BAD_RATIO, boolean: BAD_BOOLEAN, date: BAD_DATE, integer: BAD_INTEGER, text: BAD_TEXT,
              tiers: BAD_TIERS}
UNKNOWN_KEYS = ["备注", "总费用", "状态", "医保支付", "x", "就医 日期", "人员", "参数X"]


def break_value(draw, cells, fields):
    """Spoils the value of one field."""
    field = draw.pick(fields)
    json_form, csv_form = draw.pick(BAD_VALUES.get(field.read, BAD_LABEL))
    if field.null and json_form == "null":
        json_form, csv_form = "[]", None
    cells[field.name] = ("raw", json_form, csv_form)


def break_claim(draw, claim, matter, contradictions):
    """Gives a claim one defect."""
    kind = draw.random()
    if contradictions and kind < 0.35:
        draw.pick(contradictions)(draw, claim)
        return
    parameters = claim.get("参数")
    inner = parameters[1] if parameters and parameters[0] == "p" else None
    if kind < 0.50:
        present = [field for field in matter.fields if field.name in claim]
        claim.pop(draw.pick(present).name)
    elif kind < 0.58:
        claim[draw.pick(UNKNOWN_KEYS)] = draw.pick((("m", 100), ("raw", "null", None), ("raw", '""', None)))
    elif kind < 0.80:
        break_value(draw, claim, matter.fields)
    elif kind < 0.90 and matter.parameters:
        if inner is None or draw.chance(0.1):
            claim["参数"] = ("raw", draw.pick(("null", "[]", '"x"', "1", '{"不认识": 1}')), None)
        elif draw.chance(0.3):
            inner.pop(draw.pick(list(inner)), None) if inner else None
        elif draw.chance(0.2):
            inner["不认识"] = ("m", 100)
        else:
            break_value(draw, inner, matter.parameters)
    elif kind < 0.93:
        name = draw.pick([name for name in claim if name not in ("编号", "参保人")])
        claim["#twice"] = ("raw", json_cell(draw, claim[name]), name)
    elif kind < 0.95:
        claim[""] = ("raw", draw.pick(BAD_LINES), None)
    elif kind < 0.97:
        claim["业务类型"] = ("raw", *draw.pick((("null", None), ('"结算"', "结算"), ("1", "1"), ('""', None))))
    elif kind < 0.98:
        claim.pop("业务类型")
    elif matter.accumulators:
        json_form, csv_form = draw.pick(BAD_MONEY)
        claim[draw.pick(matter.accumulators).name] = ("raw", json_form, csv_form)
    else:
        break_value(draw, claim, matter.fields)
