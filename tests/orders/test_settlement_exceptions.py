"""A farmer's statement that cannot be settled holds up nobody: it is set apart, and finance settles it later."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from core.errors import WrongState
from core.fields import uuid7
from core.money import Money
from finance import chart
from ledger.queries import business_date_of
from ledger.services import SYSTEM, Leg, NotEnough, post_transfers
from orders.models import FarmerStatement, SettlementException
from orders.produce import services
from orders.produce.services import settling
from tests.ecomnet.test_needs import browser_of
from tests.factories.produce import accepted, another_farmer, closed, delivered, example_b, orchard, sold
from tests.factories.stations import api_client, county, finance_officer, send
from tests.finance.auditing import findings
from tests.ledger.conftest import as_role
from tests.races import together

KEPT_BACK, CENT = 1_30, Money(1, "CNY")


def lot_of(ready, *farmers, at):
    """10 kg of each at 6.50, delivered: 1.30 of each is kept back."""
    for farmer in farmers:
        accepted(ready, 10_000, 0, 0, farmer=farmer, at=at)
    lot = closed(ready, at=at)
    sold(ready, lot, ready.first, len(farmers) * 10_000, 6_50, at=at)
    return delivered(ready, lot, at=at)


def move_a_cent(ready, farmer, *, away, at):
    """Out of what is kept back for a farmer, so that it is less than the statement says; or there again."""
    keys = [chart.reserve(farmer.pk), chart.platform("expense")]
    opened = chart.open_all(keys, country=ready.station.county.country, currency="CNY", at=at)
    debit, credit = (opened[key] for key in (keys if away else reversed(keys)))
    legs = [Leg(debit, credit, CENT, "a fault for a test")]
    about = {"business_date": business_date_of(debit.book, at), "made_by": SYSTEM, "at": at}
    post_transfers(legs=legs, event_type="fault", event_id=f"{farmer.pk}:{away}", **about)


def test_a_bad_statement_is_set_apart_with_its_reason_the_others_go_on_and_finance_settles_it_later(db):
    ready, at = orchard(), now()
    place, officer = ready.station.county.code, finance_officer()
    good, bad, ugly = (another_farmer(ready, phone="+8613900000321") for _number in range(3))
    with_faults, sound = lot_of(ready, good, bad, ugly, at=at), lot_of(ready, good, at=at)
    for farmer in (bad, ugly):
        move_a_cent(ready, farmer, away=True, at=at)
    late = with_faults.sales.get().claim_until_at
    assert len(services.settle_lots(county=place, at=late)) == 2
    assert services.settle_lots(county=place, at=late) == []
    statements = FarmerStatement.objects.filter(settled_at=late, released_minor=KEPT_BACK)
    assert sorted(statements.values_list("lot", "farmer")) == sorted([(with_faults.pk, good.pk), (sound.pk, good.pk)])
    for lot, status in ((with_faults, "delivered"), (sound, "settled")):
        lot.refresh_from_db()
        assert lot.status == status
    found = SettlementException.objects.open().order_by("statement__farmer")
    assert [each.statement.farmer for each in found] == sorted([bad, ugly], key=lambda person: person.pk)
    assert all(each.error for each in found)

    page = f"/orders/produce/lots/{with_faults.pk}/"
    assert with_faults.code in browser_of(officer).get("/orders/produce/lots/?state=set_apart").content.decode()
    shown = browser_of(officer).get(page).content.decode()
    assert "retry-settlement/" in shown
    assert found[0].error in shown
    address = f"/api/v1/lots/{with_faults.pk}/retry-settlement/"
    assert send(api_client(ready.clerk), address).status_code == 403
    assert send(api_client(finance_officer(county())), address).status_code == 404

    move_a_cent(ready, bad, away=False, at=at)
    refused = send(api_client(officer), address)
    assert (refused.status_code, refused.json()["code"]) == (409, "settlement_still_fails")
    assert FarmerStatement.objects.filter(settled_at=None, lot=with_faults).count() == 2
    move_a_cent(ready, ugly, away=False, at=at)
    once = {"Idempotency-Key": uuid7().hex}
    for _press in range(2):
        assert api_client(officer).post(address, {}, format="json", headers=once).json()["status"] == "settled"
    assert FarmerStatement.objects.filter(lot=with_faults, released_minor=KEPT_BACK).count() == 3
    assert list(SettlementException.objects.values_list("resolved_by", flat=True)) == [officer.pk] * 2
    with pytest.raises(WrongState):
        services.retry_settlement(lot=with_faults, by=officer, at=late)
    assert findings() == []
    with pytest.raises(IntegrityError, match="statement_set_apart_is_settled_by_somebody"), transaction.atomic():
        SettlementException.objects.update(resolved_by=None)


@pytest.mark.usefixtures("own_database")
def test_what_the_database_refuses_at_the_end_of_a_transaction_is_found_too_and_a_lot_can_fail_itself():
    ready, at = orchard(), now()
    lot = example_b(ready, at=at)
    late = lot.sales.order_by("pk")[0].claim_until_at
    with as_role("postgres"), connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse_lot() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no lot today' USING ERRCODE = 'check_violation'; END $$"
        )
        cursor.execute(
            "CREATE CONSTRAINT TRIGGER lots_are_refused AFTER UPDATE ON orders_lot DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION refuse_lot()"
        )
    services.settle_lots(county=ready.station.county.code, at=late)
    found = SettlementException.objects.get()
    assert (found.lot, found.statement, found.error) == (lot, None, "no lot today")
    assert FarmerStatement.objects.get().settled_at == late


def test_where_very_many_fail_nothing_is_set_apart_because_the_fault_is_not_theirs(db, monkeypatch):
    monkeypatch.setattr(settling, "MOST_SET_APART", 1)
    ready, at = orchard(), now()
    farmers = [another_farmer(ready) for _number in range(2)]
    lot = lot_of(ready, *farmers, at=at)
    for farmer in farmers:
        move_a_cent(ready, farmer, away=True, at=at)
    with pytest.raises(NotEnough), transaction.atomic():
        services.settle_lots(county=ready.station.county.code, at=lot.sales.get().claim_until_at)
    assert not SettlementException.objects.exists()
    assert not FarmerStatement.objects.exclude(settled_at=None).exists()


@pytest.mark.usefixtures("own_database")
def test_of_two_officers_who_retry_at_once_one_settles_the_lot():
    ready, at = orchard(), now()
    farmer, officers = another_farmer(ready), [finance_officer(), finance_officer()]
    lot = lot_of(ready, farmer, at=at)
    late = lot.sales.get().claim_until_at
    move_a_cent(ready, farmer, away=True, at=at)
    services.settle_lots(county=ready.station.county.code, at=late)
    move_a_cent(ready, farmer, away=False, at=at)

    def retry(officer):
        return lambda: services.retry_settlement(lot=lot, by=officer, at=late).status

    assert sorted(together(*map(retry, officers))) == ["settled", "wrong_state"]
    assert FarmerStatement.objects.get().released_minor == KEPT_BACK
    assert findings() == []
