"""The auditor: finds what somebody did to the rows behind the ledger's back, and only that."""

import datetime as dt
import json
import uuid

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.language.reasons import ReasonMissing
from ledger import audit, queries
from ledger.hooks import AUDIT_CHECKS, AUDIT_SCOPES
from ledger.models import AuditFinding, AuditRun
from ledger.probes import months_stand
from ledger.services import (
    FindingAlreadyCleared,
    Leg,
    clear_finding,
    hold,
    refund_transfer,
    reverse_transfer,
    roll_up,
    void_hold,
)
from ledger.statements import make_statements
from tests.factories.ledger import BookFactory, account, cause, funded, post, yuan
from tests.hooks import replace

NEXT_MONTH = dt.timedelta(days=40)


def some_of_everything():
    """Every kind of row, so that each check has something to look at."""
    float_, clearing, revenue = funded("float", "100"), account("clearing"), account("revenue")
    commission = account("commission")
    held = hold(debit=float_, credit=clearing, amount=yuan("10"), reason="recharge", **cause())
    hold(debit=float_, credit=clearing, amount=yuan("5"), reason="recharge", **cause())
    void_hold(pending_id=held, reason="failed", **cause())
    first, second = post(Leg(clearing, commission, yuan("3"), "share"), Leg(clearing, revenue, yuan("2"), "rest"))
    reverse_transfer(transfer_id=first, reason="taken back", **cause())
    refund_transfer(transfer_id=second, amount=yuan("1"), reason="part", **cause())
    roll_up(account=clearing)
    post(Leg(clearing, revenue, yuan("1"), "waits in the queue"))
    make_statements(account=float_, before=timezone.now().date() + NEXT_MONTH, at=timezone.now())
    return float_, commission


def run_audit():
    """The open findings of an audit now, as (check, scope, subject)."""
    book = BookFactory()
    audit.audit_book(book=book, at=timezone.now())
    return {(each.check_code, each.scope, each.scope_key) for each in queries.open_findings(book)}


def test_right_books_have_no_finding(own_database):
    some_of_everything()
    assert run_audit() == set()
    assert AuditRun.objects.get().checks == len(audit.all_checks())


CHANGES = {
    "a balance altered on one side": (
        "UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE code LIKE 'float:%'",
        {"ledger.sides_balance", "ledger.balances_replay"},
    ),
    "a balance altered on both sides": (
        "UPDATE ledger_account SET credits_posted = credits_posted + 1, debits_posted = debits_posted + 1"
        " WHERE code LIKE 'float:%'",
        {"ledger.balances_replay"},
    ),
    "an entry changed": (
        "UPDATE ledger_entry SET posted_after = posted_after + 1 WHERE version = 1 AND account_id ="
        " (SELECT id FROM ledger_account WHERE code LIKE 'clearing:%')",
        {"ledger.entries_run"},
    ),
    "an entry taken out": (
        "DELETE FROM ledger_entry WHERE version = 2 AND account_id ="
        " (SELECT id FROM ledger_account WHERE code LIKE 'clearing:%')",
        {"ledger.entries_run", "ledger.two_sides"},
    ),
    "a queued side lost": (
        "DELETE FROM ledger_queuedentry WHERE account_id ="
        " (SELECT id FROM ledger_account WHERE code LIKE 'clearing:%')",
        {"ledger.sides_balance", "ledger.balances_replay", "ledger.two_sides"},
    ),
    "a transfer changed": (
        "UPDATE ledger_transfer SET amount = amount + 1 WHERE reason = 'waits in the queue'",
        {"ledger.balances_replay", "ledger.keys_match"},
    ),
    "a key lost": (
        "DELETE FROM ledger_transferkey WHERE id = (SELECT id FROM ledger_transfer WHERE reason = 'top_up')",
        {"ledger.keys_match"},
    ),
    "a transfer lost": (
        "DELETE FROM ledger_transfer WHERE reason = 'waits in the queue'",
        {"ledger.balances_replay", "ledger.keys_match"},
    ),
    "a refund counter turned back": (
        "UPDATE ledger_refundcounter SET refunded_minor = 0 WHERE NOT is_reversed",
        {"ledger.refunds_counted"},
    ),
    "a statement changed": (
        "UPDATE ledger_accountstatement SET closing = closing + 1, sha256 = repeat('0', 64)",
        {"ledger.statements_chain"},
    ),
    "a stated entry changed": (
        "UPDATE ledger_entry SET entered_at = entered_at + interval '1 microsecond' WHERE version = 4 AND account_id ="
        " (SELECT id FROM ledger_account WHERE code LIKE 'float:%')",
        {"ledger.statements_chain"},
    ),
    "a guard switched off": ("ALTER TABLE ledger_entry DISABLE TRIGGER refuse_truncate", {"ledger.guards_stand"}),
    "a guard of one month dropped": (
        "DO $$ BEGIN EXECUTE format('DROP TRIGGER refuse_direct_insert ON ledger_transfer_%s',"
        " to_char(now(), 'YYYY_MM')); END $$",
        {"ledger.guards_stand"},
    ),
    "a month missing": (
        "DO $$ BEGIN EXECUTE format('DROP TABLE ledger_transfer_%s',"
        " to_char(now() + interval '1 month', 'YYYY_MM')); END $$",
        {"ledger.months_stand"},
    ),
}


