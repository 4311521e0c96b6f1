"""Phone numbers as operators see them: whose it is by its first digits, and whether it can be one of theirs."""

import datetime as dt
import re
from dataclasses import dataclass

import phonenumbers
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from finance.recharge.models import Operator

#: Digits of the longest beginning that tells an operator; in some countries a single one does.
LONGEST = 8


class PhoneInvalid(Refused):
    """No phone has this number."""

    code = "phone_invalid"
    status = 400
    message = _("Check the number: it is not a phone number.")


@dataclass(frozen=True, slots=True)
class Number:
    """One phone: as it is stored, and the digits that its country dials."""

    e164: str
    national: str

    @property
    def shown(self) -> str:
        """In groups, to be read aloud."""
        if len(self.national) == 11:
            return f"{self.national[:3]} {self.national[3:7]} {self.national[7:]}"
        return self.national


def read_number(text: str, *, country: str) -> Number:
    """A number as people type it. Raises `PhoneInvalid`."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise PhoneInvalid(field="phone") from error
    if not phonenumbers.is_possible_number(number):
        raise PhoneInvalid(field="phone")
    return Number(
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        phonenumbers.national_significant_number(number),
    )


def first_digits(text: str, *, country: str) -> str:
    """The national digits of a number, or of the beginning of one."""
    code = f"+{phonenumbers.country_code_for_region(country)}"
    return text.removeprefix(code) if text.startswith("+") else text


def operator_of(national: str, *, country: str, on: dt.date) -> Operator | None:
    """The operator whose numbers begin like this one: the longest beginning decides. The number may have moved since.

    `national` may be the first digits only.
    """
    beginnings = [national[:length] for length in range(1, min(LONGEST, len(national)) + 1)]
    operators = Operator.objects.on(on).filter(country=country, is_active=True, prefixes__overlap=beginnings)
    fits = [
        (len(prefix), operator)
        for operator in operators.select_related("provider").order_by("position", "code")
        for prefix in operator.prefixes
        if prefix in beginnings
    ]
    return max(fits, key=lambda fit: fit[0])[1] if fits else None


def refuse_unless_theirs(number: Number, operator: Operator) -> None:
    """Raises `PhoneInvalid` where no number of this operator can look like this."""
    if not re.fullmatch(operator.phone_pattern, number.national):
        raise PhoneInvalid(field="phone")
