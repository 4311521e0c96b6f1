"""Loans: what they cost, and applications of each state."""

from finance.loans.queries import loans_of_group
from finance.models import (
    BorrowerGroup,
    CollectionSheet,
    Loan,
    LoanAdjustment,
    LoanApplication,
    LoanProductVersion,
    ProvisionTable,
    RecommendationStanding,
)
from stations.models import User
from tests.browser.every_page.page import Pages, Story, one


class Loans(Story):
    """Applications of the story's station."""

    def applications(self, **about: object) -> list[LoanApplication]:
        """One application of each state."""
        rows = LoanApplication.objects.filter(station=self.station, **about)
        return list(rows.order_by("status", "-pk").distinct("status"))

    def loans(self) -> list[Loan]:
        """One loan of each state."""
        rows = Loan.objects.filter(station=self.station)
        return list(rows.order_by("status", "-pk").distinct("status"))

    def recommender(self) -> RecommendationStanding:
        """The partner of the story's county who is measured."""
        return RecommendationStanding.objects.filter(county=self.station.county).earliest("pk")

    def rates(self) -> list[int]:
        """One table of provision rates that is drawn up, and one in force."""
        return [ProvisionTable.objects.filter(status=status)[0].pk for status in ("draft", "active")]

    def cheaper(self) -> LoanAdjustment:
        """A loan whose borrower is told of a new rate."""
        told = LoanAdjustment.objects.filter(loan__station=self.station, notified_date__isnull=False)
        return told.earliest("pk")

    def borrowers(self) -> BorrowerGroup:
        """The group of borrowers that meets here."""
        return BorrowerGroup.objects.get(station=self.station)

    def sheet(self) -> CollectionSheet:
        """What a group brought to its meeting, at a station whose drawer is open."""
        return CollectionSheet.objects.earliest("pk")

    @property
    def collector(self) -> User:
        """The partner there."""
        return User.objects.get(posts__role="partner", posts__to_at=None, posts__station=self.sheet().group.station_id)

    def running_loan(self) -> Loan:
        """One on which something is owed."""
        return Loan.objects.running().filter(station=self.station).earliest("pk")


PAGES: Pages = {
    "loans:quote": lambda house: [
        *(
            one("partner", "loans:quote", query=f"?version={pk}&amount=30000&installments={numbers[-1]}")
            for pk, numbers in LoanProductVersion.objects.active().values_list("pk", "installments_offered")
        ),
        one("credit", "loans:quote"),
        one("partner", "loans:quote", query="?amount=1&installments=12", status=422),
    ],
    "loans:applications": lambda house: [one("partner", "loans:applications"), one("credit", "loans:applications")],
    "loans:portfolio": lambda house: [one("credit", "loans:portfolio"), one("manager", "loans:portfolio")],
    "loans:recommenders": lambda house: [one("credit", "loans:recommenders"), one("manager", "loans:recommenders")],
    "loans:recommender": lambda house: [
        one(reader, "loans:recommender", house.recommender().pk) for reader in ("credit", "manager")
    ],
    "loans:provisions": lambda house: [one("credit", "loans:provisions")],
    "loans:provision": lambda house: [one("credit", "loans:provision", pk) for pk in house.rates()],
    "loans:apply": lambda house: [
        one("partner", "loans:apply"),
        one("partner", "loans:apply", query=f"?person={house.payer.pk}"),
    ],
    "loans:application": lambda house: [
        *(one("partner", "loans:application", each.pk) for each in house.applications()),
        *(one("credit", "loans:application", each.pk) for each in house.applications()),
    ],
    "loans:plan": lambda house: [
        one("partner", "loans:plan", house.applications(status=status)[0].pk) for status in ("draft", "approved")
    ],
    "loans:loans": lambda house: [one("partner", "loans:loans"), one("credit", "loans:loans")],
    "loans:loan": lambda house: [
        *(one("partner", "loans:loan", each.pk) for each in house.loans()),
        *(one("finance", "loans:loan", each.pk) for each in house.loans()),
    ],
    "loans:contract": lambda house: [one("partner", "loans:contract", each.pk) for each in house.loans()],
    "loans:groups": lambda house: [one("partner", "loans:groups"), one("credit", "loans:groups")],
    "loans:group_new": lambda house: [one("partner", "loans:group_new")],
    "loans:group_join": lambda house: [
        one("partner", "loans:group_join"),
        one("partner", "loans:group_join", query=f"?person={house.payer.pk}"),
    ],
    "loans:group": lambda house: [one(reader, "loans:group", house.borrowers().pk) for reader in ("partner", "credit")],
    "loans:group_sheet": lambda house: [one("partner", "loans:group_sheet", house.borrowers().pk)],
    "loans:group_collect": lambda house: [one("partner", "loans:group_collect", house.borrowers().pk)],
    "loans:group_lines": lambda house: [one("partner", "loans:group_lines", house.borrowers().pk)],
    "loans:group_line": lambda house: [
        one("partner", "loans:group_line", house.borrowers().pk, loans_of_group(house.borrowers()).first().pk)
    ],
    "loans:collected": lambda house: [one(house.collector.username, "loans:collected", house.sheet().pk)],
    "loans:rate_notice": lambda house: [one("partner", "loans:rate_notice", house.cheaper().loan_id)],
    "loans:prepay": lambda house: [
        one("partner", "loans:prepay", house.running_loan().pk, query=query)
        for query in ("", "?amount=8000&stays=term", "?amount=1&stays=term")
    ],
    "loans:assess": lambda house: [one("partner", "loans:assess", house.applications(status="draft")[0].pk)],
}
NOT_PAGES: set[str] = set()
