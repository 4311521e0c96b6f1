"""What every machine of this package has: a clock, the books of the model, compared with the system's."""

import contextlib
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils.timezone import now
from hypothesis import strategies as st
from hypothesis.stateful import RULE_MARKER, RuleBasedStateMachine, invariant

from core.errors import Refused
from ledger import audit, queries
from ledger.models import Account, Book
from tests.demonstration import taken_back
from tests.finance.model.books import Books, Effect
from tests.finance.model.earnings import Lines
from tests.finance.model.house import House

#: Tables whose rows say what happened; transfers stand in months, and their keys in one table.
WATCHED = ("core", "ledger", "finance")
STEP = dt.timedelta(seconds=61)
#: Which station; which of many.
SHOPS, ANY = st.integers(0, 1), st.integers(0, 7)

_BALANCES = """
WITH queued AS (
    SELECT account_id,
           sum(CASE side WHEN 'debit' THEN posted_delta ELSE -posted_delta END) AS posted,
           sum(CASE side WHEN 'debit' THEN pending_delta ELSE 0 END) AS debits_pending,
           sum(CASE side WHEN 'credit' THEN pending_delta ELSE 0 END) AS credits_pending
      FROM ledger_queuedentry GROUP BY account_id
)
SELECT book.code, account.currency, account.code,
       (debits_posted - credits_posted + coalesce(queued.posted, 0))::bigint,
       (account.debits_pending + coalesce(queued.debits_pending, 0))::bigint,
       (account.credits_pending + coalesce(queued.credits_pending, 0))::bigint
  FROM ledger_account AS account
  JOIN ledger_book AS book ON book.id = account.book_id
  LEFT JOIN queued ON queued.account_id = account.id
"""


def machine_of(
    whole: type["MoneyMachine"], *nouns: type["MoneyMachine"], keep: Iterable[str] = ()
) -> type["MoneyMachine"]:
    """The whole machine with the rules of these nouns alone, and some others to keep: deep instead of wide."""
    kept = {name for noun in nouns for name in vars(noun)} | {*keep, "the_first_morning", "a_new_morning"}
    kept |= {"the_house_agrees_with_the_model"}
    off = {
        name: None
        for each in whole.__mro__
        for name, value in vars(each).items()
        if hasattr(value, RULE_MARKER) and name not in kept
    }
    return type(f"{nouns[0].__name__}Alone", (whole,), off)


@contextlib.contextmanager
def playing(machine: "MoneyMachine") -> Iterator[Any]:
    """A sequence step by step, as a failing one is printed: after each step, and at the end, all is looked at."""
    try:
        yield _Played(machine)
    finally:
        machine.teardown()


class _Played:
    """A machine that is looked at after each of its steps."""

    def __init__(self, machine: "MoneyMachine") -> None:
        self._machine = machine

    def __getattr__(self, name: str) -> Callable[..., None]:
        def step(**given: Any) -> None:
            getattr(self._machine, name)(**given)
            self._machine.the_house_agrees_with_the_model()

        return step


def chosen(rows: list[Any], n: int) -> Any:
    """One of them; the newest first, so that small numbers are what has just happened."""
    return rows[-1 - n % len(rows)]


