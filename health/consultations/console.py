"""What online consultations show outside their pages: the menu, what waits for station, clinic and pharmacist."""

import datetime as dt

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.days import day_in
from core.language import formatting
from core.web.bars import Bars, count_bars
from core.web.console import Console, Figure, Measured, MenuEntry, Need, Trend
from health.consultations.models import READ_CASE, READ_PRESCRIPTION, Consultation, Prescription
from stations.accounts.models import User
from stations.accounts.queries import own_logins

READ, REQUEST = "health.read_consultation", "health.request_consultation"
ACCEPT, CLAIM, ANSWER = "health.accept_case", "health.claim_case", "health.answer_case"
RELEASE, DISPENSE, PRESCRIBE = (
    "health.release_prescription",
    "health.dispense_prescription",
    "health.prescribe_drug",
)
LIST, CASES, PRESCRIPTIONS = (
    "consultations:consultations",
    "consultations:cases",
    "consultations:prescriptions",
)
DAYS = 14
DAY = dt.timedelta(days=1)
_S, _P = Consultation.Status, Prescription.Status


def _to_tell(*, user: User, at: dt.datetime) -> QuerySet[Consultation]:
    """Those for whom the clinic waits, and emergencies of the last day."""
    found = Consultation.objects.open_to(user, READ)
    emergency = Q(closed_because=Consultation.Because.EMERGENCY, ended_at__gt=at - DAY)
    return found.filter(Q(status=_S.ON_HOLD) | emergency)


def _to_sort(*, user: User, at: dt.datetime) -> QuerySet[Consultation]:
    return Consultation.cases.open_to(user, ACCEPT).filter(status=_S.REQUESTED)


def _to_claim(*, user: User, at: dt.datetime) -> QuerySet[Consultation]:
    return Consultation.cases.open_to(user, CLAIM).filter(status=_S.ACCEPTED)


def _to_answer(*, user: User, at: dt.datetime) -> QuerySet[Consultation]:
    return Consultation.cases.open_to(user, ANSWER).filter(status=_S.IN_PROGRESS, doctor__user=user.pk)


def _to_release(*, user: User, at: dt.datetime) -> QuerySet[Prescription]:
    found = Prescription.objects.open_to(user, RELEASE).filter(status=_P.DRAFT)
    return _others(found, user)


def _to_hand_out(*, user: User, at: dt.datetime) -> QuerySet[Prescription]:
    return _others(Prescription.objects.open_to(user, DISPENSE).filter(status=_P.ACTIVE), user)


def _others(found: QuerySet[Prescription], user: User) -> QuerySet[Prescription]:
    """Those that another person signed, of residents who live."""
    return found.filter(consultation__resident__died_date=None).exclude(signed_by__in=own_logins(user))


def _returned(*, user: User, at: dt.datetime) -> QuerySet[Consultation]:
    """Those whose last prescription came back within a week."""
    newer = Prescription.objects.filter(consultation=OuterRef("consultation"), signed_at__gt=OuterRef("reviewed_at"))
    back = Prescription.objects.filter(status=_P.RETURNED, signed_by=user.pk, reviewed_at__gt=at - 7 * DAY)
    found = Consultation.cases.open_to(user, PRESCRIBE).filter(doctor__user=user.pk)
    return found.filter(pk__in=back.exclude(Exists(newer)).values("consultation"))


def _waiting(*, user: User, at: dt.datetime) -> Measured:
    rows = Consultation.cases.open_to(user, READ_CASE)
    counted = rows.aggregate(
        waiting=Count("pk", filter=Q(status__in=[_S.REQUESTED, _S.ACCEPTED])),
        late=Count("pk", filter=Q(status__in=[_S.REQUESTED, _S.ACCEPTED, _S.IN_PROGRESS], due_at__lte=at)),
    )
    late = counted["late"]
    words = ngettext("%(n)s overdue", "%(n)s overdue", late) % {"n": late}
    return Measured(counted["waiting"], words, "bad" if late else "")


