"""How days, times and amounts are written for people, in Chinese and in English."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import pgettext

from core.language.calendar_names import (
    clock,
    day,
    full_day,
    in_chinese,
    moment,
    month,
    near,
    period,
    short_day,
    short_month,
    span,
    weekday,
)
from core.language.text import is_hanzi
from core.money import Money, symbol

NUMERALS = "零壹贰叁肆伍陆柒捌玖"
UNITS = ["", "拾", "佰", "仟"]
GROUPS = ["", "万", "亿", "万亿"]


def name_of(thing: Any) -> str:
    """The name of what has one in each language, in the reader's."""
    return thing.name_zh if in_chinese() else thing.name


def money(value: Money) -> str:
    """`¥186.40`, minus as `-¥12.00`; a foreign currency by its code."""
    return value.display()


def amount(value: Money) -> str:
    """`1,313.60`: grouped, with exactly the decimals of its currency."""
    return value.grouped


def listed(words: Iterable[Any]) -> str:
    """Several things in one breath: `a, b`, in Chinese `a、b`."""
    return pgettext("between the parts of a list", ", ").join(str(word) for word in words)


def is_chinese(name: str) -> bool:
    """Whether a name is written in Chinese characters."""
    return any(is_hanzi(character) for character in name)


def capitals(value: Money) -> str:
    """An amount of yuan in capitals, as slips and vouchers carry it: 186.40 is 壹佰捌拾陆元肆角整.

    整 stands after 元 or 角, none after 分; any run of zeros inside is one 零 (1,005.07 is 壹仟零伍元零柒分).
    The rule is that of the central bank's "Basic rules for filling in bills and settlement vouchers". It knows yuan
    only: an amount of any other currency has no capitals, and the text is empty.
    """
    if value.currency != "CNY":
        return ""
    yuan, cents = divmod(abs(value.minor), 100)
    jiao, fen = divmod(cents, 10)
    words = f"{_whole(yuan)}元" if yuan else ""
    if cents and yuan and (jiao == 0 or yuan % 10 == 0):
        words += "零"
    words += f"{NUMERALS[jiao]}角" if jiao else ""
    words += f"{NUMERALS[fen]}分" if fen else "整"
    if not yuan and not cents:
        words = "零元整"
    return ("负" if value.minor < 0 else "") + words


def _whole(number: int) -> str:
    words, gap = "", False
    for place in range(len(GROUPS) - 1, -1, -1):
        group = number // 10_000**place % 10_000
        if not group:
            gap = bool(words)
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += _group(group) + GROUPS[place]
        # A group that ends in zero leaves its zero to the next group, which says it once.
        gap = group % 10 == 0
    return words


def _group(number: int) -> str:
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + NUMERALS[digit] + UNITS[place]
            gap = False
        else:
            gap = True
    return words
