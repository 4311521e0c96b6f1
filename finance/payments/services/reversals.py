"""A wrong number or household: the company is asked to take back what it has done, and its word decides."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.codes import LIFE, TRIES, new_code
from core.database.db import atomic_but_tries, lock
from core.days import day_in
from core.errors import CodeExpired, CodeLocked, CodeWrong, Refused, TooMany, WrongState, refuses
from core.fields import uuid7
from core.gateways.models import Instruction
from core.gateways.results import Result, Status
from core.gateways.services import ensure_answering, instruct, is_lost, name_cutoff, settle_as_failed
from core.history import record_change
from core.keys.services import KeyReused
from core.language.reasons import no_identity_numbers
from core.notices.services import notify
from finance.fees.services import MoreThanStands
from finance.hooks import TRADES
from finance.payments.machine import PAYMENT
from finance.payments.models import Payment, Reversal, ReversalCode
from finance.payments.services.giving_back import NotARefund, RefundExceedsPayment, reverse_payment
from finance.payments.services.refunds import (
    CODES_A_DAY,
    CodeProof,
    NoPhoneForCode,
    PhoneBelongsToStaff,
    SlipWrong,
    WitnessProof,
)
from finance.payments.services.starting import cutoff_of
from finance.recon.models import ReconItem
from finance.recon.services import open_recon_item
from stations.accounts.models import User
from stations.accounts.queries import staff_phones

#: Without a definite answer for so long, people look.
SILENT_FOR = dt.timedelta(days=3)
SWEEP = 500
NEVER_RECEIVED = "never_received"


class ReversalPeriodOver(Refused):
    """The company takes nothing back that was done so long ago."""

    code = "reversal_period_over"
    message = _("A recall was possible until %(date)s. The company no longer returns this money.")


class NothingToAskBack(Refused):
    """No company has executed this: it is settled where it was sold."""

    code = "nothing_to_ask_back"
    status = 422
    message = _("No company can return this money.")


def last_day_to_ask(payment: Payment) -> dt.date | None:
    """The last local day on which the company may be asked; None where there is no company to ask."""
    trade = TRADES.get(payment.purpose)
    if trade is None or trade.days_to_ask_back is None or payment.finished_at is None:
        return None
    done_on = day_in(payment.station.zone, payment.finished_at)
    return done_on + dt.timedelta(days=trade.days_to_ask_back(payment))


@refuses(WrongState, NothingToAskBack, ReversalPeriodOver, NoPhoneForCode, PhoneBelongsToStaff, TooMany)
@transaction.atomic
def send_reversal_code(*, payment: Payment, at: dt.datetime) -> ReversalCode:
    """Send six digits to the payer's phone: at most three a day."""
    payment = lock(payment)
    _refuse_unless_askable(payment, at=at)
    phone, language = _phone_of_payer(payment, at=at)
    today = day_in(payment.station.zone, at)
    known = ReversalCode.objects.filter(payment=payment).first()
    sent = known.codes_sent if known and known.codes_sent_on == today else 0
    if sent >= CODES_A_DAY:
        raise TooMany
    code = new_code()
    fresh = {"code_hash": make_password(code), "expires_at": at + LIFE, "tries": 0}
    stored, _is_new = ReversalCode.objects.update_or_create(
        payment=payment, defaults={**fresh, "codes_sent": sent + 1, "codes_sent_on": today}
    )
    notify(
        template="reversal_code",
        params={"code": code, "amount": payment.total.display(language)},
        language=language,
        phone=phone,
        dedupe_key=f"reversal_code:{payment.pk}:{today}:{sent + 1}",
        at=at,
        use_by=stored.expires_at,
    )
    return stored


