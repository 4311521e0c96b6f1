"""The board of closes: how each county stands, and what would stop or accompany tonight's close."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Sum

from core.money import Money
from finance.payments.models import Payment
from finance.recon.models import ReconItem
from finance.settlement.models import DayClose, Statement
from finance.settlement.queries.findings import COUNTY_DIGITS
from finance.settlement.queries.listed import OPEN_ITEMS
from finance.tills.models import CashDay
from ledger.models import AuditFinding, Book
from ledger.queries import open_findings
from stations.accounts.models import User
from stations.models import Division
from stations.network.models import Station
from stations.scope import division_reach


@dataclass(slots=True)
class CountyLine:
    """One county: its last settled day, those that are held, and what stands in the way now."""

    county: Division
    last: DayClose | None = None
    held: list[DayClose] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    cash_days: int = 0
    undecided: int = 0
    payable: list[Money] = field(default_factory=list)

    @property
    def is_stopped(self) -> bool:
        """Whether tonight's close would be held."""
        return bool(self.findings)


@dataclass(slots=True)
class Board:
    """All counties within reach, and what concerns all of them."""

    lines: list[CountyLine]
    book_findings: list[str]
    payee_findings: list[AuditFinding]
    missing_files: list[str]


def board(user: User, verb: str, *, country: str) -> Board:
    """The counties that this person reaches with a verb; a fixed number of queries, whatever their number."""
    lines = {county.pk: CountyLine(county) for county in _counties(user, verb, country)}
    _add_days(lines)
    _add_work(lines)
    _add_payable(lines)
    book = Book.objects.filter(code=country).first()
    found = open_findings(book) if book else []
    by_scope = defaultdict(list)
    for finding in found:
        by_scope[finding.scope].append(finding)
    whole = sorted({finding.check_code for finding in by_scope[AuditFinding.Scope.BOOK]})
    for line in lines.values():
        code = line.county.code[:COUNTY_DIGITS]
        own = {finding.check_code for finding in by_scope[AuditFinding.Scope.COUNTY] if finding.scope_key == code}
        line.findings = sorted(own) + whole
    of_country = ReconItem.objects.filter(provider__country=country)
    files = of_country.filter(kind=ReconItem.Kind.FILE, status__in=OPEN_ITEMS)
    missing = files.order_by("opened_at").values_list("provider__code", "detail__file_date")
    return Board(
        lines=sorted(lines.values(), key=lambda line: (not line.held, not line.is_stopped, line.county.code)),
        book_findings=whole,
        payee_findings=by_scope[AuditFinding.Scope.PAYEE],
        missing_files=[f"{provider} {date}" for provider, date in missing],
    )


def _counties(user: User, verb: str, country: str) -> list[Division]:
    with_stations = Station.objects.filter(county__country=country).order_by().values("county")
    return list(Division.objects.filter(division_reach(user, verb), pk__in=with_stations).order_by("code"))


def _add_days(lines: dict[int, CountyLine]) -> None:
    closes = DayClose.objects.filter(county__in=lines)
    settled = closes.exclude(status=DayClose.Status.OPEN).order_by("county", "-business_date").distinct("county")
    for close in settled:
        lines[close.county_id].last = close
    for close in closes.filter(status=DayClose.Status.HELD).order_by("business_date"):
        lines[close.county_id].held.append(close)


def _add_work(lines: dict[int, CountyLine]) -> None:
    days = CashDay.objects.filter(station__county__in=lines).unclosed().values_list("station__county", flat=True)
    for county, number in Counter(days).items():
        lines[county].cash_days = number
    payments = Payment.objects.filter(station__county__in=lines).undecided().order_by()
    for row in payments.values("station__county").annotate(number=Count("pk")):
        lines[row["station__county"]].undecided = row["number"]


def _add_payable(lines: dict[int, CountyLine]) -> None:
    """What is closed and not paid yet."""
    closed = Statement.objects.filter(county__in=lines, status=Statement.Status.CLOSED).order_by("currency")
    for row in closed.values("county", "currency").annotate(minor=Sum("payable_minor")):
        lines[row["county"]].payable.append(Money(row["minor"], row["currency"]))
