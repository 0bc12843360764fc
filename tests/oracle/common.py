"""What the oracles of all documents share: reading a record strictly, exact amounts, the shape of results.

Amounts are integers of fen, ratios integers of millionths; nothing here or in the oracles is ever a float.
A record is read in the order of language reference "from record to result": 业务类型, the inputs, the
accumulators, the parameters, what is required under a condition, unknown keys; then the document's
contradictions, its period and its bounds.  The first finding is raised as Reject.
"""

import json
import re
import unicodedata

YUAN = 100                      # fen
RATIO = 1_000_000               # a ratio of 1
MAX_AMOUNT = 10**13 * YUAN      # the largest amount of a record or a result
MAX_INTEGER = 10**9
LAST_DATE = "2199-12-31"
MAX_TIERS = 32
MAX_TEXT = 4096                 # bytes

ABSENT = object()               # the key is not there
DUPLICATE = object()            # the key is there twice
REQUIRED = object()             # as a default: there is none


class Reject(Exception):
    """A claim that cannot be settled: a code and the path of the field."""

    def __init__(self, code, field):
        super().__init__(code, field)
        self.code = code
        self.field = field

    def record(self):
        return {"错误": self.code, "字段": self.field}


class BadValue(Exception):
    """A value of the wrong type, form or range; `tail` leads from the field to the place inside it."""

    def __init__(self, tail="", code="取值错误"):
        super().__init__(tail, code)
        self.tail = tail
        self.code = code


# --- JSON, with the text of numbers ---------------------------------------------------------------------------

class Number:
    """A JSON number as it was written."""

    __slots__ = ("text",)

    def __init__(self, text):
        self.text = text

    def __eq__(self, other):
        return isinstance(other, Number) and self.text == other.text

    def __hash__(self):
        return hash(self.text)

    def __repr__(self):
        return f"Number({self.text})"


def _no_constant(text):
    raise ValueError(f"not JSON: {text}")


def _object(pairs):
    members = dict(pairs)
    if len(members) < len(pairs):
        seen = set()
        for key, _ in pairs:
            if key in seen:
                members[key] = DUPLICATE
            seen.add(key)
    return members


def load_json(text):
    """JSON text as Python values, its numbers as Number; ValueError if it is not JSON."""
    return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=_no_constant, object_pairs_hook=_object)


# --- values of a record -------------------------------------------------------------------------------------

_MONEY = re.compile(r"(0|[1-9][0-9]*)(?:\.([0-9]{1,2}))?").fullmatch
_RATIO = re.compile(r"(0|[1-9][0-9]*)(?:\.([0-9]{1,6}))?").fullmatch
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)").fullmatch
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})").fullmatch


def _decimal_text(value):
    if isinstance(value, Number):
        return value.text
    if isinstance(value, str):
        return value
    raise BadValue()


def money(value):
    """An amount in fen."""
    found = _MONEY(_decimal_text(value))
    if not found:
        raise BadValue()
    fen = int(found[1]) * YUAN + int((found[2] or "0").ljust(2, "0"))
    if fen > MAX_AMOUNT:
        raise BadValue()
    return fen


def ratio(value):
    """A ratio in millionths, 0 to 1."""
    found = _RATIO(_decimal_text(value))
    if not found:
        raise BadValue()
    parts = int(found[1]) * RATIO + int((found[2] or "0").ljust(6, "0"))
    if parts > RATIO:
        raise BadValue()
    return parts


def integer(value):
    if not isinstance(value, Number) or not _INTEGER(value.text):
        raise BadValue()
    number = int(value.text)
    if abs(number) >= MAX_INTEGER:
        raise BadValue()
    return number


def boolean(value):
    if value is True or value is False:
        return value
    raise BadValue()


def leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_days(year, month):
    if month == 2:
        return 29 if leap(year) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def date(value):
    """A date as its text, which compares as dates do."""
    if not isinstance(value, str):
        raise BadValue()
    found = _DATE(value)
    if not found:
        raise BadValue()
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    if not (1900 <= year <= 2199 and 1 <= month <= 12 and 1 <= day <= month_days(year, month)):
        raise BadValue()
    return value


def plain(text):
    """Text as it is compared: composed, without blanks at the ends."""
    if text.isascii():
        return text.strip(" \t\r\n")
    return unicodedata.normalize("NFKC", text).strip(" \t\r\n")


def text(value):
    if not isinstance(value, str) or len(value.encode("utf-8", "surrogatepass")) > MAX_TEXT:
        raise BadValue()
    return plain(value)


def one_of(*labels):
    """A reader of a field that takes one of these labels."""
    known = {plain(label): label for label in labels}

    def read(value):
        if not isinstance(value, str):
            raise BadValue()
        label = known.get(value)
        if label is None:
            label = known.get(plain(value))
        if label is None:
            raise BadValue()
        return label

    read.labels = labels
    return read


