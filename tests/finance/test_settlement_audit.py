"""The auditor is silent on right days and statements, and nothing doctored stays unseen."""

from django.db import connection, transaction
from django.utils.timezone import now

from finance.settlement.audit import CHECKS as OF_MONEY
from finance.settlement.proofs import CHECKS
from finance.settlement.services import carry_statement, hold_lines, release_lines
from ledger.audit import CHECKS as OF_LEDGER
from tests.factories.finance import book
from tests.factories.settlement import (
    DAY,
    MONDAY,
    SUNDAY,
    account_at,
    earns,
    noon,
    settle_night,
    statements_of,
    village,
    week_of_work,
)
from tests.factories.statements import WEEK, labour_tax
from tests.ledger.conftest import as_role

PAYEES = next(check for check in OF_MONEY if check.code == "finance.payees_are_their_lines")


#: The auditor looks on the day after the last night: the seals of older statements are checked on their pages.
LOOKS_AT = noon(SUNDAY + WEEK + DAY)


def found():
    """What the checks find then: (check, scope)."""
    return {
        (check.code.removeprefix("finance."), wrong.scope)
        for check in (*CHECKS, PAYEES)
        for wrong in check.find(book(), LOOKS_AT)
    }


def found_after(statement):
    """What is found once a superuser, with triggers switched off, has done this; then it is undone."""
    with as_role("postgres"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(statement)
            assert cursor.rowcount >= 1
        result = found()
        transaction.set_rollback(True)
    return result


def some_weeks():
    """Two weeks of a taxed payee with a held line, a carried payout, a week below nothing, a payee of another kind."""
    labour_tax(method="flat_bp", table={"bp": 500})
    station = village()
    account = week_of_work(station, 9_00)
    carry_statement(statement=statements_of(account)[0], reason="no account", at=noon(SUNDAY + DAY))
    held = earns(account, 3_00, at=noon(MONDAY), station=station, eligible_at=noon(SUNDAY + 2 * DAY))
    hold_lines(event_id=held.event_id, reason="a check", at=noon(MONDAY))
    release_lines(event_id=held.event_id, at=noon(SUNDAY + 3 * DAY))
    waits = earns(account, 4_00, at=noon(MONDAY), station=station, eligible_at=noon(SUNDAY + 2 * DAY))
    hold_lines(event_id=waits.event_id, reason="a check", at=noon(MONDAY))
    below = account_at(station, kind="supplier", key="s-1")
    earns(below, -1_00, at=noon(SUNDAY + DAY), station=station)
    settle_night(station, SUNDAY + WEEK)
    return account


DOCTORED = {
    "a day made larger": (
        "UPDATE finance_payeeday SET matured_minor = matured_minor + 1"
        " WHERE id = (SELECT min(id) FROM finance_payeeday)",
        {"days_are_their_lines", "statements_follow"},
    ),
    "a day taken out": (
        "DELETE FROM finance_payeeday WHERE id = (SELECT max(id) FROM finance_payeeday)",
        {"days_are_their_lines", "statements_follow"},
    ),
    "a line that came too late for its day": (
        "UPDATE finance_commissionline SET eligible_at = eligible_at - interval '9 days' WHERE id ="
        " (SELECT commission_line_id FROM finance_linehold WHERE released_at IS NULL);"
        " UPDATE finance_linehold SET released_at = held_at WHERE released_at IS NULL",
        {"days_are_their_lines", "statements_are_hashed"},
    ),
    "a line behind a statement renamed": (
        "UPDATE finance_commissionline SET event_id = 'x' WHERE id = (SELECT min(id::text)::uuid FROM"
        " finance_commissionline)",
        {"statements_are_hashed"},
    ),
    "a statement that pays a cent more": (
        "UPDATE finance_statement SET payable_minor = payable_minor + 1, charges_minor = charges_minor - 1"
        " WHERE payable_minor > 0 AND previous_id IS NULL AND status = 'carried'",
        {"statements_are_hashed", "statements_follow"},
    ),
    "a statement that forgets what was carried": (
        "UPDATE finance_statement SET opening_minor = 0, accrued_minor = accrued_minor + opening_minor"
        " WHERE opening_minor > 0",
        {"statements_are_hashed", "statements_follow"},
    ),
    "another hash before": (
        "UPDATE finance_statement SET previous_sha256 = repeat('0', 64) WHERE previous_id IS NOT NULL",
        {"statements_are_hashed", "statements_follow"},
    ),
    "a tax that was not posted": (
        "UPDATE finance_statement SET tax_minor = tax_minor + 1, payable_minor = payable_minor - 1"
        " WHERE previous_id IS NOT NULL",
        {"payees_are_their_lines", "statements_are_hashed"},
    ),
}


def test_whatever_is_doctored_about_days_and_statements_is_found_and_concerns_the_payee(own_database):
    account = some_weeks()
    assert found() == set()
    assert [statement.status for statement in statements_of(account)] == ["carried", "closed"]
    for change, (statement, checks) in DOCTORED.items():
        assert found_after(statement) == {(check, "payee") for check in checks}, change
    assert found() == set()


def test_the_ledger_balances_after_weeks_of_settlement(db):
    some_weeks()
    codes = {"ledger.sides_balance", "ledger.balances_replay", "ledger.keys_match", "ledger.two_sides"}
    assert [wrong for check in OF_LEDGER if check.code in codes for wrong in check.find(book(), now())] == []
