"""Statements of accounts over the API."""

import csv
import datetime as dt
import io
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import SIGNED_IN
from core.money import decimal_text
from core.serializers import ReadSerializer
from core.web.pagination import CursorInvalid
from finance.payments.accounts import READ_ALL, accounts_open_to, books_open_to
from ledger.kinds import KINDS
from ledger.models import Account, Book
from ledger.queries import (
    EntryLine,
    TrialLine,
    TrialTotal,
    balance,
    balance_at,
    entries,
    trial_page,
    trial_totals,
)
from ledger.statements import document_of
from stations.accounts.models import User

PAGE = 50
STATEMENT_COLUMNS = ("version", "transfer", "side", "posted", "held", "balance", "held_after", "at")


class NamedEntry(NamedTuple):
    """A line of an account, and who of our own users made it."""

    line: EntryLine
    made_by_name: str | None


class EntryOut(ReadSerializer):
    """One line of an account: what happened, who or what made it, and the balance afterwards."""

    version = serializers.IntegerField(source="line.version")
    at = serializers.DateTimeField(source="line.at")
    made_by_kind = serializers.CharField(source="line.made_by_kind")
    made_by_name = serializers.CharField(allow_null=True)
    what = serializers.CharField(source="line.event_type")
    event_id = serializers.CharField(source="line.event_id")
    amount = serializers.CharField(source="line.amount")
    held = serializers.CharField(source="line.held")
    balance = serializers.CharField(source="line.balance")
    available = serializers.CharField(source="line.available")


class EntriesOut(serializers.Serializer):
    """A page of lines, newest first; the next page starts before `next_before_version`."""

    account = serializers.CharField()
    currency = serializers.CharField()
    results = EntryOut(many=True)
    next_before_version = serializers.IntegerField(allow_null=True)


class BalanceOut(serializers.Serializer):
    """What an account holds, now or at an instant."""

    account = serializers.CharField()
    currency = serializers.CharField()
    posted = serializers.CharField()
    available = serializers.CharField()
    version = serializers.IntegerField()


class TrialTotalOut(ReadSerializer):
    """All accounts of one kind and currency; per currency debits equal credits over all kinds."""

    kind = serializers.CharField()
    currency = serializers.CharField()
    accounts = serializers.IntegerField()
    debits = serializers.CharField()
    credits = serializers.CharField()
    balance = serializers.CharField()

    @staticmethod
    def get_debits(total: TrialTotal) -> str:
        return decimal_text(total.debits, total.currency)

    @staticmethod
    def get_credits(total: TrialTotal) -> str:
        return decimal_text(total.credits, total.currency)


class TrialLineOut(ReadSerializer):
    """One account: its balance on the side on which its kind grows."""

    id = serializers.IntegerField(source="account_id")
    account = serializers.CharField(source="code")
    currency = serializers.CharField()
    debits = serializers.CharField()
    credits = serializers.CharField()
    balance = serializers.CharField()

    @staticmethod
    def get_debits(line: TrialLine) -> str:
        return decimal_text(line.debits, line.currency)

    @staticmethod
    def get_credits(line: TrialLine) -> str:
        return decimal_text(line.credits, line.currency)


class TrialBalanceOut(serializers.Serializer):
    """A book at the end of a business date: the sums of each kind, and a page of the accounts of the kind asked for."""

    book = serializers.CharField()
    date = serializers.DateField()
    totals = TrialTotalOut(many=True)
    results = TrialLineOut(many=True)
    next_after = serializers.IntegerField(allow_null=True)


class AccountEntries(APIView):
    """List the entries of an account within reach."""

    requires = SIGNED_IN

    @extend_schema(parameters=[OpenApiParameter("before_version", int)], responses=EntriesOut)
    def get(self, request: Any, code: str) -> Response:
        account = _account(request.user, code)
        lines = entries(account, before_version=_number(request, "before_version"), limit=PAGE)
        return Response(
            {
                "account": account.code,
                "currency": account.currency,
                "results": EntryOut(_with_names(lines), many=True).data,
                "next_before_version": lines[-1].version if len(lines) == PAGE else None,
            }
        )


