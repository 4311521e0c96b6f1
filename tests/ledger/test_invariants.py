"""What nobody may do to money: tried past all Python, as the application's role and as the owner of the tables."""

import contextlib
import datetime as dt
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from ledger import queries
from ledger.audit import audit_book
from ledger.kinds import KINDS, PAYEE_KINDS
from ledger.models import Account, Book, Entry, QueuedEntry, Transfer, TransferKey
from ledger.services import (
    AccountClosed,
    AccountNeverCloses,
    AccountNotEmpty,
    BusinessDateClosed,
    DaysStayClosed,
    Leg,
    close_account,
    close_days_before,
    refund_transfer,
    roll_up,
)
from ledger.statements import make_statements
from tests.factories.ledger import BookFactory, account, cause, funded, post, yuan

KEPT_FOR_EVER = {
    "ledger_transfer": "amount",
    "ledger_transferkey": "leg_no",
    "ledger_entry": "posted_delta",
    "ledger_accountstatement": "sha256",
    "ledger_queuedentry": "posted_delta",
    "ledger_refundcounter": "slack_minor",
    "ledger_auditrun": "checks",
}


def execute(statement, params=()):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def some_money():
    """A row in every table of the ledger that keeps money."""
    till, funds, clearing = account("till"), account("customer_funds"), account("clearing")
    post(Leg(till, funds, yuan("100"), "bill"), Leg(funds, clearing, yuan("100"), "bill"))
    roll_up(account=clearing)
    (transfer,) = post(Leg(clearing, account("revenue"), yuan("5"), "rest"))
    refund_transfer(transfer_id=transfer, amount=yuan("1"), reason="part", **cause())
    make_statements(account=till, before=timezone.now().date() + dt.timedelta(days=40), at=timezone.now())
    audit_book(book=till.book, at=timezone.now())
    return till, funds


def everything():
    return [
        list(model.objects.order_by("pk").values()) for model in (Account, Transfer, TransferKey, Entry, QueuedEntry)
    ]


def insert_transfer(debit, credit, **changes):
    """One transfer by plain SQL, as somebody would write it who knows nothing of the services."""
    given = {
        "id": uuid.uuid4(),
        "recorded_at": timezone.now(),
        "kind": "posted",
        "book_id": debit.book_id,
        "debit_id": debit.pk,
        "credit_id": credit.pk,
        "currency": "CNY",
        "amount": 100,
        "event_type": "test.raw",
        "event_id": str(uuid.uuid4()),
        "leg_no": 1,
        "group_id": uuid.uuid4(),
        "business_date": dt.date(2026, 11, 25),
        "effective_at": timezone.now(),
        "made_by_kind": "system",
        "reason": "raw",
        **changes,
    }
    table = given.pop("table", "ledger_transfer")
    names, marks = ", ".join(given), ", ".join(["%s"] * len(given))
    execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(given.values()))  # noqa: S608
    return given["id"]


def refused(role, statements, match):
    """Each statement is refused in this role, and nothing has changed afterwards."""
    before = everything()
    with role():
        for statement in statements:
            with pytest.raises(DatabaseError, match=match):
                execute(statement)
    assert everything() == before


def test_what_happened_is_never_changed_deleted_or_emptied(each_role):
    some_money()
    refused(
        each_role,
        [
            statement
            for table, column in KEPT_FOR_EVER.items()
            for statement in (
                f"UPDATE {table} SET {column} = {column}",  # noqa: S608
                f"DELETE FROM {table}",  # noqa: S608
                f"TRUNCATE {table} CASCADE",
            )
        ],
        r"append-only|permission denied",
    )


def test_a_month_of_transfers_is_never_changed_by_its_own_name(each_role):
    some_money()
    month = f"ledger_transfer_{timezone.now():%Y_%m}"
    refused(
        each_role,
        [f"UPDATE {month} SET amount = 1", f"DELETE FROM {month}", f"TRUNCATE {month}"],  # noqa: S608
        r"append-only|permission denied",
    )


def test_a_transfer_cannot_be_written_into_a_month_past_the_ledger(each_role):
    till, funds = some_money()
    before = everything()
    with each_role(), pytest.raises(DatabaseError, match=r"insert into ledger_transfer|permission denied"):
        insert_transfer(till, funds, table=f"ledger_transfer_{timezone.now():%Y_%m}")
    assert everything() == before


