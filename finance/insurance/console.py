"""What insurance shows outside its pages: premiums, claims and appeals that wait, and who is insured."""

import datetime as dt

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.database.local_dates import LocalDate
from core.days import last_months
from core.language import formatting
from core.web.bars import Bars, count_bars
from core.web.console import MOST, Console, Figure, Finder, Hit, Measured, MenuEntry, Need, Trend
from finance.insurance.claim_lists import kind_of_claim
from finance.insurance.models import (
    Appeal,
    Claim,
    EnrolmentBatch,
    IndexFile,
    IndexPayout,
    IndexWindow,
    Policy,
    PremiumStatement,
)
from finance.insurance.queries import batches_to_renew, to_correct, unpayable, without_payee
from stations.accounts.models import User
from stations.accounts.queries import own_logins
from stations.people.masking import mask_name

RENEW = "finance.renew_policies"
FUND, READ_POLICY = "finance.fund_policies", "finance.read_policy"
READ_ENROLMENT, READ_FUND = "finance.read_enrolment", "finance.read_fund"
START = "finance.start_claim"
READ, ASSESS, APPROVE = "finance.read_claim", "finance.process_claim", "finance.approve_claim"
VISIT, PAY, ANSWER = "finance.deliver_review", "finance.send_claim_payment", "finance.answer_documents"
ASSIGN, JUDGE = "finance.assign_appeal", "finance.uphold_rejection"
READ_PREMIUM, SEND, READ_INDEX = "finance.read_premium", "finance.send_premiums", "finance.read_index"
NAME_HEIR, CONFIRM_HEIR = "finance.name_heir", "finance.confirm_heir"
APPROVE_WINDOW, CANCEL_WINDOW = "finance.approve_index_window", "finance.cancel_index_window"
RELEASE, DECIDE, ACCOUNT = "finance.release_index", "finance.decide_index_window", "finance.set_policy_account"
CLAIMS, APPEALS = "insurance:claims", "insurance:appeals"
_S = Claim.Status
MONTHS = 12
#: Fewer characters would find anything.
SHORTEST = 4


def _to_fund(*, user: User, at: dt.datetime) -> QuerySet[EnrolmentBatch]:
    reached = EnrolmentBatch.objects.open_to(user, FUND).filter(status=EnrolmentBatch.Status.IDLE)
    return reached.exclude(maker__in=own_logins(user))


def _to_renew(*, user: User, at: dt.datetime) -> QuerySet[EnrolmentBatch]:
    today = timezone.localdate(at)
    return batches_to_renew(today).filter(pk__in=EnrolmentBatch.objects.open_to(user, RENEW).values("pk"))


def _to_assess(*, user: User, at: dt.datetime) -> QuerySet[Claim]:
    reached = Claim.objects.open_to(user, ASSESS).filter(status=_S.CHECKED, documents_asked_at=None)
    return reached.exclude(review=Claim.Review.SELECTED).exclude(filer__in=own_logins(user))


def _to_visit(*, user: User, at: dt.datetime) -> QuerySet[Claim]:
    reached = Claim.objects.open_to(user, VISIT).filter(status=_S.CHECKED, review=Claim.Review.SELECTED)
    return reached.not_resting().exclude(filer__in=own_logins(user))


def _to_approve(*, user: User, at: dt.datetime) -> QuerySet[Claim]:
    reached = Claim.objects.open_to(user, APPROVE).filter(status=_S.PROCESSED).not_resting()
    return reached.exclude(Q(filer__in=own_logins(user)) | Q(assessor__in=own_logins(user)))


def _to_pay(*, user: User, at: dt.datetime) -> QuerySet[Claim]:
    approved = Claim.objects.open_to(user, PAY).filter(status=_S.VALUATED)
    return approved.exclude(pk__in=unpayable(approved).values("pk")).exclude(decider__in=own_logins(user))


def _to_correct(*, user: User, at: dt.datetime) -> QuerySet[Claim]:
    return to_correct(Claim.objects.open_to(user, START))


def _asked(*, user: User, at: dt.datetime) -> QuerySet[Claim]:
    return Claim.objects.open_to(user, ANSWER).exclude(documents_asked_at=None).filter(status__in=Claim.UNDECIDED)


def _to_assign(*, user: User, at: dt.datetime) -> QuerySet[Appeal]:
    return Appeal.objects.open_to(user, ASSIGN).filter(status=Appeal.Status.FILED)


def _to_judge(*, user: User, at: dt.datetime) -> QuerySet[Appeal]:
    return Appeal.objects.open_to(user, JUDGE).filter(status=Appeal.Status.ASSIGNED, judge=user)


def _to_send(*, user: User, at: dt.datetime) -> QuerySet[PremiumStatement]:
    waiting = PremiumStatement.objects.open_to(user, SEND).filter(status=PremiumStatement.Status.DRAWN)
    return waiting.exclude(maker__in=own_logins(user))