class AccountBalance(APIView):
    """Get a balance: what an account within reach holds, now or at an instant."""

    requires = SIGNED_IN

    @extend_schema(parameters=[OpenApiParameter("at", OpenApiTypes.DATETIME)], responses=BalanceOut)
    def get(self, request: Any, code: str) -> Response:
        account = _account(request.user, code)
        wanted = request.query_params.get("at")
        at = serializers.DateTimeField().run_validation(wanted) if wanted else None
        state = balance_at(account, at) if at else balance(account)
        return Response(
            {
                "account": account.code,
                "currency": account.currency,
                "posted": str(state.posted),
                "available": str(state.available),
                "version": state.version,
            }
        )


class AccountStatements(APIView):
    """Get an account statement.

    A closed month with the rows and the hash by which anybody can check it; `as=csv` is a table.
    """

    requires = SIGNED_IN

    @extend_schema(
        parameters=[OpenApiParameter("as", str, enum=["csv"])],
        responses={(200, "application/json"): OpenApiTypes.OBJECT, (200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Any, code: str, month: str) -> HttpResponse:
        account = _account(request.user, code)
        try:
            first = dt.date.fromisoformat(f"{month}-01")
        except ValueError as error:
            raise Http404 from error
        statement = account.statements.filter(month=first).first()
        if statement is None:
            raise Http404
        document = document_of(statement)
        return _table_of(document) if request.query_params.get("as") == "csv" else Response(document)


class TrialBalance(APIView):
    """Get the trial balance of a book: sums by kind; with `kind`, its accounts page after page."""

    requires = READ_ALL
    one_object = True

    @extend_schema(
        parameters=[
            OpenApiParameter("date", OpenApiTypes.DATE, required=True),
            OpenApiParameter("kind", str, description="Accounts of this kind, such as `till`."),
            OpenApiParameter("after", int, description="`next_after` of the page before."),
        ],
        responses=TrialBalanceOut,
    )
    def get(self, request: Any, code: str) -> Response:
        book = get_object_or_404(books_open_to(request.user), code=code)
        date = serializers.DateField().run_validation(request.query_params.get("date") or serializers.empty)
        lines: list[Any] = []
        kind, has_more = request.query_params.get("kind", ""), False
        if kind:
            serializers.ChoiceField(sorted(KINDS)).run_validation(kind)
            lines, has_more = trial_page(book, date, kind=kind, after=_after(request, book), limit=PAGE)
        return Response(
            {
                "book": book.code,
                "date": date,
                "totals": TrialTotalOut(trial_totals(book, date), many=True).data,
                "results": TrialLineOut(lines, many=True).data,
                "next_after": lines[-1].account_id if has_more else None,
            }
        )


def _after(request: Any, book: Book) -> Account | None:
    number = _number(request, "after")
    if number is None:
        return None
    last = book.accounts.filter(pk=number).first()
    if last is None:
        raise CursorInvalid(field="after")
    return last


def _number(request: Any, name: str) -> int | None:
    """A position as the page before told it."""
    number = request.query_params.get(name, "")
    if not number:
        return None
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise CursorInvalid(field=name)
    return int(number)


def _table_of(document: dict[str, Any]) -> HttpResponse:
    """The rows under the hash for any spreadsheet, minor units as they are hashed, and the two hashes last."""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(STATEMENT_COLUMNS)
    sheet.writerows(document["rows"])
    sheet.writerow(["sha256", document["sha256"], "before", document["previous_sha256"]])
    name = f"{document['account'].replace(':', '-')}-{document['month']}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(out.getvalue().encode("utf-8-sig"), content_type="text/csv", headers=headers)


def _account(user: User, code: str) -> Account:
    account = accounts_open_to(user).filter(code=code).order_by("closed_at").first()
    if account is None:
        raise Http404
    return account


def _with_names(lines: list[EntryLine]) -> list[NamedEntry]:
    """With the names of our own users; a provider or the system has none."""
    users = get_user_model().objects.filter(pk__in={line.made_by for line in lines if line.made_by})
    names = {user.pk: user.shown_name for user in users}
    return [NamedEntry(line, names.get(line.made_by) if line.made_by else None) for line in lines]
