"""After each close: how the loans do that each partner has recommended, and what follows for the partner."""

import datetime as dt

from django.db import connection, transaction
from django.db.models import Q

from core.events.services import publish
from core.notices.services import notify
from finance.credit.models import RecommendationStanding
from finance.credit.services import record_vintages
from finance.credit.vintages import Vintage, first_quarter
from finance.loans.models import LoanApplication
from finance.loans.services.applying import ask_second
from stations.accounts.models import Post, Role, User
from stations.accounts.queries import own_logins
from stations.places.models import Division

_S = LoanApplication.Status
#: What a helper has begun is what the partner has visited for, sent, and earns by.
MEASURE = """
SELECT person_behind(speaks.login), (array_agg(speaks.login ORDER BY loan.id DESC))[1], loan.currency,
       date_trunc('quarter', loan.disbursed_on_date)::date, count(*), sum(loan.principal_disbursed_minor)::bigint,
       sum(loan.principal_written_off_minor + CASE
               WHEN loan.status = 'active' AND (loan.days_past_due > 30 OR loan.restructure_count > 0)
               THEN loan.principal_disbursed_minor - loan.principal_paid_minor ELSE 0 END)::bigint
  FROM finance_loan AS loan
  JOIN finance_loanbook AS book ON book.id = loan.book_id
  JOIN finance_loanapplication AS application ON application.id = loan.application_id
 CROSS JOIN LATERAL (SELECT CASE WHEN application.fee_helper_share_bp IS NULL THEN loan.recommender_id
                                 ELSE application.fee_partner_id END AS login) AS speaks
 WHERE book.county_id = %s AND loan.disbursed_on_date >= %s
 GROUP BY 1, 3, 4 ORDER BY 1, 4, 3
"""


@transaction.atomic
def measure_vintages(*, county: Division, date: dt.date, at: dt.datetime) -> list[RecommendationStanding]:
    """Measure the last four quarters of a county's partners at the close of a date (business date of its books).

    Of who is suspended by that, what waits with a lender goes to a second assessor, and the county is told; they are
    returned. The same date again changes nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute(MEASURE, [county.pk, first_quarter(date)])
        found = [Vintage(*row) for row in cursor.fetchall()]
    suspended = record_vintages(county=county, date=date, found=found, at=at)
    for standing in suspended:
        _follow(standing, at=at)
    return suspended


def _follow(standing: RecommendationStanding, *, at: dt.datetime) -> None:
    for application in _waiting(standing.partner):
        ask_second(application, at=at)
        application.save(update_fields=["needs_second_assessment", "second_station", "updated_at"])
    publish("finance.vintage_breached", at=at, standing=str(standing.pk), county=standing.county_id)
    for manager in _managers(standing.county, at=at):
        notify(
            template="recommender_suspended",
            params={"name": standing.partner.shown_name},
            language=manager.language,
            user=manager,
            link=f"/finance/loans/recommenders/{standing.pk}/",
            dedupe_key=f"recommender_suspended:{standing.pk}:{standing.since_date}:{manager.pk}",
            at=at,
        )


def _waiting(partner: User) -> list[LoanApplication]:
    """What this person, or a helper for them, has recommended and the lender has not approved, without a second visit,
    held.
    """
    own = own_logins(partner)
    of_helpers = Q(fee_partner__in=own, fee_helper_share_bp__isnull=False)
    rows = LoanApplication.objects.filter(Q(recommender__in=own) | of_helpers, status__in=LoanApplication.WAITING)
    waiting = rows.filter(needs_second_assessment=False).order_by("pk").select_related("station__county")
    return list(waiting.select_for_update(of=("self",), no_key=True))


def _managers(county: Division, *, at: dt.datetime) -> list[User]:
    posts = Post.objects.live(at).filter(role=Role.COUNTY_MANAGER, division=county)
    return list(User.objects.filter(is_active=True, pk__in=posts.values("user")).order_by("pk"))
