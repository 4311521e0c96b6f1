"""Merging two records of one person, and taking them apart again."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.events.services import publish
from core.history import record_change
from core.language.reasons import needs_words
from core.state_machines import Machine
from stations.accounts.models import User
from stations.duplicates.models import PersonMerge
from stations.people import identity
from stations.people.machine import MACHINE as PERSON
from stations.people.machine import standing_of
from stations.people.models import (
    Consent,
    Guardianship,
    Household,
    Membership,
    NameKey,
    Person,
    ResidentCard,
)
from stations.people.services.registration import write_name_keys
from stations.two_persons import require_two_persons

Stage = PersonMerge.Status
#: A merge can be taken apart for so long.
UNDO_WITHIN = dt.timedelta(days=30)

MERGE = Machine(
    "merge of records",
    Stage,
    {
        "approve_merge": frozenset({Stage.PROPOSED}),
        "refuse_merge": frozenset({Stage.PROPOSED}),
        "unmerge_persons": frozenset({Stage.MERGED}),
    },
)

#: What the kept record takes over where it has nothing of its own; the identity number goes as a whole.
PHONE, BIRTH = ("phone", "phone_reversed", "phone_verified_at"), ("birth_date", "birth_precision")
IDENTITY = ("id_kind", "id_cipher", "id_key_no", "id_index")


class SameRecord(Refused):
    """A record is not merged with itself."""

    code = "same_person"
    status = 422
    message = _("These records are already merged.")


class MergeElsewhere(Refused):
    """Two records of one county only."""

    code = "merge_elsewhere"
    status = 422
    message = _("Only two records of the same county are merged.")


class DifferentDocuments(Refused):
    """Two identity numbers are two people."""

    code = "different_documents"
    status = 422
    message = _("These records hold different identity numbers: they are two people.")


class MergeStands(Refused):
    """One of the two is part of another merge."""

    code = "merge_stands"
    message = _("One of these records is already part of another merge.")


class NewerMergeFirst(Refused):
    """Merges are undone in the reverse order: what moved twice moves back twice."""

    code = "newer_merge_first"
    message = _("One of these records was merged again later. Undo that merge first: %(merge)s.")


class RecordForgotten(Refused):
    """What tells of a person who was forgotten is gone: there is nothing to compare and nothing to move."""

    code = "record_forgotten"
    message = _("One of these records was forgotten. It stays as it is.")


class MergeTooOld(Refused):
    """After 30 days a merge stays."""

    code = "merge_too_old"
    message = _("Merged more than 30 days ago: it can no longer be undone.")


@refuses(SameRecord, WrongState, RecordForgotten, MergeElsewhere, DifferentDocuments, MergeStands)
@needs_words("reason")
@transaction.atomic
def propose_merge(*, keep: Person, merge: Person, actor: User, at: dt.datetime, reason: str) -> PersonMerge:
    """Say that two records are one person; another person decides.

    Raises `SameRecord`, `MergeElsewhere`, `DifferentDocuments`, `MergeStands`, `RecordForgotten`, `WrongState` (one of
    them became part of another record: merge that one).
    """
    keep, merge = _both(keep, merge)
    _refuse_mismatch(keep, merge)
    try:
        with transaction.atomic():
            row = PersonMerge.objects.create(kept=keep, merged=merge, reason=reason, proposed_by=actor, proposed_at=at)
    except IntegrityError as error:
        raise MergeStands from error
    record_change(row, old="", new=row.status, at=at, actor=actor.pk, reason=reason)
    return row


@refuses(WrongState, SamePerson, SameRecord, RecordForgotten, MergeElsewhere, DifferentDocuments)
@transaction.atomic
def merge_persons(*, merge: PersonMerge, actor: User, at: dt.datetime) -> PersonMerge:
    """Make one record of the two: what belongs to the merged one goes to the kept one, and is written down.

    A record that others became part of may itself become part of another: the kept one then stands for all of them.
    Raises `SamePerson` for who proposed it, and what `propose_merge` raises: things may have changed since.
    """
    merge = lock(merge)
    MERGE.check("approve_merge", merge.status)
    require_two_persons(actor, merge.proposed_by_id)
    kept, gone = _both(merge.kept, merge.merged)
    _refuse_mismatch(kept, gone)
    merge.moved = _move(kept, gone, at)
    Person.objects.filter(pk=gone.pk).update(merged_into=kept)
    _move_keys(kept, gone)
    _decide(merge, Stage.MERGED, actor, at, "")
    _publish("stations.person_merged", merge, actor, at)
    return merge


@refuses(WrongState)
@needs_words("reason")
@transaction.atomic
def refuse_merge(*, merge: PersonMerge, actor: User, at: dt.datetime, reason: str) -> PersonMerge:
    """They are two people: the pair is not offered again. Raises `WrongState`."""
    merge = lock(merge)
    MERGE.check("refuse_merge", merge.status)
    _decide(merge, Stage.REFUSED, actor, at, reason)
    return merge


@refuses(WrongState, MergeTooOld, NewerMergeFirst, RecordForgotten)
@needs_words("reason")
@transaction.atomic
def unmerge_persons(*, merge: PersonMerge, actor: User, at: dt.datetime, reason: str) -> PersonMerge:
    """Take the two apart again within 30 days: everything that was moved goes back.

    What was done for the kept record since stays with it. Raises `MergeTooOld`, `NewerMergeFirst` (the kept record was
    merged again since), `RecordForgotten`, `WrongState`.
    """
    merge = lock(merge)
    MERGE.check("unmerge_persons", merge.status)
    if merge.decided_at is None or at - merge.decided_at > UNDO_WITHIN:
        raise MergeTooOld
    kept, gone = _both(merge.kept, merge.merged)
    _refuse_forgotten(kept, gone)
    if (newer := _newest_after(merge)) is not None:
        raise NewerMergeFirst(merge=newer.pk)
    PERSON.check("unmerge_persons", standing_of(gone))
    _move_back(merge, kept, gone)
    merge.status, merge.undone_by, merge.undone_at = Stage.UNDONE, actor, at
    merge.save(update_fields=["status", "undone_by", "undone_at", "updated_at"])
    record_change(merge, old=Stage.MERGED, new=merge.status, at=at, actor=actor.pk, reason=reason)
    _publish("stations.person_unmerged", merge, actor, at)
    return merge


def _both(one: Person, other: Person) -> tuple[Person, Person]:
    """Both records, locked in the order of their ids, whichever is which."""
    held = {person.pk: person for person in lock_all(Person.objects.filter(pk__in=[one.pk, other.pk]))}
    return held[one.pk], held[other.pk]


def _refuse_mismatch(keep: Person, merge: Person) -> None:
    if keep.pk == merge.pk:
        raise SameRecord
    for person in (keep, merge):
        PERSON.check("merge_persons", standing_of(person))
    _refuse_forgotten(keep, merge)
    if keep.home_station.county_id != merge.home_station.county_id:
        raise MergeElsewhere
    if keep.id_index and merge.id_index and bytes(keep.id_index) != bytes(merge.id_index):
        raise DifferentDocuments


def _refuse_forgotten(*records: Person) -> None:
    if any(person.erased_at for person in records):
        raise RecordForgotten


def _newest_after(merge: PersonMerge) -> PersonMerge | None:
    """The newest standing merge in which the kept record took part after this one; call it with that record held."""
    later = Q(decided_at__gt=merge.decided_at) | Q(decided_at=merge.decided_at, pk__gt=merge.pk)
    of_kept = Q(kept=merge.kept_id) | Q(merged=merge.kept_id)
    rows = PersonMerge.objects.filter(of_kept, later, status=Stage.MERGED)
    return rows.order_by("-decided_at", "-pk").first()


def _move(kept: Person, gone: Person, at: dt.datetime) -> dict[str, Any]:
    """Point everything of the merged record to the kept one; what was moved, by kind."""
    moved: dict[str, Any] = {"filled": _fill(kept, gone)}
    moved["heads"] = [str(pk) for pk in Household.objects.filter(head=gone).values_list("pk", flat=True)]
    moved["ended"] = _end_membership(kept, gone, at)
    moved["memberships"] = _move_memberships(kept, gone)
    moved["consents"] = _repoint(_free_consents(kept, gone), "person", kept)
    moved["children"] = _repoint(Guardianship.objects.filter(child=gone).exclude(guardian=kept), "child", kept)
    moved["wards"] = _repoint(Guardianship.objects.filter(guardian=gone).exclude(child=kept), "guardian", kept)
    moved["logins"] = _move_logins(kept, gone)
    moved["cards"] = _move_cards(kept, gone, at)
    return moved


def _fill(kept: Person, gone: Person) -> list[str]:
    """What the kept record takes over because it had nothing there."""
    names: list[str] = []
    if not kept.phone and gone.phone:
        names += PHONE
    elif kept.phone == gone.phone and gone.phone_verified_at and not kept.phone_verified_at:
        names.append("phone_verified_at")
    if kept.birth_date is None and gone.birth_date is not None:
        names += BIRTH
    if not kept.preferred_name and gone.preferred_name:
        names.append("preferred_name")
    if kept.id_index is None and gone.id_index is not None:
        names += IDENTITY
    if names:
        if "id_index" in names:
            # One living record holds a number: the merged one becomes part of the kept one first.
            Person.objects.filter(pk=gone.pk).update(merged_into=kept)
        Person.objects.filter(pk=kept.pk).update(**_taken_over(kept, gone, names))
    served = max((p.last_served_at for p in (kept, gone) if p.last_served_at), default=None)
    Person.objects.filter(pk=kept.pk).update(last_served_at=served)
    return names


def _taken_over(kept: Person, gone: Person, names: list[str]) -> dict[str, Any]:
    """The values of the merged record; its number stands under a key of the kept record's own."""
    values = {name: getattr(gone, name) for name in names}
    if "id_index" in names:
        sealed = identity.seal(kept.pk, gone.id_kind, identity.unseal(gone))
        values |= {"id_cipher": sealed.cipher, "id_key_no": sealed.key_no, "id_index": sealed.index}
    return values