ONLY_THE_LEDGER_WRITES = [
    "INSERT INTO ledger_entry (account_id, version, transfer_id, side, posted_delta, pending_delta, posted_after,"
    " pending_after, entered_at) SELECT account_id, version + 1, transfer_id, side, posted_delta, pending_delta,"
    " posted_after, pending_after, entered_at FROM ledger_entry ORDER BY version DESC LIMIT 1",
    "INSERT INTO ledger_queuedentry (account_id, transfer_id, side, posted_delta, pending_delta, recorded_at)"
    " SELECT account_id, transfer_id, side, posted_delta, pending_delta, now() FROM ledger_entry LIMIT 1",
    "INSERT INTO ledger_transferkey (id, recorded_at, event_type, event_id, leg_no, fingerprint)"
    " VALUES (gen_random_uuid(), now(), 'x', 'x', 1, '')",
    "UPDATE ledger_account SET code = 'till:other'",
    "UPDATE ledger_account SET mode = 'live'",
    "DELETE FROM ledger_account",
    "TRUNCATE ledger_account CASCADE",
    'INSERT INTO ledger_account (code, book_id, kind, currency, normal_side, "limit", mode, debits_posted,'
    " credits_posted, debits_pending, credits_pending, version, opened_at)"
    " SELECT 'till:new', book_id, kind, currency, normal_side, \"limit\", mode, 100, 0, 0, 0, 0, now()"
    " FROM ledger_account WHERE kind = 'till'",
    "DELETE FROM ledger_book",
]


def test_only_the_ledger_writes_entries_and_accounts_stay_what_they_are(each_role):
    some_money()
    refused(each_role, ONLY_THE_LEDGER_WRITES, r"append-only|permission denied")


NOT_FOR_THE_APPLICATION = [
    "UPDATE ledger_account SET debits_posted = debits_posted + 1, credits_posted = credits_posted + 1",
    "UPDATE ledger_account SET closed_at = now()",
    "UPDATE ledger_refundcounter SET refunded_minor = 0",
    "INSERT INTO ledger_refundcounter VALUES (gen_random_uuid(), 1, 0, 0, false)",
    "SELECT ledger_make_partition('2040-01-01')",
    "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL",
]


@pytest.mark.usefixtures("own_database")
def test_the_application_writes_no_balance_closes_no_account_and_changes_no_table():
    some_money()
    refused(contextlib.nullcontext, NOT_FOR_THE_APPLICATION, r"permission denied|must be owner")


def test_a_transfer_by_plain_sql_is_applied_like_any_other(each_role):
    till, funds = some_money()
    with each_role():
        insert_transfer(till, funds, amount=700)
    assert queries.balance(till).posted == yuan("107")
    assert queries.balance(funds).posted == yuan("7")


WRONG_TRANSFERS = [
    ({"amount": 0}, "transfer_amount_is_positive"),
    ({"amount": -1}, "transfer_amount_is_positive"),
    ({"kind": "gift"}, "transfer_kind_is_known"),
    ({"currency": "EUR"}, "has_the_currency_and_book"),
    ({"book_id": 0}, "has_the_currency_and_book"),
    ({"kind": "post"}, "transfer_names_a_hold_exactly_when_it_resolves_one"),
    ({"pending_id": uuid.uuid4()}, "transfer_names_a_hold_exactly_when_it_resolves_one"),
    ({"expires_at": dt.datetime(2026, 12, 1, tzinfo=dt.UTC)}, "only_holds_expire"),
    ({"kind": "pending", "refund_of": uuid.uuid4()}, "only_posted_transfers_give_back"),
    ({"reversal_of": uuid.uuid4(), "refund_of": uuid.uuid4()}, "transfer_is_not_reversal_and_refund_at_once"),
    ({"made_by_kind": "person"}, "person_and_staff_are_named"),
    ({"made_by_kind": "ghost", "made_by": uuid.uuid4()}, "transfer_is_made_by_a_known_kind"),
    ({"leg_no": 0}, "transfer_leg_is_numbered"),
    ({"business_date": dt.date(2025, 12, 31)}, "business_date_closed"),
    ({"fingerprint": b"forged"}, "fingerprint"),
]


def test_the_database_itself_refuses_a_wrong_transfer(each_role):
    till, funds = some_money()
    before = everything()
    with each_role():
        for changes, broken in WRONG_TRANSFERS:
            with pytest.raises(DatabaseError, match=broken):
                insert_transfer(till, funds, **changes)
        with pytest.raises(DatabaseError, match="clock_differs"):
            insert_transfer(till, funds, recorded_at=timezone.now() + dt.timedelta(minutes=2))
        with pytest.raises(DatabaseError, match="account_credits_stay_within_debits"):
            insert_transfer(funds, till, amount=10_001)
    assert everything() == before


def test_an_account_does_not_pay_itself_by_plain_sql_either(each_role):
    till, _ = some_money()
    with each_role(), pytest.raises(IntegrityError, match="transfer_has_two_accounts"):
        insert_transfer(till, till)


def test_an_id_is_unique_for_ever_across_months(as_owner):
    till, funds = some_money()
    taken = Transfer.objects.first().pk
    before = everything()
    with as_owner(), pytest.raises(IntegrityError, match="ledger_transferkey_pkey"):
        insert_transfer(till, funds, id=taken, recorded_at=timezone.now() - dt.timedelta(days=100))
    assert everything() == before


