"""Health records: opened, written in, and shown in a browser that is signed in."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from health.records.models import Encounter, HealthRecord
from health.records.services import open_record, record_encounter
from stations.models import User
from tests.factories.chronic import Practice


def opened(there: Practice, person_and_number: Any = None, **values: Any) -> tuple[HealthRecord, str]:
    """A record that the nurse of the clinic opened with consent, and the number of its resident's document."""
    _person, number = person_and_number or there.resident()
    about = {"clinic": there.clinic, "manner": "signature", "by": there.nurse, "at": now(), **values}
    return open_record(id_number=number, **about), number


def wrote(there: Practice, record: HealthRecord, **values: Any) -> Encounter:
    """An encounter that the nurse of the clinic wrote down."""
    about = {"record": record, "clinic": there.clinic, "kind": "AMB", "summary": "咽部充血", "by": there.nurse}
    return record_encounter(**{**about, "at": now(), **values})


def page_of(client: Client, record: HealthRecord) -> HttpResponse:
    """The page of a record as this browser sees it."""
    return client.get(reverse("records:record", args=[record.pk]))


def signed_in(client: Client, user: User) -> Client:
    """The browser with this user signed in."""
    client.force_login(user)
    return client
