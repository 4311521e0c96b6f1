"""Cash on its way: declared, signed for by two, counted where it arrives, or seen on a bank line."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from core.errors import SamePerson, WrongState
from core.models import Notice
from finance import chart
from finance.models import BankStatementLine, LossCase, OverShort, Remittance
from finance.tills.services import (
    AwaitsBankLine,
    BankLineUnfitForSlip,
    CarrierMissing,
    CashDayNotOpen,
    CentreKeepsItsOwn,
    InsurerPaysTooMuch,
    NothingLost,
    NothingToBring,
    NotTheCarrier,
    NotTheReceiver,
    NotYourDrawer,
    RemittanceMissing,
    SlipMissing,
    TillTooSmallToBring,
    cancel_remittance,
    close_loss,
    declare_remittance,
    hand_over_cash,
    match_remittance,
    match_slip_by_reference,
    receive_remittance,
    report_loss,
    take_insurance,
)
from tests.factories.days import today
from tests.factories.finance import fill
from tests.factories.refunds import photo_by
from tests.factories.stations import api_client, county_clerk_of
from tests.factories.tills import cash_desk, close_with, declared, on_its_way, open_centre, pieces, yuan


@pytest.fixture
def ready(db):
    whole = cash_desk(2_040_00)
    open_centre(whole)
    return whole


def in_transit(ready):
    return ready.holds(chart.cash_in_transit(ready.station))


def centre(ready):
    return ready.holds(chart.till(ready.centre))


def receive(remittance, minor, by):
    return receive_remittance(remittance=remittance, lines=pieces(minor), by=by, at=now())


def bank_line(amount=100_00, text="", **values):
    return BankStatementLine.objects.create(
        **{
            "country": "CN",
            "bank_account": "main",
            "value_date": today(),
            "line_ref": f"L{BankStatementLine.objects.count()}",
            "direction": "in",
            "amount_minor": amount,
            "currency": "CNY",
            "text": text,
            "imported_at": now(),
            **values,
        }
    )


def slip(ready, minor=100_00):
    found = declared(ready, minor, via="bank_slip", carrier=None)
    return hand_over_cash(remittance=found, slip_photo=photo_by(ready.partner), by=ready.partner, at=now())


# --- declared and handed over


def test_it_leaves_with_the_second_signature_and_is_counted_at_the_centre(ready):
    found = declared(ready, 2_040_00)
    found = hand_over_cash(remittance=found, by=ready.partner, at=now())
    assert (found.status, in_transit(ready), ready.holds(ready.till_key)) == ("declared", 0, 2_040_00)
    found = hand_over_cash(remittance=found, by=ready.clerk, at=now())
    assert (found.status, in_transit(ready), ready.holds(ready.till_key)) == ("in_transit", 2_040_00, 0)
    found = receive(found, 2_040_00, ready.clerk)
    assert (found.status, found.received_minor, in_transit(ready), centre(ready)) == ("matched", 2_040_00, 0, 2_040_00)
    assert OverShort.objects.count() == 0
    assert Notice.objects.get(template="remittance_arrived").user == ready.partner.pk


def test_who_signs_twice_or_is_neither_giver_nor_carrier_moves_nothing(ready):
    found = declared(ready, 100_00)
    hand_over_cash(remittance=found, by=ready.partner, at=now())
    with pytest.raises(SamePerson):
        hand_over_cash(remittance=found, by=ready.partner, at=now())
    other = county_clerk_of(ready.station.county)
    with pytest.raises(NotTheCarrier):
        hand_over_cash(remittance=found, by=other, at=now())
    with pytest.raises(NotYourDrawer):
        hand_over_cash(remittance=declared(ready, 1_00), by=other, at=now())
    assert (in_transit(ready), ready.holds(ready.till_key)) == (0, 2_040_00)


def test_giver_and_carrier_are_two_people_also_for_the_database(ready):
    with pytest.raises(SamePerson):
        declared(ready, 1_00, carrier=ready.partner)
    found = on_its_way(ready, 1_00)
    with pytest.raises(IntegrityError), transaction.atomic():
        Remittance.objects.filter(pk=found.pk).update(carrier=ready.partner)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"amount": yuan(0)}, NothingToBring),
        ({"carrier": None}, CarrierMissing),
        ({"via": "bank_slip"}, CarrierMissing),
        ({"via": "bank_slip", "carrier": None, "direction": "to_station"}, CarrierMissing),
    ],
)
def test_what_makes_no_remittance_is_not_declared(ready, values, refusal):
    with pytest.raises(refusal):
        declared(ready, 1_00, **values)
    assert Remittance.objects.count() == 0


def test_the_centre_brings_its_own_cash_to_the_bank_itself(ready):
    with pytest.raises(CentreKeepsItsOwn):
        declare_remittance(
            station=ready.centre,
            direction="to_county",
            via="carrier",
            amount=yuan(1),
            carrier=ready.partner,
            by=ready.clerk,
            at=now(),
        )
    assert Remittance.objects.count() == 0


@pytest.mark.parametrize(("minor", "refused"), [(2_039_90, False), (2_040_00, False), (2_040_10, True)])
def test_no_more_is_declared_than_the_till_holds(ready, minor, refused):
    if refused:
        with pytest.raises(TillTooSmallToBring) as refusal:
            declared(ready, minor)
        assert (refusal.value.field, Remittance.objects.count()) == ("amount", 0)
    else:
        assert on_its_way(ready, minor).status == "in_transit"


def test_no_more_change_is_declared_than_the_centre_holds(ready):
    with pytest.raises(TillTooSmallToBring):
        declared(ready, 1_00, direction="to_station", carrier=ready.partner, by=ready.clerk)
    assert Remittance.objects.count() == 0


def test_nobody_signs_for_cash_that_has_left_the_till_meanwhile(ready):
    first, second = declared(ready, 2_000_00), declared(ready, 2_000_00)
    for signer in (ready.partner, ready.clerk):
        hand_over_cash(remittance=first, by=signer, at=now())
    with pytest.raises(TillTooSmallToBring):
        hand_over_cash(remittance=second, by=ready.partner, at=now())
    second.refresh_from_db()
    assert second.given_by is None


def test_nobody_signs_while_the_day_is_closed(ready):
    found = declared(ready, 10_00)
    close_with(ready, 2_040_00)
    with pytest.raises(CashDayNotOpen):
        hand_over_cash(remittance=found, by=ready.partner, at=now())
    found.refresh_from_db()
    assert found.given_by is None


def test_no_cash_leaves_a_closed_till_and_what_was_called_off_stays(ready):
    found = declared(ready, 1_00)
    hand_over_cash(remittance=found, by=ready.partner, at=now())
    close_with(ready, 2_040_00)
    with pytest.raises(CashDayNotOpen):
        hand_over_cash(remittance=found, by=ready.clerk, at=now())
    assert cancel_remittance(remittance=found, by=ready.partner, at=now()).status == "cancelled"
    with pytest.raises(WrongState):
        hand_over_cash(remittance=found, by=ready.clerk, at=now())
    assert in_transit(ready) == 0


# --- received


def test_what_is_short_is_asked_of_the_carrier(ready):
    found = receive(on_its_way(ready, 100_00), 99_00, ready.clerk)
    short = OverShort.objects.get()
    assert (found.status, short.amount_minor, short.holder, short.found) == (
        "short",
        -1_00,
        ready.clerk,
        "remittance",
    )
    assert (in_transit(ready), centre(ready)) == (0, 99_00)
    assert ready.holds(chart.over_short(ready.station, ready.clerk)) == 1_00
    assert Notice.objects.get(template="remittance_differs").user == ready.partner.pk


def test_what_is_over_is_a_question_of_the_station(ready):
    found = receive(on_its_way(ready, 100_00), 101_00, ready.clerk)
    over = OverShort.objects.get()
    assert (found.status, over.amount_minor, over.holder) == ("over", 1_00, None)
    assert (in_transit(ready), centre(ready)) == (0, 101_00)
    assert ready.holds(chart.over_short(ready.station, None)) == -1_00


def test_nothing_at_all_arrived_is_all_short(ready):
    assert receive(on_its_way(ready, 100_00), 0, ready.clerk).status == "short"
    assert (in_transit(ready), centre(ready), OverShort.objects.get().amount_minor) == (0, 0, -100_00)


def test_it_is_counted_where_it_arrives_by_somebody_who_did_not_give_it(ready):
    found = on_its_way(ready, 100_00)
    for person in (ready.partner, cash_desk().clerk):
        with pytest.raises(NotTheReceiver):
            receive(found, 100_00, person)
    assert in_transit(ready) == 100_00


def test_a_change_fund_goes_the_other_way_and_the_station_counts_it(ready):
    fill(ready, chart.till(ready.centre), 500_00)
    found = declared(ready, 200_00, direction="to_station", carrier=ready.partner, by=ready.clerk)
    for signer in (ready.clerk, ready.partner):
        found = hand_over_cash(remittance=found, by=signer, at=now())
    assert (centre(ready), in_transit(ready)) == (300_00, 200_00)
    with pytest.raises(NotTheReceiver):
        receive(found, 200_00, ready.clerk)
    assert receive(found, 200_00, ready.partner).status == "matched"
    assert (in_transit(ready), ready.holds(ready.till_key)) == (0, 2_240_00)


# --- by bank slip


def test_a_slip_needs_its_photo_and_arrives_with_the_bank_line(ready):
    found = declared(ready, 100_00, via="bank_slip", carrier=None)
    with pytest.raises(SlipMissing):
        hand_over_cash(remittance=found, by=ready.partner, at=now())
    assert in_transit(ready) == 0
    found = hand_over_cash(remittance=found, slip_photo=photo_by(ready.partner), by=ready.partner, at=now())
    assert (found.status, in_transit(ready)) == ("in_transit", 100_00)
    with pytest.raises(AwaitsBankLine):
        receive(found, 100_00, ready.clerk)
    line = bank_line(text=f"现金存款{found.reference}")
    found = match_slip_by_reference(bank_line=line, at=now())
    assert (found.status, found.bank_line, in_transit(ready)) == ("matched", line, 0)
    assert ready.holds(chart.suspense("main")) == -100_00
    assert match_slip_by_reference(bank_line=BankStatementLine.objects.get(pk=line.pk), at=now()) is None


def test_a_bank_line_that_brings_less_is_asked_of_who_paid_it_in(ready):
    found = slip(ready)
    match_remittance(remittance=found, bank_line=bank_line(99_00), by=ready.clerk, at=now())
    short = OverShort.objects.get()
    assert (short.amount_minor, short.holder, in_transit(ready)) == (-1_00, ready.partner, 0)


@pytest.mark.parametrize("values", [{"direction": "out"}, {"currency": "USD"}])
def test_a_line_that_cannot_be_it_is_refused(ready, values):
    found = slip(ready)
    with pytest.raises(BankLineUnfitForSlip):
        match_remittance(remittance=found, bank_line=bank_line(**values), by=ready.clerk, at=now())
    assert in_transit(ready) == 100_00


# --- lost


def loss(ready, **values):
    return report_loss(
        **{
            "station": ready.station,
            "kind": "robbery",
            "amount": yuan(800_00),
            "text": "夜里被撬",
            "by": ready.partner,
            "at": now(),
            **values,
        }
    )


def test_a_robbery_is_charged_to_nobody_and_two_people_close_it(ready):
    found = loss(ready, police_number="118")
    station = chart.over_short(ready.station, None)
    assert (ready.holds(station), ready.holds(ready.till_key)) == (800_00, 1_240_00)
    take_insurance(loss_case=found, bank_line=bank_line(500_00), by=ready.officer, at=now())
    with pytest.raises(InsurerPaysTooMuch):
        take_insurance(loss_case=found, bank_line=bank_line(300_10), by=ready.officer, at=now())
    assert ready.holds(station) == 300_00
    asked = close_loss(loss_case=found, by=ready.officer, at=now())
    assert (asked.status, ready.holds(station)) == ("open", 300_00)
    for person in (ready.officer, ready.partner):
        with pytest.raises(SamePerson):
            close_loss(loss_case=found, by=person, at=now())
    closed = close_loss(loss_case=found, by=ready.other_officer, at=now())
    assert (closed.status, ready.holds(station), ready.holds(chart.platform("expense"))) == ("closed", 0, 300_00)
    assert Notice.objects.get(template="loss_closed").user == ready.partner.pk
    with pytest.raises(WrongState):
        close_loss(loss_case=found, by=ready.other_officer, at=now())


def test_cash_lost_on_its_way_empties_what_was_on_its_way(ready):
    found = on_its_way(ready, 100_00)
    lost = loss(ready, kind="lost_remittance", remittance=found, by=ready.clerk)
    found.refresh_from_db()
    assert (found.status, lost.amount_minor, in_transit(ready)) == ("lost", 100_00, 0)
    with pytest.raises(WrongState):
        receive(found, 100_00, ready.clerk)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"amount": yuan(0)}, NothingLost),
        ({"kind": "lost_remittance"}, RemittanceMissing),
        ({"amount": yuan(2_040_10)}, TillTooSmallToBring),
    ],
)
def test_what_is_no_loss_is_not_reported(ready, values, refusal):
    with pytest.raises(refusal), transaction.atomic():
        loss(ready, **values)
    assert (LossCase.objects.count(), ready.holds(ready.till_key)) == (0, 2_040_00)


def test_robbers_keep_no_hours(ready):
    close_with(ready, 2_040_00)
    assert loss(ready).status == "open"
    assert ready.holds(ready.till_key) == 1_240_00


def test_a_remittance_goes_its_way_over_the_api_and_a_stranger_sees_nothing(db):
    ready = cash_desk(200_00)
    open_centre(ready)

    def post(user, path, key, body):
        return api_client(user).post(f"/api/v1/{path}", body, "json", headers={"Idempotency-Key": key * 16})

    body = {
        "station": ready.station.code,
        "direction": "to_county",
        "amount": "120.00",
        "carrier": ready.clerk.username,
    }
    assert post(cash_desk().partner, "remittances/", "a", body).status_code == 404
    assert post(ready.manager, "remittances/", "b", body).status_code == 403
    made = post(ready.partner, "remittances/", "c", body).json()
    assert post(ready.partner, "remittances/", "c", body).json() == made
    path = f"remittances/{made['id']}"
    assert post(cash_desk().partner, f"{path}/hand-over/", "d", {}).status_code == 404
    assert post(ready.partner, f"{path}/hand-over/", "e", {}).json()["status"] == "declared"
    assert post(ready.clerk, f"{path}/hand-over/", "f", {}).json()["status"] == "in_transit"
    lines = {"lines": [{"value": "100.00", "pieces": 1}, {"value": "20.00", "pieces": 1}]}
    assert post(ready.partner, f"{path}/receive/", "g", lines).json()["code"] == "not_the_receiver"
    arrived = post(ready.clerk, f"{path}/receive/", "h", lines).json()
    assert (arrived["status"], arrived["received"]) == ("matched", "120.00")
    assert api_client(ready.partner).get(f"/api/v1/{path}/").json()["status"] == "matched"