def _end_membership(kept: Person, gone: Person, at: dt.datetime) -> list[int]:
    """A person lives in one place: where the kept record lives somewhere, the other's open membership ends."""
    if kept.household_id is None:
        Household.objects.filter(head=gone).update(head=kept)
        return []
    Household.objects.filter(head=gone).update(head=None)
    day = day_in(kept.home_station.zone, at)
    rows = Membership.objects.filter(person=gone, to_date=None)
    ended = list(rows.values_list("pk", flat=True))
    rows.update(to_date=Greatest(F("from_date"), day))
    return ended


def _move_memberships(kept: Person, gone: Person) -> list[int]:
    """Where the merged record lived and lives; ended ones stay with it, to be opened again."""
    if kept.household_id is None and gone.household_id is not None:
        Person.objects.filter(pk=kept.pk).update(household=gone.household_id)
    Person.objects.filter(pk=gone.pk).update(household=None)
    if kept.household_id is not None:
        return []
    return _repoint(Membership.objects.filter(person=gone), "person", kept)


def _free_consents(kept: Person, gone: Person) -> Any:
    """Consents whose purpose the kept record has no open consent for; the others stay with the merged record."""
    open_ones = kept.consents.filter(withdrawn_at=None).values("purpose")
    return Consent.objects.filter(person=gone).exclude(withdrawn_at=None, purpose__in=open_ones)


