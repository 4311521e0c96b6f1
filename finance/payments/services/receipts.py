"""Slips: written once, printed as often as somebody asks, checked by anybody."""

import datetime as dt
import secrets
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from core.database.db import insert, lock
from finance.payments.models import Payment, Receipt, ReceiptPrint
from stations.accounts.models import User
from stations.network.models import Station
from stations.network.paper_numbers import paper_number
from stations.people.masking import mask_name
from stations.people.models import Person


def issue_receipt(*, payment: Payment, kind: str, trade_lines: Sequence[dict[str, Any]], at: dt.datetime) -> Receipt:
    """Write a slip in the caller's transaction.

    `lines` are data, not sentences: `{"name", "label"?, "value"}` with amounts as decimal strings; a label or value in
    several languages is a mapping by language. Every rendering makes its words from them.
    """
    return insert(
        Receipt(
            number=paper_number(payment.station, "", at, marks=6),
            payment=payment,
            kind=kind,
            lines=[*trade_lines, *_money_lines(payment)],
            names=names_on_slip(station=payment.station, payer=payment.payer),
            verify_code=secrets.token_urlsafe(16),
            issued_at=at,
        )
    )


@transaction.atomic
def print_receipt(*, receipt: Receipt, by: User, at: dt.datetime) -> ReceiptPrint:
    """Note one printing; copy number 0 is the slip itself, every further one is marked as a copy."""
    lock(receipt.payment)  # a receipt itself cannot be locked: nobody may change one
    return ReceiptPrint.objects.create(receipt=receipt, copy_no=receipt.prints.count(), printed_by=by, printed_at=at)


def trade_lines_of(receipt: Receipt) -> list[dict[str, Any]]:
    """The lines that the trade wrote, without those about money."""
    return [line for line in receipt.lines if line["name"] not in MONEY_LINES]


MONEY_LINES = frozenset({"amount", "agent_fee", "total", "paid_by", "owed_used", "cash_given", "change"})


def _money_lines(payment: Payment) -> list[dict[str, Any]]:
    lines = [
        {"name": "amount", "value": str(payment.amount)},
        {"name": "agent_fee", "value": str(payment.agent_fee)},
        {"name": "total", "value": str(payment.total)},
        {"name": "paid_by", "value": payment.method},
    ]
    if payment.owed:
        lines.append({"name": "owed_used", "value": str(payment.owed)})
    if payment.change is not None:
        lines += [
            {"name": "cash_given", "value": str(payment.cash + payment.change)},
            {"name": "change", "value": str(payment.change)},
        ]
    return lines


def names_on_slip(*, station: Station, payer: Person | None) -> dict[str, Any]:
    """Who and where it is given out for: a slip that is printed again says what the first one said."""
    names: dict[str, Any] = {"station": station.name_local or station.name}
    if payer:
        names["payer"] = mask_name(payer.full_name)
        names["village"] = payer.village_id or payer.home_station.village_id
    return names
