"""Exact settlement, written down a second time: bills, rounding, tiers, dates and a ledger, over Fractions of yuan.

Nothing here is taken from the program; the rules of each policy are functions in oracle.py.
"""

import unicodedata
from datetime import date, timedelta
from fractions import Fraction as F

FEN = F(1, 100)
YUAN = F(1)


class Reject(Exception):
    """A claim that cannot be settled: a code and the path of the field."""

    def __init__(self, code, field):
        super().__init__(code, field)
        self.code, self.field = code, field


# --- rounding ---------------------------------------------------------------------------------------------------

def floor(value):
    return value.numerator // value.denominator


def to_unit(value, unit, mode="half_up"):
    """The multiple of the unit that the mode chooses; below zero it mirrors."""
    if value < 0:
        return -to_unit(-value, unit, mode)
    count = F(value) / unit
    whole = floor(count)
    rest = count - whole
    if mode == "up":
        whole += rest > 0
    elif mode == "half_up":
        whole += rest >= F(1, 2)
    elif mode == "half_even":
        whole += rest > F(1, 2) or (rest == F(1, 2) and whole % 2 == 1)
    else:
        assert mode == "down"
    return whole * unit


def positive(value):
    return max(F(0), value)


def divide(value, divisor, where):
    """A quotient; where nothing can be divided the claim is an error at this statement."""
    if divisor == 0:
        raise Reject("计算越界", where)
    return F(value) / divisor


# --- text of results ---------------------------------------------------------------------------------------------

def yuan(value):
    fen = to_unit(value, FEN) * 100
    assert fen.denominator == 1
    sign, fen = ("-", -fen.numerator) if fen < 0 else ("", fen.numerator)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def number(value):
    """Decimal text without trailing zeros, half up to six decimals."""
    millionths = to_unit(F(value), F(1, 10**6)) * 10**6
    sign, parts = ("-", -millionths.numerator) if millionths < 0 else ("", millionths.numerator)
    text = f"{sign}{parts // 10**6}.{parts % 10**6:06d}".rstrip("0")
    return text[:-1] if text.endswith(".") else text


# --- tiers ----------------------------------------------------------------------------------------------------------

def tiers(schedule, low, high):
    """Ratio times length of each slice between low and high; the schedule is rows (upper bound or None, ratio) from 0."""
    total, below = F(0), F(0)
    for bound, ratio in schedule:
        upper = high if bound is None else min(high, F(bound))
        total += ratio * positive(upper - max(low, below))
        if bound is None:
            break
        below = F(bound)
    return total


def slice_ratio(schedule, value):
    """The ratio of the slice that holds the value; its lower end belongs to it."""
    below = F(0)
    for bound, ratio in schedule:
        if below <= value and (bound is None or value < bound):
            return ratio
        below = bound
    return F(0)


def adapt(schedule, change):
    return [(bound, change(ratio)) for bound, ratio in schedule]


# --- dates --------------------------------------------------------------------------------------------------------

