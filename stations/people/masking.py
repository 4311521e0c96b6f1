"""What is shown of a person where it is not asked for: the only place that hides names, phones and numbers.

Lists, slips, notices and exports carry enough to pick a person and not enough to copy one: first and last hanzi, first
word and an initial, the ends of a phone, the year of birth.
"""

import datetime as dt

import phonenumbers

from core.language.text import is_hanzi
from stations.people.names import MIDDLE_DOTS

STAR = "*"


def mask_name(full_name: str) -> str:
    """王* · 王*英 · 欧**娜 · 阿依古丽·* · Maria L."""
    name = full_name.strip()
    parts = [part for part in MIDDLE_DOTS.split(name) if part]
    if len(parts) > 1:
        return "·".join([parts[0], *STAR * (len(parts) - 1)])
    if any(is_hanzi(character) for character in name):
        return _mask_hanzi("".join(name.split()))
    return _mask_latin(name.split())


def _mask_hanzi(name: str) -> str:
    if len(name) < 3:
        return name[0] + STAR
    return name[0] + STAR * (len(name) - 2) + name[-1]


def _mask_latin(words: list[str]) -> str:
    if not words:
        return STAR
    if len(words) == 1:
        return f"{words[0][0]}."
    return f"{words[0]} {words[-1][0]}."


def mask_phone(phone: object) -> str:
    """+86 138****5678: country code, first three and last four; empty without a phone."""
    number = _parsed(phone)
    if number is None:
        return ""
    return f"+{number.country_code} {mask_national_phone(phone)}"


def mask_national_phone(phone: object) -> str:
    """138****5678: as `mask_phone`, without the country code; of a short number the last four only."""
    number = _parsed(phone)
    if number is None:
        return ""
    digits = phonenumbers.national_significant_number(number)
    if len(digits) < 10:
        return STAR * 4 + digits[-4:]
    return digits[:3] + STAR * (len(digits) - 7) + digits[-4:]


def phone_tail(phone: object) -> str:
    """The last four digits, as people say them; empty without a phone."""
    number = _parsed(phone)
    return phonenumbers.national_significant_number(number)[-4:] if number else ""


def mask_id_number(number: str) -> str:
    """110***********1234 for a resident's eighteen characters; of any other document the last four."""
    if len(number) == 18:
        return number[:3] + STAR * 11 + number[-4:]
    return STAR * max(len(number) - 4, 4) + number[-4:] if len(number) >= 8 else STAR * len(number)


def mask_bank_account(number: str) -> str:
    """****1234: the last four."""
    digits = "".join(number.split())
    return STAR * 4 + digits[-4:]


def birth_year(birth_date: dt.date | None) -> int | None:
    """Lists show the year of birth only."""
    return birth_date.year if birth_date else None


def _parsed(phone: object) -> phonenumbers.PhoneNumber | None:
    if not phone:
        return None
    if isinstance(phone, phonenumbers.PhoneNumber):
        return phone
    try:
        return phonenumbers.parse(str(phone), None)
    except phonenumbers.NumberParseException:
        return None