class MoneyMachine(RuleBasedStateMachine):
    """Verbs of the system on one side, a model of the accounts on the other; after each step they agree.

    Whatever a sequence does is taken back at its end.
    """

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house, self.at = house, house.begins_at
        self.land, self.money = house.home, house.home.money
        self.then = self.at
        self.books = Books()
        self.lines: Lines = []
        self._is_sound = True
        self._until_the_end = contextlib.ExitStack()
        self._until_the_end.enter_context(taken_back())
        self.opened = set()
        for code, posted, _debits, _credits in self._balances():
            self.books.posted[code] = posted
            self.opened.add(code)

    @property
    def today(self) -> dt.date:
        """The date on the wall."""
        return self.land.day_of(self.at)

    def attempt(
        self,
        verb: Callable[..., Any],
        *,
        expect: str = "",
        effects: Iterable[Effect] = (),
        earned: Lines = (),
        lack: Mapping[str, str] | None = None,
        **given: Any,
    ) -> Any:
        """Do it, or see it refused exactly so; then nothing has changed.

        `expect` is the code of a refusal that has nothing to do with what is there; `lack` says how the verb calls it
        when an account of a kind has too little.
        """
        self._is_sound = False
        effects = list(effects)
        lacking = "" if expect else self.books.lacking(effects)
        expect = expect or (lacking and (lack or {}).get(lacking, "not_enough"))
        self.house.tally[f"{verb.__name__} {expect or 'done'}"] += 1
        self.then, self.at = self.at, self.at + STEP
        given = {"at": self.then, **given}
        if expect:
            return self._see_it_refused(verb, expect, given)
        with transaction.atomic():
            answer = verb(**given)
        self.books.apply(effects)
        self.lines.extend(earned)
        return answer

    def _see_it_refused(self, verb: Callable[..., Any], expect: str, given: Mapping[str, Any]) -> None:
        before = fingerprint()
        with pytest.raises(Refused) as refusal, transaction.atomic():
            verb(**given)
        assert refusal.value.code == expect, f"{verb.__name__} was refused: {refusal.value.code}, not {expect}"
        # A wrong code uses up a try.
        assert refusal.value.keeps_changes or fingerprint() == before, f"{verb.__name__} was refused and left a trace"

    @invariant()
    def the_house_agrees_with_the_model(self) -> None:
        """Account by account, posted and held; the whole is nought; no account gives more than it has."""
        connection.check_constraints()
        ours = {code: tuple(figures) for code, *figures in self._balances() if any(figures)}
        model = self._figures()
        wrong = {code: (ours.get(code), model.get(code)) for code in ours | model if ours.get(code) != model.get(code)}
        assert not wrong, f"the house and the model (debits less credits, debits held, credits held): {wrong}"
        by_book: Counter[str] = Counter()
        for code, (posted, _debits, _credits) in ours.items():
            by_book[code.partition("@")[2]] += posted
        assert not any(by_book.values()), "the trial balance of a book, by its currencies, is not nought"
        broken = [code for code in ours if self.books.is_broken(code)]
        assert not broken, f"more was given than there was: {broken}"
        self._is_sound = True

    def teardown(self) -> None:
        """At the end of a sequence the auditor is silent."""
        try:
            if self._is_sound:
                self.before_the_audit()
                self.the_auditor_is_silent()
        finally:
            self._until_the_end.close()

    def before_the_audit(self) -> None:
        """What jobs would have done by then."""

    def the_auditor_is_silent(self) -> None:
        """The real audit, in this process, finds nothing in any book that was written in."""
        for book in Book.objects.filter(pk__in=Account.objects.exclude(version=0).values("book")):
            audit.audit_book(book=book, at=now())
            findings = [(found.check_code, found.scope_key, found.sample) for found in queries.open_findings(book)]
            assert not findings, f"the auditor of {book.code}: {findings}"

    def coded(self, code: str, country: str, currency: str) -> str:
        """An account as the model calls it: other money, and other books, stand on accounts of their own."""
        is_home = (country, currency) == (self.land.country, self.land.currency)
        return code if is_home else f"{code}@{country} {currency}"

    def _balances(self) -> list[tuple[str, int, int, int]]:
        with connection.cursor() as cursor:
            cursor.execute(_BALANCES)
            rows = cursor.fetchall()
        return [(self.coded(code, book, currency), *figures) for book, currency, code, *figures in rows]

    def _figures(self) -> dict[str, tuple[int, int, int]]:
        """Debits less credits, debits held, credits held of every account that has any."""
        held = list(self.books.held.values())
        codes = {*self.books.posted, *(hold.debit for hold in held), *(hold.credit for hold in held)}
        figures = {
            code: (
                self.books.posted[code],
                sum(hold.minor for hold in held if hold.debit == code),
                sum(hold.minor for hold in held if hold.credit == code),
            )
            for code in codes
        }
        return {code: three for code, three in figures.items() if any(three)}


def fingerprint() -> str:
    """What stands in every table that a verb of money writes."""
    with connection.cursor() as cursor:
        cursor.execute(_fingerprint_sql())
        return cursor.fetchone()[0]


def _fingerprint_sql() -> str:
    tables = [
        model._meta.db_table
        for label in WATCHED
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        if model._meta.managed and model._meta.db_table != "ledger_transfer"
    ]
    each = " UNION ALL ".join(
        f"SELECT '{table}' AS name, count(*) AS n, sum(hashtextextended(t::text, 0)) AS rows FROM {table} AS t"  # noqa: S608
        for table in sorted(tables)
    )
    line = "name || ' ' || n || ' ' || coalesce(rows, 0)"
    return f"SELECT md5(string_agg({line}, ',' ORDER BY name)) FROM ({each}) AS one"  # noqa: S608
