"""A compensation is invoiced to the company whose slowness it was, with the fees that it owes us."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, refuses
from core.language.reasons import needs_words
from finance import chart
from finance.chart import AccountKey
from finance.payments.models import CompensationRecovery, Payment, Refund
from ledger.queries import business_date_of
from ledger.services import Leg, MadeBy, book_of, post_transfers
from stations.accounts.models import User


class NothingToRecover(Refused):
    """Only a compensation for a company's slowness is borne by a company."""

    code = "nothing_to_recover"
    status = 422
    message = _("Only compensation can be recovered, and only from the company that was slow.")


class AlreadyRecovered(Refused):
    """One compensation, one invoice."""

    code = "already_recovered"
    message = _("The company has already been charged for this.")


@refuses(NothingToRecover, AlreadyRecovered)
@needs_words("reason")
@transaction.atomic
def recover_compensation(*, refund: Refund, reason: str, by: User, at: dt.datetime) -> CompensationRecovery:
    """Charge the company with what was given for its slowness: fee_receivable -> expense; the bank line pays it.

    The villager keeps the money either way.
    """
    refund = lock(refund)
    owes = _who_was_slow(refund)
    if owes is None:
        raise NothingToRecover
    if CompensationRecovery.objects.filter(refund=refund).exists():
        raise AlreadyRecovered
    country, expense = refund.station.county.country, chart.platform("expense")
    opened = chart.open_all([owes, expense], country=country, currency=refund.currency, at=at)
    [transfer] = post_transfers(
        legs=[Leg(opened[owes], opened[expense], refund.amount, "compensation borne by the company")],
        event_type="compensation_recovered",
        event_id=str(refund.pk),
        business_date=business_date_of(book_of(country), at),
        made_by=MadeBy("staff", by.pk),
        at=at,
    )
    return CompensationRecovery.objects.create(
        refund=refund, account=opened[owes], reason=reason, transfer_id=transfer, made_by=by, made_at=at
    )


def can_be_recovered(refund: Refund) -> bool:
    """Whether a company could be charged with this, and was not yet."""
    return _who_was_slow(refund) is not None and not CompensationRecovery.objects.filter(refund=refund).exists()


def _who_was_slow(refund: Refund) -> AccountKey | None:
    """What the biller or operator of a compensated payment owes us; None of anything else."""
    if refund.reason != Refund.Reason.COMPENSATION or refund.payment is None:
        return None
    return _owed_by_company_of(refund.payment)


def _owed_by_company_of(payment: Payment) -> AccountKey | None:
    bill, recharge = getattr(payment, "bill", None), getattr(payment, "recharge", None)
    company = bill.biller if bill else recharge.operator if recharge else None
    return chart.fee_receivable(company) if company else None
