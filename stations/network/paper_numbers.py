"""Numbers of papers: whose, of what kind, of which day, and random marks; short enough to be read aloud."""

import datetime as dt
import secrets

from core.days import day_in
from stations.network.models import Station

#: Letters and digits that are not taken for one another.
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def paper_number(station: Station, letter: str, at: dt.datetime, *, marks: int = 5) -> str:
    """`<station>-<letter><yymmdd>-<random>`: the day is the station's, the letter tells papers apart."""
    day = day_in(station.zone, at).strftime("%y%m%d")
    return f"{station.code}-{letter}{day}-{random_marks(marks)}"


def random_marks(count: int) -> str:
    """So many of `BASE32`, drawn at random."""
    return "".join(secrets.choice(BASE32) for _ in range(count))
