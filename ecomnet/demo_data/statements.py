"""The county of the story sends what is learnt there to a learning record store."""

import datetime as dt

from core.days import day_in
from core.models import Provider
from ecomnet.demo_data.education import STORY
from ecomnet.demo_data.reference import RECORD_STORE
from ecomnet.demo_data.stations import Cast
from education.statements.models import RecordStore
from education.statements.services import collect_statements

MONTH = dt.timedelta(days=30)


def load_statements(cast: Cast, *, at: dt.datetime) -> None:
    """What was learnt in the last month waits to be sent."""
    station = next(each for each in cast.village_stations if each.code == STORY)
    store = RecordStore.objects.create(
        county=station.county,
        provider=Provider.objects.get(code=RECORD_STORE),
        since_date=day_in(station.zone, at - MONTH),
    )
    collect_statements(store=store, at=at)
