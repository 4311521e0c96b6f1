"""What people do with differences: taken on, closed with a reason that posts, written off by two; told as they age."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.history import changes_of
from core.models import Notice, StoredFile
from finance import chart
from finance.models import ReconItem, Refund
from finance.payments.services import decide_payment, propose_decision
from finance.recon.reasons import REASONS
from finance.recon.services import (
    NothingAsked,
    NothingToPost,
    NotTakenBack,
    PaymentUndecided,
    ReasonUnfit,
    ask_write_off,
    assign_recon_item,
    raise_recon_items,
    resolve_recon_item,
    tell_of_aged_items,
    write_off_recon_item,
)
from finance.recon.services.items import match_recon_items
from ledger.models import Transfer
from tests.factories.finance import biller, desk, flat_plan, found_bill, pay, provider_says, sent
from tests.factories.recon import recon_item
from tests.factories.stations import county, county_manager_of, finance_officer

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture
def power(db):
    flat_plan()
    return biller()


@pytest.fixture
def ready(power):
    return desk(float_minor=1_500_00)


def resolve(item, code, *, by=None, text="their letter"):
    return resolve_recon_item(item=item, reason_code=code, text=text, by=by or finance_officer(), at=now())


def decided(ready, power, said):
    payment = sent(pay(ready, found_bill(ready, power)), at=now())
    provider_says(payment, said)
    payment.refresh_from_db()
    return payment


@pytest.mark.django_db
def test_one_press_takes_it_on_and_closes_it_with_a_reason():
    item, officer = recon_item(), finance_officer()
    resolved = resolve(item, "they_correct", by=officer)
    assert (resolved.status, resolved.reason_code, resolved.owner, resolved.closed_by) == (
        "resolved",
        "they_correct",
        officer,
        officer,
    )
    assert [(change.old, change.new) for change in changes_of(item)] == [
        ("unmatched", "assigned"),
        ("assigned", "resolved"),
    ]
    assert resolved.transfer is None
    assert Transfer.objects.count() == 0


@pytest.mark.django_db
def test_succeeded_after_we_failed_and_refunded_the_house_bears_it(ready, power):
    payment = decided(ready, power, "failed")
    provider_says(payment, "succeeded")
    item = ReconItem.objects.get(kind="status")
    assert item.amount_diff_minor == 186_40
    resolve(item, "we_bear_it")
    assert ready.holds(chart.biller(power)) == 186_40
    assert ready.holds(chart.platform("expense")) == 186_40
    assert Refund.objects.get().amount_minor == 186_40  # the villager keeps what was given back


@pytest.mark.django_db
def test_failed_after_we_succeeded_is_taken_back_and_the_villager_is_owed_the_money(ready, power):
    payment = decided(ready, power, "succeeded")
    provider_says(payment, "failed")
    item = ReconItem.objects.get(kind="status")
    assert item.amount_diff_minor == -186_40
    with pytest.raises(NotTakenBack):
        resolve(item, "not_done")
    item.refresh_from_db()
    assert (item.status, ready.holds(chart.biller(power)), Refund.objects.count()) == ("unmatched", 186_40, 0)
    paper = StoredFile.objects.create(media_type="application/pdf", size=1, sha256="0" * 64, stored_at=now())
    said = {"payment": payment, "outcome": "reversed", "at": now()}
    propose_decision(**said, reason="their letter", evidence=paper, by=finance_officer())
    decide_payment(**said, by=finance_officer())
    assert resolve(item, "not_done").status == "resolved"
    payment.refresh_from_db()
    assert payment.status == "reversed"
    assert ready.holds(chart.biller(power)) == 0
    assert Refund.objects.get().amount_minor == 186_40


@pytest.mark.django_db
@pytest.mark.parametrize(("difference", "expense", "revenue"), [(5_00, 5_00, 0), (-5_00, 0, 5_00)])
def test_a_difference_that_is_borne_goes_to_or_from_the_biller(power, difference, expense, revenue):
    item = recon_item(amount_diff_minor=difference)
    transfer = resolve(item, "we_bear_it").transfer
    ready = desk()
    assert ready.holds(chart.biller(power)) == difference
    assert (ready.holds(chart.platform("expense")), ready.holds(chart.platform("revenue"))) == (expense, revenue)
    assert transfer.event_id == str(item.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(("difference", "expense", "revenue"), [(30, 0, 30), (-30, 30, 0)])
def test_a_fee_that_is_theirs_changes_what_they_owe_us(ready, power, difference, expense, revenue):
    payment = decided(ready, power, "succeeded")
    before = {key: ready.holds(key) for key in (chart.platform("expense"), chart.platform("revenue"))}
    item = recon_item(kind="fee", payment=payment, amount_diff_minor=difference)
    resolve(item, "their_fee_holds")
    assert ready.holds(chart.fee_receivable(power)) == 1_50 + difference
    assert ready.holds(chart.platform("expense")) - before[chart.platform("expense")] == expense
    assert ready.holds(chart.platform("revenue")) - before[chart.platform("revenue")] == revenue


@pytest.mark.django_db
def test_a_reason_of_another_kind_is_refused():
    item = recon_item(kind="file")
    with pytest.raises(ReasonUnfit):
        resolve(item, "we_bear_it")
    item.refresh_from_db()
    assert (item.status, item.owner, Transfer.objects.count()) == ("unmatched", None, 0)


@pytest.mark.django_db
def test_what_the_bank_has_not_moved_is_borne_by_nobody():
    item = recon_item(sides=["provider", "bank"])
    with pytest.raises(ReasonUnfit):
        resolve(item, "we_bear_it")
    with pytest.raises(NothingToPost):
        ask_write_off(item=item, text="old", by=finance_officer(), at=now())
    assert Transfer.objects.count() == 0


@pytest.mark.django_db
def test_nothing_is_closed_with_money_while_the_payment_is_undecided(ready, power):
    payment = sent(pay(ready, found_bill(ready, power)), at=now())
    provider_says(payment, "succeeded", amount="186.41")
    item = ReconItem.objects.get(kind="amount")
    with pytest.raises(PaymentUndecided):
        resolve(item, "we_bear_it")
    with pytest.raises(PaymentUndecided):
        ask_write_off(item=item, text="old", by=finance_officer(), at=now())
    item.refresh_from_db()
    assert item.status == "unmatched"
    assert resolve(item, "they_correct").status == "resolved"


@pytest.mark.django_db
def test_a_closed_item_is_not_closed_again():
    item = recon_item()
    resolve(item, "we_bear_it")
    for again in (lambda: resolve(item, "we_bear_it"), lambda: assign(item), lambda: ask(item)):
        with pytest.raises(WrongState):
            again()
    assert Transfer.objects.count() == 1


def assign(item):
    officer = finance_officer()
    return assign_recon_item(item=item, to=officer, by=officer, at=now())


def ask(item, *, by=None):
    return ask_write_off(item=item, text="nobody answers", by=by or finance_officer(), at=now())


# --- written off by two


@pytest.mark.django_db
def test_written_off_by_two_people(power):
    first, second = finance_officer(), finance_officer()
    item = ask(recon_item(amount_diff_minor=-7_00), by=first)
    assert (item.status, Transfer.objects.count()) == ("assigned", 0)
    done = write_off_recon_item(item=item, by=second, at=now())
    assert (done.status, done.reason_code, done.closed_by) == ("written_off", "write_off", second)
    ready = desk()
    assert (ready.holds(chart.biller(power)), ready.holds(chart.platform("revenue"))) == (-7_00, 7_00)


@pytest.mark.django_db
def test_maker_is_not_checker_in_python_and_in_the_database():
    officer = finance_officer()
    item = ask(recon_item(), by=officer)
    with pytest.raises(SamePerson):
        write_off_recon_item(item=item, by=officer, at=now())
    item.refresh_from_db()
    assert (item.status, Transfer.objects.count()) == ("assigned", 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReconItem.objects.filter(pk=item.pk).update(
            status="written_off", reason_code="write_off", closed_by=officer, closed_at=now()
        )


@pytest.mark.django_db
def test_nobody_writes_off_what_nobody_asked_for():
    item = recon_item()
    assign(item)
    with pytest.raises(NothingAsked):
        write_off_recon_item(item=item, by=finance_officer(), at=now())
    assert Transfer.objects.count() == 0


@pytest.mark.django_db
def test_without_an_amount_there_is_nothing_to_write_off():
    with pytest.raises(NothingToPost):
        ask(recon_item(amount_diff_minor=0))


@pytest.mark.usefixtures("own_database")
def test_of_two_officers_who_write_off_at_once_one_does():
    biller()
    item = ask(recon_item())
    officers = [finance_officer(), finance_officer()]

    def write(officer):
        try:
            write_off_recon_item(item=item, by=officer, at=now())
        except WrongState:
            return "refused"
        finally:
            connection.close()
        return "written off"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(write, officers))
    assert answers == ["refused", "written off"]
    assert Transfer.objects.count() == 1


# --- by itself


@pytest.mark.django_db
def test_what_a_person_works_on_is_still_explained_by_itself():
    item = assign(recon_item())
    assert match_recon_items(items=ReconItem.objects.filter(pk=item.pk), at=now()) == 1
    item.refresh_from_db()
    assert item.status == "matched"
    assert match_recon_items(items=ReconItem.objects.filter(pk=item.pk), at=now()) == 0
    assert [change.actor_kind for change in changes_of(item)] == ["person", "system"]


@pytest.mark.django_db
def test_officers_managers_and_the_red_list_are_told_once_a_day(ready, power):
    officer, manager = finance_officer(), county_manager_of(ready.station.county)
    county_manager_of(county())
    payment = decided(ready, power, "succeeded")
    at = now()
    recon_item(at=at - DAY - HOUR, payment=payment)
    recon_item(at=at - 3 * DAY - HOUR, payment=payment)
    recon_item(at=at - 7 * DAY - HOUR)
    for _twice in range(2):
        tell_of_aged_items(date=at.date(), at=at)
    told = {(notice.template, notice.user, notice.params["count"]) for notice in Notice.objects.exclude(user=None)}
    assert told == {
        ("recon_items_wait", officer.pk, 3),
        ("recon_items_to_manager", manager.pk, 1),
        ("recon_items_on_red_list", officer.pk, 1),
    }


@pytest.mark.django_db
def test_nobody_is_demonstration_of_nothing():
    finance_officer()
    recon_item()
    tell_of_aged_items(date=now().date(), at=now())
    assert Notice.objects.count() == 0


@pytest.mark.django_db
def test_raising_leaves_a_line_in_the_history():
    item = recon_item(at=now() - 2 * DAY)
    raise_recon_items(at=now())
    assert [(change.old, change.new) for change in changes_of(item)] == [("unmatched", "exception")]


def test_every_kind_has_reasons():
    assert set(REASONS) == set(ReconItem.Kind.values)
