"""Consents: given with the text of the day, by the person or a guardian, and withdrawn as easily."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries, lock
from core.days import day_in
from core.errors import CodeExpired, CodeLocked, CodeWrong, Refused, WrongState, refuses
from core.events.services import publish
from core.history import record_change
from core.state_machines import Machine
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.machine import MACHINE as PERSON
from stations.people.machine import standing_of
from stations.people.models import Consent, ConsentText, Person, PhoneCode
from stations.people.queries import confirmed_guardians, is_surely, text_of_the_day
from stations.people.services.codes import consent_subject, use_code
from stations.people.services.registration import PersonGone

#: Under this age a guardian agrees (Personal Information Protection Law, article 31), unless the text names another.
AGREES_FROM_AGE = 14


class ConsentState(models.TextChoices):
    """What a consent is, derived from its dates."""

    GIVEN = "given", _("given")
    WITHDRAWN = "withdrawn", _("withdrawn")


class GuardianRequired(Refused):
    """A child under the age of the text, and no confirmed guardian who agrees."""

    code = "guardian_required"
    status = 422
    message = _("A child under %(age)s needs the consent of a confirmed guardian.")


class BirthDateNeeded(Refused):
    """Nobody knows whether this person is old enough, and no guardian is confirmed."""

    code = "birth_date_needed"
    status = 422
    message = _("Enter the birth date first: under %(age)s, a guardian consents.")


class TextOutdated(Refused):
    """The text that was read out is not the one of today."""

    code = "text_outdated"
    message = _("The text has changed. Read the new one aloud first.")


class ConsentMissing(Refused):
    """There is no open consent for this."""

    code = "consent_missing"
    message = _("There is no consent for this, or it was withdrawn already.")


MACHINE = Machine(
    name="consent",
    states=ConsentState,
    arrows={"withdraw_consent": frozenset({ConsentState.GIVEN})},
    refusals={"withdraw_consent": ConsentMissing},
)


def state_of(consent: Consent) -> ConsentState:
    """Given until the instant of its withdrawal."""
    return ConsentState.WITHDRAWN if consent.withdrawn_at else ConsentState.GIVEN


@refuses(WrongState, PersonGone, TextOutdated, BirthDateNeeded, GuardianRequired, CodeExpired, CodeLocked, CodeWrong)
@atomic_but_tries
def record_consent(
    *,
    person: Person,
    text: ConsentText,
    manner: str,
    station: Station,
    by: User,
    at: dt.datetime,
    code: str = "",
    guardian: Person | None = None,
    evidence: Any = None,
) -> Consent:
    """The person, or for a child the guardian, agreed to the text that was read out.

    An open consent to the same text is the answer; one to an older text ends with the new one. A guardian agrees anew
    on a later day: what is agreed for a child holds for a time only. Raises `TextOutdated`,
    `GuardianRequired`, `BirthDateNeeded`, `PersonGone`, `WrongState` (merged into another), and
    those of a code when `manner` is `code`; a wrong one uses up a try.
    """

    def prove(giver: Person) -> None:
        if manner == Consent.Manner.CODE:
            about = consent_subject(text.purpose, person)
            use_code(person=giver, purpose=PhoneCode.Purpose.CONSENT, about=about, code=code, at=at)

    return _record(
        person,
        text,
        manner=manner,
        station=station,
        guardian=guardian,
        evidence=evidence,
        prove=prove,
        by=by,
        at=at,
    )


@refuses(WrongState, PersonGone, TextOutdated, BirthDateNeeded, GuardianRequired)
@transaction.atomic
def record_signed_consent(
    *, person: Person, text: ConsentText, manner: str, station: Station, by: User, at: dt.datetime
) -> Consent:
    """The same with a signature or on paper, where no code is sent: for verbs that record more than the consent."""
    if manner not in {Consent.Manner.SIGNATURE, Consent.Manner.PAPER}:
        raise ValueError(f"a consent by {manner} is recorded by itself")
    return _record(person, text, manner=manner, station=station, by=by, at=at)


@refuses(ConsentMissing, GuardianRequired)
@transaction.atomic
def withdraw_consent(
    *, consent: Consent, by: User, at: dt.datetime, guardian: Person | None = None, reason: str = ""
) -> Consent:
    """End it at the person's or guardian's word; holds from the next request. Raises `ConsentMissing`."""
    consent = lock(consent)
    MACHINE.check("withdraw_consent", state_of(consent))
    giver = _withdrawer(consent, day=day_in(consent.station.zone, at), guardian=guardian)
    _end(consent, giver, by, at, reason=reason)
    consent.refresh_from_db()
    return consent


@refuses(BirthDateNeeded, GuardianRequired)
def giver_of(
    person: Person, *, day: dt.date, guardian: Person | None = None, from_age: int = AGREES_FROM_AGE
) -> Person:
    """Who agrees: the person who surely has the age, else a confirmed guardian of the day.

    Raises `GuardianRequired`, or `BirthDateNeeded` where the age is not known.
    """
    if is_surely(person, from_age, day):
        return person
    guardians = confirmed_guardians(person, day)
    if guardian:
        guardians = guardians.filter(pk=guardian.pk)
    first = guardians.first()
    if first is None:
        raise BirthDateNeeded(age=from_age) if person.birth_date is None else GuardianRequired(age=from_age)
    return first


def _withdrawer(consent: Consent, *, day: dt.date, guardian: Person | None) -> Person:
    """Who withdraws: as who agrees; an unknown birth date holds nobody to an earlier agreement."""
    from_age = consent.text_version.agrees_from_age
    try:
        return giver_of(consent.person, day=day, guardian=guardian, from_age=from_age)
    except BirthDateNeeded:
        return consent.person


def _record(
    person: Person,
    text: ConsentText,
    *,
    manner: str,
    station: Station,
    by: User,
    at: dt.datetime,
    guardian: Person | None = None,
    evidence: Any = None,
    prove: Callable[[Person], None] | None = None,
) -> Consent:
    """`prove` is asked before anything is written."""
    person = lock(person)
    PERSON.check("change_record", standing_of(person))
    if person.died_date:
        raise PersonGone
    day = day_in(station.zone, at)
    if text != text_of_the_day(purpose=text.purpose, language=text.language, day=day):
        raise TextOutdated
    giver = giver_of(person, day=day, guardian=guardian, from_age=text.agrees_from_age)
    already = Consent.objects.filter(person=person, purpose=text.purpose, withdrawn_at=None).first()
    if already and already.text_version.version == text.version and _still_answers(already, giver, day):
        return already
    if prove:
        prove(giver)
    if already:
        _end(already, giver, by, at)
    consent = Consent.objects.create(
        person=person,
        purpose=text.purpose,
        text_version=text,
        given_at=at,
        given_by=giver,
        manner=manner,
        evidence=evidence,
        recorded_by=by,
        station=station,
    )
    _tell("given", consent, old="", by=by, at=at)
    return consent


def _still_answers(consent: Consent, giver: Person, day: dt.date) -> bool:
    """Whether an open consent is of this giver; one for somebody else is of its day."""
    if consent.given_by_id != giver.pk:
        return False
    return giver.pk == consent.person_id or day_in(consent.station.zone, consent.given_at) == day


def _end(consent: Consent, giver: Person, by: User, at: dt.datetime, *, reason: str = "") -> None:
    Consent.objects.filter(pk=consent.pk).update(withdrawn_at=at, withdrawn_by=giver)
    _tell("withdrawn", consent, old="given", by=by, at=at, reason=reason)


def _tell(new: str, consent: Consent, *, old: str, by: User, at: dt.datetime, reason: str = "") -> None:
    record_change(consent, old=old, new=new, at=at, actor=by.pk, reason=reason)
    record_change(consent.person, old="", new=f"consent_{new}", at=at, actor=by.pk, reason=consent.purpose)
    publish(
        "stations.consent_given" if new == "given" else "stations.consent_withdrawn",
        at=at,
        consent=consent.pk,
        person=str(consent.person_id),
        purpose=consent.purpose,
        station=consent.station_id,
        county=consent.station.county_id,
    )