@refuses(WrongState, NothingToAskBack, ReversalPeriodOver, CodeExpired, CodeLocked, CodeWrong, SlipWrong)
@no_identity_numbers("reason")
@atomic_but_tries
def ask_reversal(
    *, payment: Payment, reason: str, proof: CodeProof | WitnessProof, by: User, at: dt.datetime
) -> Payment:
    """Ask the company to take a payment back, on the payer's code or slip; a worker makes the call.

    Refused: `wrong_state`, `reversal_period_over`, `nothing_to_ask_back`, `slip_wrong`, `code_wrong` (the try is used
    up), `code_locked`, `code_expired`, `provider_down`. The money moves only with a definite answer.
    """
    payment = lock(payment)
    _refuse_unless_askable(payment, at=at)
    if isinstance(proof, CodeProof):
        _check_code(payment, proof.code, at=at)
    else:
        _check_slip(payment, proof.slip_no)
    original = Instruction.objects.select_related("provider").get(pk=payment.pk)
    ensure_answering(original.provider, at)
    reversal = Reversal.objects.create(
        our_ref=uuid7(),
        payment=payment,
        reason=reason,
        slip_no="" if isinstance(proof, CodeProof) else proof.slip_no.strip().upper(),
        asked_by=by,
        asked_at=at,
    )
    _move(payment, Payment.Status.REVERSAL_ASKED, at=at, actor=by.pk, reason=reversal.reason)
    instruct(
        provider=original.provider,
        kind=Instruction.Kind.REVERSAL,
        path="/v1/reversals",
        request={
            "original_ref": str(payment.pk),
            "amount": original.request["amount"],
            "currency": original.request["currency"],
            "reason": reason,
        },
        our_ref=reversal.our_ref,
        at=at,
    )
    return payment


def submit_reversal(*, instruction: Instruction, at: dt.datetime) -> None:
    """The call is about to be made: what the company has not received by the cut-off it will never do."""
    if instruction.cutoff_at is None:
        name_cutoff(instruction=instruction, cutoff_at=cutoff_of(at))


@refuses(KeyReused, WrongState, NotARefund, RefundExceedsPayment, MoreThanStands)
@transaction.atomic
def record_reversal(*, instruction: Instruction, result: Result, source: str, at: dt.datetime) -> None:
    """What the company says to being asked: taken back, or the payment stands. The payer is told either way.

    An answer that contradicts what is final, or speaks of another amount, changes nothing and is laid before people.
    """
    payment = lock(Payment.objects.get(reversals__pk=instruction.pk))
    reversal = Reversal.objects.get(pk=instruction.pk)
    if reversal.status != Reversal.Status.ASKED:
        _note_contradiction(payment, reversal, instruction, result, source=source, at=at)
    elif result.status == Status.SUCCEEDED:
        reverse_payment(payment=payment, at=at)
    elif result.status == Status.FAILED:
        _stands(payment, reversal, code=result.code or "reversal_refused", at=at)
    elif result.status == Status.NOT_FOUND and is_lost(instruction, at=at):
        settle_as_failed(instruction=instruction, code=NEVER_RECEIVED, at=at)
        _stands(payment, reversal, code=NEVER_RECEIVED, at=at)


@transaction.atomic
def review_reversals(*, at: dt.datetime) -> int:
    """Every payment asked back of which nobody has heard for too long is laid before people; how many were."""
    silent = Reversal.objects.filter(
        status=Reversal.Status.ASKED, reviewed_at=None, asked_at__lte=at - SILENT_FOR
    ).select_related("payment")
    rows = list(silent.order_by("pk").select_for_update(of=("self",), no_key=True, skip_locked=True)[:SWEEP])
    for reversal in rows:
        reversal.reviewed_at = at
        reversal.save(update_fields=["reviewed_at", "updated_at"])
        instruction = Instruction.objects.get(pk=reversal.pk)
        _lay_before_people(reversal.payment, instruction, theirs="no definite answer", source="clock", at=at)
    return len(rows)


def _refuse_unless_askable(payment: Payment, *, at: dt.datetime) -> None:
    PAYMENT.check("ask_reversal", payment.status)
    last_day = last_day_to_ask(payment)
    if last_day is None:
        raise NothingToAskBack
    if day_in(payment.station.zone, at) > last_day:
        raise ReversalPeriodOver(date=last_day)