def tiers(value):
    """A schedule: a list of (upper bound in fen or None, ratio in millionths), ascending, the last without bound."""
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_TIERS:
        raise BadValue()
    schedule = []
    below = 0
    for index, row in enumerate(value):
        at = f"[{index}]"
        last = index == len(value) - 1
        if not isinstance(row, dict):
            raise BadValue(at)
        bound = _member(row, "上限", at, lambda v: None if v is None else money(v))
        if (bound is None) != last or (bound is not None and bound <= below):
            raise BadValue(at + ".上限")
        share = _member(row, "比例", at, ratio)
        for key in row:
            if key not in ("上限", "比例"):
                raise BadValue(f"{at}.{key}", "未知字段")
        schedule.append((bound, share))
        below = bound
    return schedule


def _member(row, key, at, read):
    if key not in row:
        raise BadValue(f"{at}.{key}", "缺少字段")
    try:
        return read(row[key])
    except BadValue:
        raise BadValue(f"{at}.{key}") from None


# --- fields and matters ----------------------------------------------------------------------------------------

class Field:
    """An input or a parameter: its name, how it is read, what it is when absent, when it is required."""

    def __init__(self, name, read, default=REQUIRED, null=False, required_when=None):
        self.name = name
        self.read = read
        self.default = default
        self.null = null
        self.required_when = required_when
        if required_when is not None and default is REQUIRED:
            self.default = None


class Accumulator:
    """A named total: its name and the period after which it starts anew."""

    def __init__(self, name, period):
        self.name = name
        self.period = period

    def key(self, day):
        """The period that the day lies in."""
        return {"每年": day[:4], "每月": day[:7], "不清零": ""}[self.period]


class Matter:
    """A kind of settlement: its fields, its checks, and the function that settles.

    contradictions, period and bounds take the values read and raise Reject; settle takes them and returns
    the result without its first two members.
    """

    def __init__(self, name, day, fields, settle, accumulators=(), parameters=(), contradictions=None, period=None, bounds=None):
        self.name = name
        self.day = day
        self.fields = fields
        self.settle = settle
        self.accumulators = accumulators
        self.parameters = parameters
        self.checks = [check for check in (contradictions, period, bounds) if check]
        self.known = {field.name for field in fields} | {accumulator.name for accumulator in accumulators}
        self.known |= {"编号", "参保人", "家庭", "业务类型"}
        if parameters:
            self.known.add("参数")


class Ledger:
    """What the accumulators of the persons stand at."""

    def __init__(self):
        self.values = {}

    def before(self, matter, person, accumulator, day):
        return self.values.get((matter.name, person, accumulator.name, accumulator.key(day)), 0)

    def store(self, matter, person, after, day):
        for accumulator in matter.accumulators:
            self.values[matter.name, person, accumulator.name, accumulator.key(day)] = after[accumulator.name]


def read_field(values, source, field, prefix=""):
    value = source.get(field.name, ABSENT)
    if value is ABSENT:
        if field.default is REQUIRED:
            raise Reject("缺少字段", prefix + field.name)
        values[field.name] = field.default
        return
    if value is None and field.null:
        values[field.name] = field.default
        return
    try:
        values[field.name] = field.read(value)
    except BadValue as bad:
        raise Reject(bad.code, prefix + field.name + bad.tail) from None


def read_parameters(values, record, matter):
    if not matter.parameters:
        return {}
    given = record.get("参数", ABSENT)
    if given is ABSENT:
        if any(field.default is REQUIRED for field in matter.parameters):
            raise Reject("缺少字段", "参数")
        given = {}
    if not isinstance(given, dict):
        raise Reject("取值错误", "参数")
    for field in matter.parameters:
        read_field(values, given, field, "参数.")
    return given


def read_record(record, matter, ledger):
    """The values of a record by name, and the person whose ledger counts, or None."""
    values = {}
    for field in matter.fields:
        read_field(values, record, field)
    person = record.get("参保人") if ledger is not None else None
    for accumulator in matter.accumulators:
        stood = 0
        if person is not None:
            stood = ledger.before(matter, person, accumulator, values[matter.day])
        read_field(values, record, Field(accumulator.name, money, stood))
    given = read_parameters(values, record, matter)
    for prefix, fields in (("", matter.fields), ("参数.", matter.parameters)):
        for field in fields:
            if field.required_when and values[field.name] is None and field.required_when(values):
                raise Reject("缺少字段", prefix + field.name)
    for key in record:
        if key not in matter.known:
            raise Reject("未知字段", key)
    names = {field.name for field in matter.parameters}
    for key in given:
        if key not in names:
            raise Reject("未知字段", "参数." + key)
    return values, person


