"""Withdrawing a guardian's consent with everything that rests on it, and reminding before one ends."""

import datetime as dt

from django.db import transaction

from core.days import day_in
from core.errors import refused_by, refuses
from core.language.reasons import needs_words
from core.notices.services import notify
from education.hooks import end_what_rests_on
from education.safeguarding.purposes import FOR_CHILDREN
from education.safeguarding.queries import consent_on, is_child, last_day_of
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.people.masking import mask_name
from stations.people.models import Consent, Person
from stations.people.services import withdraw_consent
from stations.people.services.consents import ConsentMissing

#: Guardian and partner are reminded so many days before the last day.
REMINDED_DAYS = (30, 7)


@refuses(ConsentMissing, *refused_by(withdraw_consent))
@needs_words("reason")
@transaction.atomic
def withdraw_child_consent(*, child: Person, purpose: str, reason: str, by: User, at: dt.datetime) -> Consent:
    """End a guardian's consent, and in the same transaction all of the future that rests on it; the past stays.

    Raises `ConsentMissing`, and what `withdraw_consent` refuses.
    """
    consents = Consent.objects.select_related("person", "station__county", "text_version")
    consent = consents.filter(person=child, purpose=purpose, withdrawn_at=None).first()
    if consent is None:
        raise ConsentMissing
    ended = withdraw_consent(consent=consent, reason=reason, by=by, at=at)
    end_what_rests_on(child, purpose, by=by, at=at)
    _tell_partners(child, purpose, "child_consent_withdrawn", at=at, turn=str(consent.pk))
    return ended


@transaction.atomic
def hear_withdrawal(*, child: Person, purpose: str, at: dt.datetime) -> int:
    """A consent was withdrawn elsewhere: end what rests on it, unless it was given anew; how many things ended."""
    if purpose not in FOR_CHILDREN or consent_on(child, purpose, day_in(child.home_station.zone, at)):
        return 0
    return end_what_rests_on(child, purpose, by=None, at=at)


@transaction.atomic
def remind_of_consents(*, at: dt.datetime) -> int:
    """Tell guardians and partners of consents for children that end in 30 and in 7 days; how many."""
    # Twelve months are 365 or 366 days: what was given outside of these days cannot end in 7 or 30.
    since, until = at - dt.timedelta(days=367), at - dt.timedelta(days=330)
    rows = Consent.objects.filter(
        purpose__in=FOR_CHILDREN, withdrawn_at=None, given_at__range=(since, until)
    ).select_related("person__home_station__county", "station", "given_by")
    reminded = 0
    for consent in rows.iterator(chunk_size=500):
        day = day_in(consent.station.zone, at)
        left = (last_day_of(consent) - day).days
        if left in REMINDED_DAYS and is_child(consent.person, day):
            _remind(consent, left, at=at)
            reminded += 1
    return reminded


def _remind(consent: Consent, left: int, *, at: dt.datetime) -> None:
    child, turn = consent.person, f"{consent.pk}:{left}"
    _tell_partners(child, consent.purpose, "child_consent_ends", at=at, turn=turn)
    guardian = consent.given_by
    if guardian.phone:
        notify(
            template="child_consent_ends_guardian",
            params={"station": child.home_station.name, "day": last_day_of(consent)},
            language=guardian.language,
            phone=str(guardian.phone),
            dedupe_key=f"edu:consent:{turn}:guardian",
            at=at,
            zone=child.home_station.zone,
        )


def _tell_partners(child: Person, purpose: str, template: str, *, at: dt.datetime, turn: str) -> None:
    for partner in people_in_role(Role.PARTNER, at=at, station=child.home_station):
        notify(
            template=template,
            params={"name": mask_name(child.full_name)},
            language=partner.language,
            user=partner,
            link=f"/education/safeguarding/children/{child.pk}/",
            dedupe_key=f"edu:consent:{template}:{turn}:{purpose}:{partner.pk}",
            at=at,
        )
