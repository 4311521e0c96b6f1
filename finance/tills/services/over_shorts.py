"""A difference of the drawer: explained by who held it, decided by two people, charged after seven days' notice."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import needs_words, no_identity_numbers
from core.state_machines import Machine
from finance import chart
from finance.hooks import VARIANCE_REFUNDS
from finance.payments.models import Payment
from finance.tills.models import OverShort, OverShortMove
from finance.tills.models.over_shorts import NOTICE
from finance.tills.queries import devices_waiting
from finance.tills.services.books import account_of, post
from finance.tills.services.differences import day_of, move, tell
from ledger.services import Leg, MadeBy
from stations.accounts.models import User
from stations.two_persons import require_two_persons

#: Who has said nothing for so long may be charged all the same.
SILENCE = dt.timedelta(days=3)

_S, _KIND, _ASKED = OverShort.Status, OverShortMove.Kind, OverShort.Asked
OVER_SHORT = Machine(
    name="cash difference",
    states=OverShort.Status,
    arrows={
        "explain_variance": frozenset({_S.OPEN}),
        "absorb_variance": frozenset({_S.OPEN, _S.EXPLAINED}),
        "propose_charge": frozenset({_S.OPEN, _S.EXPLAINED}),
        "charge_variance": frozenset({_S.CHARGE_PROPOSED}),
        "dispute_variance": frozenset({_S.OPEN, _S.EXPLAINED, _S.CHARGE_PROPOSED, _S.CHARGED}),
        "decide_dispute": frozenset({_S.DISPUTED}),
        "return_variance": frozenset({_S.OPEN, _S.EXPLAINED, _S.ABSORBED}),
        "take_late_cash": frozenset({_S.OPEN, _S.EXPLAINED}),
    },
)


class NotTheHolder(Refused):
    """Anyone who held the till speaks for themselves."""

    code = "not_the_holder"
    message = _("Only the person who held the till can say this.")


class NotChargeable(Refused):
    """What is too much, or what nobody held, is charged to nobody."""

    code = "not_chargeable"
    status = 422
    message = _("This cannot be charged: it is a surplus, or no one held the till.")


class ExplanationAwaited(Refused):
    """Who held the till has three days to say what happened."""

    code = "explanation_awaited"
    message = _("No explanation yet. This can be proposed from %(date)s.")


class NoticeTooShort(Refused):
    """Seven days lie between the notice and the charge."""

    code = "notice_too_short"
    message = _("The person was informed on %(told)s. This can be charged from %(date)s.")


class DevicesWaiting(Refused):
    """What is too much may belong to cash that a device has not sent yet."""

    code = "devices_waiting"
    message = _("These devices may hold cash not yet sent: %(devices)s. Let them send first.")


class NotTooMuch(Refused):
    """What is missing belongs to nobody."""

    code = "not_too_much"
    status = 422
    message = _("Only a surplus can be returned to its owner.")


class OwnerMissing(Refused):
    """Money is given back to the payer of a payment."""

    code = "owner_missing"
    status = 422
    message = _("Enter the slip number of the payment at this station whose payer owns the money.")


class OwnerDiffers(Refused):
    """The second person has another payment before them than the first."""

    code = "owner_differs"
    message = _("The first person chose a different payment. Check both before you confirm.")


@refuses(WrongState, NotTheHolder)
@needs_words("text")
@transaction.atomic
def explain_variance(
    *, over_short: OverShort, text: str, by: User, at: dt.datetime, files: Iterable[Any] = ()
) -> OverShort:
    """Say what may have happened."""
    over_short = lock(over_short)
    OVER_SHORT.check("explain_variance", over_short.status)
    refuse_unless_holder(over_short, by)
    over_short.explanation, over_short.explained_at = text, at
    over_short.files.add(*files)
    return arrow(over_short, _S.EXPLAINED, by=by, at=at, reason=text)


@refuses(WrongState, ExplanationAwaited, NotChargeable, SamePerson)
@transaction.atomic
def propose_charge(
    *, over_short: OverShort, text: str, by: User, at: dt.datetime, files: Iterable[Any] = ()
) -> OverShort:
    """Propose that a shortage is charged to who held the till; he is told at once, and has seven days.

    Refused: `not_chargeable`, `explanation_awaited` (three days), `same_person` (it is one's own), `wrong_state`.
    """
    over_short = lock(over_short)
    OVER_SHORT.check("propose_charge", over_short.status)
    if over_short.status == _S.OPEN and at < over_short.found_at + SILENCE:
        raise ExplanationAwaited(date=day_of(over_short, over_short.found_at + SILENCE))
    over_short.files.add(*files)
    return give_notice(over_short, text=text, by=by, at=at)


@refuses(WrongState, SamePerson, NoticeTooShort)
@transaction.atomic
def charge_variance(*, over_short: OverShort, by: User, at: dt.datetime) -> OverShort:
    """Charge a shortage: commission -> over_short. By another person than proposed it, seven days after the notice.

    Refused: `notice_too_short`, `same_person`, `wrong_state` (a disputed one is not charged).
    """
    over_short = lock(over_short)
    OVER_SHORT.check("charge_variance", over_short.status)
    require_two_persons(by, over_short.proposed_by_id, over_short.holder_id)
    told = present(over_short.notice_at)
    if at < told + NOTICE:
        raise NoticeTooShort(told=day_of(over_short, told), date=day_of(over_short, told + NOTICE))
    commission = account_of(chart.commission_of_user(present(over_short.holder_id)), over_short.station, at)
    move(
        over_short,
        kind=_KIND.CHARGED,
        added=over_short.left,
        other=commission,
        reason="shortage charged",
        made_by=MadeBy("staff", by.pk),
        at=at,
    )
    over_short.charged_at, over_short.decided_by, over_short.decided_at = at, by, at
    arrow(over_short, _S.CHARGED, by=by, at=at)
    tell(present(over_short.holder), "variance_charged", over_short, at=at)
    return over_short


@refuses(WrongState, DevicesWaiting, SamePerson)
@no_identity_numbers("text")
@transaction.atomic
def absorb_variance(*, over_short: OverShort, text: str, by: User, at: dt.datetime) -> OverShort:
    """Let the company bear a shortage, or keep what is too much for its owner; the second of two people does it.

    Short: expense -> over_short; over: over_short -> unclaimed. The first press only asks.
    """
    over_short = lock(over_short)
    OVER_SHORT.check("absorb_variance", over_short.status)
    refuse_unsent(over_short)
    if not _is_second(over_short, _ASKED.ABSORB, text=text, by=by, at=at):
        return over_short
    over_short.decided_by, over_short.decided_at = by, at
    return bear(over_short, by=by, at=at)


@refuses(WrongState, NotTooMuch, OwnerMissing, OwnerDiffers, SamePerson)
@no_identity_numbers("text")
@transaction.atomic
def return_variance(
    *, over_short: OverShort, payment: Payment | None, text: str, by: User, at: dt.datetime
) -> OverShort:
    """Give what was too much to the payer of a payment: over_short (absorbed: unclaimed) -> customer_funds, a Refund.

    The second of two people does it. Refused: `not_too_much`, `owner_missing`, `owner_differs`, `same_person`,
    `wrong_state`, and what the refund refuses.
    """
    over_short = lock(over_short)
    OVER_SHORT.check("return_variance", over_short.status)
    if over_short.left.minor <= 0:
        raise NotTooMuch
    if payment is None or payment.station_id != over_short.station_id:
        raise OwnerMissing(field="slip_no")
    if over_short.asked_for == _ASKED.RETURN and over_short.owner_payment_id != payment.pk:
        raise OwnerDiffers(field="slip_no")
    over_short.owner_payment = payment
    if not _is_second(over_short, _ASKED.RETURN, text=text, by=by, at=at):
        return over_short
    _post_return(over_short, by=by, at=at)
    over_short.decided_by, over_short.decided_at = by, at
    [grant] = VARIANCE_REFUNDS
    over_short.refund = grant(over_short=over_short, at=at)
    return arrow(over_short, _S.RETURNED, by=by, at=at, reason=text)


@refuses(NotTheHolder)
def refuse_unless_holder(over_short: OverShort, by: User) -> None:
    """Only who held the till speaks; where nobody did, whoever has the verb at the station. Raises `NotTheHolder`."""
    if over_short.holder_id not in {None, by.pk}:
        raise NotTheHolder


@refuses(DevicesWaiting)
def refuse_unsent(over_short: OverShort) -> None:
    """What is too much waits until every device of the station has sent what it kept. Raises `DevicesWaiting`."""
    if over_short.is_short:
        return
    waiting = devices_waiting(over_short.station, since=over_short.found_at)
    if waiting:
        raise DevicesWaiting(devices=", ".join(device.label for device in waiting))


@refuses(NotChargeable, SamePerson)
def give_notice(over_short: OverShort, *, text: str, by: User, at: dt.datetime) -> OverShort:
    """From now on seven days run, at the end of which another person may charge it.

    Raises `NotChargeable` for what is too much or has no holder, and `SamePerson` for the holder.
    """
    if not over_short.is_short or over_short.holder_id is None:
        raise NotChargeable
    require_two_persons(by, over_short.holder_id)
    over_short.proposed_by, over_short.proposed_at, over_short.notice_at = by, at, at
    over_short.decision = text
    arrow(over_short, _S.CHARGE_PROPOSED, by=by, at=at, reason=text)
    until = day_of(over_short, at + NOTICE)
    tell(present(over_short.holder), "charge_proposed", over_short, at=at, until=until)
    return over_short


def bear(over_short: OverShort, *, by: User, at: dt.datetime) -> OverShort:
    """Close a difference at the company's cost, or keep what was too much twelve months for its owner."""
    other = account_of(chart.platform("expense" if over_short.is_short else "unclaimed"), over_short.station, at)
    move(
        over_short,
        kind=_KIND.ABSORBED,
        added=over_short.left,
        other=other,
        reason="difference borne by the company" if over_short.is_short else "kept for its owner",
        made_by=MadeBy("staff", by.pk),
        at=at,
    )
    arrow(over_short, _S.ABSORBED, by=by, at=at, reason=over_short.decision)
    if over_short.holder is not None:
        tell(over_short.holder, "variance_absorbed", over_short, at=at)
    return over_short


def arrow(over_short: OverShort, new: str, *, by: User | None, at: dt.datetime, reason: str = "") -> OverShort:
    """Take an arrow of the machine; what one person had asked for is done or over with it."""
    before = over_short.status
    over_short.status = new
    if new not in {_S.ABSORBED, _S.RETURNED}:
        over_short.asked_for, over_short.asked_by, over_short.asked_at = "", None, None
    over_short.save()
    record_change(over_short, old=before, new=new, at=at, actor=by.pk if by else None, reason=reason[:200])
    return over_short


def _is_second(over_short: OverShort, wanted: str, *, text: str, by: User, at: dt.datetime) -> bool:
    """Whether another person has asked for the same before; otherwise this press asks."""
    if over_short.asked_for == wanted:
        require_two_persons(by, over_short.asked_by_id)
        return True
    over_short.asked_for, over_short.asked_by, over_short.asked_at = wanted, by, at
    over_short.decided_by, over_short.decided_at, over_short.decision = None, None, text
    over_short.save()
    record_change(over_short, old=over_short.status, new=over_short.status, at=at, actor=by.pk, reason=text[:200])
    return False


def _post_return(over_short: OverShort, *, by: User, at: dt.datetime) -> None:
    funds = account_of(chart.customer_funds(over_short.station), over_short.station, at)
    made_by = MadeBy("staff", by.pk)
    if over_short.status != _S.ABSORBED:
        move(
            over_short,
            kind=_KIND.RETURNED,
            added=over_short.left,
            other=funds,
            reason="given back to its owner",
            made_by=made_by,
            at=at,
        )
        return
    unclaimed = account_of(chart.platform("unclaimed"), over_short.station, at)
    post(
        [Leg(unclaimed, funds, over_short.left, "given back to its owner")],
        station=over_short.station,
        event_type="over_short_returned",
        event_id=str(over_short.pk),
        made_by=made_by,
        at=at,
    )