def _count(user: User, verb: str, at: dt.datetime, status: str) -> Measured:
    rows = Prescription.objects.open_to(user, verb).filter(status=status)
    return Measured(rows.count())


def _drafts(*, user: User, at: dt.datetime) -> Measured:
    return _count(user, RELEASE, at, _P.DRAFT)


def _ready(*, user: User, at: dt.datetime) -> Measured:
    return _count(user, DISPENSE, at, _P.ACTIVE)


def _handed_out(*, user: User, at: dt.datetime) -> Measured:
    today = timezone.localdate(at)
    rows = Prescription.objects.open_to(user, DISPENSE).filter(dispensed_at__date=today)
    return Measured(rows.count())


def _by_day(*, user: User, at: dt.datetime) -> Bars:
    """What was handed out, by the reader's day."""
    today = timezone.localdate(at)
    days = [today - back * DAY for back in reversed(range(DAYS))]
    rows = Prescription.objects.open_to(user, DISPENSE).filter(dispensed_at__date__gte=days[0])
    zone = timezone.get_current_timezone_name()
    counts = dict.fromkeys(days, 0)
    for instant in rows.values_list("dispensed_at", flat=True):
        if instant is not None and (day := day_in(zone, instant)) in counts:
            counts[day] += 1
    return count_bars(
        {formatting.short_day(day): count for day, count in counts.items()},
        title=gettext("Medicines handed out"),
        period=gettext("Day"),
        counted=gettext("Prescriptions"),
        note=gettext("%(days)s days. Hatched: today so far.") % {"days": DAYS},
    )


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("health", _("Ask a doctor online"), "consultations:new", REQUEST), service="health_booth", icon="heart"
        ),
        MenuEntry("health", _("Online consultations"), LIST, READ, needs=("consultations.tell",)),
        MenuEntry(
            *("health", _("Patients online"), CASES, READ_CASE),
            needs=("cases.sort", "cases.claim", "cases.answer", "cases.returned"),
        ),
        MenuEntry(
            *("health", _("Prescriptions"), PRESCRIPTIONS, READ_PRESCRIPTION),
            needs=("prescriptions.release", "prescriptions.hand_out"),
        ),
    ],
    needs=[
        Need(
            *("consultations.tell", _("Residents for whom the clinic waits"), "heart", READ, LIST),
            *(_to_tell, "updated_at"),
        ),
        Need(*("cases.sort", _("Online requests to look at"), "heart", ACCEPT, CASES), *(_to_sort, "requested_at")),
        Need(
            *("cases.claim", _("Patients online without a doctor"), "heart", CLAIM, CASES), *(_to_claim, "updated_at")
        ),
        Need(
            *("cases.answer", _("Your patients online who wait"), "heart", ANSWER, CASES),
            *(_to_answer, "updated_at"),
            query="state=answering",
        ),
        Need(
            *("prescriptions.release", _("Prescriptions to release"), "check", RELEASE, PRESCRIPTIONS),
            *(_to_release, "signed_at"),
        ),
        Need(
            *("prescriptions.hand_out", _("Medicines to hand out"), "check", DISPENSE, PRESCRIPTIONS),
            *(_to_hand_out, "reviewed_at"),
            query="state=active",
        ),
        Need(
            *("cases.returned", _("Prescriptions returned to you"), "alert", PRESCRIBE, CASES),
            *(_returned, "updated_at"),
            query="state=all",
        ),
    ],
    figures=[
        Figure("cases.waiting", _("Waiting online"), CLAIM, CASES, _waiting),
        Figure("prescriptions.waiting", _("To release"), RELEASE, PRESCRIPTIONS, _drafts),
        Figure("prescriptions.ready", _("To hand out"), DISPENSE, PRESCRIPTIONS, _ready, query="state=active"),
        Figure("prescriptions.today", _("Handed out today"), DISPENSE, PRESCRIPTIONS, _handed_out, query="state=today"),
    ],
    trends=[Trend("prescriptions.days", DISPENSE, _by_day)],
)