def _to_release(*, user: User, at: dt.datetime) -> QuerySet[IndexFile]:
    waiting = IndexFile.objects.open_to(user, RELEASE).filter(status=IndexFile.Status.LOADED)
    return waiting.exclude(maker__in=own_logins(user))


def _windows_to_decide(*, user: User, at: dt.datetime) -> QuerySet[IndexWindow]:
    own, states = own_logins(user), IndexWindow.Status
    proposed = IndexWindow.objects.open_to(user, APPROVE_WINDOW).filter(status=states.PROPOSED).exclude(maker__in=own)
    asked = IndexWindow.objects.open_to(user, CANCEL_WINDOW).filter(status=states.CANCELLING).exclude(asked_by__in=own)
    return proposed | asked


def _without_reading(*, user: User, at: dt.datetime) -> QuerySet[IndexWindow]:
    return IndexWindow.objects.open_to(user, DECIDE).filter(status=IndexWindow.Status.MISSING)


def _without_account(*, user: User, at: dt.datetime) -> QuerySet[IndexPayout]:
    return IndexPayout.objects.open_to(user, ACCOUNT).filter(status=IndexPayout.Status.ACCOUNT_MISSING)


def _without_payee(*, user: User, at: dt.datetime) -> QuerySet[IndexPayout]:
    reached = IndexPayout.objects.open_to(user, NAME_HEIR).filter(status=IndexPayout.Status.ACCOUNT_MISSING)
    return without_payee(reached)


def _estates(*, user: User, at: dt.datetime) -> QuerySet[IndexPayout]:
    reached = IndexPayout.objects.open_to(user, CONFIRM_HEIR).filter(status__in=IndexPayout.ASKED)
    return reached.exclude(asked_by__in=own_logins(user))


def _waiting_claims(*, user: User, at: dt.datetime) -> Measured:
    found = Claim.objects.open_to(user, READ).open().aggregate(count=Count("pk"), oldest=Min("entered_at"))
    if not found["count"]:
        return Measured(0, gettext("no claim waits"), "ok")
    days = (at - found["oldest"]).days
    return Measured(found["count"], ngettext("oldest %(count)s day", "oldest %(count)s days", days) % {"count": days})


def _overdue(*, user: User, at: dt.datetime) -> Measured:
    """Claims whose date to decide has passed; while the family is asked for papers the clock stands."""
    late = Claim.objects.open_to(user, READ).open().filter(decide_by_date__lt=timezone.localdate(at))
    count = late.filter(documents_asked_at=None).count()
    return Measured(
        count, gettext("past their last day") if count else gettext("all in time"), "bad" if count else "ok"
    )


def _by_month(*, user: User, at: dt.datetime) -> Bars:
    """Claims by the month in which they were filed, in the days of their stations."""
    months = last_months(timezone.localdate(at), MONTHS)
    filed = Claim.objects.open_to(user, READ).exclude(entered_at=None).order_by()
    dated = filed.annotate(date=LocalDate("entered_at", "station__zone")).filter(date__gte=months[0])
    counted = dated.annotate(month=TruncMonth("date")).values_list("month").annotate(count=Count("pk"))
    found = dict(counted)
    return count_bars(
        {formatting.short_month(month): found.get(month, 0) for month in months},
        title=gettext("Claims by month"),
        period=gettext("Month"),
        counted=gettext("Claims"),
        note=gettext("%(months)s months. Hatched: this month so far.") % {"months": MONTHS},
    )


def _insured(*, user: User, at: dt.datetime) -> Measured:
    return Measured(Policy.objects.open_to(user, READ_POLICY).filter(status=Policy.Status.ACTIVE).count())


def _find(*, user: User, text: str, at: dt.datetime) -> list[Hit]:
    """Claims by their number, or its end; the names are masked, and no illness is named."""
    typed = "".join(text.split()).upper()
    if len(typed) < SHORTEST:
        return []
    found = Claim.objects.open_to(user, READ).filter(number__endswith=typed).select_related("person", "station")
    return [
        Hit(
            title=mask_name(claim.person.full_name),
            href=reverse("insurance:claim", args=[claim.pk]),
            detail=f"{claim.number} · {claim.station.name}",
            amount=claim.claimed,
            status=kind_of_claim(claim),
            words=claim.get_status_display(),
        )
        for claim in found.order_by("-pk")[:MOST]
    ]


