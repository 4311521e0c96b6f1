"""Passwords that somebody else would try: stolen elsewhere, made of the words of this system, or a number of one's own.

No rule says which kinds of characters a password has. `AUTH_PASSWORD_VALIDATORS` names these beside the shortest
length; docs/security.md tells the words to the one who chooses a password for others.
"""

import hashlib
import re
import string
from bisect import bisect_left
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

BREACHED = Path(__file__).resolve().parents[2] / "data" / "passwords" / "breached.bin"
MARK_BYTES = 5

#: The system, its trades, its roles, and what people write when they want none: in English, pinyin and hanzi.
SYSTEM_WORDS = """
    ecomnet village station county service counter money payment console demo test helper partner clerk manager finance
    officer auditor platform administrator admin password passwort secret login signin welcome letmein changeme qwerty
    abcdef cunzhan fuwuzhan nongcun xiangcun jiaofei chongzhi guitai yanshi ceshi bangshou hehuoren guanliyuan guanli
    caiwu shenji pingtai mima denglu huanying
    村站 服务站 农村 乡村 缴费 充值 柜台 帮手 合伙人 管理员 财务 审计 平台 密码
"""
#: So many letters and digits have to be left when the words above, the person's own names, and digits and signs at the
#: ends are taken away.
LEAST_OWN = 6
#: What people put before and behind a word to make it longer.
AT_THE_ENDS = f"{string.digits}{string.punctuation} "
MOBILE = re.compile(r"(0?86)?1[3-9]\d{9}")
RESIDENT = re.compile(r"[1-9]\d{5}(18|19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dxX]")
DATED = re.compile(r"\d{0,4}(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{0,4}")


class BreachedPassword:
    """Refuses what is known from breaches: it is what a machine tries first."""

    def validate(self, password: str, user: Any = None) -> None:
        if is_breached(password):
            raise ValidationError(
                _("This password is known from a data breach. Choose another one."), code="password_breached"
            )

    def get_help_text(self) -> str:
        return _("Not a password known from a data breach.")


class SystemWordsValidator:
    """Refuses a password of which nothing much is left without our words and the person's own names."""

    def validate(self, password: str, user: Any = None) -> None:
        typed = password.casefold()
        rest = typed
        for word in sorted({*SYSTEM_WORDS.split(), *_own_words(user)}, key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != typed and sum(map(str.isalnum, rest.strip(AT_THE_ENDS))) < LEAST_OWN:
            raise ValidationError(
                _("Names and words from this system are easy to guess. Add words that no one connects with you."),
                code="password_has_system_word",
            )

    def get_help_text(self) -> str:
        return _("Not only your name or words from this system.")


class NumberOfSomebody:
    """Refuses a telephone number, an identity number or a date; other digits are as good as other characters."""

    def validate(self, password: str, user: Any = None) -> None:
        if any(shape.fullmatch(re.sub(r"[\s+-]", "", password)) for shape in (MOBILE, RESIDENT, DATED)):
            raise ValidationError(
                _("Phone numbers, ID numbers and dates are easy to guess. Choose another password."),
                code="password_is_a_number",
            )

    def get_help_text(self) -> str:
        return _("Not a phone number, ID number or date.")


def is_breached(password: str) -> bool:
    """Whether this password, in whatever case, is among those of `data/passwords`."""
    marks = _marks()
    mark = hashlib.sha256(password.lower().encode()).digest()[:MARK_BYTES]
    place = bisect_left(range(len(marks) // MARK_BYTES), mark, key=lambda number: _mark_at(marks, number))
    return _mark_at(marks, place) == mark


def _mark_at(marks: bytes, number: int) -> bytes:
    return marks[number * MARK_BYTES : (number + 1) * MARK_BYTES]


@cache
def _marks() -> bytes:
    return BREACHED.read_bytes()


def _own_words(user: Any) -> set[str]:
    """User name, names and the digits of the phone, as far as they are long enough to be recognised."""
    if user is None:
        return set()
    phone: Any = getattr(user, "phone", "")
    own = {user.username, user.first_name, user.last_name, user.shown_name}
    own |= {str(phone.national_number)} if phone else set()
    return {word.casefold() for word in own if len(word) >= (2 if not word.isascii() else 3)}
