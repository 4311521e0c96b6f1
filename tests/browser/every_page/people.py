"""People of the village: their records, guardians, cards, consents and rights."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.timezone import now

from stations.models import Death, Guardianship, Person, PersonMerge, PersonRequest, Reveal, User
from stations.people.models import ConsentText
from stations.people.services import issue_card
from tests.browser.every_page.page import PageOf, Pages, Story, one
from tests.factories.days import today


class Register(Story):
    """People who were born, have a card, are one person twice, ask for something, have died."""

    def guardianship(self) -> Guardianship:
        here = Person.objects.filter(home_station=self.station, died_date=None)
        guardian = here.filter(birth_date__year__lt=1990).order_by("pk")[0]
        child = here.filter(birth_date__year__gt=2012).order_by("pk")[0]
        return Guardianship.objects.get_or_create(
            child=child,
            guardian=guardian,
            to_date=None,
            defaults={"kind": "grandparent", "from_date": today(), "confirmed_by": self.partner},
        )[0]

    def holder(self) -> Person:
        """Somebody with a live card."""
        holder = Person.objects.filter(home_station=self.station, died_date=None).order_by("pk")[2]
        if not holder.cards.filter(revoked_at=None).exists():
            issue_card(person=holder, by=self.partner, at=now())
        return holder

    def dead(self) -> Person:
        """Somebody whose death was written down."""
        return (
            Death.objects.filter(undone_at=None, person__home_station__county=self.station.county).latest("pk").person
        )

    def two_adults(self) -> list[Person]:
        return list(Person.objects.filter(home_station=self.station, birth_date__year__lt=1985).order_by("pk")[3:5])

    def merge(self, status: str) -> PersonMerge:
        """Two records of which somebody says that they are one person."""
        people = Person.objects.filter(home_station=self.station).exclude(pk=self.payer.pk).order_by("-pk")
        kept, merged = people[0:2] if status == "proposed" else people[2:4]
        ended = {"decided_by": User.objects.get(username="admin"), "decided_at": now()} if status == "merged" else {}
        return PersonMerge.objects.get_or_create(
            kept=kept,
            merged=merged,
            defaults={
                "status": status,
                "reason": "同一张身份证",
                "proposed_by": User.objects.get(username="clerk"),
                "proposed_at": now(),
                **ended,
            },
        )[0]

    def request(self) -> PersonRequest:
        """Somebody has asked to be forgotten."""
        person = Person.objects.filter(home_station=self.station).exclude(pk=self.payer.pk).order_by("-pk")[5]
        return PersonRequest.objects.get_or_create(
            person=person,
            kind="erasure",
            defaults={"asked_by": self.partner, "asked_at": now(), "due_at": now() + dt.timedelta(days=15)},
        )[0]

    def reveal(self) -> Reveal:
        post = self.partner.posts.first()
        return Reveal.objects.create(
            user=self.partner, person=self.payer, field="phone", reason="customer_present", at=now(), post=post
        )


def _person(name: str, *more: Any) -> Callable[[Register], list[PageOf]]:
    return lambda house: [one("partner", name, house.payer.pk, *more)]


PAGES: Pages = {
    "people:find": lambda house: [
        one("partner", "people:find"),
        one("partner", "people:find", query="?q=wang"),
        one("partner", "people:find", query="?q=wang&scope=county"),
        one("partner", "people:find", query="?q=qqqqqq"),
        one("partner", "people:find", query="?q=12"),
    ],
    "people:new": lambda house: [one("partner", "people:new"), one("partner", "people:new", query="?name=wang")],
    "people:person": lambda house: [
        one("partner", "people:person", house.payer.pk),
        one("clerk", "people:person", house.payer.pk),
    ],
    "people:edit": _person("people:edit"),
    "people:household": lambda house: [
        one("partner", "people:household", house.payer.pk),
        *(
            one("partner", "people:household", alone.pk)
            for alone in Person.objects.filter(home_station=house.station, household=None)[:1]
        ),
    ],
    "people:new-household": _person("people:new-household"),
    "people:move": _person("people:move"),
    "people:history": _person("people:history"),
    "people:phone": _person("people:phone"),
    "people:consents": _person("people:consents"),
    "people:consent": lambda house: [
        one("partner", "people:consent", house.payer.pk, purpose)
        for purpose in ConsentText.objects.values_list("purpose", flat=True).distinct()
    ],
    "people:reveal": _person("people:reveal", "phone"),
    "people:revealed": lambda house: [one("partner", "people:revealed", house.reveal().pk)],
    "duplicates:duplicates": lambda house: [house.merge("proposed") and one("manager", "duplicates:duplicates")],
    "duplicates:propose": lambda house: [
        one("manager", "duplicates:propose", *(person.pk for person in house.two_adults()))
    ],
    "duplicates:merge": lambda house: [
        one("manager", "duplicates:merge", house.merge(status).pk) for status in ("proposed", "merged")
    ],
    "archive:proposals": lambda house: [
        one("manager", "archive:proposals"),
        one("manager331124", "archive:proposals"),
    ],
    "rights:rights": lambda house: [
        one("partner", "rights:rights", house.payer.pk),
        one("partner", "rights:rights", house.request().person_id),
    ],
    "people:guardians": lambda house: [
        one("partner", "people:guardians", house.payer.pk),
        one("partner", "people:guardians", house.guardianship().child_id),
    ],
    "people:new-guardian": lambda house: [
        one("partner", "people:new-guardian", house.guardianship().child_id),
        one("partner", "people:new-guardian", house.payer.pk, query=f"?guardian={house.guardianship().guardian_id}"),
    ],
    "people:end-guardian": lambda house: [one("partner", "people:end-guardian", house.guardianship().pk)],
    "people:name-head": _person("people:name-head"),
    "people:settle": _person("people:settle"),
    "people:card": lambda house: [
        one("partner", "people:card", house.payer.pk),
        one("partner", "people:card", house.holder().pk),
    ],
    "people:print-card": lambda house: [one("partner", "people:print-card", house.holder().pk)],
    "people:death": _person("people:death"),
    "people:undo-death": lambda house: [
        one("manager", "people:undo-death", house.dead().pk),
        one("manager", "people:person", house.dead().pk),
    ],
}

#: Addresses that answer, but not with a page of the console.
NOT_PAGES = {
    *(
        "people:send-code",
        "people:withdraw",
        "people:take-up",
        "people:send-consent-code",
        "people:stop-card",
        "people:card-picture",
    ),
    *("duplicates:approve", "duplicates:refuse", "duplicates:undo"),
    *("rights:export", "rights:erase", "rights:withdraw"),
}