def _phone_of_payer(payment: Payment, *, at: dt.datetime) -> tuple[str, str]:
    """The payer's confirmed phone, else the one that was given with the payment; and the language to write in."""
    payer = payment.payer
    confirmed = payer.phone if payer and payer.phone_verified_at else ""
    phone = str(confirmed or payment.payer_phone)
    if not phone:
        raise NoPhoneForCode
    if phone in staff_phones(payment.station, at=at):
        raise PhoneBelongsToStaff
    return phone, payer.language if payer else settings.LANGUAGE_CODE


def _check_code(payment: Payment, code: str, *, at: dt.datetime) -> None:
    stored = ReversalCode.objects.filter(payment=payment).first()
    if stored is None or at >= stored.expires_at:
        raise CodeExpired
    if stored.tries >= TRIES:
        raise CodeLocked
    if check_password(code, stored.code_hash):
        stored.expires_at = at  # one code, one asking
        stored.save(update_fields=["expires_at", "updated_at"])
        return
    stored.tries += 1
    stored.save(update_fields=["tries", "updated_at"])
    raise CodeWrong(tries_left=TRIES - stored.tries)


def _check_slip(payment: Payment, slip_no: str) -> None:
    if not payment.receipts.filter(number=slip_no.strip().upper()).exists():
        raise SlipWrong(field="slip_no")


def _stands(payment: Payment, reversal: Reversal, *, code: str, at: dt.datetime) -> None:
    """The company does not take it back: the payment is what it was."""
    reversal.status, reversal.refusal_code, reversal.answered_at = Reversal.Status.REFUSED, code[:40], at
    reversal.save(update_fields=["status", "refusal_code", "answered_at", "updated_at"])
    PAYMENT.check("record_reversal", payment.status)
    _move(payment, Payment.Status.SUCCEEDED, at=at, actor_kind="provider")
    _tell_of_refusal(payment, reversal, at=at)


def _tell_of_refusal(payment: Payment, reversal: Reversal, *, at: dt.datetime) -> None:
    language = payment.payer.language if payment.payer else settings.LANGUAGE_CODE
    if payment.payer_phone:
        notify(
            template="reversal_refused",
            params={"amount": payment.total.display(language), "station": payment.station.name},
            language=language,
            phone=str(payment.payer_phone),
            dedupe_key=f"reversal_refused:{reversal.pk}",
            at=at,
        )
    by = reversal.asked_by
    notify(
        template="reversal_refused",
        params={"amount": payment.total.display(by.language), "station": payment.station.name},
        language=by.language,
        user=by,
        link=f"/finance/payments/{payment.pk}/",
        dedupe_key=f"reversal_refused:{reversal.pk}:{by.pk}",
        at=at,
    )


def _note_contradiction(
    payment: Payment, reversal: Reversal, instruction: Instruction, result: Result, *, source: str, at: dt.datetime
) -> None:
    agrees = {Reversal.Status.TAKEN_BACK: Status.SUCCEEDED, Reversal.Status.REFUSED: Status.FAILED}
    if result.is_definite and result.status != agrees[Reversal.Status(reversal.status)]:
        _lay_before_people(payment, instruction, theirs=str(result.status), source=source, at=at)


def _lay_before_people(
    payment: Payment, instruction: Instruction, *, theirs: str, source: str, at: dt.datetime
) -> None:
    open_recon_item(
        kind=ReconItem.Kind.STATUS,
        dedupe_key=f"reversal:{instruction.pk}:{theirs}"[:160],
        provider_id=instruction.provider_id,
        payment=payment,
        our_ref=str(instruction.pk),
        currency=payment.currency,
        detail={"ours": payment.status, "theirs": theirs, "source": source, "asked": "reversal"},
        at=at,
    )


def _move(payment: Payment, status: str, *, at: dt.datetime, **change: Any) -> None:
    before, payment.status = payment.status, status
    payment.save(update_fields=["status", "updated_at"])
    record_change(payment, old=before, new=status, at=at, **change)
