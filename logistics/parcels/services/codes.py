"""Pick-up codes: six digits that are sent to the receiver and checked at the counter, with or without a network."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.codes import TRIES, new_code
from core.database.db import atomic_but_tries, lock, lock_all
from core.days import instant_of
from core.errors import CodeExpired, CodeLocked, CodeWrong, Refused, WrongState, refuses
from core.notices.services import notify
from logistics.parcels.machine import PARCEL
from logistics.parcels.models import Parcel, PickupCode
from logistics.parcels.services.steps import Kind, Step, take_step
from stations.accounts.models import User
from stations.scope import posts_granting

#: What the offline list of a station is worth: so many rounds for each of a million codes.
ROUNDS = 100_000
#: So many codes the counter may send again; after that the county does.
AGAIN_AT_COUNTER = 1

Status = PickupCode.Status
_hasher = PBKDF2PasswordHasher()


class NoPhoneForPickup(Refused):
    """No phone to send the code to."""

    code = "no_phone_for_pickup"
    status = 422
    message = _("No phone number is known for this parcel. Use identity document, witness and photo.")


class CodeSentOften(Refused):
    """The counter has sent a second code already."""

    code = "code_sent_often"
    message = _("A second code was sent already. The county can send another one.")


def issue_code(parcel: Parcel, *, at: dt.datetime, template: str = "parcel_available") -> PickupCode | None:
    """Send a new code that lives while the parcel waits; the one before is replaced. None without a phone."""
    if not parcel.receiver_phone or parcel.storage_until_date is None:
        return None
    parcel.codes.filter(status__in=[Status.ISSUED, Status.LOCKED]).update(status=Status.REISSUED, updated_at=at)
    code = new_code()
    issued = PickupCode.objects.create(
        parcel=parcel,
        code_hash=_hasher.encode(code, _hasher.salt(), ROUNDS),
        issued_at=at,
        expires_at=end_of_storage(parcel, parcel.storage_until_date),
    )
    notify(
        template=template,
        params={
            "code": code,
            "number": parcel.number,
            "station": parcel.to_station.name,
            "until": parcel.storage_until_date.isoformat(),
        },
        language=language_of(parcel),
        phone=str(parcel.receiver_phone),
        dedupe_key=f"pickup-code:{issued.pk}",
        at=at,
        use_by=issued.expires_at,
        zone=parcel.to_station.zone,
    )
    return issued


@refuses()
@transaction.atomic
def issue_codes(*, parcels: Sequence[UUID], at: dt.datetime) -> int:
    """Send codes for the parcels (by id) of a van that still wait and have none; how many."""
    rows = lock_all(Parcel.objects.waiting().filter(pk__in=parcels))
    known = set(
        PickupCode.objects.filter(parcel__in=rows, status__in=[Status.ISSUED, Status.LOCKED]).values_list(
            "parcel", flat=True
        )
    )
    return len([parcel for parcel in rows if parcel.pk not in known and issue_code(parcel, at=at)])


@refuses(WrongState, NoPhoneForPickup, CodeSentOften)
@transaction.atomic
def reissue_code(*, parcel: Parcel, by: User, at: dt.datetime) -> Parcel:
    """Send another code to the same phone; the old one is void. The counter does so once, then the county.

    It goes at once, at any hour: who asks for it stands at the counter.

    Refused: `wrong_state`, `no_phone_for_pickup`, `code_sent_often`.
    """
    parcel = lock(parcel)
    PARCEL.check("reissue_code", parcel.status)
    if not parcel.receiver_phone:
        raise NoPhoneForPickup
    is_counter = all(post.reach == "station" for post in posts_granting(by, "logistics.reissue_code"))
    if is_counter and parcel.codes.count() > AGAIN_AT_COUNTER:
        raise CodeSentOften
    issue_code(parcel, at=at, template="parcel_code_again")
    take_step(parcel, Step(Kind.CODE_SENT, parcel.status, parcel.to_station), by=by, at=at)
    return parcel


@refuses(CodeLocked, CodeExpired, CodeWrong)
@atomic_but_tries
def check_pickup_code(*, parcel: Parcel, code: str, by: User, at: dt.datetime) -> PickupCode:
    """Check the six digits; `at` is when they were typed. A wrong one uses up a try, the fifth locks the code.

    The caller holds the parcel. Refused: `code_locked`, `code_expired`, `code_wrong` (keeps its try).
    """
    live = parcel.codes.select_for_update(no_key=True).filter(status__in=[Status.ISSUED, Status.LOCKED]).first()
    if live is None:
        raise CodeExpired(field="code")
    if live.status == Status.LOCKED:
        raise CodeLocked(field="code")
    if at >= live.expires_at:
        raise CodeExpired(field="code")
    if not _hasher.verify(code.strip(), live.code_hash):
        live.tries += 1
        if live.tries >= TRIES:
            live.status = Status.LOCKED
        live.save(update_fields=["tries", "status", "updated_at"])
        raise CodeWrong(field="code", tries_left=TRIES - live.tries)
    return live


def note_proxy(live: PickupCode, name: str, *, at: dt.datetime) -> None:
    """Somebody else had the receiver's code: the name stays with it, and the receiver hears of it."""
    live.proxy_name = name
    live.save(update_fields=["proxy_name", "updated_at"])
    parcel = live.parcel
    notify(
        template="parcel_collected_by",
        params={"number": parcel.number, "station": parcel.to_station.name, "name": name},
        language=language_of(parcel),
        phone=str(parcel.receiver_phone),
        dedupe_key=f"parcel_collected_by:{parcel.pk}",
        at=at,
        zone=parcel.to_station.zone,
    )


def end_codes(parcel: Parcel, status: str, *, at: dt.datetime) -> None:
    """No code of this parcel opens anything any more."""
    parcel.codes.filter(status__in=[Status.ISSUED, Status.LOCKED]).update(status=status, updated_at=at)


def end_of_storage(parcel: Parcel, day: dt.date) -> dt.datetime:
    """The end of this day where the parcel waits."""
    return instant_of(parcel.to_station.zone, day + dt.timedelta(days=1), dt.time())


def language_of(parcel: Parcel) -> str:
    """The receiver's language."""
    return parcel.receiver.language if parcel.receiver else settings.LANGUAGE_CODE
