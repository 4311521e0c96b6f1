"""What was still open when a county's day was settled: it is listed for people and stops nothing."""

import datetime as dt
from typing import Any

from finance.payments.models import Payment
from finance.recon.models import ReconItem
from finance.tills.models import CashDay
from stations.places.models import Division

OPEN_ITEMS = (ReconItem.Status.UNMATCHED, ReconItem.Status.EXCEPTION, ReconItem.Status.ASSIGNED)


def left_open(county: Division, date: dt.date) -> dict[str, Any]:
    """Stations whose cash day is not closed, daily files that are missing, and how many payments have no answer."""
    days = CashDay.objects.filter(station__county=county, business_date__lte=date).unclosed()
    stations = days.order_by("station__code").values_list("station__code", flat=True).distinct()
    files = ReconItem.objects.filter(kind=ReconItem.Kind.FILE, status__in=OPEN_ITEMS)
    missing = files.order_by("provider__code", "pk").values_list("provider__code", "detail__file_date")
    undecided = Payment.objects.filter(station__county=county).undecided().count()
    return {
        "cash_days": list(stations),
        "files": [f"{provider} {file_date}" for provider, file_date in missing],
        "payments": undecided,
    }
