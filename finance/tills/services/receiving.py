"""Cash arrives: counted at a drawer, or seen on a line of the bank; what is missing is asked of who signed last."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock, present
from core.days import day_in
from core.errors import Refused, WrongState, refused_by, refuses
from core.money import Money
from core.notices.services import notify
from finance import chart
from finance.recon.models import BankStatementLine
from finance.recon.services import note_taken
from finance.tills.models import OverShort, Remittance
from finance.tills.services.books import account_of, post, till_of
from finance.tills.services.counting import NotANote, total_of
from finance.tills.services.differences import found_difference
from finance.tills.services.remittances import REMITTANCE, change
from finance.tills.services.turns import CashDayNotOpen, take_turn
from ledger.models import Account
from ledger.services import Leg, MadeBy
from stations.accounts.models import User
from stations.scope import post_reaching
from stations.two_persons import is_same_person

RECEIVE = "finance.receive_remittance"
_S, _WAY, _VIA = Remittance.Status, Remittance.Direction, Remittance.Via


class NotTheReceiver(Refused):
    """Cash is counted where it arrives, by somebody of that place who did not give it."""

    code = "not_the_receiver"
    message = _("This is counted at %(place)s, by someone there who did not hand it over.")


class AwaitsBankLine(Refused):
    """What was paid in at the bank arrives with the bank's line."""

    code = "awaits_bank_line"
    message = _("This was paid in at the bank. It counts as arrived with the bank statement line.")


class BankLineUnfitForSlip(Refused):
    """Money that left our account, came in another currency, or is taken by something else."""

    code = "bank_line_unfit"
    status = 422
    message = _("This bank line cannot be that payment: it is outgoing, in another currency, or already taken.")


@refuses(WrongState, AwaitsBankLine, NotTheReceiver, CashDayNotOpen, NotANote)
@transaction.atomic
def receive_remittance(*, remittance: Remittance, lines: Mapping[int, int], by: User, at: dt.datetime) -> Remittance:
    """Count what has arrived; `lines` is pieces by value in minor units: till -> cash_in_transit.

    Less: over_short of the carrier -> cash_in_transit. More: the rest against over_short of the station. Refused:
    `not_the_receiver`, `awaits_bank_line`, `denomination_unknown`, `cash_day_not_open`, `wrong_state`.
    """
    remittance = lock(remittance)
    REMITTANCE.check("receive_remittance", remittance.status)
    if remittance.via == _VIA.BANK_SLIP:
        raise AwaitsBankLine
    _refuse_unless_receiver(remittance, by)
    place = remittance.arrives
    take_turn(station=place, at=at)
    counted = total_of(lines, currency=remittance.currency, on=day_in(place.zone, at))
    remittance.received_by, remittance.received_at, remittance.received_minor = by, at, counted.minor
    remittance.received_pieces = {str(value): pieces for value, pieces in lines.items() if pieces}
    change(remittance, _S.RECEIVED, at=at, by=by)
    return _match(remittance, into=till_of(place, at), by=by, at=at)


@refuses(WrongState, BankLineUnfitForSlip, *refused_by(note_taken))
@transaction.atomic
def match_remittance(
    *, remittance: Remittance, bank_line: BankStatementLine, by: User | None, at: dt.datetime
) -> Remittance:
    """Say which bank line a slip is: suspense -> cash_in_transit. `by` is None when the reference was found by
    machine.
    """
    remittance = lock(remittance)
    REMITTANCE.check("match_remittance", remittance.status)
    bank_line = lock(bank_line)
    is_fit = (
        bank_line.direction == "in"
        and (bank_line.currency, bank_line.country) == (remittance.currency, remittance.station.county.country)
        and remittance.via == _VIA.BANK_SLIP
        and not is_taken(bank_line)
    )
    if not is_fit:
        raise BankLineUnfitForSlip
    remittance.bank_line, remittance.received_by = bank_line, by
    remittance.received_at, remittance.received_minor = at, bank_line.amount_minor
    change(remittance, _S.RECEIVED, at=at, by=by)
    note_taken(line=bank_line, amount=bank_line.amount)
    suspense = account_of(chart.suspense(bank_line.bank_account), remittance.station, at)
    return _match(remittance, into=suspense, by=by, at=at)


