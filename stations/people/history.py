"""What happened to a person's record, in words."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.history import changes_of
from core.web.timeline import KINDS, Entry
from stations.accounts.queries import names_of
from stations.people.models import Person


class Happened(models.TextChoices):
    """The events of a record, as its history shows them."""

    REGISTERED = "registered", _("Registered")
    CORRECTED = "corrected", _("Details corrected")
    MOVED = "moved", _("Moved to a household")
    PHONE_CONFIRMED = "phone_confirmed", _("Phone confirmed")
    CONSENT_GIVEN = "consent_given", _("Agreed")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("Consent withdrawn")
    GUARDIAN_CONFIRMED = "guardian_confirmed", _("Guardian confirmed")
    GUARDIAN_ENDED = "guardian_ended", _("Guardianship ended")
    CARD_ISSUED = "card_issued", _("Card issued")
    CARD_REVOKED = "card_revoked", _("Card cancelled")
    DECEASED = "deceased", _("Death recorded")
    DEATH_UNDONE = "death_undone", _("Death record withdrawn: the person is alive")
    ARCHIVED = "archived", _("Archived: not seen for years")
    TAKEN_UP = "taken_up", _("Restored")
    MERGED = "merged", _("Merged with another record")
    UNMERGED = "unmerged", _("Merge with another record undone")
    EXPORTED = "export_asked", _("Data copy requested")
    ERASURE_ASKED = "erasure_asked", _("Erasure requested")
    ERASED = "erased", _("Erased")


#: Names of corrected fields and purposes, as people say them.
WORDS = {
    "full_name": _("full name"),
    "preferred_name": _("preferred name"),
    "sex": _("sex"),
    "birth_date": _("birth date"),
    "birth_precision": _("birth date"),
    "phone": _("phone"),
    "language": _("language"),
    "residence": _("residence"),
    "village": _("village"),
    "id_number": _("identity number"),
}
PURPOSES = {
    "service_record": _("Keep a record of services"),
    "sms_notice": _("Send text messages"),
    "credit_data": _("Show payments to a bank for a loan"),
    "insurance_data": _("Share details with an insurer"),
    "health_record": _("Keep a health record"),
    "health_promotion": _("Be named at a health event"),
    "share_with_hospital": _("Show the health record to a hospital"),
    "hospital_registration": _("Register with a hospital"),
    "education_record": _("Keep a record of lessons"),
    "school_supplies": _("Give out school supplies"),
    "parent_calls": _("Arrange calls with a parent"),
    "photo_use": _("Use a photo"),
    "impact_survey": _("Ask survey questions"),
}


def purpose_words(purpose: str) -> Any:
    """A purpose as people say it; one that is new data only, by its code."""
    return PURPOSES.get(purpose, purpose)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of a record's history; `older` is the number that the next page begins before, 0 for none."""

    entries: list[Entry]
    older: int = 0


def history_page(person: Person, *, before: int = 0, size: int = 30) -> HistoryPage:
    """The changes before one of them, newest first, by keyset."""
    changes = changes_of(person).order_by("-pk")
    if before:
        changes = changes.filter(pk__lt=before)
    rows = list(changes[: size + 1])
    return HistoryPage(_entries(rows[:size]), rows[size - 1].pk if len(rows) > size else 0)


def history_of(person: Person, *, limit: int | None = None) -> list[Entry]:
    """The history of a record, newest first, with who did it."""
    return _entries(list(changes_of(person).order_by("-at", "-pk")[:limit]))


def _entries(changes: list[Any]) -> list[Entry]:
    names = names_of(changes)
    return [
        Entry(
            text=Happened(change.new).label if change.new in Happened.values else change.new,
            at=change.at,
            who=names.get(change.actor) or KINDS.get(change.actor_kind, change.actor_kind),
            detail=_in_words(change.reason),
        )
        for change in changes
    ]


def _in_words(reason: str) -> str:
    """Field names and purposes of a reason in the reader's language; the rest as it was written."""
    codes, dash, why = reason.partition(" — ")
    words = dict.fromkeys(str(WORDS.get(code, PURPOSES.get(code, code))) for code in codes.split(", "))
    return ", ".join(words) + dash + why
