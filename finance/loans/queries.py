"""Queries over products and what stands beside them."""

import datetime as dt

from django.db.models import QuerySet

from core.countries import weekend_of
from finance.loans.models import LoanProductVersion
from finance.loans.schedules import Calendar, Period, SeasonalShare, Terms
from stations.places.models import BusinessDay

#: Due dates move by a holiday at most, and a loan ends within this many years.
YEARS = 31


def offered(country: str) -> QuerySet[LoanProductVersion]:
    """What is offered in a country today, in the order of the codes."""
    rows = LoanProductVersion.objects.active().select_related("product__lender")
    return rows.filter(product__country=country).order_by("product__code", "product_id")


def terms_of(
    version: LoanProductVersion,
    *,
    principal: int,
    installments: int,
    rate_ppm: int,
    start: dt.date,
    grace_principal: int = 0,
) -> Terms:
    """The terms of one loan of a version; amounts in minor units. Refused: `loan_terms_malformed`."""
    rows = version.seasonal_rows.order_by("n") if version.principal_method == "seasonal" else ()
    table = tuple(SeasonalShare(row.principal_ppm, row.interest_ppm) for row in rows)
    grace = installments - len(table) if table else grace_principal
    return Terms(
        principal=principal,
        rate_ppm=rate_ppm,
        installments=installments,
        schedule_start=start,
        money_step=version.money_step_minor,
        rounding=version.rounding,
        principal_method=version.principal_method,
        interest_method=version.interest_method,
        day_count=version.day_count,
        every=Period(version.every_count, version.every_unit),
        grace_principal=grace,
        grace_interest=version.grace_interest,
        grace_interest_rows=grace if version.grace_interest != "pay" else 0,
        fixed_share_ppm=version.fixed_share_ppm,
        seasonal_table=table,
        business_day_rule=version.business_day_rule,
    )


def calendar_of(country: str, *, start: dt.date) -> Calendar:
    """The official calendar of a country from a date on."""
    rows = BusinessDay.objects.filter(country=country, date__gte=start, date__lt=start + dt.timedelta(days=YEARS * 366))
    official = rows.filter(official=True).order_by("-date").values_list("date", flat=True).first()
    differing = dict(rows.values_list("date", "is_working"))
    return Calendar(differing, official.year if official else 0, weekend_of(country))