@refuses(WrongState, BankLineUnfitForSlip, *refused_by(note_taken))
@transaction.atomic
def match_slip_by_reference(*, bank_line: BankStatementLine, at: dt.datetime) -> Remittance | None:
    """Match a bank line whose text carries the exact reference of one slip on its way; else leave it to people."""
    if bank_line.direction != "in" or is_taken(bank_line):
        return None
    words = set(re.findall(r"[A-Z0-9]+", bank_line.text.upper()))  # Chinese words stand beside it without a space
    waiting = Remittance.objects.filter(
        reference__in=words,
        via=_VIA.BANK_SLIP,
        status=_S.IN_TRANSIT,
        currency=bank_line.currency,
        station__county__country=bank_line.country,
    )
    found = list(waiting[:2])
    return match_remittance(remittance=found[0], bank_line=bank_line, by=None, at=at) if len(found) == 1 else None


def is_taken(bank_line: BankStatementLine) -> bool:
    """Whether another slip or a top-up has this line already, or somebody has said what it was."""
    return bank_line.explained_minor > 0 or hasattr(bank_line, "remittance") or hasattr(bank_line, "topup")


def _refuse_unless_receiver(remittance: Remittance, by: User) -> None:
    """At the centre a post over the county or at the centre; at the station one of the station itself."""
    place = remittance.arrives
    reaching = post_reaching(by, RECEIVE, place)
    is_there = reaching is not None and (remittance.direction == _WAY.TO_COUNTY or reaching.reach == "station")
    if not is_there or is_same_person(by, remittance.given_by_id):
        raise NotTheReceiver(place=place.name)


def _match(remittance: Remittance, *, into: Account, by: User | None, at: dt.datetime) -> Remittance:
    """Empty what was on its way into where it arrived; a difference becomes a question of its own."""
    declared, received = remittance.amount, present(remittance.received)
    transit = account_of(chart.cash_in_transit(remittance.station), remittance.station, at)
    arrived = min(declared.minor, received.minor)
    made_by = MadeBy("person", by.pk) if by else MadeBy("system")
    if arrived:
        post(
            [Leg(into, transit, Money(arrived, declared.currency), "cash received")],
            station=remittance.arrives,
            event_type="remittance_received",
            event_id=str(remittance.pk),
            made_by=made_by,
            at=at,
        )
    if difference := received - declared:
        found_difference(
            station=remittance.station,
            found=OverShort.Found.REMITTANCE,
            beside=transit if difference.minor < 0 else into,
            amount=difference,
            holder=_who_signed(remittance) if difference.minor < 0 else None,
            by=by,
            at=at,
            remittance=remittance,
        )
    change(remittance, _how_it_arrived(difference), at=at, by=None)
    _tell_giver(remittance, at=at)
    return remittance


def _who_signed(remittance: Remittance) -> Any:
    """Anyone who had it last: the carrier; with a slip, who paid it in."""
    return remittance.carrier or remittance.given_by


def _how_it_arrived(difference: Money) -> str:
    if difference.minor == 0:
        return _S.MATCHED
    return _S.SHORT if difference.minor < 0 else _S.OVER


def _tell_giver(remittance: Remittance, *, at: dt.datetime) -> None:
    user, received = present(remittance.given_by), present(remittance.received)
    notify(
        template="remittance_arrived" if remittance.status == _S.MATCHED else "remittance_differs",
        params={
            "reference": remittance.reference,
            "declared": remittance.amount.display(user.language),
            "received": received.display(user.language),
        },
        language=user.language,
        user=user,
        link=f"/finance/tills/remittances/{remittance.pk}/",
        dedupe_key=f"remittance:{remittance.pk}:{remittance.status}",
        at=at,
    )