@pytest.mark.usefixtures("own_database")
def test_the_application_does_not_write_history():
    till, funds = some_money()
    before = everything()
    with pytest.raises(DatabaseError, match="clock_differs"):
        insert_transfer(till, funds, recorded_at=timezone.now() - dt.timedelta(seconds=61))
    assert everything() == before
    insert_transfer(till, funds, recorded_at=timezone.now() - dt.timedelta(seconds=50))


def test_the_owner_writes_history_and_its_entries_stand_in_their_month(as_owner):
    till, funds = account("till"), account("customer_funds")
    then = timezone.now() - dt.timedelta(days=92)
    with as_owner():
        post(Leg(till, funds, yuan("5"), "history"), at=then)
    assert Transfer.objects.get().recorded_at == then
    assert set(Entry.objects.values_list("entered_at", flat=True)) == {then}
    post(Leg(till, funds, yuan("1"), "now"))
    assert queries.balance_at(till, then).posted == yuan("5")
    assert queries.balance(till).posted == yuan("6")


@pytest.mark.django_db
def test_an_account_closes_only_at_balance_nothing():
    float_, supplier = funded("float", "1"), account("supplier")
    with pytest.raises(AccountNotEmpty):
        close_account(account=float_, at=timezone.now())
    assert Account.objects.get(pk=float_.pk).closed_at is None
    post(Leg(float_, supplier, yuan("1"), "last"))
    close_account(account=float_, at=timezone.now())
    close_account(account=float_, at=timezone.now())
    assert Account.objects.get(pk=float_.pk).closed_at is not None


@pytest.mark.django_db
def test_a_queued_account_closes_when_its_queue_comes_to_nothing():
    clearing, biller = account("clearing"), account("biller")
    post(Leg(clearing, biller, yuan("1"), "out"))
    with pytest.raises(AccountNotEmpty):
        close_account(account=clearing, at=timezone.now())
    post(Leg(biller, clearing, yuan("1"), "back"))
    close_account(account=clearing, at=timezone.now())
    with pytest.raises(AccountClosed):
        post(Leg(clearing, biller, yuan("1"), "late"))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(PAYEE_KINDS))
def test_the_account_of_a_payee_never_closes(kind):
    payee = account(kind)
    with pytest.raises(AccountNeverCloses):
        close_account(account=payee, at=timezone.now())
    assert Account.objects.get(pk=payee.pk).closed_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(set(KINDS) - PAYEE_KINDS))
def test_every_other_account_closes_and_its_code_can_be_opened_again(kind):
    first = account(kind)
    close_account(account=first, at=timezone.now())
    assert account(kind).pk != first.pk


def test_a_closed_account_stays_closed(as_owner):
    till, _ = account("till"), close_account(account=account("till"), at=timezone.now())
    with as_owner(), pytest.raises(DatabaseError, match="account_closed"):
        execute("UPDATE ledger_account SET closed_at = NULL")
    assert Account.objects.get(pk=till.pk).closed_at is not None


@pytest.mark.django_db
def test_the_first_open_date_moves_forward_only():
    book = BookFactory()
    later = book.first_open_date + dt.timedelta(days=1)
    close_days_before(book=book, date=later)
    with pytest.raises(DaysStayClosed):
        close_days_before(book=book, date=later - dt.timedelta(days=1))
    assert Book.objects.get().first_open_date == later


def test_closing_a_day_waits_for_open_postings_and_binds_all_later_ones(own_database):
    till, funds, book = account("till"), account("customer_funds"), BookFactory()
    posted, closing = threading.Event(), threading.Event()

    def close():
        posted.wait(10)
        closing.set()
        close_days_before(book=book, date=dt.date(2026, 11, 26))
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            post(Leg(till, funds, yuan("1"), "open"), business_date=dt.date(2026, 11, 25))
            closed = pool.submit(close)
            posted.set()
            assert closing.wait(10)
            assert not wait([closed], timeout=0.2).done
        closed.result(10)
    with pytest.raises(BusinessDateClosed):
        post(Leg(till, funds, yuan("1"), "late"), business_date=dt.date(2026, 11, 25))
    assert queries.balance(till).posted == yuan("1")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_an_account_is_what_its_kind_says(kind):
    rule, opened = KINDS[kind], account(kind)
    assert (opened.code, opened.normal_side, opened.limit, opened.mode) == (
        f"{kind}:321324-0007",
        rule.side,
        rule.limit,
        rule.mode,
    )
    assert account(kind) == opened
    assert rule.mode == "live" or rule.limit == "none"


@pytest.mark.django_db
def test_a_subsidy_claimed_afterwards_has_no_limit_and_others_have_no_choice():
    assert account("subsidy", limit="none").limit == "none"
    with pytest.raises(ValueError, match="has the limit"):
        account("till", limit="none")


@pytest.mark.django_db
def test_a_new_holder_needs_a_new_account():
    account("float", holder=uuid.UUID(int=1))
    with pytest.raises(ValueError, match="another holder"):
        account("float", holder=uuid.UUID(int=2))
