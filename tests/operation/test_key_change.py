"""The drill of changing keys: killed in the middle and begun again, with people being found all the time."""

import base64
import os
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

from core.database.db import lock
from core.datakeys.services import stored_under
from stations.models import Person
from stations.people.identity import unseal
from stations.people.queries import Reach, find_people
from tests.factories.people import resident
from tests.factories.stations import StationFactory, helper_of
from tests.faults.house import address_of

ROOT = Path(__file__).resolve().parents[2]
OLD, NEW = (base64.b64encode(bytes(range(first, first + 32))).decode() for first in (1, 101))
RESIDENTS = 30


def numbers():
    """Resident numbers with right check digits."""
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    for order in range(RESIDENTS):
        plain = f"110105194912310{order:02}"
        total = sum(int(digit) * weight for digit, weight in zip(plain, weights, strict=True))
        yield plain + "10X98765432"[total % 11]


def killed_at_work(database):
    """`data_keys renew` in a process of its own, killed when it has told of its second bite."""
    keys = f"2:{NEW},1:{OLD}"
    variables = os.environ | {
        "DATABASE_URL": address_of(database, "renewing"),
        "DJANGO_SETTINGS_MODULE": "ecomnet.settings.test",
        "ECOMNET_DATA_KEYS": keys,
        "ECOMNET_INDEX_KEYS": keys,
    }
    command = [sys.executable, "-W", "ignore", "manage.py", "data_keys", "renew", "--bite", "1"]
    with subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True
    ) as process:
        for _ in range(2):
            assert process.stdout.readline().startswith("stations.Person.id")
        process.send_signal(signal.SIGKILL)


def test_a_change_of_keys_survives_kill_minus_nine_and_hides_nobody(own_database, settings):
    settings.ECOMNET_DATA_KEYS = settings.ECOMNET_INDEX_KEYS = {1: OLD, 2: NEW}
    station = StationFactory()
    helper = helper_of(station)
    people = {number: resident(station=station, id_number=number, by=helper).pk for number in numbers()}

    def assert_everybody_is_found():
        for number, pk in people.items():
            assert [row.id for row in find_people(text=number, reach=Reach(own=(station.pk,)))] == [pk]

    with transaction.atomic():
        lock(Person.objects.get(pk=min(people.values())))  # the one who is served at the moment is passed by
        killed_at_work(own_database)
    settings.ECOMNET_DATA_KEYS = settings.ECOMNET_INDEX_KEYS = {2: NEW, 1: OLD}
    counts = stored_under()["stations.Person.id"]
    assert counts["data", 1] == counts["index", 1] >= 1
    assert counts["data", 2] == counts["index", 2] >= 2
    assert_everybody_is_found()

    call_command("data_keys", "renew", "--bite", "7", stdout=StringIO())
    settings.ECOMNET_DATA_KEYS = settings.ECOMNET_INDEX_KEYS = {2: NEW}
    assert set(stored_under()["stations.Person.id"]) == {("data", 2), ("index", 2)}
    assert_everybody_is_found()
    assert {unseal(person): person.pk for person in Person.objects.exclude(id_cipher=None)} == people
