"""Six-digit codes to a resident's phone: that the phone is theirs, and that they agree."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.codes import LIFE, code_hash, new_code, use_try
from core.database.db import atomic_but_tries, lock
from core.errors import CodeExpired, CodeLocked, CodeWrong, Refused, TooMany, WrongState, refuses
from core.history import record_change
from core.money import Money
from core.notices.services import notify
from stations.accounts.models import User
from stations.people.machine import MACHINE as PERSON
from stations.people.machine import standing_of
from stations.people.models import Person, PhoneCode

#: At most this many codes to one person within `CODES_WITHIN`, whatever they are for.
CODES_AT_MOST, CODES_WITHIN = 5, dt.timedelta(hours=1)


class PhoneMissing(Refused):
    """No phone to send a code to."""

    code = "phone_missing"
    status = 422
    message = _("No phone number recorded. Add it first, or use a signature.")


@refuses(WrongState, PhoneMissing, TooMany)
@transaction.atomic
def send_phone_code(*, person: Person, by: User, at: dt.datetime) -> PhoneCode:
    """Send the code that confirms the phone. Raises `PhoneMissing`, `TooMany`."""
    return _send(person, PhoneCode.Purpose.CONFIRM_PHONE, by, at)


@refuses(WrongState, PhoneMissing, TooMany)
@transaction.atomic
def send_consent_code(*, person: Person, by: User, at: dt.datetime) -> PhoneCode:
    """Send the code with which this person (for a child: the guardian) agrees. Raises `PhoneMissing`, `TooMany`."""
    return _send(person, PhoneCode.Purpose.CONSENT, by, at)


@refuses(WrongState, PhoneMissing, TooMany)
@transaction.atomic
def send_loan_code(*, person: Person, amount: Money, by: User, at: dt.datetime) -> PhoneCode:
    """Send the code with which a borrower signs a loan of this amount. Raises `PhoneMissing`, `TooMany`."""
    return _send(person, PhoneCode.Purpose.LOAN, by, at, amount=amount.display(person.language))


@refuses(WrongState, PhoneMissing, TooMany)
@transaction.atomic
def send_receipt_code(*, person: Person, by: User, at: dt.datetime) -> PhoneCode:
    """Send the code with which somebody receives what is handed to them. Raises `PhoneMissing`, `TooMany`."""
    return _send(person, PhoneCode.Purpose.RECEIPT, by, at)


@refuses(CodeExpired, CodeLocked, CodeWrong)
@atomic_but_tries
def confirm_phone(*, person: Person, code: str, by: User, at: dt.datetime) -> Person:
    """The person read the code aloud: the phone is theirs. Raises `CodeExpired`, `CodeWrong`, `CodeLocked`."""
    person = lock(person)
    use_code(person=person, purpose=PhoneCode.Purpose.CONFIRM_PHONE, code=code, at=at)
    Person.objects.filter(pk=person.pk).update(phone_verified_at=at)
    record_change(person, old="", new="phone_confirmed", at=at, actor=by.pk)
    person.refresh_from_db()
    return person


@refuses(CodeExpired, CodeLocked, CodeWrong)
def use_code(*, person: Person, purpose: str, code: str, at: dt.datetime) -> None:
    """Use up the latest code of this purpose, or one of its tries. The phone must still be the one it went to.

    A later code replaces those before it, also once it is used. Raises `CodeExpired`, `CodeLocked` after the last try,
    and `CodeWrong`, which keeps the try that it used up: the verb that calls it is `atomic_but_tries` and has written
    nothing before.
    """
    sent = person.phone_codes.filter(purpose=purpose).order_by("-sent_at", "-pk").first()
    if sent is None or sent.expires_at <= at or str(sent.phone) != str(person.phone):
        raise CodeExpired
    sent = lock(sent)
    if sent.used_at is not None:
        raise CodeExpired
    use_try(sent, _said(person, purpose, code))
    PhoneCode.objects.filter(pk=sent.pk).update(used_at=at)


def _send(person: Person, purpose: str, by: User, at: dt.datetime, **words: str) -> PhoneCode:
    person = lock(person)
    PERSON.check("change_record", standing_of(person))
    if not person.phone:
        raise PhoneMissing
    if person.phone_codes.filter(sent_at__gt=at - CODES_WITHIN).count() >= CODES_AT_MOST:
        raise TooMany
    code = new_code()
    sent = PhoneCode.objects.create(
        person=person,
        purpose=purpose,
        phone=person.phone,
        code_hash=code_hash(_said(person, purpose, code)),
        sent_by=by,
        sent_at=at,
        expires_at=at + LIFE,
    )
    notify(
        template=f"person_{purpose}_code",
        params={"code": code, **words},
        language=person.language,
        phone=str(person.phone),
        dedupe_key=f"phone-code:{sent.pk}",
        at=at,
        use_by=sent.expires_at,
    )
    return sent


def _said(person: Person, purpose: str, code: str) -> str:
    """Of this only a keyed hash is kept, since a million codes are soon tried; it lives ten minutes."""
    return f"phone-code:{person.pk}:{purpose}:{code.strip()}"
