"""Closing days, statements, the books, and differences that somebody looks into."""

from finance.models import BankStatementLine, DayClose, ReconItem, Statement
from ledger.models import Account
from tests.browser.every_page.page import STORY, Pages, Story, one, plain
from tests.factories.days import today


class Books(Story):
    """Closed days, statements and differences, one of each state."""

    def closes(self) -> list[DayClose]:
        """One day of each state, the held ones first."""
        return list(DayClose.objects.order_by("-status", "-business_date").distinct("status"))

    def statements(self) -> list[Statement]:
        """One statement of each state."""
        return list(Statement.objects.order_by("status", "-period_to").distinct("status"))

    def own_statement(self) -> Statement:
        return Statement.objects.filter(payee=self.partner.pk.hex).latest("period_to")

    def till(self) -> Account:
        return Account.objects.get(code=f"till:{STORY}")

    def recon_items(self) -> list[ReconItem]:
        """One difference of each state, first one that the county reads."""
        of_county = ReconItem.objects.still_open().filter(payment__station=self.station).latest("pk")
        each = ReconItem.objects.order_by("status", "-amount_diff_minor").distinct("status")
        return [of_county, *each]

    def free_line(self) -> BankStatementLine:
        """Money that came and that nothing has taken."""
        return BankStatementLine.objects.filter(direction="in", explained_minor=0, topup=None).latest("pk")

    def asked_to_write_off(self) -> ReconItem:
        return ReconItem.objects.still_open().exclude(write_off_asked_by=None).latest("pk")


PAGES: Pages = {
    "settlement:closes": lambda house: [
        one("finance", "settlement:closes"),
        one("manager", "settlement:closes"),
        one("auditor", "settlement:closes"),
    ],
    "settlement:day": lambda house: [one("finance", "settlement:day", each.pk) for each in house.closes()],
    "settlement:statements": lambda house: [
        one("finance", "settlement:statements"),
        one("finance", "settlement:statements", query="?status=paid&payee=nobody"),
    ],
    "settlement:own_statements": lambda house: [
        one("partner", "settlement:own_statements"),
        one("helper", "settlement:own_statements"),
    ],
    "settlement:statement": lambda house: [
        *(one("finance", "settlement:statement", each.pk) for each in house.statements()),
        one("partner", "settlement:statement", house.own_statement().pk),
    ],
    "settlement:paper": lambda house: [one("partner", "settlement:paper", house.own_statement().pk)],
    "books:books": lambda house: [one("finance", "books:books"), one("auditor", "books:books")],
    "books:trial": lambda house: [
        one("finance", "books:trial", "CN"),
        one("finance", "books:trial", "CN", query=f"?date={today()}&kind=till"),
        one("finance", "books:trial", "CN", query="?date=never", status=422),
    ],
    "books:months": plain("finance", "books:months", "CN"),
    "books:account": lambda house: [
        one("finance", "books:account", "CN", house.till().pk, query=f"?day={today()}&clock=12:00"),
        one("finance", "books:account", "CN", house.till().pk, query="?day=never", status=422),
    ],
    "recon:board": lambda house: [
        one("finance", "recon:board"),
        one("finance", "recon:board", query="?kind=late&age=7"),
        one("manager", "recon:board"),
    ],
    "recon:item": lambda house: [
        *(one("finance", "recon:item", each.pk) for each in house.recon_items()),
        one("finance2", "recon:item", house.asked_to_write_off().pk),
        one("manager", "recon:item", house.recon_items()[0].pk),
    ],
    "recon:bank_line": lambda house: [
        one("finance", "recon:bank_line", line.pk)
        for line in BankStatementLine.objects.filter(line_ref__in=["DEMO-R1", "DEMO-R3"])
    ],
    "floats:bank_line": lambda house: [
        one("finance", "floats:bank_line", house.free_line().pk),
        one("finance", "floats:bank_line", house.free_line().pk, query=f"?partner={STORY}"),
        one("auditor", "floats:bank_line", house.free_line().pk),
    ],
    "recon:import": plain("finance", "recon:import"),
    "recon:bank_lines": plain("finance", "recon:bank_lines"),
    "recon:files": plain("finance", "recon:files"),
    "recon:risks": plain("finance", "recon:risks"),
}

#: Addresses that answer, but not with a page of the console.
NOT_PAGES = {
    *("settlement:close_day", "settlement:table"),
    "books:table",
}
