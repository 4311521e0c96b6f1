"""What waits to be paid, to whom, and what became of it."""

from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, Sum, When
from django.utils.translation import gettext as _

from core.money import Money
from finance.payouts.models import PayoutAccount, PayoutAccountQuerySet, PayoutBatch, PayoutLine
from finance.recon.models import BankStatementLine
from finance.settlement.models import Statement
from ledger.kinds import PAYEE_KINDS
from ledger.models import Account, AuditFinding, Book
from ledger.queries import open_findings
from stations.accounts.models import User
from stations.models import Division, Station
from stations.recruitment.models import Contract

COUNTY_DIGITS = 6


def payee_of(account: Account) -> str:
    """What a payee's accounts are known by, from one of them: a user's hex, `hub-321324-0002`, a supplier's code."""
    return account.holder.hex if account.holder else account.code.partition(":")[2]


def statements_to_pay(*, country: str, currency: str, division: Division | None = None) -> models.QuerySet[Statement]:
    """Closed statements with something to pay that no payout has taken up; what failed is paid again by a person."""
    taken = PayoutLine.objects.counted().filter(statement=OuterRef("pk"))
    statements = Statement.objects.filter(
        ~Exists(taken), status=Statement.Status.CLOSED, payable_minor__gt=0, currency=currency, county__country=country
    )
    return statements.filter(county__path__startswith=division.path) if division else statements


def with_usable_account(statements: models.QuerySet[Statement]) -> models.QuerySet[Statement]:
    """Those of them whose payee can be paid now."""
    return statements.filter(Exists(usable_accounts().filter(payee=OuterRef("payee"))))


def usable_accounts() -> models.QuerySet[PayoutAccount]:
    """Where money may go."""
    return PayoutAccount.objects.standing().filter(status=PayoutAccount.Status.ACTIVE)


def payouts_that_came_back(*, amount: Money, bank_line: BankStatementLine) -> models.QuerySet[PayoutLine]:
    """Payouts of this amount that a bank was to make from the account of a line, and that no bank line was yet."""
    return PayoutLine.objects.filter(
        amount_minor=amount.minor,
        currency=amount.currency,
        batch__country=bank_line.country,
        batch__bank_account=bank_line.bank_account,
        batch__exported_at__isnull=False,
        payout_account__kind=PayoutAccount.Kind.BANK,
        bank_return=None,
    ).exclude(status__in=[PayoutLine.Status.DRAFT, PayoutLine.Status.LEFT_OUT])


@dataclass(frozen=True, slots=True)
class Stopped:
    """Whose payouts an open finding of the auditor stops."""

    book: bool
    payees: frozenset[str]
    counties: frozenset[str]

    def stops(self, *, account_code: str, county_code: str) -> bool:
        """Whether this payee, or this county, may not be paid now."""
        return self.book or account_code in self.payees or county_code[:COUNTY_DIGITS] in self.counties


def stopped_by_findings(book: Book) -> Stopped:
    """What the newest audit found and nobody has cleared."""
    scopes: dict[str, set[str]] = {scope: set() for scope in AuditFinding.Scope.values}
    for finding in open_findings(book):
        scopes[finding.scope].add(finding.scope_key)
    return Stopped(
        book=bool(scopes[AuditFinding.Scope.BOOK]),
        payees=frozenset(scopes[AuditFinding.Scope.PAYEE]),
        counties=frozenset(scopes[AuditFinding.Scope.COUNTY]),
    )


@dataclass(frozen=True, slots=True)
class CountyTotal:
    """What one county gets in a batch."""

    county: str
    payouts: int
    total: Money
    unpaid: int


