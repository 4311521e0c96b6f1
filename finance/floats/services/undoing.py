"""A top-up that was wrong is undone by two persons: the money goes back to suspense, its bank line is free again."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.history import record_change
from core.language.reasons import needs_words
from core.money import Money
from core.notices.services import notify
from finance.floats.models import FloatTopUp, TopUpUndo
from finance.floats.services.forecasts import foresee_later
from finance.floats.services.topups import TOP_UP
from finance.recon.services import note_taken_back
from ledger.queries import balance, business_date_of, transfers_of
from ledger.services import AccountClosed, MadeBy, NotEnough, book_of, reverse_transfer
from stations.accounts.models import User
from stations.two_persons import require_two_persons


class TopUpInCash(Refused):
    """Cash was counted and signed for: no bank line could be free again."""

    code = "topup_in_cash"
    message = _("This top-up was paid in cash and signed for. It cannot be undone.")


class UndoAsked(Refused):
    """Somebody has asked already; another person undoes it."""

    code = "undo_asked"
    message = _("Undoing this top-up was already requested. Another person confirms it.")


class UndoNotAsked(Refused):
    """One person asks with a reason before another undoes it."""

    code = "undo_not_asked"
    message = _("This was not requested yet. Request it with a reason first.")


class FloatSpent(Refused):
    """The float no longer holds what the top-up had added; what was sold with it stands."""

    code = "float_spent"
    message = _("The float has only %(available)s of these %(needed)s left. It cannot be undone.")


@refuses(WrongState, TopUpInCash, UndoAsked)
@needs_words("reason")
@transaction.atomic
def ask_undo_topup(*, topup: FloatTopUp, reason: str, by: User, at: dt.datetime) -> TopUpUndo:
    """Ask that a top-up over a bank line is undone, credited or not; nothing moves yet."""
    topup = lock(topup)
    TOP_UP.check("ask_undo_topup", topup.status)
    if topup.bank_line_id is None:
        raise TopUpInCash
    undo, is_new = TopUpUndo.objects.get_or_create(
        topup=topup, defaults={"bank_line_id": topup.bank_line_id, "reason": reason, "asked_by": by, "asked_at": at}
    )
    if not is_new:
        raise UndoAsked
    record_change(topup, old=topup.status, new=topup.status, at=at, actor=by.pk, reason=reason)
    return undo


@refuses(WrongState, UndoNotAsked, SamePerson, FloatSpent, *refused_by(reverse_transfer))
@transaction.atomic
def undo_topup(*, topup: FloatTopUp, by: User, at: dt.datetime) -> TopUpUndo:
    """Undo what another person has asked: float -> suspense by the whole sum, and the bank line is unexplained again.

    Refused: `float_spent` where the float no longer holds all of it, `same_person`, `undo_not_asked`, `wrong_state`.
    """
    topup = lock(topup)
    TOP_UP.check("undo_topup", topup.status)
    undo = TopUpUndo.objects.filter(topup=topup).first()
    if undo is None:
        raise UndoNotAsked
    require_two_persons(by, undo.asked_by_id)
    before = topup.status
    if before == FloatTopUp.Status.CREDITED:
        undo.transfer_id = _take_back(topup, by=by, at=at)
    undo.done_by, undo.done_at = by, at
    undo.save(update_fields=["transfer", "done_by", "done_at", "updated_at"])
    topup.status, topup.bank_line, topup.reason = FloatTopUp.Status.UNDONE, None, undo.reason
    topup.save(update_fields=["status", "bank_line", "reason", "updated_at"])
    record_change(topup, old=before, new=topup.status, at=at, actor=by.pk, reason=undo.reason)
    return undo


def _take_back(topup: FloatTopUp, *, by: User, at: dt.datetime) -> UUID:
    """Reverse the transfer that filled the float and tell its partner; the reversing transfer."""
    [moved] = transfers_of("topup_credited", str(topup.pk))
    available = balance(moved.credit).available
    try:
        back = reverse_transfer(
            transfer_id=moved.pk,
            event_type="topup_undone",
            event_id=str(topup.pk),
            reason="float top-up undone",
            business_date=business_date_of(book_of(topup.station.county.country), at),
            made_by=MadeBy("staff", by.pk),
            at=at,
        )
    except (NotEnough, AccountClosed) as refusal:
        raise FloatSpent(available=available.display(), needed=moved.money.display()) from refusal
    note_taken_back(transfer=moved.pk, back=back)
    _tell_owner(topup, User.objects.get(pk=present(moved.credit.holder)), moved.money, at=at)
    foresee_later(topup.station, because=f"topup-undone:{topup.pk}", at=at)
    return back


def _tell_owner(topup: FloatTopUp, partner: User, amount: Money, *, at: dt.datetime) -> None:
    notify(
        template="topup_undone",
        params={"amount": amount.display(partner.language)},
        language=partner.language,
        user=partner,
        link="/finance/floats/",
        dedupe_key=f"topup_undone:{topup.pk}",
        at=at,
    )
