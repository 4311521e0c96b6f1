"""Money that arrives for funds and from insurers, and premiums that funds pay."""

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change, record_changes
from core.money import Money
from finance.insurance import accounts
from finance.insurance.arithmetic import Part, split_premium
from finance.insurance.machine import ENROLMENT
from finance.insurance.models import (
    Contribution,
    EnrolmentBatch,
    FinancingShare,
    Fund,
    InsuranceProductVersion,
    Insurer,
    Policy,
    PolicyFunding,
)
from ledger.queries import business_date_of
from ledger.services import Leg, MadeBy, NotEnough, post_transfers
from stations.accounts.models import User
from stations.two_persons import require_two_persons

#: The kind of fund that a source of premiums is.
KIND_OF_SOURCE = {
    FinancingShare.Source.POVERTY_FUND: Fund.Kind.POVERTY,
    FinancingShare.Source.CROWD_FUND: Fund.Kind.CROWD,
}


class ReceiptRecorded(Refused):
    """One receipt of the bank counts once."""

    code = "receipt_recorded"
    message = _("This receipt is recorded already.")


class FundUnfit(Refused):
    """Premiums are paid by a fund of the right kind, region and currency: what is given for a region stays there."""

    code = "fund_unfit"
    status = 422
    message = _("This fund cannot pay these premiums: choose one of the same kind, region and currency.")


class FundTooSmall(Refused):
    """A list is funded whole or not at all."""

    code = "fund_too_small"
    status = 422
    message = _("A fund holds too little for all %(people)s people. Nothing was paid, no person is insured yet.")


@refuses(ReceiptRecorded, NotEnough)
@transaction.atomic
def record_contribution(
    *,
    to: Fund | Insurer,
    giver_name: str,
    giver_public: bool,
    amount: Money,
    receipt_ref: str,
    received_date: dt.date,
    by: User,
    at: dt.datetime,
) -> Contribution:
    """Book what arrived for a fund, or what an insurer put up: bank -> fund or claims float.

    `amount` is in the currency of the fund or insurer.
    """
    fund, insurer = (to, None) if isinstance(to, Fund) else (None, to)
    made = Contribution(
        fund=fund,
        insurer=insurer,
        giver_name=giver_name,
        giver_public=giver_public,
        amount_minor=amount.minor,
        currency=amount.currency,
        receipt_ref=receipt_ref,
        received_date=received_date,
        recorded_by=by,
        recorded_at=at,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if "receipt_ref" not in str(error):
            raise
        raise ReceiptRecorded(field="receipt_ref") from error
    into = accounts.fund_account(to, at=at) if isinstance(to, Fund) else accounts.claims_float(to, at=at)
    post_transfers(
        legs=[Leg(accounts.bank(to.country, to.currency, at=at), into, amount, "contribution")],
        event_type="contribution_received",
        event_id=str(made.pk),
        business_date=business_date_of(into.book, at),
        made_by=MadeBy("staff", by.pk),
        at=at,
    )
    return made


@refuses(WrongState, SamePerson, FundUnfit, FundTooSmall)
@transaction.atomic
def fund_policies(*, batch: EnrolmentBatch, funds: Mapping[str, Fund], by: User, at: dt.datetime) -> EnrolmentBatch:
    """Pay the premiums of everybody of a list: funds -> premium payable, one group for the whole list.

    `funds` names the fund of each source. A fund that cannot pay leaves all of it as it was.
    """
    batch = lock(batch)
    ENROLMENT.check("fund_policies", batch.status)
    require_two_persons(by, batch.maker_id)
    version = InsuranceProductVersion.objects.select_related("product__insurer").get(pk=batch.version_id)
    parts = _parts(version)
    _refuse_unfit(funds, batch, parts)
    policies = list(batch.policies.filter(status=Policy.Status.IDLE).order_by("pk").select_for_update(no_key=True))
    split = split_premium(version.premium_minor, parts)
    _post(batch, version, {source: minor * len(policies) for source, minor in split.items()}, funds, by=by, at=at)
    PolicyFunding.objects.bulk_create(
        PolicyFunding(policy=each, source=source, fund=funds[source], amount_minor=minor, currency=version.currency)
        for each in policies
        for source, minor in split.items()
    )
    Policy.objects.filter(pk__in=[each.pk for each in policies]).update(status=Policy.Status.READY, updated_at=at)
    record_changes(policies, old=Policy.Status.IDLE, new=Policy.Status.READY, at=at, actor=by.pk)
    batch.status, batch.checker, batch.checked_at = EnrolmentBatch.Status.FUNDED, by, at
    batch.save(update_fields=["status", "checker", "checked_at", "updated_at"])
    record_change(batch, old=EnrolmentBatch.Status.IDLE, new=batch.status, at=at, actor=by.pk)
    return batch


def _parts(version: InsuranceProductVersion) -> list[Part]:
    rows = version.shares.order_by("source")
    return [Part(row.source, row.share_bp, row.takes_remainder) for row in rows]


def _refuse_unfit(funds: Mapping[str, Fund], batch: EnrolmentBatch, parts: list[Part]) -> None:
    fit = Fund.objects.given_for(batch.county).filter(pk__in=[fund.pk for fund in funds.values()])
    known = {(fund.pk, fund.kind, fund.currency) for fund in fit}
    for part in parts:
        fund, kind = funds.get(part.source), KIND_OF_SOURCE[FinancingShare.Source(part.source)]
        if fund is None or (fund.pk, kind, batch.currency) not in known:
            raise FundUnfit(field=part.source)


def _post(
    batch: EnrolmentBatch,
    version: InsuranceProductVersion,
    totals: Mapping[str, int],
    funds: Mapping[str, Fund],
    *,
    by: User,
    at: dt.datetime,
) -> None:
    payable = accounts.premium_payable(version.product.insurer, at=at)
    legs = [
        Leg(accounts.fund_account(funds[source], at=at), payable, Money(minor, version.currency), "premiums")
        for source, minor in sorted(totals.items())
        if minor
    ]
    if not legs:
        return
    try:
        with transaction.atomic():
            post_transfers(
                legs=legs,
                event_type="premiums_funded",
                event_id=str(batch.pk),
                business_date=business_date_of(payable.book, at),
                made_by=MadeBy("staff", by.pk),
                at=at,
            )
    except NotEnough as refusal:
        raise FundTooSmall(people=batch.accepted) from refusal
