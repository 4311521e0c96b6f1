"""From so many days before a certificate of stations ends, its holder is told which course renews it."""

import datetime as dt

from django.db import transaction

from core.errors import refuses
from core.notices.services import notify
from core.notices.templates import in_each_language
from education.skills.models import Gate
from education.skills.queries import courses_of_certificate
from stations.recruitment.models import Certificate


@refuses()
@transaction.atomic
def remind_of_renewals(*, zone: str, on_date: dt.date, at: dt.datetime) -> int:
    """Tell holders at stations in this zone whose certificate can be renewed from this day on; how many."""
    spans = set(Gate.objects.on(on_date).values_list("renewed_days_before", flat=True))
    ends = [on_date + dt.timedelta(days=span) for span in spans]
    rows = Certificate.objects.filter(station__zone=zone, expires_date__in=ends, revoked_at=None)
    told = 0
    for each in rows.select_related("holder", "station__county").order_by("pk"):
        needed = courses_of_certificate(subject=each.subject, country=each.station.county.country, on_date=on_date)
        if needed is None or on_date != needed.renewed_from(each.expires_date):
            continue
        notify(
            template="certificate_to_renew",
            params={
                "subject": in_each_language(each.get_subject_display),
                "day": each.expires_date,
                "courses": needed.refresher or ", ".join(needed.courses),
            },
            language=each.holder.language,
            user=each.holder_id,
            dedupe_key=f"edu:renew:{each.number}",
            at=at,
        )
        told += 1
    return told
