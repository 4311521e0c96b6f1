"""After each close: what partners have earned for loans that they recommended, and what is taken back from them."""

import datetime as dt

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Exists, Max, OuterRef, Q

from core.database.db import lock, present
from core.errors import Refused, refused_by, refuses
from core.money import Money
from finance import chart
from finance.fees.services import Sale, accrue_fees, reverse_fees
from finance.loans.models import Loan, LoanBook, LoanInstallment, RecommendationFee
from ledger.services import SYSTEM
from stations.recruitment.queries import Terms

SERVICE, EVENT = "loan_recommendation", "loan_recommended"
#: At half term a loan is on time while it is at most so many days late.
ON_TIME = 30
WHOLE_BP = 10_000
#: Loans of a book of which a stage was reached and is not counted: paid out, half of the days are closed, or repaid.
REACHED = """
WITH open AS (
    SELECT loan.id, loan.status, loan.disbursed_on_date, loan.last_closed_date,
           array_agg(fee.stage) FILTER (WHERE fee.id IS NOT NULL) AS counted
      FROM finance_loan AS loan
      LEFT JOIN finance_recommendationfee AS fee ON fee.loan_id = loan.id AND fee.status <> 'reversed'
     WHERE loan.book_id = %(book)s AND loan.status IN ('active', 'closed_obligations_met')
     GROUP BY loan.id
    HAVING count(fee.id) < 3
)
SELECT open.id FROM open
 WHERE open.counted IS NULL OR open.status = 'closed_obligations_met'
    OR NOT 'half_term' = ANY (open.counted)
   AND open.last_closed_date - open.disbursed_on_date >= (
           SELECT max(row.due_date) - open.disbursed_on_date FROM finance_loaninstallment AS row
            WHERE row.loan_id = open.id AND row.status <> 'rescheduled') / 2
 ORDER BY open.id
"""
_F, _S, _L = RecommendationFee.Stage, RecommendationFee.Status, Loan.Status


@refuses(*refused_by(reverse_fees))
def accrue_recommendation_fees(*, book: LoanBook, date: dt.date, at: dt.datetime) -> int:
    """Look at the loans of a book at the close of a date: each stage that was reached earns once; how many were new.

    Each loan in a transaction of its own; the same date again changes nothing. One that fails stops no other: its error
    is raised when all were looked at.
    """
    failed: list[Exception] = []
    new = 0
    for look, found in ((_take_back, _to_take_back), (_reach, _to_look_at)):
        for loan in found(book):
            try:
                new += look(loan=loan, date=date, at=at)
            except (DataError, IntegrityError, LookupError, Refused) as error:
                failed.append(error)
    if failed:
        raise failed[0]
    return new


def half_term(loan: Loan) -> dt.date:
    """The day in the middle between the pay-out and the last due date of the plan that stands."""
    standing = loan.installments.exclude(status=LoanInstallment.Status.RESCHEDULED)
    last, began = standing.aggregate(day=Max("due_date"))["day"], present(loan.disbursed_on_date)
    return began + (last - began) // 2


def _to_look_at(book: LoanBook) -> list[Loan]:
    """Loans of which a stage was reached and is not counted."""
    with connection.cursor() as cursor:
        cursor.execute(REACHED, {"book": book.pk})
        ids = [pk for (pk,) in cursor.fetchall()]
    return list(Loan.objects.filter(pk__in=ids).order_by("pk"))


def _to_take_back(book: LoanBook) -> list[Loan]:
    """Written off, or running again after a payment that had ended them was taken back."""
    earned = RecommendationFee.objects.filter(loan=OuterRef("pk"), status=_S.EARNED)
    given_up = Q(status=_L.WRITTEN_OFF) & Exists(earned)
    reopened = Q(status=_L.ACTIVE) & Exists(earned.filter(stage=_F.REPAID))
    return list(Loan.objects.filter(given_up | reopened, book=book).order_by("pk"))


@transaction.atomic
def _reach(*, loan: Loan, date: dt.date, at: dt.datetime) -> int:
    """Write down every stage that a loan has reached and was not counted; how many."""
    loan = lock(loan)
    counted = set(loan.recommendation_fees.exclude(status=_S.REVERSED).values_list("stage", flat=True))
    half, is_repaid = half_term(loan), loan.status == _L.REPAID
    reached = {
        _F.PAID_OUT: is_repaid or loan.status == _L.ACTIVE,
        _F.HALF_TERM: is_repaid or (loan.status == _L.ACTIVE and half <= present(loan.last_closed_date)),
        _F.REPAID: is_repaid,
    }
    new = [stage for stage in _F if reached[stage] and stage not in counted]
    for stage in new:
        is_missed = stage == _F.HALF_TERM and _was_late(loan, half)
        _earn(loan, stage, _S.MISSED if is_missed else _S.EARNED, date=date, at=at)
    return len(new)


def _was_late(loan: Loan, half: dt.date) -> bool:
    """Whether the close of this day has found the loan too late; one that was repaid before was not."""
    return loan.accruals.filter(business_date=half, days_past_due__gt=ON_TIME).exists()


def _earn(loan: Loan, stage: str, status: str, *, date: dt.date, at: dt.datetime) -> None:
    fee = RecommendationFee.objects.create(
        loan=loan, stage=stage, status=status, base_minor=base_of(loan, stage), business_date=date
    )
    if status == _S.EARNED:
        accrue_fees(sale=_sale(fee, at=at), source=chart.lender_fees(loan.book), made_by=SYSTEM, at=at)


def base_of(loan: Loan, stage: str) -> int:
    """The part of the amount that a stage stands for, in minor units: rounded down, the last one takes the rest."""
    shares = RecommendationFee.SHARES_BP
    parts = {each: loan.principal_minor * shares[each] // WHOLE_BP for each in (_F.PAID_OUT, _F.HALF_TERM)}
    return parts[_F(stage)] if stage in parts else loan.principal_minor - sum(parts.values())


def _sale(fee: RecommendationFee, *, at: dt.datetime) -> Sale:
    """By the contracts of the day on which the loan was recommended."""
    loan, application = fee.loan, fee.loan.application
    return Sale(
        event_type=EVENT,
        event_id=str(fee.pk),
        service=SERVICE,
        base=Money(fee.base_minor, loan.currency),
        station=loan.station,
        acted_by=loan.recommender,
        taken_at=at,
        party=loan.product.code,
        target=loan.number,
        terms=Terms(application.fee_partner_id, application.fee_plan_code, application.fee_helper_share_bp),
    )


@refuses(*refused_by(reverse_fees))
@transaction.atomic
def _take_back(*, loan: Loan, date: dt.date, at: dt.datetime) -> int:
    """All that was earned for a loan that was written off; of one that runs again the last stage, and half term where
    its day had not come when that was counted. No stage is new with it.
    """
    loan = lock(loan)
    earned = loan.recommendation_fees.filter(status=_S.EARNED).order_by("pk")
    if loan.status == _L.ACTIVE:
        earned = earned.filter(Q(stage=_F.REPAID) | Q(stage=_F.HALF_TERM, business_date__lt=half_term(loan)))
    elif loan.status != _L.WRITTEN_OFF:
        return 0
    for fee in earned.select_for_update(no_key=True):
        fee.status, fee.reversed_date = _S.REVERSED, date
        fee.save(update_fields=["status", "reversed_date", "updated_at"])
        about = {"event_type": EVENT, "event_id": str(fee.pk), "key": f"recommended:{fee.pk}"}
        reverse_fees(**about, part=fee.base_minor, base=fee.base_minor, at=at)
    return 0
