"""Phone numbers of residents: read as people write them, stored as E.164 and backwards."""

import phonenumbers
from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class InvalidPhone(Refused):
    """No phone number of this country, nor of another when it begins with a plus."""

    code = "phone_invalid"
    status = 400
    message = _("Check the phone number: it is not valid.")


def read_phone(text: str, country: str) -> str:
    """The number as E.164, empty for none; `country` (ISO 3166-1) tells how a number without a plus is read."""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhone(field="phone") from error
    if not phonenumbers.is_valid_number(number):
        raise InvalidPhone(field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def reverse(phone: str) -> str:
    """The digits from the last to the first, so that a tail is a prefix."""
    return "".join(character for character in reversed(phone) if character.isdigit())
