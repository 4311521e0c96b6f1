"""How a plan is shown: four figures, a chart of principal and interest, and the table of its rows."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.language import formatting
from core.money import Money, minor_digits
from core.web.charts import Chart, Series
from core.web.tables import Column, Table
from core.web.timeline import coded
from finance.credit.models import Assessment, Reason, ScoreLine, ScoreRun
from finance.credit.queries import latest_score, reasons_of
from finance.credit.scoring import PPM
from finance.loans.models import Loan, LoanContract, LoanInstallment, LoanProductVersion
from finance.loans.queries import calendar_of
from finance.loans.schedules import Arrears, Row, Schedule, penalty_due, penalty_exact, read_terms, schedule_of
from finance.loans.services import Quote
from finance.loans.services.deciding import FIRST_OF_TWO
from finance.loans.services.grouping import JOINED, LATE_AFTER, LEFT
from finance.loans.services.mending import CLOSED_AGAIN
from finance.loans.services.rate_plans import RATE_CHANGED
from finance.loans.services.restructuring import RESTRUCTURED
from finance.payouts.display import REASONS

SHARES = {"turnover", "returns", "bills_on_time", "instalment_share", "debt_share"}
#: Reasons of the history of an application or loan.
REASON_WORDS = coded(
    dict(Reason.choices),
    dict(LoanContract.Manner.choices),
    REASONS,
    {
        FIRST_OF_TWO: gettext_lazy("approved by the first of two"),
        CLOSED_AGAIN: gettext_lazy("missing days closed"),
        RESTRUCTURED: gettext_lazy("new plan signed"),
        RATE_CHANGED: gettext_lazy("new rate in force"),
    },
)
#: Reasons of the history of a group.
GROUP_WORDS = coded({JOINED: gettext_lazy("a member joined"), LEFT: gettext_lazy("a member left")})
#: The colour of a band.
BANDS = {"approve": "ok", "refer": "wait", "decline": "bad"}


def percent(basis_points: int) -> str:
    """`10.80 %` of 1,080 basis points."""
    return f"{basis_points / 100:.2f}%"


def penalty_words(version: LoanProductVersion, unpaid: int) -> str:
    """What one day costs while one instalment of principal is unpaid (minor units), such as `¥2,500.00: ¥1.11`."""
    exact = penalty_exact([Arrears(1, unpaid)], rate_ppm=version.penalty_ppm)
    a_day = Money(penalty_due(exact, money_step=version.money_step_minor), version.currency)
    return f"{Money(unpaid, version.currency).display()}: {a_day.display()}"


def chart_of(quote: Quote) -> Chart:
    """What each instalment pays of principal and of interest, in units of the currency."""
    rows, unit = quote.schedule.rows, 10 ** minor_digits(quote.version.currency)
    return Chart(
        title=_("Principal and interest of each instalment"),
        finding=_("%(count)s instalments, %(interest)s of them interest.")
        % {"count": len(rows), "interest": quote.interest.display()},
        labels=[str(row.n) for row in rows],
        short_labels=[str(row.n) if _is_labelled(row.n, len(rows)) else "" for row in rows],
        series=[
            Series(_("Principal"), [row.principal / unit for row in rows]),
            Series(_("Interest"), [row.interest / unit for row in rows]),
        ],
        unit=quote.version.currency,
        id="plan",
    )


@dataclass(frozen=True, slots=True)
class ScoreShown:
    """A score as its page shows it."""

    run: ScoreRun
    most: int
    kind: str
    reasons: list[str]
    lines: list[ScoreLine]
    table: Table


def score_shown(application_ref: UUID) -> ScoreShown | None:
    """The newest score of an application with every point and what was lost; None where there is none."""
    run = latest_score(application_ref)
    if run is None:
        return None
    lines = list(run.lines.all())
    return ScoreShown(
        run=run,
        most=sum(line.attribute.max_points for line in lines),
        kind=BANDS[run.band],
        reasons=[str(Reason(code).label) for code in reasons_of(run)],
        lines=lines,
        table=_score_table(lines),
    )


def _score_table(lines: list[ScoreLine]) -> Table:
    return Table(
        caption=_("Every point"),
        columns=[
            Column(_("What was looked at")),
            Column(_("Its value")),
            Column(_("Points"), number=True),
            Column(_("At most"), number=True),
        ],
        rows=[
            [line.attribute.get_code_display(), _value_of(line), line.points, line.attribute.max_points]
            for line in lines
        ],
    )


def _value_of(line: ScoreLine) -> str:
    """A value in words: a share in percent, a grade by its name, a count as it is."""
    if line.input_value is None:
        return _("no record")
    if line.attribute.code in SHARES:
        return f"{line.input_value * 100 / PPM:.1f}%"
    if line.attribute.code == "activity":
        return str(Assessment.Activity.choices[line.input_value][1])
    if line.attribute.code == "loans":
        return [_("late"), _("none"), _("repaid on time")][line.input_value]
    return str(line.input_value)


def _is_labelled(n: int, of: int) -> bool:
    """At most twelve numbers stand below the lines."""
    step = -(-of // 12)
    return n % step == 0 or of <= 12


def table_of(schedule: Schedule, currency: str) -> Table:
    """The rows of a plan."""
    due, left = pgettext("instalment", "To repay"), pgettext("instalment", "Principal left")
    names = (_("Principal"), _("Interest"), due, left)
    return Table(
        caption=_("Every instalment"),
        columns=[
            Column(pgettext("instalment", "No.")),
            Column(pgettext("instalment", "Due on"), short=True),
            *(Column(name, number=True) for name in names),
        ],
        rows=[
            [str(row.n), _due(row), *(_written(minor, currency) for minor in _amounts(row))] for row in schedule.rows
        ],
        total=[
            _("Total"),
            "",
            _written(sum(row.principal for row in schedule.rows), currency),
            _written(schedule.total_interest, currency),
            _written(schedule.total_payment, currency),
            "",
        ],
    )


def _due(row: Row) -> str:
    day = formatting.full_day(row.due)
    return f"{day} *" if row.due != row.end else day


def _amounts(row: Row) -> tuple[int, int, int, int]:
    return row.principal, row.interest, row.payment, row.balance


def _written(minor: int, currency: str) -> str:
    return Money(minor, currency).grouped


def plan_table(rows: list[LoanInstallment], currency: str) -> Table:
    """The instalments of a loan that runs: what is due when, what of it is paid, and how each stands."""
    names = (_("Principal"), _("Interest"), _("Penalty"), _("Unpaid"))
    return Table(
        caption=_("Every instalment"),
        columns=[
            *(Column(pgettext("instalment", "No.")), Column(pgettext("instalment", "Due on"), short=True)),
            *(Column(name, number=True) for name in names),
            Column(_("State"), short=True),
        ],
        rows=[
            [
                str(row.n),
                formatting.full_day(row.due_date),
                *(_written(minor, currency) for minor in (row.principal_minor, row.interest_minor, row.penalty_minor)),
                _written(row.left_minor, currency),
                str(row.get_status_display()),
            ]
            for row in rows
            if row.status != LoanInstallment.Status.RESCHEDULED
        ],
    )


def contract_shown(loan: Loan, contract: LoanContract) -> dict[str, Any]:
    """A contract as its paper shows it: the plan as it was signed, its price, and what a late day costs."""
    terms = read_terms(contract.terms)
    schedule = schedule_of(terms, calendar_of(loan.product.country, start=terms.starts_on))
    received = contract.received
    to_pay = Money(schedule.total_payment, loan.currency)
    return {
        "contract": contract,
        "late_after": LATE_AFTER,
        "received": received,
        "to_pay": to_pay,
        "cost": to_pay - received,
        "table": table_of(schedule, loan.currency),
        "effective": percent(contract.apr_effective_bp),
        "nominal": percent(contract.apr_nominal_bp),
        "penalty": penalty_words(contract.product_version, schedule.rows[0].principal or loan.principal_minor),
    }
