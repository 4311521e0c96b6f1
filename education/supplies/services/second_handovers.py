"""Two devices without network hand over the same kit, or a kit to the same child: the first that arrives counts."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, lock_all, present
from core.errors import Refused, SamePerson, refuses
from core.history import record_change, record_changes
from core.language.reasons import needs_words
from education.supplies.models import Handover, Kit, KitEntitlement, SecondHandover
from education.supplies.queries import entitlements_of
from stations.accounts.models import User
from stations.people.models import Person
from stations.two_persons import require_two_persons

_S = KitEntitlement.Status


class HandedOverBefore(Refused):
    """Another hand-over came first; what the device reports is kept for the county."""

    code = "kit_handed_over_before"
    message = _("Another hand-over of this kit or to this child came first. This one is kept, and the county decides.")
    keeps_changes = True


class NotContested(Refused):
    """No second hand-over waits."""

    code = "kit_not_contested"
    message = _("No second hand-over to this child waits for a decision.")


@refuses(HandedOverBefore)
def keep_second_handover(
    *, kit: Kit, child: Person, guardian: Person, proof: str, by: User, made_at: dt.datetime, at: dt.datetime
) -> None:
    """Of kit and child, both locked: keep what a device reports although another hand-over stands, and refuse it.

    Of a child whom nobody has approved nothing is kept, nor of the same hand-over by the same login. Raises
    `HandedOverBefore`, of which the row stays.
    """
    entitlement = entitlements_of(kit.campaign, child).filter(status__in=[_S.APPROVED, _S.HANDED_OVER]).first()
    theirs = Q(child__in=Person.objects.of_people(child.pk).values("pk"))
    standing = Handover.objects.standing().filter(Q(kit=kit) | theirs, campaign=kit.campaign_id)
    if entitlement is None or not standing.exists() or standing.filter(theirs, kit=kit, handed_by=by).exists():
        return
    row, is_new = SecondHandover.objects.get_or_create(
        entitlement=entitlement,
        kit=kit,
        handed_by=by,
        made_at=made_at,
        defaults={"station": present(kit.station), "received_by": guardian, "proof": proof, "received_at": at},
    )
    if is_new:
        KitEntitlement.objects.filter(pk=entitlement.pk).update(is_contested=True, updated_at=at)
        record_change(row, old="", new=row.Status.REPORTED, at=at, actor=by.pk)
    raise HandedOverBefore


@refuses(NotContested, SamePerson)
@needs_words("reason")
@transaction.atomic
def settle_second_handovers(*, entitlement: KitEntitlement, reason: str, by: User, at: dt.datetime) -> KitEntitlement:
    """Another person of the county says what happened; no count changes. Raises `NotContested`, `SamePerson`."""
    entitlement = lock(entitlement)
    rows = lock_all(entitlement.second_handovers.undecided())
    if not rows:
        raise NotContested
    require_two_persons(by, *(row.handed_by_id for row in rows))
    decided = SecondHandover.objects.filter(pk__in=[row.pk for row in rows])
    decided.update(decided_by=by, decided_at=at, reason=reason, updated_at=at)
    states = SecondHandover.Status
    record_changes(rows, old=states.REPORTED, new=states.DECIDED, at=at, actor=by.pk, reason=reason)
    entitlement.is_contested = False
    entitlement.save(update_fields=["is_contested", "updated_at"])
    return entitlement
