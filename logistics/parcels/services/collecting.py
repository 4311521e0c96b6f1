"""At the counter: a parcel is handed over against a proof, refused, or waits longer."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import atomic_but_tries, lock, present
from core.errors import CodeExpired, CodeLocked, CodeWrong, Refused, WrongState, refuses
from core.events.services import publish
from core.language.reasons import no_identity_numbers
from core.language.text import is_blank
from core.models import StoredFile
from logistics.parcels.machine import PARCEL
from logistics.parcels.models import Parcel, ParcelEvent, PickupCode
from logistics.parcels.queries import storage_policy
from logistics.parcels.services.codes import check_pickup_code, end_codes, end_of_storage, note_proxy
from logistics.parcels.services.steps import Kind, Scan, Status, Step, facts_of, known_step, made_at, take_step
from stations.accounts.models import User
from stations.people.models import Person
from stations.two_persons import is_same_person


class AlreadyCollected(Refused):
    """Somebody has handed it over."""

    code = "already_collected"
    message = _("%(person)s has already handed this parcel over.")


class BelongsToAnOrder(Refused):
    """What an order sent is handed over with the order: cash and goods in one step."""

    code = "belongs_to_an_order"
    message = _("This parcel belongs to an order. Hand it over there, with the cash that is due.")


class CashFirst(Refused):
    """The cash is not in the till yet."""

    code = "cash_first"
    message = _("%(amount)s is due before this parcel is handed over.")


class IdCheckIncomplete(Refused):
    """Without a code it takes a witness who is neither of the two, and a photo."""

    code = "id_check_incomplete"
    status = 422
    message = _("Without the code, this needs the identity document, a witness who is a third person, and a photo.")


class ExtendedAlready(Refused):
    """A parcel waits longer once."""

    code = "extended_already"
    message = _("This parcel already waits longer. It can be extended once.")


@dataclass(frozen=True, slots=True)
class IdCheck:
    """The receiver's identity document was looked at; somebody saw it, and there is a photo."""

    witness: Person | None
    photo: StoredFile | None


@refuses(
    WrongState, AlreadyCollected, BelongsToAnOrder, CashFirst, IdCheckIncomplete, CodeLocked, CodeExpired, CodeWrong
)
@no_identity_numbers("proxy_name")
@atomic_but_tries
def collect_parcel(
    *,
    parcel: Parcel,
    code: str = "",
    id_check: IdCheck | None = None,
    cash_cleared_by: UUID | None = None,
    contents_ref: UUID | None = None,
    proxy_name: str = "",
    by: User,
    at: dt.datetime,
    scan: Scan | None = None,
) -> Parcel:
    """Hand a parcel over against its code, or identity document, witness and photo. A wrong code uses up a try.

    A caller that sent it names its `contents_ref`, and the ledger's transfer of the cash that was due. Who knows the
    code may collect for the receiver, who then hears who that was (`proxy_name`). The same scan again changes nothing.
    Refused: `already_collected`, `wrong_state`, `belongs_to_an_order`, `cash_first`, `id_check_incomplete`,
    `code_locked`, `code_expired`, `code_wrong`, `number_in_text`.
    """
    parcel = lock(parcel)
    if known_step(parcel, scan):
        return parcel
    if parcel.status == Status.COLLECTED:
        raise AlreadyCollected(person=parcel.collected_by.shown_name if parcel.collected_by else "")
    PARCEL.check("collect_parcel", parcel.status)
    if parcel.contents_ref is not None and parcel.contents_ref != contents_ref:
        raise BelongsToAnOrder
    if parcel.cash_due_minor and cash_cleared_by is None:
        raise CashFirst(amount=parcel.cash_due.display())
    if id_check is not None:
        _check_identity(parcel, id_check, by=by)
        parcel.proof, parcel.witness, parcel.photo = Parcel.Proof.ID_CHECK, id_check.witness, id_check.photo
        end_codes(parcel, PickupCode.Status.EXPIRED, at=at)
    else:
        live = check_pickup_code(parcel=parcel, code=code, by=by, at=made_at(scan, at))
        parcel.proof = Parcel.Proof.CODE
        if not is_blank(proxy_name):
            note_proxy(live, proxy_name, at=at)
        end_codes(parcel, PickupCode.Status.USED, at=at)
    parcel.cash_cleared_by, parcel.collected_by = cash_cleared_by, by
    parcel.custodian, parcel.ended_at = None, at
    take_step(parcel, Step(Kind.COLLECTED, Status.COLLECTED, parcel.to_station), by=by, at=at, scan=scan)
    publish("logistics.parcel_collected", at=at, **facts_of(parcel))
    return parcel


@refuses(WrongState)
@transaction.atomic
def refuse_parcel(*, parcel: Parcel, reason: str, by: User, at: dt.datetime) -> Parcel:
    """The receiver does not take it, for a `Parcel.RefusalReason`; it stays on the shelf until it is sent back.

    Refused: `wrong_state`.
    """
    parcel = lock(parcel)
    PARCEL.check("refuse_parcel", parcel.status)
    end_codes(parcel, PickupCode.Status.EXPIRED, at=at)
    take_step(parcel, Step(Kind.REFUSED, Status.REFUSED, parcel.to_station, reason=reason), by=by, at=at)
    publish(
        "logistics.parcel_refused",
        at=at,
        **facts_of(parcel, reason=reason),
        is_justified=reason in Parcel.JUSTIFIED,
    )
    return parcel


@refuses(WrongState, ExtendedAlready)
@transaction.atomic
def extend_storage(*, parcel: Parcel, by: User, at: dt.datetime) -> Parcel:
    """Let a parcel wait longer, once, as the receiver asks; the code lives on. Refused: `extended_already`."""
    parcel = lock(parcel)
    PARCEL.check("extend_storage", parcel.status)
    if parcel.is_extended:
        raise ExtendedAlready
    until = present(parcel.storage_until_date)
    policy = storage_policy(parcel.to_station.county.code, until)
    parcel.storage_until_date, parcel.is_extended = until + dt.timedelta(days=policy.extension_days), True
    parcel.codes.filter(status=PickupCode.Status.ISSUED).update(
        expires_at=end_of_storage(parcel, parcel.storage_until_date), updated_at=at
    )
    take_step(parcel, Step(Kind.EXTENDED, parcel.status, parcel.to_station), by=by, at=at)
    return parcel


def handed_over(parcel: Parcel) -> ParcelEvent:
    """The step in which it was handed over: who did it, and when."""
    return parcel.events.select_related("actor").get(kind=Kind.COLLECTED)


def _check_identity(parcel: Parcel, check: IdCheck, *, by: User) -> None:
    has_third = check.witness is not None and not is_same_person(check.witness, by.pk, parcel.receiver_id)
    if not has_third or check.photo is None:
        raise IdCheckIncomplete(field="witness" if not has_third else "photo")
