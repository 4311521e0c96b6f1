"""A doctor releases a report, and somebody explains it to the resident."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.database.db import lock
from core.errors import Refused, SamePerson, WrongState, refuses
from core.history import record_change
from core.language.reasons import no_identity_numbers
from core.notices.services import notify
from health.checkups.machine import REPORT
from health.checkups.models import CheckupReport
from health.checkups.queries import reports
from stations.accounts.models import User
from stations.two_persons import require_two_persons

_S = CheckupReport.Status


class ReportNotReleased(Refused):
    """Nobody is told of a report that no doctor has released."""

    code = "report_not_released"
    message = _("A doctor releases the report first.")


@refuses(WrongState, SamePerson)
@no_identity_numbers("summary")
@transaction.atomic
def release_report(*, report: CheckupReport, by: User, at: dt.datetime, summary: str = "") -> CheckupReport:
    """Release a report as a doctor, never one's own. The resident gets a message that it is there, and nothing of it.

    One that was corrected is released anew and stays `amended`.
    """
    # Results lock the check-up too: one that arrives meanwhile is recorded after the release and amends it.
    lock(report.order)
    lock(report)
    report = reports().get(pk=report.pk)
    REPORT.check("release_report", report.status)
    if report.released_at is not None:
        raise WrongState(state=str(report.get_status_display()))
    require_two_persons(by, report.order.resident_id)
    old = report.status
    report.status = _S.AMENDED if old == _S.AMENDED else _S.FINAL
    report.summary, report.released_by, report.released_at = summary, by, at
    report.save(update_fields=["status", "summary", "released_by", "released_at", "updated_at"])
    record_change(report, old=old, new="released", at=at, actor=by.pk)
    _call_resident(report, at=at)
    return report


@refuses(ReportNotReleased, WrongState)
@transaction.atomic
def tell_resident(*, report: CheckupReport, how: str, by: User, at: dt.datetime) -> CheckupReport:
    """The report was explained to the resident; said again it changes nothing."""
    report = lock(report)
    if report.released_at is None:
        raise ReportNotReleased
    REPORT.check("tell_resident", report.status)
    if report.told_at is not None:
        return report
    report.told_how, report.told_by, report.told_at = how, by, at
    report.save(update_fields=["told_how", "told_by", "told_at", "updated_at"])
    record_change(report, old="released", new="told", at=at, actor=by.pk)
    return report


def _call_resident(report: CheckupReport, *, at: dt.datetime) -> None:
    person, clinic = report.order.resident, report.order.campaign.clinic
    if person.phone and person.died_date is None:
        notify(
            template="checkup_report_ready",
            params={"place": clinic.place_in(person.language)},
            language=person.language,
            phone=str(person.phone),
            zone=person.home_station.zone,
            dedupe_key=f"checkup-report:{report.pk}:{at.isoformat()}",
            at=at,
        )