def _move_logins(kept: Person, gone: Person) -> list[str]:
    if User.objects.filter(person=kept, is_active=True).exists():
        return []
    return _repoint(User.objects.filter(person=gone), "person", kept)


def _move_cards(kept: Person, gone: Person, at: dt.datetime) -> list[int]:
    """One live card per person: the kept record's own stays, else the merged one's finds the kept record."""
    rows = ResidentCard.objects.filter(person=gone)
    if kept.cards.filter(revoked_at=None).exists():
        rows.filter(revoked_at=None).update(revoked_at=at)
    return _repoint(rows, "person", kept)


def _move_keys(kept: Person, gone: Person) -> None:
    """Both ways of typing the name find the kept record."""
    standing = set(kept.name_keys.values_list("kind", "key"))
    for row in NameKey.objects.filter(person=gone):
        if (row.kind, row.key) in standing:
            row.delete()
        else:
            NameKey.objects.filter(pk=row.pk).update(
                person=kept, station=kept.home_station_id, county=kept.home_station.county_id
            )


def _move_back(merge: PersonMerge, kept: Person, gone: Person) -> None:
    moved = merge.moved
    names = _still_theirs(moved["filled"], kept, gone)
    if names:
        blank = {field.name: field.get_default() for field in Person._meta.fields if field.name in names}
        Person.objects.filter(pk=kept.pk).update(**blank)
        if "id_index" in names:
            identity.destroy_key(kept.pk)
    Person.objects.filter(pk=gone.pk).update(merged_into=None)
    back = {
        Membership: ("memberships", "person"),
        Consent: ("consents", "person"),
        User: ("logins", "person"),
        ResidentCard: ("cards", "person"),
    }
    for model, (kind, column) in back.items():
        model._default_manager.filter(**{column: kept, "pk__in": moved[kind]}).update(**{column: gone})
    Guardianship.objects.filter(child=kept, pk__in=moved["children"]).update(child=gone)
    Guardianship.objects.filter(guardian=kept, pk__in=moved["wards"]).update(guardian=gone)
    Membership.objects.filter(person=gone, pk__in=moved["ended"]).update(to_date=None)
    Household.objects.filter(Q(head=kept) | Q(head=None), pk__in=moved["heads"]).update(head=gone)
    _settle_households(kept, gone)
    for person in (kept, gone):
        person.refresh_from_db()
        write_name_keys(person)


