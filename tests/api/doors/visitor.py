"""Somebody who tries the doors, and what an example speaks of."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils.timezone import now

from core.access import may
from core.fields import uuid7
from finance.models import BankStatementLine
from tests.api.doors.door import Door
from tests.api.doors.things import adjustment, appointment_at, case_at, guardianship_at, merge_at
from tests.api.doors.things_of_education import class_at, package_at, shelved_at, tutor_at
from tests.demonstration import World, taken_back
from tests.factories.stations import token_for


class Visitor:
    """One person with a browser and a mobile client, which send `headers` with everything."""

    def __init__(self, user: Any, world: World, headers: dict[str, str] | None = None) -> None:
        self.world, self.user = world, user or AnonymousUser()
        self.browser = Client(raise_request_exception=False, headers=headers)
        self.mobile = Client(raise_request_exception=False, headers=headers)
        self.headers = {"Authorization": f"Token {token_for(user)}"} if user else {}
        if user:
            self.browser.force_login(user)
            session = self.browser.session
            session["second_factor_at"] = now().isoformat()
            session.save()

    def is_let_in(self, door: Door) -> bool:
        """Whether a post of this person opens such doors; whom none lets in is refused before anything is read.

        The matrix (`tests/access`) sends everybody to every door.
        """
        return door.verb is None or door.loads_first or may(self.user, door.verb)

    def tries(self, door: Door) -> Any:
        """What the door answers; nothing that it does stays."""
        path = door.path(self.world)
        with taken_back():
            if not door.is_api or door.method == "get":
                return self.get(door, path)
            body = known(getattr(door.view, "in_example", None) or {}, self.world)
            headers = self.headers | {"Idempotency-Key": uuid7().hex}
            return getattr(self.mobile, door.method)(path, body, "application/json", headers=headers)

    def get(self, door: Door, path: str) -> Any:
        """What a page or a list shows; a page that is only a button is pressed without its form."""
        if door.is_api:
            return self.mobile.get(path, headers=self.headers)
        cookies = self.browser.cookies.copy()
        answer = None if door.is_button else self.browser.get(path)
        if answer is None or answer.status_code == 405:
            answer = self.browser.post(path)
        self.browser.cookies = cookies
        return answer

    def asks(self, door: Door, words: dict[str, str]) -> Any:
        """With these words in the address."""
        if door.is_api:
            return self.mobile.get(door.path(self.world), words, headers=self.headers)
        return self.browser.get(door.path(self.world), words)


def known(body: dict[str, Any], world: World) -> dict[str, Any]:
    """The example of a verb, speaking of the story's station."""
    if "things" not in world.found:
        world.found["things"] = things_at(world)
    return spoken(body, world.found["things"])


def things_at(world: World) -> dict[str, Any]:
    """By the name of a field: what there is at the story's station."""
    return {
        "station": world.station.code,
        "from_station": world.station.code,
        "to_station": world.elsewhere.code,
        "division": world.station.county.code,
        "village": world.station.village.code,
        "resident": str(world.resident.pk),
        "session": appointment_at(world).booking.session_id,
        "slot": appointment_at(world).booking.slot_id,
        "fetch_id": str(world.fetch.pk),
        "payer": str(world.resident.pk),
        "person": str(world.resident.pk),
        "borrower": str(world.resident.pk),
        "learner": str(world.resident.pk),
        "learners": [str(world.resident.pk)],
        "class_run": str(class_at(world).pk),
        "content_package": str(package_at(world).pk),
        "tutor": str(tutor_at(world).pk),
        "adult_present": str(world.resident.pk),
        "barcode": shelved_at(world).barcode,
        "child": str(world.resident.pk),
        "head": str(world.resident.pk),
        "guardian": str(guardianship_at(world).guardian_id),
        "keep": str(world.resident.pk),
        "merge": str(merge_at(world).merged_id),
        "hospital": str(appointment_at(world).doctor.department.hospital_id),
        "prescription": str(case_at(world).prescriptions.get().pk),
        "bank_line": str(BankStatementLine.objects.filter(topup=None).order_by("pk")[0].pk),
        "account": adjustment().account.code,
        "event_id": str(world.payment().pk),
    }


def spoken(body: dict[str, Any], things: dict[str, Any]) -> dict[str, Any]:
    """An example that speaks of these things; an account is named where an event on it is."""
    unsaid = set() if "event_id" in body else {"account"}
    return {name: things.get(name, value) if name not in unsaid else value for name, value in body.items()}
