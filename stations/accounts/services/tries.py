"""Tries at somebody's password and codes, counted where they come from.

Anyone who knows a user name can try it. If each try used up one of the person's own, an outsider could keep anybody out
for ever; if none did, a machine could try all codes. So a try counts first at its place (a device that the person has
signed in on, or the network address), and only what got past the first hurdle counts against the person everywhere.
"""

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import Case, F, PositiveSmallIntegerField, Q, Value, When

from core.crypto import blind_index
from stations.accounts.models import Device, DevicePin, SignInTries, User

#: At one place: five tries, then a quarter of an hour of waiting.
TRIES, WAIT = 5, dt.timedelta(minutes=15)
#: From everywhere together, in an hour: tries with the right password, and at codes that set a new one.
TRIES_EVERYWHERE, WAIT_EVERYWHERE = 20, dt.timedelta(hours=1)
EVERYWHERE = b""

# Used up before anything is looked at, in one statement: many tries at once are still as many. For nobody it is the
# same statement, which finds nobody to count for.
USE = """
INSERT INTO stations_signintries AS tries (created_at, updated_at, user_id, place_index, started_at, count)
SELECT now(), now(), person.id, %(place)s, %(at)s, 1 FROM stations_user AS person WHERE person.id = %(user)s
ON CONFLICT (user_id, place_index) DO UPDATE SET
    count = CASE WHEN tries.started_at <= %(rested)s THEN 1 ELSE tries.count + 1 END,
    started_at = CASE WHEN tries.started_at <= %(rested)s THEN %(at)s ELSE tries.started_at END,
    updated_at = now()
WHERE tries.count < %(most)s OR tries.started_at <= %(rested)s
"""


#: From one address in a day: codes to the phone of one name, and codes to anybody's.
ASKS_FOR_A_NAME, ASKS, ASKS_WITHIN = 5, 60, dt.timedelta(days=1)
ASK = """
INSERT INTO stations_codeasks AS asks (created_at, updated_at, place_index, started_at, count)
VALUES (now(), now(), %(place)s, %(at)s, 1)
ON CONFLICT (place_index) DO UPDATE SET
    count = CASE WHEN asks.started_at <= %(rested)s THEN 1 ELSE asks.count + 1 END,
    started_at = CASE WHEN asks.started_at <= %(rested)s THEN %(at)s ELSE asks.started_at END,
    updated_at = now()
WHERE asks.count < %(most)s OR asks.started_at <= %(rested)s
"""


def place_of(user: User, *, device: Device | None, address: str) -> bytes:
    """Where a try comes from: a device on which this person has signed in before, else the network address."""
    if device is not None and DevicePin.objects.filter(device=device, user=user).exists():
        return blind_index(f"try-device:{device.pk}")
    return blind_index(f"try-address:{address}")


def use_try(user: User, place: bytes, *, at: dt.datetime) -> bool:
    """Use up one of the five tries of this place; false when there is none left."""
    return _use(user, place, TRIES, WAIT, at)


def use_try_of_unknown_user(*, address: str, at: dt.datetime) -> None:
    """A try at a name that nobody has: it costs what one at a known name costs, and counts nowhere."""
    _use(User(), blind_index(f"try-address:{address}"), TRIES, WAIT, at)


def use_ask(*, name: str, address: str, at: dt.datetime) -> bool:
    """Use up one of the codes that this address may ask for in a day; false when none is left, for the name or at all.

    The same for a name that nobody has.
    """
    places = [(f"ask:{address}:{name}", ASKS_FOR_A_NAME), (f"ask:{address}", ASKS)]
    with connection.cursor() as cursor:
        for place, most in places:
            params: dict[str, Any] = {"place": blind_index(place), "at": at, "rested": at - ASKS_WITHIN, "most": most}
            cursor.execute(ASK, params)
            if cursor.rowcount == 0:
                return False
    return True


def use_try_everywhere(user: User, *, at: dt.datetime) -> bool:
    """Use up one of the tries that all places have together; false when there is none left."""
    return _use(user, EVERYWHERE, TRIES_EVERYWHERE, WAIT_EVERYWHERE, at)


def give_tries_back(user: User, place: bytes) -> None:
    """A right try forgets the wrong ones before it at its place."""
    SignInTries.objects.filter(user=user, place_index=place).delete()


def forget_tries(user: User) -> None:
    """The person was seen by somebody of the county: what outsiders tried counts no longer."""
    SignInTries.objects.filter(user=user).delete()


def use_own_try(user: User, *, at: dt.datetime) -> bool:
    """Use up one of five tries in 15 minutes of somebody who is signed in, before looking whether it was right."""
    rested = Q(last_try_at=None) | Q(last_try_at__lte=at - WAIT)
    count = Case(When(rested, then=Value(1)), default=F("wrong_tries") + 1, output_field=PositiveSmallIntegerField())
    return (
        User.objects.filter(Q(wrong_tries__lt=TRIES) | rested, pk=user.pk).update(wrong_tries=count, last_try_at=at)
        == 1
    )


def give_own_tries_back(user: User) -> None:
    """A right try forgets the wrong ones before it."""
    User.objects.filter(pk=user.pk).update(wrong_tries=0, last_try_at=None)


def _use(user: User, place: bytes, most: int, wait: dt.timedelta, at: dt.datetime) -> bool:
    params: dict[str, Any] = {"user": user.pk, "place": place, "at": at, "rested": at - wait, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(USE, params)
        return cursor.rowcount == 1