def _still_theirs(names: list[str], kept: Person, gone: Person) -> list[str]:
    """What the kept record took over, but for what was corrected there since."""
    stays: set[str] = set()
    for group in (PHONE, BIRTH, ("preferred_name",)):
        if getattr(kept, group[0]) != getattr(gone, group[0]):
            stays |= set(group)
    if identity.unseal(kept) != identity.unseal(gone):
        stays |= set(IDENTITY)
    return [name for name in names if name not in stays]


def _settle_households(kept: Person, gone: Person) -> None:
    """Where each lives follows from the open memberships."""
    for person in (kept, gone):
        open_one = Membership.objects.filter(person=person, to_date=None).first()
        Person.objects.filter(pk=person.pk).update(household=open_one.household_id if open_one else None)


def _repoint(rows: Any, column: str, kept: Person) -> list[Any]:
    ids = list(rows.values_list("pk", flat=True))
    rows.model._base_manager.filter(pk__in=ids).update(**{column: kept})
    return [str(pk) if isinstance(pk, UUID) else pk for pk in ids]


def _decide(merge: PersonMerge, status: str, actor: User, at: dt.datetime, reason: str) -> None:
    old, merge.status = merge.status, status
    merge.decided_by, merge.decided_at = actor, at
    merge.save(update_fields=["status", "decided_by", "decided_at", "moved", "updated_at"])
    record_change(merge, old=old, new=status, at=at, actor=actor.pk, reason=reason)


def _publish(event: str, merge: PersonMerge, actor: User, at: dt.datetime) -> None:
    for person in (merge.kept, merge.merged):
        record_change(person, old="", new=event.removeprefix("stations.person_"), at=at, actor=actor.pk)
    publish(
        event,
        at=at,
        kept=str(merge.kept_id),
        merged=str(merge.merged_id),
        station=merge.kept.home_station_id,
        county=merge.kept.home_station.county_id,
    )