class Document:
    """One document: its identifier and its matters."""

    def __init__(self, identifier, matters):
        self.identifier = identifier
        self.matters = {matter.name: matter for matter in matters}

    def _matter(self, record):
        if not isinstance(record, dict):
            raise Reject("取值错误", "")
        name = record.get("业务类型", ABSENT)
        if name is ABSENT:
            raise Reject("缺少字段", "业务类型")
        matter = self.matters.get(plain(name)) if isinstance(name, str) else None
        if matter is None:
            raise Reject("取值错误", "业务类型")
        return matter

    def settle(self, record, ledger=None):
        """The result of a record, or its error; with a ledger the accumulators of 参保人 are kept in it."""
        try:
            matter = self._matter(record)
            values, person = read_record(record, matter, ledger)
            for check in matter.checks:
                check(values)
            result = matter.settle(values)
        except Reject as reject:
            return reject.record()
        if person is not None:
            ledger.store(matter, person, result["累计"], values[matter.day])
        result["累计"] = {name: yuan(fen) for name, fen in result["累计"].items()}
        return {"文件": self.identifier, "业务类型": matter.name, **result}

    def settle_line(self, line, ledger=None):
        """As settle, for a line of JSON."""
        try:
            record = load_json(line)
        except (ValueError, RecursionError):
            record = None
        return self.settle(record, ledger)


# --- arithmetic --------------------------------------------------------------------------------------------

def half_up(numerator, denominator):
    """The whole number nearest to a fraction that is not negative, upwards from the middle."""
    return (2 * numerator + denominator) // (2 * denominator)


def share(fen, millionths):
    """A ratio of an amount, rounded half up to the fen."""
    return half_up(fen * millionths, RATIO)


def above_zero(fen):
    return max(0, fen)


def annual_limit(fen, limit, stood):
    """What of an amount a limit leaves on a total that stood so far, and whether it cut; no limit is None."""
    if limit is None:
        return fen, False
    left = min(fen, above_zero(limit - stood))
    return left, left < fen


def first_deadline(day, month_day):
    """The first such day of a year on or after a date."""
    year = int(day[:4]) + (day[5:] > month_day)
    return f"{year:04d}-{month_day}"


def tier_sum(schedule, low, high, scale):
    """Ratio times length of every slice between low and high, which count 1/scale of a fen; in millionths of that."""
    total = 0
    below = 0
    for bound, parts in schedule:
        upper = high if bound is None else min(high, bound * scale)
        lower = max(low, below)
        if upper > lower:
            total += parts * (upper - lower)
        if bound is None or bound * scale >= high:
            break
        below = bound * scale
    return total


def tier_payment(schedule, stood, burden, deductible, scale):
    """T(stood + burden) - T(stood) over a deductible of deductible/scale fen, rounded half up to the fen."""
    low = max(stood * scale, deductible)
    high = max((stood + burden) * scale, deductible)
    return half_up(tier_sum(schedule, low, high, scale), scale * RATIO)


# --- results -----------------------------------------------------------------------------------------------

def yuan(fen):
    """Fen as decimal yuan with two places."""
    return f"{fen // YUAN}.{fen % YUAN:02d}"


def bill(*parts):
    """总费用: the sum of the costs, within the range of amounts."""
    total = sum(parts)
    if total > MAX_AMOUNT:
        raise Reject("计算越界", "总费用")
    return total


def result(total, payers, statuses, accumulators=None, outputs=None, hospital=0, advances=()):
    """The members of a result; payers are (name, fen) in order, accumulators {name: fen} after the claim."""
    accumulators = accumulators or {}
    for name, fen in accumulators.items():
        if fen > MAX_AMOUNT:
            raise Reject("计算越界", name)
    person = total - hospital - sum(fen for _, fen in payers)
    assert person >= 0 and hospital >= 0 and all(fen >= 0 for _, fen in payers)
    return {
        "总费用": yuan(total),
        "支付明细": [{"付款方": name, "金额": yuan(fen)} for name, fen in payers],
        "个人负担": yuan(person),
        "医院承担": yuan(hospital),
        "垫付": [{"垫付方": by, "应付方": payer, "金额": yuan(fen)} for by, payer, fen in advances if fen],
        "状态": sorted(set(statuses)),
        "累计": accumulators,
        "附加": outputs or {},
    }


def statuses(*pairs):
    """The names whose condition holds."""
    return [name for name, holds in pairs if holds]


def first_that_holds(*pairs):
    """The first name whose condition holds, or None."""
    for name, holds in pairs:
        if holds:
            return name
    return None
