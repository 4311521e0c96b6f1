"""A payment by link or QR: the gateway collects it, nothing is held and nobody gives cash."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused, refused_by, refuses
from core.fields import uuid7
from core.gateways.models import Instruction, Provider
from core.gateways.services import ensure_up, instruct
from finance.countries import installed
from finance.payments.models import Payment, Receipt
from finance.payments.services.charges import Charge, refuse_amount, write_charge
from finance.payments.services.receipts import issue_receipt
from finance.payments.services.starting import AFTER_THE_FILE
from stations.accounts.models import User


class NothingCollectedWith(Refused):
    """Money owed back, and cash, are paid at the counter."""

    code = "not_payable_online"
    status = 422
    message = _("This is paid at the counter, not online.")


class ExpiresTooEarly(Refused):
    """A link that is over before anybody can open it."""

    code = "expires_too_early"
    status = 422
    message = _("The time to pay must be in the future.")


class NoGateway(Refused):
    """Nobody has said which gateway collects payments online in this country and currency."""

    code = "no_gateway"
    message = _("No gateway is set that collects online in %(country)s in %(currency)s. The administration sets it.")


@refuses(NothingCollectedWith, ExpiresTooEarly, NoGateway, *refused_by(refuse_amount, ensure_up, write_charge))
@transaction.atomic
def collect_online(*, charge: Charge, expires_at: dt.datetime, by: User, at: dt.datetime, key: str) -> Payment:
    """Have the gateway collect a payment by link or QR, until `expires_at`; the link comes with its answer."""
    refuse_amount(charge)
    if charge.refund is not None or charge.cash_given is not None:
        raise NothingCollectedWith
    if expires_at <= at:
        raise ExpiresTooEarly(field="expires_at")
    gateway = _gateway_of(charge)
    ensure_up(gateway, at)
    payment = write_charge(
        charge,
        funding=Payment.Funding.ONLINE,
        status=Payment.Status.SUBMITTED,
        our_ref=uuid7(),
        by=by,
        at=at,
        key=key,
        submitted_at=at,
        cutoff_at=expires_at,
        deadline_at=expires_at + AFTER_THE_FILE,
    )
    issue_receipt(payment=payment, kind=Receipt.Kind.IN_PROGRESS, trade_lines=charge.slip_lines, at=at)
    instruct(
        provider=gateway,
        kind=Instruction.Kind.COLLECTION,
        path="/v1/collections",
        request={
            "amount": str(charge.total),
            "currency": charge.total.currency,
            "expires_at": expires_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
        our_ref=payment.pk,
        at=at,
        cutoff_at=expires_at,
    )
    return payment


def _gateway_of(charge: Charge) -> Provider:
    country, currency = charge.station.county.country, charge.total.currency
    banks = installed(country, currency)
    if banks is None or banks.collection_provider is None:
        raise NoGateway(country=country, currency=currency)
    return banks.collection_provider


def pay_url_of(payment: Payment) -> str:
    """Where the payer pays, once the gateway has said so; empty while it has not, and when it is over."""
    if payment.method != Payment.Method.ONLINE or not payment.is_undecided:
        return ""
    answer = Instruction.objects.filter(pk=payment.pk).values_list("answer", flat=True).first() or {}
    return answer.get("pay_url", "")
