"""Products: a version is drawn up by one person and put in force by another; then it only ends."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, WrongState, refused_by, refuses
from core.history import record_change
from finance.loans.machine import PRODUCT_VERSION
from finance.loans.models import LoanProduct, LoanProductVersion, SeasonalRow
from finance.loans.schedules import SeasonalShare
from finance.loans.services.quotes import quote_loan
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = LoanProductVersion.Status


class InstallmentsMissing(Refused):
    """A product says in how many instalments it can be repaid."""

    code = "installments_missing"
    status = 422
    message = _("Say in how many instalments this can be repaid.")


@refuses(InstallmentsMissing, *refused_by(quote_loan))
@transaction.atomic
def draft_loan_product(
    *,
    product: LoanProduct,
    terms: Mapping[str, Any],
    seasonal_rows: Sequence[SeasonalShare] = (),
    by: User,
    at: dt.datetime,
) -> LoanProductVersion:
    """Draw up the next version of a product. It must give a plan for its usual loan in every number of instalments.

    `terms` are the columns of `LoanProductVersion` (minor units of the product's currency, ppm, basis points).
    """
    if not terms["installments_offered"]:
        raise InstallmentsMissing(field="installments_offered")
    product = lock(product)
    latest = product.versions.order_by("-version").first()
    version = LoanProductVersion.objects.create(
        **terms, product=product, version=latest.version + 1 if latest else 1, maker=by, made_at=at
    )
    SeasonalRow.objects.bulk_create(
        SeasonalRow(version=version, n=n, principal_ppm=row.principal_ppm, interest_ppm=row.interest_ppm)
        for n, row in enumerate(seasonal_rows, start=1)
    )
    for installments in version.installments_offered:
        quote_loan(version=version, amount=version.usual, installments=installments, at=at)
    record_change(version, old="", new=version.status, at=at, actor=by.pk)
    return version


@refuses(WrongState, SamePerson)
@transaction.atomic
def activate_loan_product(*, version: LoanProductVersion, by: User, at: dt.datetime) -> LoanProductVersion:
    """Offer a draft from now on, by another person than drew it up; the version before it is offered no more."""
    version = lock(version)
    PRODUCT_VERSION.check("activate_loan_product", version.status)
    require_two_persons(by, version.maker_id)
    for before in LoanProductVersion.objects.active().filter(product=version.product_id):
        _move(before, _S.RETIRED, by=by, at=at)
    version.checker, version.checked_at = by, at
    return _move(version, _S.ACTIVE, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def retire_loan_product(*, version: LoanProductVersion, by: User, at: dt.datetime) -> LoanProductVersion:
    """Offer a version no more; who has borrowed on it pays as agreed."""
    version = lock(version)
    PRODUCT_VERSION.check("retire_loan_product", version.status)
    return _move(version, _S.RETIRED, by=by, at=at)


@refuses(WrongState)
@transaction.atomic
def discard_loan_product(*, version: LoanProductVersion, by: User, at: dt.datetime) -> None:
    """Delete a draft that nobody wants."""
    version = lock(version)
    PRODUCT_VERSION.check("discard_loan_product", version.status)
    record_change(version, old=version.status, new="", at=at, actor=by.pk)
    version.delete()


def _move(version: LoanProductVersion, status: str, *, by: User, at: dt.datetime) -> LoanProductVersion:
    before, version.status = version.status, status
    version.save(update_fields=["status", "checker", "checked_at", "updated_at"])
    record_change(version, old=before, new=status, at=at, actor=by.pk)
    return version