def totals_by_county(batch: PayoutBatch) -> list[CountyTotal]:
    """One row per county, by its code; what belongs to none comes last."""
    rows = (
        batch.lines.counted()
        .values("county__code", "county__short_name")
        .annotate(
            payouts=Count("pk"),
            minor=Sum("amount_minor"),
            unpaid=Count("pk", filter=Q(status__in=PayoutLine.UNPAID)),
        )
        .order_by("county__code")
    )
    return [
        CountyTotal(
            county=row["county__short_name"] or str(_("Head office")),
            payouts=row["payouts"],
            total=Money(row["minor"], batch.currency),
            unpaid=row["unpaid"],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class NextPayout:
    """What the next batch of a country would hold, and what stays behind because its payee has no account."""

    ready: int
    ready_total: Money
    homeless: int
    homeless_total: Money
    waiting: int


def next_payout(*, country: str, currency: str) -> NextPayout:
    """Before anybody presses a button: how much would be paid, and to how many nothing can be."""
    statements = statements_to_pay(country=country, currency=currency)
    everything = statements.aggregate(n=Count("pk"), minor=Sum("payable_minor"))
    ready = with_usable_account(statements).aggregate(n=Count("pk"), minor=Sum("payable_minor"))
    waiting = PayoutLine.objects.waiting().filter(currency=currency, county__country=country).count()
    return NextPayout(
        ready=ready["n"],
        ready_total=Money(ready["minor"] or 0, currency),
        homeless=everything["n"] - ready["n"],
        homeless_total=Money((everything["minor"] or 0) - (ready["minor"] or 0), currency),
        waiting=waiting,
    )


def user_of(payee: str) -> User | None:
    """The person behind a payee; None for counties, suppliers and other organisations."""
    return User.objects.select_related("person").filter(pk=UUID(payee)).first() if _is_user(payee) else None


def is_payee(payee: str) -> bool:
    """Whether somebody is known by this: a user, or the one who has an account of the ledger on which is earned."""
    codes = [f"{kind}:{payee}" for kind in sorted(PAYEE_KINDS)]
    return user_of(payee) is not None or Account.objects.filter(code__in=codes, closed_at=None).exists()


def own_account(user: User) -> PayoutAccount | None:
    """Where this person is paid, or wants to be."""
    return PayoutAccount.objects.standing().filter(payee=user.pk.hex).select_related("station").first()


def own_waiting(user: User) -> list[Statement]:
    """One's own closed statements that nothing has paid yet, oldest first."""
    taken = PayoutLine.objects.counted().filter(statement=OuterRef("pk"))
    mine = Statement.objects.filter(payee=user.pk.hex, status=Statement.Status.CLOSED, payable_minor__gt=0)
    return list(mine.filter(~Exists(taken)).order_by("period_to"))


def own_floats(user: User) -> models.QuerySet[Station]:
    """The stations of which this person is the partner."""
    running = Contract.objects.running().filter(kind=Contract.Kind.PARTNER, user=user)
    return Station.objects.filter(pk__in=running.values("station")).order_by("code")


def regions_to_pay(*, country: str, currency: str) -> models.QuerySet[Division]:
    """The counties in which something waits to be paid."""
    statements = statements_to_pay(country=country, currency=currency).order_by().values("county")
    waiting = (
        PayoutLine.objects.waiting().filter(currency=currency, county__country=country).order_by().values("county")
    )
    return Division.objects.filter(Q(pk__in=statements) | Q(pk__in=waiting), level="county").order_by("code")


def with_urgency(accounts: PayoutAccountQuerySet) -> models.QuerySet[PayoutAccount]:
    """Standing accounts, each with `urgency`: stopped ones before those that wait, then the rest."""
    status = PayoutAccount.Status
    urgency = Case(When(status=status.RESTRICTED, then=0), When(status=status.PENDING, then=1), default=2)
    return accounts.standing().select_related("station").annotate(urgency=urgency)


def stations_for_cash(user: User) -> models.QuerySet[Station]:
    """Where this person may be paid in cash: open stations of the counties they work in, but not their own."""
    own = [post.station_id for post in user.live_posts if post.station_id]
    counties = Station.objects.filter(pk__in=own).values("county")
    return Station.objects.filter(county__in=counties, status="active").exclude(pk__in=own).order_by("code")


def lines_of(batch: PayoutBatch, *, after: UUID | None = None) -> models.QuerySet[PayoutLine]:
    """The payouts of a batch in the order of its file; `after` is the last one of the page before."""
    rows = batch.lines.select_related("payout_account__station", "county", "account", "statement", "batch")
    return (rows.filter(our_ref__gt=after) if after else rows).order_by("our_ref")


def _is_user(payee: str) -> bool:
    try:
        return UUID(payee).hex == payee
    except ValueError:
        return False
