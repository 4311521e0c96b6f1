"""Six-digit codes to a resident's phone: that the phone is theirs, and that they agree.

A code is good for the one thing that it was sent for: which consent for whom, which loan, whose goods.
"""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.codes import LIFE, code_hash, new_code, use_try
from core.database.db import atomic_but_tries, lock
from core.errors import CodeExpired, CodeLocked, CodeWrong, Refused, TooMany, WrongState, refuses
from core.history import record_change
from core.money import Money
from core.notices.services import notify
from stations.accounts.models import User
from stations.people.history import purpose_words
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
def send_consent_code(
    *, person: Person, agrees_to: str, by: User, at: dt.datetime, child: Person | None = None
) -> PhoneCode:
    """Send the code with which this person agrees to a purpose (`agrees_to`), or does so as a child's guardian.

    Raises `PhoneMissing`, `TooMany`.
    """
    about = consent_subject(agrees_to, child or person)
    with override(person.language):
        what = str(purpose_words(agrees_to))
    return _send(person, PhoneCode.Purpose.CONSENT, by, at, about=about, what=what)


@refuses(WrongState, PhoneMissing, TooMany)
@transaction.atomic
def send_single_consent_code(*, person: Person, about: str, what: str, by: User, at: dt.datetime) -> PhoneCode:
    """Send the code with which this person agrees to one thing: `what` in the person's language, `about` to the code.

    Raises `PhoneMissing`, `TooMany`.
    """
    return _send(person, PhoneCode.Purpose.CONSENT, by, at, about=about, what=what)


def consent_subject(agrees_to: str, person: Person) -> str:
    """What the code of a consent is bound to: a purpose, and whom it is about."""
    return f"{agrees_to}:{person.pk}"


@refuses(WrongState, PhoneMissing, TooMany)
@transaction.atomic
def send_loan_code(*, person: Person, amount: Money, about: str, by: User, at: dt.datetime) -> PhoneCode:
    """Send the code with which a borrower signs a loan of this amount; `about` says which.

    Raises `PhoneMissing`, `TooMany`.
    """
    return _send(person, PhoneCode.Purpose.LOAN, by, at, about=about, amount=amount.display(person.language))


@refuses(WrongState, PhoneMissing, TooMany)
@transaction.atomic
def send_plan_code(*, person: Person, amount: Money, about: str, by: User, at: dt.datetime) -> PhoneCode:
    """Send the code with which a borrower signs a new plan of what is left; `about` says which.

    Raises `PhoneMissing`, `TooMany`.
    """
    return _send(person, PhoneCode.Purpose.LOAN_PLAN, by, at, about=about, amount=amount.display(person.language))


@refuses(WrongState, PhoneMissing, TooMany)
@transaction.atomic
def send_receipt_code(*, person: Person, about: str, by: User, at: dt.datetime) -> PhoneCode:
    """Send the code with which somebody receives what is handed to them; `about` says what.

    Raises `PhoneMissing`, `TooMany`.
    """
    return _send(person, PhoneCode.Purpose.RECEIPT, by, at, about=about)


@refuses(WrongState, PhoneMissing, TooMany)
@transaction.atomic
def send_advance_code(*, person: Person, amount: Money, about: str, by: User, at: dt.datetime) -> PhoneCode:
    """Send the code with which a farmer receives so much money before the fruit is sold; `about` says for which.

    Raises `PhoneMissing`, `TooMany`.
    """
    return _send(person, PhoneCode.Purpose.ADVANCE, by, at, about=about, amount=amount.display(person.language))


@refuses(WrongState, PhoneMissing, TooMany)
@transaction.atomic
def send_coupon_code(*, person: Person, amount: Money, about: str, by: User, at: dt.datetime) -> PhoneCode:
    """Send the code with which a farmer agrees to bear at most so much for coupons; `about` says for which.

    Raises `PhoneMissing`, `TooMany`.
    """
    return _send(person, PhoneCode.Purpose.COUPON, by, at, about=about, amount=amount.display(person.language))


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
def use_code(*, person: Person, purpose: str, code: str, at: dt.datetime, about: str = "") -> None:
    """Use up the latest code of this purpose, or one of its tries. The phone must still be the one it went to.

    A code that was sent about something else is a wrong one. A later code replaces those before it, also once it is
    used. Raises `CodeExpired`, `CodeLocked` after the last try, and `CodeWrong`, which keeps the try that it used up:
    the verb that calls it is `atomic_but_tries` and has written nothing before.
    """
    sent = person.phone_codes.filter(purpose=purpose).order_by("-sent_at", "-pk").first()
    if sent is None or sent.expires_at <= at or str(sent.phone) != str(person.phone):
        raise CodeExpired
    sent = lock(sent)
    if sent.used_at is not None:
        raise CodeExpired
    use_try(sent, _said(person, purpose, about, code))
    PhoneCode.objects.filter(pk=sent.pk).update(used_at=at)


def _send(person: Person, purpose: str, by: User, at: dt.datetime, *, about: str = "", **words: str) -> PhoneCode:
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
        code_hash=code_hash(_said(person, purpose, about, code)),
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


def _said(person: Person, purpose: str, about: str, code: str) -> str:
    """Of this only a keyed hash is kept, since a million codes are soon tried; it lives ten minutes."""
    return f"phone-code:{person.pk}:{purpose}:{about}:{code.strip()}"
