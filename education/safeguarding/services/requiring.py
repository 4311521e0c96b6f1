"""The checks that come before anything is done with a minor."""

import datetime as dt
from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from core.days import day_in
from core.errors import Refused, refuses
from education.safeguarding.queries import consent_on, is_child, unvetted_dates
from stations.accounts.queries import works_at
from stations.network.models import Station
from stations.people.history import purpose_words
from stations.people.models import Consent, Person
from stations.people.queries import confirmed_guardians, standing_record
from stations.people.services.registration import PersonGone


class ConsentMissing(Refused):
    """No confirmed guardian agrees to this on the day on which it takes place."""

    code = "child_consent_missing"
    status = 403
    message = _("A guardian must consent first: “%(purpose)s”, on %(day)s. Open the child’s file to record it.")


class VettingExpired(Refused):
    """A required vetting of an adult is missing on some of the days."""

    code = "vetting_expired"
    message = _("The checks of this adult are not valid on: %(dates)s.")


class AdultNeeded(Refused):
    """Whoever is named works neither here nor is a guardian of the child."""

    code = "adult_needed"
    message = _("Name the adult who is present: someone who works here, or a guardian.")


@refuses(PersonGone, ConsentMissing)
def require_consent(*, child: Person, purpose: str, on_date: dt.date) -> Consent | None:
    """The consent for a purpose that holds on this day; None for an adult, who needs none.

    Of a record that was merged the one that stands is asked: consents and guardians went there. Raises
    `ConsentMissing` (403), and `PersonGone` of the dead, also of an adult.
    """
    child = standing_record(child)
    if child.died_date:
        raise PersonGone
    if not is_child(child, on_date):
        return None
    found = consent_on(child, purpose, on_date)
    if found is None:
        raise ConsentMissing(purpose=str(purpose_words(purpose)), day=on_date)
    return found


@refuses(VettingExpired)
def require_vetting(*, person: Person, on_dates: Collection[dt.date]) -> None:
    """Nothing, when the required vettings of an adult are valid on each of these days. Raises `VettingExpired`."""
    missing = unvetted_dates(person, on_dates)
    if missing:
        raise VettingExpired(dates=", ".join(day.isoformat() for day in missing))


@refuses(AdultNeeded)
def require_adult_present(*, adult: Person, station: Station, children: Collection[Person], at: dt.datetime) -> None:
    """Nothing, when this adult works at the station now, or is a guardian of one of the children.

    Raises `AdultNeeded`, for a minor as well.
    """
    day = day_in(station.zone, at)
    if is_child(adult, day):
        raise AdultNeeded(field="adult")
    if works_at(adult, station, at=at):
        return
    if not any(confirmed_guardians(child, day).filter(pk=adult.pk).exists() for child in children):
        raise AdultNeeded(field="adult")
