"""What a resident agrees to before anything is recorded or shown to another clinic."""

import datetime as dt

from django.db.models import Value

from core.days import day_in
from core.errors import refused_by, refuses
from core.language.text import is_blank
from stations.accounts.models import User
from stations.people.models import Consent, Person, StandingRecord
from stations.people.queries import text_of_the_day
from stations.people.services import record_signed_consent
from stations.people.services.consents import ConsentMissing

CONSENT = "health_record"


def has_agreed(resident: Person, purpose: str = CONSENT) -> bool:
    """Whether the resident lets the clinic keep a health record (or agrees to another purpose), at this moment.

    Of a record that became part of another, what is agreed to there decides: here nobody can withdraw it any more.
    """
    stands = StandingRecord(Value(resident.pk))
    return Consent.objects.filter(person=stands, purpose=purpose, withdrawn_at=None).exists()


@refuses(ConsentMissing)
def require_agreement(resident: Person) -> None:
    """Nothing is recorded about one who has not agreed, or has withdrawn."""
    if not has_agreed(resident):
        raise ConsentMissing


@refuses(ConsentMissing, *refused_by(record_signed_consent))
def agree(*, resident: Person, manner: str, by: User, at: dt.datetime, purpose: str = CONSENT) -> None:
    """The resident agrees now to the text of the day; who has agreed before is not asked again.

    `manner` says how; empty where nothing was asked.
    """
    if has_agreed(resident, purpose):
        return
    if is_blank(manner):
        raise ConsentMissing(field="manner")
    station = resident.home_station
    day = day_in(station.zone, at)
    text = text_of_the_day(purpose=purpose, language=resident.language, day=day)
    text = text or text_of_the_day(purpose=purpose, language="en", day=day)
    if text is None:
        raise ConsentMissing(field="manner")
    record_signed_consent(person=resident, text=text, manner=manner, station=station, by=by, at=at)
