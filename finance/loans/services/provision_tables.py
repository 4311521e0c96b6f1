"""Provision rates of a country: drawn up by one person, put in force by another, from a day to come on."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.days import day_in
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from finance.loans.machine import PROVISION_TABLE
from finance.loans.models import Lender, LoanClass, ProvisionBand, ProvisionTable
from ledger.services import book_of
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = ProvisionTable.Status
#: From so many days late, the class, the share that is set aside in basis points.
Band = tuple[int, str, int]
WHOLE_BP = 10_000


class RatesUnfit(Refused):
    """A day or class twice, no rate for what is not late, or more than the loan."""

    code = "provision_rates_unfit"
    status = 422
    message = _("Each class and each day stands once, the first from day 0, and a rate is at most 100 %.")


class NoLender(Refused):
    """Rates are of a country in which somebody lends."""

    code = "no_lender"
    status = 422
    message = _("There is no lender in this country.")


class RatesTooEarly(Refused):
    """Days that are closed stay as they were set aside for."""

    code = "provision_rates_too_early"
    status = 422
    message = _("New rates begin tomorrow at the earliest.")


class RatesStand(Refused):
    """Rates of this country that begin on the same day are in force."""

    code = "provision_rates_stand"
    message = _("Other rates that begin on this day are in force already.")


@refuses(NoLender, RatesUnfit, RatesTooEarly)
@transaction.atomic
def draft_provision_table(
    *, country: str, from_date: dt.date, bands: Sequence[Band], by: User, at: dt.datetime
) -> ProvisionTable:
    """Draw up the rates of a country from a date (of its book) on; another person puts them in force."""
    if not Lender.objects.filter(country=country).exists():
        raise NoLender(field="country")
    _refuse_unfit(bands)
    _refuse_early(country, from_date, at)
    table = ProvisionTable.objects.create(country=country, from_date=from_date, maker=by, made_at=at)
    ProvisionBand.objects.bulk_create(
        ProvisionBand(table=table, from_day=from_day, class_code=code, rate_bp=rate) for from_day, code, rate in bands
    )
    record_change(table, old="", new=table.status, at=at, actor=by.pk)
    return table


@refuses(WrongState, SamePerson, RatesTooEarly, RatesStand)
@transaction.atomic
def activate_provision_table(*, table: ProvisionTable, by: User, at: dt.datetime) -> ProvisionTable:
    """Put a draft in force, by another person than drew it up; from its day on it replaces those before."""
    drafts = ProvisionTable.objects.filter(country=table.country, status=_S.DRAFT).order_by("pk")
    list(drafts.select_for_update(no_key=True))  # of two that begin on one day, one comes first
    table = lock(table)
    PROVISION_TABLE.check("activate_provision_table", table.status)
    require_two_persons(by, table.maker_id)
    _refuse_early(table.country, table.from_date, at)
    same_day = ProvisionTable.objects.filter(country=table.country, from_date=table.from_date, status=_S.ACTIVE)
    if same_day.exists():
        raise RatesStand
    table.checker, table.checked_at = by, at
    return _move(table, _S.ACTIVE, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def discard_provision_table(*, table: ProvisionTable, by: User, at: dt.datetime) -> ProvisionTable:
    """Drop a draft that nobody wants; it stays readable."""
    table = lock(table)
    PROVISION_TABLE.check("discard_provision_table", table.status)
    return _move(table, _S.DISCARDED, by=by, at=at)


def _move(table: ProvisionTable, status: str, *, by: User, at: dt.datetime) -> ProvisionTable:
    before, table.status = table.status, status
    table.save(update_fields=["status", "checker", "checked_at", "updated_at"])
    record_change(table, old=before, new=status, at=at, actor=by.pk)
    return table


@refuses(RatesUnfit)
def _refuse_unfit(bands: Sequence[Band]) -> None:
    days, codes = [day for day, _code, _rate in bands], [code for _day, code, _rate in bands]
    known = set(LoanClass.values) - {LoanClass.UNCLASSIFIED}
    is_fit = (
        0 in days
        and len(set(days)) == len(days)
        and len(set(codes)) == len(codes)
        and set(codes) <= known
        and all(0 <= rate <= WHOLE_BP for _day, _code, rate in bands)
    )
    if not is_fit:
        raise RatesUnfit(field="bands")


@refuses(RatesTooEarly)
def _refuse_early(country: str, from_date: dt.date, at: dt.datetime) -> None:
    if from_date <= day_in(book_of(country).zone, at):
        raise RatesTooEarly(field="from_date")
