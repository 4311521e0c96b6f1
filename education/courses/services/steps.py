"""Whom classes tell."""

import datetime as dt

from core.days import day_in
from core.notices.services import notify
from education.safeguarding.queries import is_child
from stations.network.models import Station
from stations.people.models import Person
from stations.people.queries import confirmed_guardians, standing_record


def tell_family(
    learner: Person, template: str, *, station: Station, key: str, at: dt.datetime, **params: object
) -> None:
    """A text message to an adult learner or the guardian of a minor, of a merged record as of the one that stands."""
    learner = standing_record(learner)
    reader: Person | None = learner
    day = day_in(station.zone, at)
    if is_child(learner, day):
        reader = confirmed_guardians(learner, day).exclude(phone="").first()
    if reader is not None and reader.phone:
        notify(
            template=template,
            params={"station": station.name, **params},
            language=reader.language,
            phone=str(reader.phone),
            dedupe_key=key,
            at=at,
            zone=station.zone,
        )
