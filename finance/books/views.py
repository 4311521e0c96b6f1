"""The books: sums by kind, the accounts below them, one account at any instant, months and their copies."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.access import requires
from core.csv_cells import line_writer
from core.days import instant_of
from core.language import formatting
from core.money import Money, decimal_text
from core.web.pagination import link_to_position, position, row_at_position
from core.web.tables import Cell, Column, Table
from finance.account_names import account_in_words, accounts_in_words
from finance.books.display import book_words, kind_words
from finance.books.forms import DateForm, InstantForm
from finance.books.queries import months_of
from finance.payments.accounts import accounts_open_to, books_open_to
from ledger.kinds import KINDS
from ledger.models import Account, AccountStatement, Book
from ledger.queries import (
    TrialLine,
    TrialTotal,
    balance,
    balance_at,
    business_date_of,
    entries,
    trial_lines,
    trial_page,
    trial_totals,
)
from stations.requests import SignedInRequest

READ = "finance.read_account"
PAGE, STATEMENTS = 50, 24
HEADINGS = ("account", "kind", "currency", "debits", "credits", "balance")


@requires(READ)
def books(request: SignedInRequest) -> HttpResponse:
    """Every book: one for each country and legal entity."""
    rows = [
        (book, book_words(book), _("open from %(day)s") % {"day": formatting.full_day(book.first_open_date)})
        for book in _books(request)
    ]
    return render(request, "finance/books/books.html", {"rows": rows})


@requires(READ, one_object=True)
def trial(request: SignedInRequest, code: str) -> HttpResponse:
    """The trial balance at the end of a day: sums by kind, and the accounts of one kind page after page."""
    book = get_object_or_404(_books(request), code=code)
    form = _date_form(request, book)
    if not form.is_valid():
        return render(
            request,
            "finance/books/trial.html",
            {"book": book, "book_words": book_words(book), "form": form},
            status=422,
        )
    date, kind = form.cleaned_data["date"], _kind(request)
    totals = trial_totals(book, date)
    lines: list[Any] = []
    has_more = False
    if kind:
        lines, has_more = trial_page(
            book, date, kind=kind, after=row_at_position(request, "after", book.accounts), limit=PAGE
        )
    about = {"date": date.isoformat()}
    page = {
        "book": book,
        "book_words": book_words(book),
        "form": form,
        "date": date,
        "date_words": formatting.full_day(date),
        "kind": kind,
        "kind_words": kind_words(kind),
        "totals": [_totals_table(totals, currency, about) for currency in sorted({each.currency for each in totals})],
        "is_even": not any(_differences(totals).values()),
        "accounts": _accounts_table(lines, book) if kind else None,
        "older": link_to_position(request, "after", lines[-1].account_id, **about) if has_more else "",
        "file": f"{reverse('books:table', args=[code])}?{urlencode(about)}",
        "whole": f"?{urlencode(about)}",
    }
    return render(request, "finance/books/trial.html", page)


@requires(READ, one_object=True)
def table(request: SignedInRequest, code: str) -> StreamingHttpResponse:
    """The whole trial balance as a file, streamed in one snapshot however many accounts there are."""
    book = get_object_or_404(_books(request), code=code)
    form = _date_form(request, book)
    if not form.is_valid():
        raise Http404
    date = form.cleaned_data["date"]
    name = f"trial-balance-{book.code}-{date}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(_csv(book, date), content_type="text/csv; charset=utf-8", headers=headers)


@requires(READ, one_object=True)
def months(request: SignedInRequest, code: str) -> HttpResponse:
    """The last two years month by month: closed or open, and the copy that was made of each."""
    book = get_object_or_404(_books(request), code=code)
    rows = [(each, formatting.month(each.first)) for each in months_of(book, today=business_date_of(book, now()))]
    return render(request, "finance/books/months.html", {"book": book, "book_words": book_words(book), "rows": rows})


@requires(READ, one_object=True)
def account(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """One account: what it holds now, what it held at an instant, its lines and its monthly statements."""
    book = get_object_or_404(_books(request), code=code)
    found = get_object_or_404(accounts_open_to(request.user).filter(book=book), pk=pk)
    form = InstantForm(request.GET if "day" in request.GET else None)
    before = position(request, "before")
    lines = entries(found, before_version=int(before) if before else None, limit=PAGE)
    others = accounts_in_words(line.other_account for line in lines)
    page = {
        "book": book,
        "book_words": book_words(book),
        "account": found,
        "name": account_in_words(found.code),
        "kind_words": kind_words(found.kind),
        "now": balance(found),
        "form": form,
        "then": _then(book, found, form),
        "lines": [(line, others[line.other_account]) for line in lines],
        "older": link_to_position(request, "before", lines[-1].version) if len(lines) == PAGE else "",
        "statements": _statements(found),
    }
    return render(request, "finance/books/account.html", page, status=422 if form.errors else 200)


def _then(book: Book, found: Account, form: InstantForm) -> dict[str, Any] | None:
    if not form.is_valid():
        return None
    at = instant_of(book.zone, form.cleaned_data["day"], form.cleaned_data["clock"])
    return {"at": at, "balance": balance_at(found, at)}


def _statements(found: Account) -> list[tuple[AccountStatement, str, Money]]:
    rows = found.statements.order_by("-month")[:STATEMENTS]
    return [(row, formatting.month(row.month), Money(row.closing, found.currency)) for row in rows]


def _totals_table(totals: list[TrialTotal], currency: str, about: dict[str, str]) -> Table:
    """The kinds of one currency with their sums; the last line is even."""
    mine = [each for each in totals if each.currency == currency]
    sums = [sum(each.debits for each in mine), sum(each.credits for each in mine)]
    return Table(
        caption=_("Sums by kind, %(currency)s") % {"currency": currency},
        columns=[
            Column(_("Kind")),
            *(Column(name, number=True) for name in (_("Accounts"), _("Debits"), _("Credits"), _("Balance"))),
        ],
        rows=[
            [
                Cell(kind_words(each.kind), href=f"?{urlencode(about | {'kind': each.kind})}"),
                each.accounts,
                _shown(each.debits, currency),
                _shown(each.credits, currency),
                formatting.amount(each.balance),
            ]
            for each in mine
        ],
        total=[_("Total"), sum(each.accounts for each in mine), *(_shown(each, currency) for each in sums), ""],
    )


def _accounts_table(lines: list[TrialLine], book: Book) -> Table:
    names = accounts_in_words(line.code for line in lines)
    return Table(
        caption=_("Accounts"),
        columns=[
            Column(pgettext("books", "Account")),
            *(Column(name, number=True) for name in (_("Debits"), _("Credits"), _("Balance"))),
        ],
        rows=[
            [
                Cell(
                    names[line.code], href=reverse("books:account", args=[book.code, line.account_id]), detail=line.code
                ),
                _shown(line.debits, line.currency),
                _shown(line.credits, line.currency),
                formatting.money(line.balance),
            ]
            for line in lines
        ],
        empty=_("There is no account of this kind."),
    )


def _differences(totals: list[TrialTotal]) -> dict[str, int]:
    """Debits less credits by currency, minor units."""
    found: dict[str, int] = {}
    for each in totals:
        found[each.currency] = found.get(each.currency, 0) + each.difference
    return found


def _csv(book: Book, date: dt.date) -> Iterator[str]:
    writer = line_writer("\n")
    yield "\ufeff" + writer.writerow(HEADINGS)
    for line in trial_lines(book, date):
        amounts = (decimal_text(minor, line.currency) for minor in (line.debits, line.credits))
        yield writer.writerow([line.code, line.kind, line.currency, *amounts, str(line.balance)])


def _shown(minor: int, currency: str) -> str:
    return formatting.amount(Money(minor, currency))


def _date_form(request: SignedInRequest, book: Book) -> DateForm:
    """The day that is asked for; the book's day of now where none is."""
    return DateForm(request.GET if "date" in request.GET else {"date": business_date_of(book, now())})


def _kind(request: SignedInRequest) -> str:
    kind = request.GET.get("kind", "")
    if kind and kind not in KINDS:
        raise Http404
    return kind


def _books(request: SignedInRequest) -> Any:
    return books_open_to(request.user)