#: What the audit of an hour finds, too. That balances are the replay of transfers it sees by the last entry of each
#: account: a stored balance that was altered on one side is found within the hour, the rest by the next day.
OF_THE_HOUR = {
    *("ledger.sides_balance", "ledger.entries_run", "ledger.keys_match", "ledger.two_sides"),
    *("ledger.guards_stand", "ledger.months_stand"),
}
REPLAYED = {"a balance altered on one side": {"ledger.balances_replay"}}


@pytest.fixture
def slow(monkeypatch):
    """Books so large that everything is read once a day only."""
    monkeypatch.setattr("ledger.audit.runs.WHOLE_EACH_HOUR", dt.timedelta())


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_done_behind_the_ledgers_back_is_found(as_superuser, slow, change):
    book = BookFactory()
    whole = audit.audit_book(book=book, at=timezone.now())
    some_of_everything()
    statement, checks = CHANGES[change]
    as_superuser(statement)
    audit.audit_recent(book=book, at=whole.started_at)
    found = {finding.check_code for finding in queries.open_findings(book)}
    assert found == (checks & OF_THE_HOUR) | REPLAYED.get(change, set())
    assert {code for code, _, _ in run_audit()} == checks


@pytest.mark.django_db
def test_an_hour_looks_at_what_has_come_and_while_that_is_quick_at_everything():
    book, at, moment = BookFactory(), timezone.now(), dt.timedelta(microseconds=1)
    assert audit.audit_recent(book=book, at=at).since is None

    def after(lasted, *, later=dt.timedelta(hours=1)):
        AuditRun.objects.create(book=book, started_at=at, finished_at=at + lasted, checks=1, findings=0)
        return audit.audit_recent(book=book, at=at + later)

    hour = after(audit.WHOLE_EACH_HOUR)
    assert hour.since == at - audit.UNDER_WAY
    assert hour.checks < len(audit.all_checks())
    assert after(audit.WHOLE_EACH_HOUR - moment).since is None
    for lasted, again in (
        (audit.WHOLE_EACH_HOUR - moment, audit.QUICK_AGAIN),
        (audit.WHOLE_EACH_HOUR, audit.WHOLE_AGAIN),
    ):
        for later, is_due in ((again, False), (again + moment, True), (-moment, True)):
            last = AuditRun.objects.create(book=book, started_at=at, finished_at=at + lasted, checks=1, findings=0)
            assert audit.is_whole_due(book=book, at=at + later) is is_due
            since = audit.audit_recent(book=book, at=at + later).since
            is_read_whole = again == audit.QUICK_AGAIN and not is_due
            assert since == (None if is_read_whole else min(last.started_at, at + later) - audit.UNDER_WAY)


def test_what_a_whole_audit_found_is_looked_at_by_each_hour_until_it_is_mended(as_superuser, slow):
    book = BookFactory()
    some_of_everything()
    as_superuser("UPDATE ledger_refundcounter SET refunded_minor = refunded_minor - 1 WHERE NOT is_reversed")
    whole = audit.audit_book(book=book, at=timezone.now())
    (found,) = queries.open_findings(book)
    audit.audit_recent(book=book, at=whole.started_at)
    assert queries.open_findings(book) == [found]
    as_superuser("UPDATE ledger_refundcounter SET refunded_minor = refunded_minor + 1 WHERE NOT is_reversed")
    audit.audit_recent(book=book, at=whole.started_at)
    assert queries.open_findings(book) == []


@pytest.mark.django_db
@pytest.mark.parametrize("is_whole", [True, False], ids=["beside a whole audit", "beside an hour's"])
def test_what_another_audit_finds_meanwhile_stands_until_it_is_mended(monkeypatch, slow, is_whole):
    book, at = BookFactory(), timezone.now()
    wrong, waiting = [], []

    def another_ends(book, at):
        if waiting:
            wrong.append(audit.Wrong("book", book.code, {"what": "new"}))
            waiting.pop()(book=book, at=at)
        return []

    meets_another = audit.Check("test.slow", another_ends, lambda book, at, since: bool(another_ends(book, at)))
    looked_before = audit.Check("test.early", lambda book, at: [*wrong], lambda book, at, since: bool(wrong))
    of_the_night = audit.Check("test.night", lambda book, at: [*wrong])
    replace(monkeypatch, AUDIT_CHECKS, *([looked_before] if is_whole else [of_the_night]), meets_another)
    audit.audit_book(book=book, at=at)
    waiting.append(audit.audit_recent if is_whole else audit.audit_book)
    (audit.audit_book if is_whole else audit.audit_recent)(book=book, at=at)
    (found,) = queries.open_findings(book)
    audit.audit_recent(book=book, at=at)
    assert queries.open_findings(book) == [found]
    wrong.clear()
    audit.audit_recent(book=book, at=at)
    assert queries.open_findings(book) == []