def month_length(year, month):
    return (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day


def months_after(day, count, roll_over=False):
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    month += 1
    length = month_length(year, month)
    if day.day <= length:
        return date(year, month, day.day)
    return date(year, month, length) + timedelta(days=1) if roll_over else date(year, month, length)


def age(born, day):
    """Full years; born on 29 February, a birthday of common years is 1 March."""
    years = day.year - born.year
    return max(0, years if (day.month, day.day) >= (born.month, born.day) else years - 1)


def deadline(day, month, last):
    return date(day.year + ((day.month, day.day) > (month, last)), month, last)


# --- the bill -------------------------------------------------------------------------------------------------------

class Paid:
    """What a payer did: took of what was left, really paid, rounded before limits, whether a limit or the rest cut it."""

    def __init__(self, took, paid, before_cap, capped, over, left):
        self.took, self.paid, self.before_cap = took, paid, before_cap
        self.capped, self.over, self.left = capped, over, left


class Bill:
    def __init__(self, total):
        self.total = to_unit(F(total), FEN)
        self.left = self.total
        self.rows = []
        self.hospital = F(0)
        self.advances = []

    def pay(self, name, exact, caps=(), unit=FEN, mode="half_up", deemed=False, hospital=False):
        """One payer: exact amount, rounded once, within its limits (None: no limit) and what is left."""
        rounded = to_unit(positive(F(exact)), unit, mode)
        took = rounded
        for cap in caps:
            if cap is not None:
                took = min(took, to_unit(positive(F(cap)), FEN, "down"))
        capped = took < rounded
        over = took > self.left
        left = self.left
        took = min(took, left)
        self.left -= took
        paid = F(0) if deemed else took
        if hospital:
            self.hospital += took
        else:
            self.rows.append((name, paid))
        return Paid(took, paid, rounded, capped, over, left)

    @property
    def person(self):
        return self.total - self.hospital - sum(paid for _, paid in self.rows)


class Result:
    """What a policy's function returns; amounts and numbers as Fractions, dates as dates."""

    def __init__(self, bill, statuses=(), after=None, outputs=None):
        self.bill = bill
        self.statuses = [name for name, holds in statuses if holds]
        self.after = after or {}
        self.outputs = outputs or {}


def none_paid(left=F(0)):
    return Paid(F(0), F(0), F(0), False, False, left)


# --- accumulators -------------------------------------------------------------------------------------------------

def yearly(day):
    return day.year


def yearly_from(month, first):
    return lambda day: day.year - ((day.month, day.day) < (month, first))


def quarterly(day):
    return day.year, (day.month - 1) // 3


def monthly(day):
    return day.year, day.month


def lifelong(_day):
    return ()


class Accumulator:
    """A named total: whole numbers or amounts, by person or household and further inputs, over a period or rolling months."""

    def __init__(self, name, period=yearly, rolling=None, integer=False, household=False, keys=(), shared=False):
        self.name, self.period, self.rolling, self.integer = name, period, rolling, integer
        self.envelope = "家庭" if household else "参保人"
        self.keys, self.shared = keys, shared


class Ledger:
    """What stands for each key and period; of rolling totals what each claim added at its date."""

    def __init__(self):
        self.totals = {}
        self.added = {}

    @staticmethod
    def key(matter, accumulator, record, values):
        holder = record.get(accumulator.envelope)
        if holder is None:
            return None
        scope = None if accumulator.shared else matter
        return (scope, accumulator.name, holder, *(values[name] for name in accumulator.keys))

    def before(self, key, accumulator, day):
        if key is None:
            return F(0)
        if accumulator.rolling:
            first = months_after(day, -accumulator.rolling)
            return sum((amount for at, amount in self.added.get(key, ()) if first < at <= day), F(0))
        return self.totals.get((*key, accumulator.period(day)), F(0))

    def store(self, key, accumulator, day, before, after):
        if key is None:
            return
        if accumulator.rolling:
            self.added.setdefault(key, []).append((day, after - before))
        else:
            self.totals[(*key, accumulator.period(day))] = after


# --- records ---------------------------------------------------------------------------------------------------------

def plain(text):
    return unicodedata.normalize("NFKC", text).strip()


READERS = {
    "金额": F,
    "比例": F,
    "整数": int,
    "是否": bool,
    "日期": date.fromisoformat,
    "文字": plain,
    "标签": plain,
    "多选": lambda labels: frozenset(plain(label) for label in labels),
}

NEEDED = object()


class Matter:
    """A kind of settlement: its fields {name: (type, default)}, the governing date, accumulators, checks, and the rule."""

    def __init__(self, name, day, fields, settle, accumulators=(), check=None, since=None, until=None, parameters=None, bounds=None):
        self.name, self.day, self.fields, self.settle = name, day, fields, settle
        self.accumulators, self.check, self.since, self.until = accumulators, check, since, until
        self.parameters, self.bounds = parameters or {}, bounds


class Policy:
    def __init__(self, identifier, *matters):
        self.identifier = identifier
        self.matters = {matter.name: matter for matter in matters}

    def settle(self, record, ledger):
        """The result of a record as JSON values, or {错误, 字段}; claims that settle change the ledger."""
        matter = self.matters[record["业务类型"]]
        try:
            return self._settle(matter, record, ledger)
        except Reject as reject:
            return {"错误": reject.code, "字段": reject.field}

    def _settle(self, matter, record, ledger):
        values = read(matter.fields, record)
        day = values[matter.day]
        accounts = []
        for accumulator in matter.accumulators:
            key = ledger.key(matter.name, accumulator, record, values)
            before = F(record[accumulator.name]) if accumulator.name in record else ledger.before(key, accumulator, day)
            values[accumulator.name] = before
            accounts.append((accumulator, key, before))
        values.update(read(matter.parameters, record.get("参数", {})))
        if matter.check:
            matter.check(values)
        if (matter.since and day < matter.since) or (matter.until and day > matter.until):
            raise Reject("不在执行期", matter.day)
        if matter.bounds:
            matter.bounds(values)
        result = matter.settle(values)
        after = {**{accumulator.name: before for accumulator, _, before in accounts}, **result.after}
        for accumulator, key, before in accounts:
            ledger.store(key, accumulator, day, before, after[accumulator.name])
        bill = result.bill
        assert bill.person >= 0 and all(paid >= 0 for _, paid in bill.rows)
        return {
            "文件": self.identifier,
            "业务类型": matter.name,
            "总费用": yuan(bill.total),
            "支付明细": [{"付款方": name, "金额": yuan(paid)} for name, paid in bill.rows],
            "个人负担": yuan(bill.person),
            "医院承担": yuan(bill.hospital),
            "垫付": [{"垫付方": by, "应付方": payer, "金额": yuan(paid)} for by, payer, paid in bill.advances if paid],
            "状态": sorted(set(result.statuses)),
            "累计": {a.name: int(after[a.name]) if a.integer else yuan(after[a.name]) for a in matter.accumulators},
            "附加": {name: output(value) for name, value in result.outputs.items()},
        }


class Number:
    """An output that is a number, not an amount."""

    def __init__(self, value):
        self.value = value


def output(value):
    if isinstance(value, Number):
        return number(value.value)
    if isinstance(value, F):
        return yuan(value)
    if isinstance(value, date):
        return value.isoformat()
    assert value is None or isinstance(value, (str, bool)), value
    return value


def read(fields, source):
    values = {}
    for name, (kind, default) in fields.items():
        given = source.get(name)
        if given is None:
            assert default is not NEEDED, name
            values[name] = default
        else:
            values[name] = READERS[kind](given)
    return values


def contradiction(condition, field):
    if not condition:
        raise Reject("输入矛盾", field)

