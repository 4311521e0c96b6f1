"""Withdrawing a guardian's consent with everything that rests on it, and reminding before one ends."""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import islice

from django.db import transaction

from core.days import day_in
from core.errors import refused_by, refuses
from core.language.reasons import needs_words
from core.models import Notice
from core.notices.services import Notification, notify_all
from education.hooks import end_what_rests_on
from education.safeguarding.purposes import FOR_CHILDREN
from education.safeguarding.queries import consent_on, consents_of_guardians, is_child, last_day_of
from stations.accounts.models import Role, User
from stations.accounts.queries import people_in_role
from stations.network.models import Station
from stations.people.masking import mask_name
from stations.people.models import Consent, Person
from stations.people.services import withdraw_consent
from stations.people.services.consents import ConsentMissing

#: Guardian and partner are reminded so many days before the last day.
REMINDED_DAYS = (30, 7)
#: Consents that are looked at together.
BATCH = 500


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
    partners = list(people_in_role(Role.PARTNER, at=at, station=child.home_station))
    told = _to_partners(partners, child, purpose, "child_consent_withdrawn", turn=str(consent.pk))
    notify_all(notifications=told, at=at)
    return ended


@transaction.atomic
def hear_withdrawal(*, child: Person, purpose: str, at: dt.datetime) -> int:
    """A consent was withdrawn elsewhere: end what rests on it, unless it was given anew; how many things ended."""
    if purpose not in FOR_CHILDREN or consent_on(child, purpose, day_in(child.home_station.zone, at)):
        return 0
    return end_what_rests_on(child, purpose, by=None, at=at)


@transaction.atomic
def remind_of_consents(*, zone: str, at: dt.datetime) -> int:
    """Tell guardians and partners of consents for children that end in 30 and in 7 days; of how many consents.

    Each is told once for each of the two days, after a day on which the clock stood on the next one. What holds no
    more, as the guardian or the bond is gone, is not renewed and nobody is told.
    """
    day = day_in(zone, at)
    # Twelve months are 365 or 366 days: what was given outside of these days cannot end in 0 to 30.
    since, until = at - dt.timedelta(days=367), at - dt.timedelta(days=330)
    rows = consents_of_guardians(day).filter(
        purpose__in=FOR_CHILDREN, station__zone=zone, person__died_date=None, given_at__range=(since, until)
    )
    rows = rows.select_related("person__home_station__county", "station", "given_by")
    consents, partners, reminded = rows.iterator(chunk_size=BATCH), _PartnersOf(at), 0
    while batch := list(islice(consents, BATCH)):
        told = {
            consent.pk: _reminders(consent, turn, partners)
            for consent in batch
            if (turn := _turn(consent, day)) and is_child(consent.person, day)
        }
        reminded += _tell_anew(told, at=at)
    return reminded


def _turn(consent: Consent, day: dt.date) -> int:
    """Of the days before the end the one that has been reached last; 0 before the first and after the end."""
    left = (last_day_of(consent) - day).days
    return min((days for days in REMINDED_DAYS if 0 <= left <= days), default=0)


def _tell_anew(told: Mapping[int, Sequence[Notification]], *, at: dt.datetime) -> int:
    """Send what was not sent before; of how many consents; a few statements for any number."""
    keys = [each.dedupe_key for notifications in told.values() for each in notifications]
    known = set(Notice.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))
    fresh = {pk: [each for each in told[pk] if each.dedupe_key not in known] for pk in told}
    notify_all(notifications=[each for notifications in fresh.values() for each in notifications], at=at)
    return sum(1 for notifications in fresh.values() if notifications)


class _PartnersOf:
    """The partners of stations; one statement for each station."""

    def __init__(self, at: dt.datetime) -> None:
        self._at = at
        self._known: dict[int, list[User]] = {}

    def at_station(self, station: Station) -> list[User]:
        """Those who hold the post now."""
        if station.pk not in self._known:
            self._known[station.pk] = list(people_in_role(Role.PARTNER, at=self._at, station=station))
        return self._known[station.pk]


def _reminders(consent: Consent, turn: int, partners: _PartnersOf) -> list[Notification]:
    child, guardian = consent.person, consent.given_by
    about = _to_partners(
        partners.at_station(child.home_station),
        child,
        consent.purpose,
        "child_consent_ends",
        turn=f"{consent.pk}:{turn}",
    )
    if not guardian.phone:
        return about
    to_guardian = Notification(
        template="child_consent_ends_guardian",
        params={"station": child.home_station.name, "day": last_day_of(consent).isoformat()},
        language=guardian.language,
        phone=str(guardian.phone),
        dedupe_key=f"edu:consent:{consent.pk}:{turn}:guardian",
        zone=child.home_station.zone,
    )
    return [*about, to_guardian]


def _to_partners(
    partners: Sequence[User], child: Person, purpose: str, template: str, *, turn: str
) -> list[Notification]:
    return [
        Notification(
            template=template,
            params={"name": mask_name(child.full_name)},
            language=partner.language,
            user=partner,
            link=f"/education/safeguarding/children/{child.pk}/",
            dedupe_key=f"edu:consent:{template}:{turn}:{purpose}:{partner.pk}",
        )
        for partner in partners
    ]