CONSOLE = Console(
    menu=[
        MenuEntry(
            *("insurance", _("Insurance claims"), CLAIMS, READ),
            needs=(
                *("insurance.assess", "insurance.visit", "insurance.approve", "insurance.pay", "insurance.papers"),
                *("insurance.correct", "insurance.assign", "insurance.judge"),
            ),
        ),
        MenuEntry("insurance", _("Insured people"), "insurance:policies", READ_POLICY),
        MenuEntry(
            *("insurance", _("Enrolments"), "insurance:enrolments", READ_ENROLMENT),
            needs=("insurance.fund", "insurance.renew"),
        ),
        MenuEntry("insurance", _("Funds"), "insurance:funds", READ_FUND),
        MenuEntry(
            *("insurance", _("Premiums to insurers"), "insurance:premium_statements", READ_PREMIUM),
            needs=("insurance.send_premiums",),
        ),
        MenuEntry(
            *("insurance", _("Weather cover"), "insurance:index_windows", READ_INDEX),
            needs=("insurance.release", "insurance.propose", "insurance.window"),
        ),
        MenuEntry(
            *("insurance", _("Weather payouts"), "insurance:index_payouts", READ_POLICY),
            needs=("insurance.account", "insurance.heirs", "insurance.estates"),
        ),
    ],
    needs=[
        Need(
            *("insurance.papers", _("Papers that an insurer asks for"), "camera", ANSWER, CLAIMS),
            *(_asked, "documents_asked_at", "station__name"),
        ),
        Need(
            *("insurance.assess", _("Claims to assess"), "heart", ASSESS, CLAIMS),
            *(_to_assess, "entered_at", "station__name"),
            wait_days=2,
            bad_days=5,
        ),
        Need(
            *("insurance.visit", _("Claims to visit"), "people", VISIT, CLAIMS),
            *(_to_visit, "entered_at", "station__name"),
            wait_days=2,
            bad_days=5,
        ),
        Need(
            *("insurance.approve", _("Claims to decide"), "scales", APPROVE, CLAIMS),
            *(_to_approve, "entered_at", "station__name"),
            wait_days=2,
            bad_days=5,
        ),
        Need(
            *("insurance.pay", _("Claims to pay"), "coins", PAY, CLAIMS),
            *(_to_pay, "decided_at", "station__name"),
        ),
        Need(
            *("insurance.correct", _("Claims that need another account"), "coins", START, CLAIMS),
            *(_to_correct, "decided_at", "station__name"),
            query="state=account",
        ),
        Need(
            *("insurance.assign", _("Appeals without a judge"), "scales", ASSIGN, APPEALS),
            *(_to_assign, "filed_at", "claim__station__name"),
        ),
        Need(
            *("insurance.judge", _("Appeals to judge"), "scales", JUDGE, APPEALS),
            *(_to_judge, "filed_at", "claim__station__name"),
            wait_days=10,
            bad_days=15,
        ),
        Need(
            *("insurance.fund", _("Premiums to pay"), "coins", FUND, "insurance:enrolments"),
            *(_to_fund, "made_at", "county__name"),
        ),
        Need(
            *("insurance.renew", _("Cover to renew"), "people", RENEW, "insurance:enrolments"),
            *(_to_renew, "made_at", "county__name"),
            query="state=renewal",
        ),
        Need(
            *("insurance.send_premiums", _("Premiums to send to insurers"), "coins", SEND),
            *("insurance:premium_statements", _to_send, "made_at"),
        ),
        Need(
            *("insurance.release", _("Readings to release"), "scales", RELEASE, "insurance:index_files"),
            *(_to_release, "made_at"),
        ),
        Need(
            *("insurance.propose", _("Windows to decide"), "scales", APPROVE_WINDOW, "insurance:index_windows"),
            *(_windows_to_decide, "made_at"),
            query="state=to_decide",
        ),
        Need(
            *(
                "insurance.window",
                _("Insured periods without weather data"),
                "alert",
                DECIDE,
                "insurance:index_windows",
            ),
            *(_without_reading, "wait_until_date"),
        ),
        Need(
            *("insurance.account", _("People to ask for a bank account"), "people", ACCOUNT),
            *("insurance:index_payouts", _without_account, "made_at", "policy__station__name"),
        ),
        Need(
            *("insurance.heirs", _("Payouts of people who have died"), "people", NAME_HEIR),
            *("insurance:index_payouts", _without_payee, "made_at", "policy__station__name"),
            query="state=account_missing",
        ),
        Need(
            *("insurance.estates", _("Heirs to confirm"), "scales", CONFIRM_HEIR),
            *("insurance:index_payouts", _estates, "made_at", "policy__station__name"),
            query="state=estate",
        ),
    ],
    figures=[
        Figure("insurance.insured", _("Insured people"), READ_POLICY, "insurance:policies", _insured),
        Figure("insurance.claims", _("Claims to decide"), READ, CLAIMS, _waiting_claims),
        Figure("insurance.overdue", _("Past the day to decide"), READ, CLAIMS, _overdue, "state=overdue"),
    ],
    trends=[Trend("insurance.by_month", READ, _by_month)],
    finders=[Finder("claims", _("Insurance claims"), "heart", ASSESS, _find)],
)
