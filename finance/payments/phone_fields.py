"""Phone fields that show of a registered number only its ends; the whole number stays on the server."""

import base64
import binascii
from typing import Any

from cryptography.exceptions import InvalidTag
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from core.crypto import decrypt, encrypt
from stations.people.masking import mask_national_phone

CONTEXT = "finance.recharge form"
#: No phone number begins with it.
MARK = "~"


class KnownPhoneField(PhoneNumberField):
    """A phone that may be changed: a registered one is filled in masked, and sent back unchanged it is that number.

    Left empty it is no phone.
    """

    known: Any = ""

    def offer(self, known: Any) -> str:
        """Accept the mask of this number for the number; the mask, to be filled in."""
        self.known = known
        return mask_national_phone(known)

    def to_python(self, value: Any) -> Any:
        """The number. Raises `ValidationError`."""
        return super().to_python(str(self.known) if is_mask_of(value, self.known) else value)


class SealedPhoneField(forms.CharField):
    """A phone that goes from page to page in a hidden input: encrypted, so that no page carries it readable."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> str:
        """The number as it was sealed, or as somebody typed it. Raises `ValidationError`."""
        try:
            return unseal(super().to_python(value) or "")
        except ValueError as broken:
            raise ValidationError(_("Check the number: it is not a phone number.")) from broken

    def prepare_value(self, value: Any) -> str:
        """What the page carries."""
        return seal(str(value)) if value else ""


def is_mask_of(text: Any, phone: Any) -> bool:
    """Whether somebody left the mask of this number as it was filled in."""
    return bool(phone) and str(text or "").strip() == mask_national_phone(phone)


def is_sealed(text: str) -> bool:
    """Whether a page sent back what was sealed for it."""
    return text.startswith(MARK)


def seal(phone: str) -> str:
    """The number encrypted; what is sealed already stays as it is."""
    if is_sealed(phone):
        return phone
    cipher, key_no = encrypt(phone, context=CONTEXT)
    return f"{MARK}{key_no}.{base64.urlsafe_b64encode(cipher).decode()}"


def unseal(text: str) -> str:
    """The number of a page; what was typed stays as it is. Raises `ValueError` for what we have not sealed."""
    if not is_sealed(text):
        return text
    key_no, _dot, cipher = text.removeprefix(MARK).partition(".")
    try:
        return decrypt(base64.urlsafe_b64decode(cipher), int(key_no), context=CONTEXT)
    except (InvalidTag, KeyError, binascii.Error) as broken:
        raise ValueError("This was not sealed here.") from broken