def test_trouble_on_a_payees_account_concerns_that_payee_alone(as_superuser):
    _, commission = some_of_everything()
    as_superuser(f"UPDATE ledger_entry SET posted_after = 7 WHERE version = 1 AND account_id = {commission.pk}")  # noqa: S608
    assert run_audit() == {("ledger.entries_run", "payee", commission.code)}


@pytest.mark.django_db
def test_a_hold_that_outlived_its_end_is_found_after_five_minutes():
    float_, other = funded("float", "10"), account("float", "other")
    ends = timezone.now()
    hold(debit=float_, credit=other, amount=yuan("1"), reason="sent", expires_at=ends, **cause())
    book = BookFactory()
    audit.audit_book(book=book, at=ends + dt.timedelta(minutes=5))
    assert queries.open_findings(book) == []
    audit.audit_book(book=book, at=ends + dt.timedelta(minutes=5, microseconds=1))
    (finding,) = queries.open_findings(book)
    assert (finding.check_code, finding.row_count) == ("ledger.holds_expire", 1)


def test_a_cleared_finding_stays_cleared_until_something_about_it_changes(as_superuser):
    float_, _ = some_of_everything()
    damage = f"UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE id = {float_.pk}"  # noqa: S608
    as_superuser(damage)
    run_audit()
    somebody = uuid.uuid4()
    for finding in queries.open_findings(BookFactory()):
        clear_finding(finding=finding, by=somebody, reason="known, being mended", at=timezone.now())
    assert run_audit() == set()
    assert set(AuditFinding.objects.values_list("cleared_by", flat=True)) == {somebody}
    as_superuser(damage)
    assert len(run_audit()) == 2
    as_superuser(f"UPDATE ledger_account SET credits_posted = credits_posted - 2 WHERE id = {float_.pk}")  # noqa: S608
    assert run_audit() == set()


@pytest.mark.django_db
def test_a_finding_is_cleared_once_and_with_a_reason(monkeypatch):
    book = BookFactory()
    replace(monkeypatch, AUDIT_CHECKS, audit.in_book("test.always", "SELECT 'wrong' AS what"))
    audit.audit_book(book=book, at=timezone.now())
    (finding,) = queries.open_findings(book)
    with pytest.raises(ReasonMissing):
        clear_finding(finding=finding, by=uuid.uuid4(), reason=" ", at=timezone.now())
    assert queries.open_findings(book) == [finding]
    clear_finding(finding=finding, by=uuid.uuid4(), reason="looked into", at=timezone.now())
    with pytest.raises(FindingAlreadyCleared):
        clear_finding(finding=finding, by=uuid.uuid4(), reason="me too", at=timezone.now())
    assert AuditFinding.objects.get().cleared_reason == "looked into"


@pytest.mark.django_db
def test_checks_of_other_apps_and_their_scopes_are_heard(monkeypatch):
    book = BookFactory()
    sql = "SELECT 'till:321324-0007' AS account, 'till' AS kind"
    replace(monkeypatch, AUDIT_CHECKS, audit.by_account("test.till", sql))
    replace(monkeypatch, AUDIT_SCOPES, lambda book, row: ("county", "321324"))
    audit.audit_book(book=book, at=timezone.now())
    assert [each.scope_key for each in queries.open_findings(book, scopes=[("county", "321324")])] == ["321324"]
    assert queries.open_findings(book, scopes=[("county", "110101")]) == []


def test_the_command_prints_findings_as_json_lines_and_fails_only_then(as_superuser, capsys):
    some_of_everything()
    call_command("audit_ledger")
    assert capsys.readouterr().out == ""
    as_superuser("UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE code LIKE 'float:%'")
    with pytest.raises(SystemExit) as end:
        call_command("audit_ledger", "--book", "CN")
    assert end.value.code == 1
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["check"] for line in found} == {"ledger.sides_balance", "ledger.balances_replay"}
    assert found[0].keys() >= {"book", "scope", "subject", "rows", "sample", "fingerprint"}


def test_the_house_is_not_ready_when_a_month_of_transfers_is_missing(as_superuser, own_database):
    assert months_stand()
    as_superuser(
        "DO $$ BEGIN EXECUTE format('DROP TABLE ledger_transfer_%s',"
        " to_char(date_trunc('month', now()) + interval '2 months', 'YYYY_MM')); END $$"
    )
    assert queries.months_ahead(timezone.now().date()) == 1
    assert not months_stand()
