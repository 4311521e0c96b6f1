"""Float lent between stations: held, accepted, declined, recalled, expired; and everybody at once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from django.utils.timezone import now

from core.errors import WrongState
from core.models import Notice
from core.money import parse
from finance.closing_checks import money_left
from finance.floats.services import (
    FloatStopped,
    FloatTooSmall,
    NoPartnerHere,
    NothingToMove,
    NotTheReceiver,
    NotTheSender,
    NotYourFloat,
    OverFloatMax,
    PartnerChanged,
    SameStation,
    TooFarAway,
    TransferExpired,
    accept_float,
    decline_float,
    expire_float,
    recall_float,
    send_float,
    set_station_money,
    stop_transfers,
)
from finance.models import FloatTransfer
from ledger.tasks import expire_holds
from stations.models import Contract
from tests.factories.days import today
from tests.factories.finance import contract_of, desk, helper_at
from tests.factories.stations import (
    UserFactory,
    api_client,
    auditor,
    county_clerk_of,
    finance_officer,
    partner_of,
)
from tests.jobs import run_jobs

DAY = dt.timedelta(hours=24)


def yuan(text):
    return parse(text, "CNY")


@pytest.fixture
def pair(db):
    return two_desks()


def two_desks(float_minor=1_500_00, **other):
    mine = desk(float_minor=float_minor, till_open=False)
    return mine, desk(till_open=False, **{"county": mine.station.county, **other})


def sent(pair, amount="500.00", at=None):
    mine, theirs = pair
    return send_float(station=mine.station, to=theirs.station, amount=yuan(amount), by=mine.partner, at=at or now())


def floats(pair):
    mine, theirs = pair
    return mine.can_use(mine.float_key), mine.holds(mine.float_key), theirs.holds(theirs.float_key)


# --- sent


def test_what_is_sent_is_set_aside_for_a_day_and_the_receiver_is_told(pair):
    transfer = sent(pair)
    assert (transfer.status, transfer.expires_at - transfer.sent_at) == ("sent", DAY)
    assert floats(pair) == (1_000_00, 1_500_00, 0)
    notice = Notice.objects.get(template="float_sent")
    assert (notice.user, notice.link) == (pair[1].partner.pk, f"/finance/floats/transfers/{transfer.pk}/")


@pytest.mark.parametrize(("amount", "is_refused"), [("1499.99", False), ("1500.00", False), ("1500.01", True)])
def test_no_more_is_sent_than_can_be_used(pair, amount, is_refused):
    if is_refused:
        with pytest.raises(FloatTooSmall) as refusal:
            sent(pair, amount)
        assert (refusal.value.code, refusal.value.params["available"]) == ("float_too_small", "¥1,500.00")
        assert (FloatTransfer.objects.count(), floats(pair)) == (0, (1_500_00, 1_500_00, 0))
    else:
        assert sent(pair, amount).status == "sent"


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_nothing_is_not_sent(pair, amount):
    with pytest.raises(NothingToMove):
        sent(pair, amount)
    assert FloatTransfer.objects.count() == 0


def test_a_float_goes_to_another_station_of_the_country_that_has_a_partner(pair):
    mine, theirs = pair
    send = {"station": mine.station, "amount": yuan("1.00"), "by": mine.partner, "at": now()}
    with pytest.raises(SameStation):
        send_float(to=mine.station, **send)
    theirs.station.currency = "JPY"
    with pytest.raises(TooFarAway):
        send_float(to=theirs.station, **send)
    theirs.station.refresh_from_db()
    Contract.objects.filter(station=theirs.station).delete()
    with pytest.raises(NoPartnerHere):
        send_float(to=theirs.station, **send)
    assert (FloatTransfer.objects.count(), floats(pair)) == (0, (1_500_00, 1_500_00, 0))


def test_only_whose_money_it_is_sends_it(pair):
    mine, theirs = pair
    for person in (partner_of(mine.station), theirs.partner):
        with pytest.raises(NotYourFloat):
            send_float(station=mine.station, to=theirs.station, amount=yuan("1.00"), by=person, at=now())
    assert FloatTransfer.objects.count() == 0


@pytest.mark.parametrize("end", [0, 1])
def test_a_float_stands_still_while_a_contract_is_suspended(pair, end):
    Contract.objects.filter(station=pair[end].station).update(status="suspended")
    with pytest.raises(FloatStopped):
        sent(pair)
    assert floats(pair) == (1_500_00, 1_500_00, 0)


@pytest.mark.parametrize(("held", "is_refused"), [(19_499_99, False), (19_500_00, False), (19_500_01, True)])
def test_no_more_is_sent_than_the_receiver_may_hold(db, held, is_refused):
    pair = two_desks(float_minor=600_00)[0], desk(float_minor=held, till_open=False)
    if is_refused:
        with pytest.raises(OverFloatMax):
            sent(pair)
        assert FloatTransfer.objects.count() == 0
    else:
        assert sent(pair).status == "sent"


# --- answered


def test_what_is_accepted_is_in_the_other_float_and_both_ends_look_ahead_anew(pair):
    transfer = accept_float(transfer=sent(pair), by=pair[1].partner, at=now())
    assert (transfer.status, transfer.answered_by) == ("accepted", pair[1].partner)
    assert floats(pair) == (1_000_00, 1_000_00, 500_00)
    assert Notice.objects.get(template="float_accepted").user == pair[0].partner.pk
    run_jobs()
    assert {pair[0].station.pk, pair[1].station.pk} <= set(
        pair[0].station.__class__.objects.filter(float_forecasts__date=today()).values_list("pk", flat=True)
    )


@pytest.mark.parametrize(
    ("verb", "who", "status"), [(decline_float, 1, "declined"), (recall_float, 0, "recalled")], ids=["no", "back"]
)
def test_what_is_declined_or_recalled_is_free_again_at_once(pair, verb, who, status):
    transfer = verb(transfer=sent(pair), by=pair[who].partner, at=now())
    assert transfer.status == status
    assert floats(pair) == (1_500_00, 1_500_00, 0)


@pytest.mark.parametrize("first", ["accepted", "declined", "recalled"])
def test_an_answer_is_given_once(pair, first):
    transfer = sent(pair)
    verbs = {
        "accepted": (accept_float, pair[1].partner),
        "declined": (decline_float, pair[1].partner),
        "recalled": (recall_float, pair[0].partner),
    }
    verbs[first][0](transfer=transfer, by=verbs[first][1], at=now())
    after = floats(pair)
    for verb, person in verbs.values():
        with pytest.raises(WrongState):
            verb(transfer=transfer, by=person, at=now())
    transfer.refresh_from_db()
    assert (transfer.status, floats(pair)) == (first, after)


def test_only_the_receiver_answers_and_only_the_sender_recalls(pair):
    transfer = sent(pair)
    for verb in (accept_float, decline_float):
        with pytest.raises(NotTheReceiver):
            verb(transfer=transfer, by=pair[0].partner, at=now())
    with pytest.raises(NotTheSender):
        recall_float(transfer=transfer, by=pair[1].partner, at=now())
    transfer.refresh_from_db()
    assert (transfer.status, floats(pair)) == ("sent", (1_000_00, 1_500_00, 0))


def test_what_the_receiver_may_no_longer_hold_is_not_accepted(pair):
    transfer = sent(pair)
    set_station_money(
        station=pair[1].station,
        changes={"float_max_minor": 499_99, "float_min_minor": 0},
        from_date=today(),
        reason="kleiner",
        by=finance_officer(),
        at=now(),
    )
    with pytest.raises(OverFloatMax) as refusal, transaction.atomic():
        accept_float(transfer=transfer, by=pair[1].partner, at=now())
    assert refusal.value.params["room"] == "¥499.99"
    transfer.refresh_from_db()
    assert (transfer.status, floats(pair)) == ("sent", (1_000_00, 1_500_00, 0))


def test_the_receiver_takes_in_up_to_exactly_what_may_be_held(pair):
    transfer = sent(pair)
    set_station_money(
        station=pair[1].station,
        changes={"float_max_minor": 500_00, "float_min_minor": 0},
        from_date=today(),
        reason="genau",
        by=finance_officer(),
        at=now(),
    )
    accept_float(transfer=transfer, by=pair[1].partner, at=now())
    assert floats(pair) == (1_000_00, 1_000_00, 500_00)


def test_a_successor_does_not_take_what_was_sent_to_somebody_else(pair):
    transfer = sent(pair)
    Contract.objects.filter(station=pair[1].station).update(status="terminated")
    contract_of(partner_of(pair[1].station), pair[1].station)
    with pytest.raises(PartnerChanged):
        accept_float(transfer=transfer, by=pair[1].partner, at=now())
    assert floats(pair) == (1_000_00, 1_500_00, 0)


# --- after a day


@pytest.mark.parametrize(("after", "is_late"), [(DAY - dt.timedelta(seconds=1), False), (DAY, True)])
def test_a_transfer_waits_for_24_hours_and_not_a_second_longer(pair, after, is_late):
    start = now()
    transfer = sent(pair, at=start)
    if not is_late:
        assert accept_float(transfer=transfer, by=pair[1].partner, at=start + after).status == "accepted"
        return
    for verb, person in ((accept_float, 1), (decline_float, 1), (recall_float, 0)):
        with pytest.raises(TransferExpired):
            verb(transfer=transfer, by=pair[person].partner, at=start + after)
    assert floats(pair) == (1_000_00, 1_500_00, 0)


def test_the_databases_clock_decides_whether_it_is_too_late(pair):
    transfer = sent(pair, at=now() - DAY)  # by our clock there is a moment left
    with pytest.raises(TransferExpired):
        accept_float(transfer=transfer, by=pair[1].partner, at=transfer.expires_at - dt.timedelta(seconds=1))
    transfer.refresh_from_db()
    assert transfer.status == "sent"


def test_what_nobody_answers_is_the_senders_again_and_he_is_told(pair):
    transfer = sent(pair, at=now() - DAY)
    with transaction.atomic():
        expire_holds({}, now())
    run_jobs()
    transfer.refresh_from_db()
    assert (transfer.status, transfer.answered_by) == ("expired", None)
    assert floats(pair) == (1_500_00, 1_500_00, 0)
    assert Notice.objects.get(template="float_expired").user == pair[0].partner.pk
    assert expire_float(transfer=transfer, at=now()).status == "expired"
    with pytest.raises(TransferExpired):
        accept_float(transfer=transfer, by=pair[1].partner, at=now())


def test_a_partner_who_is_suspended_leaves_nothing_on_its_way(pair):
    there = sent(pair)
    back = desk(float_minor=300_00, till_open=False)
    here = send_float(station=back.station, to=pair[0].station, amount=yuan("100.00"), by=back.partner, at=now())
    assert stop_transfers(partner=pair[0].partner.pk, at=now()) == 2
    there.refresh_from_db()
    here.refresh_from_db()
    assert (there.status, here.status) == ("recalled", "declined")
    assert (floats(pair), back.can_use(back.float_key)) == ((1_500_00, 1_500_00, 0), 300_00)


def test_a_station_does_not_close_while_a_float_is_on_its_way(pair):
    transfer = sent(pair)
    with translation.override("en"):
        assert [money_left(each.station)[-1] for each in pair] == ["1 float in transit"] * 2
        recall_float(transfer=transfer, by=pair[0].partner, at=now())
        assert money_left(pair[1].station) == []


# --- the database agrees


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"amount_minor": 0}, "columns_stay"),
        ({"status": "accepted"}, "float_transfer_has_ended_unless_sent"),
        ({"answered_at": "2026-01-01T00:00Z"}, "float_transfer_has_ended_unless_sent"),
    ],
)
def test_the_database_refuses_what_cannot_be(pair, change, constraint):
    transfer = sent(pair)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        FloatTransfer.objects.filter(pk=transfer.pk).update(**change)


# --- over the API, and at once


def send_over_api(user, pair, key, **body):
    values = {"from_station": pair[0].station.code, "to_station": pair[1].station.code, "amount": "500.00", **body}
    return api_client(user).post("/api/v1/float-transfers/", values, "json", headers={"Idempotency-Key": key * 16})


def test_over_the_api_each_end_does_its_part_and_strangers_see_nothing(db):
    pair = two_desks()
    stranger = desk(till_open=False)
    made = [send_over_api(pair[0].partner, pair, "a") for _ in range(2)]
    assert [(answer.status_code, answer.json()["id"]) for answer in made] == [(201, made[0].json()["id"])] * 2
    path = f"/api/v1/float-transfers/{made[0].json()['id']}"

    def press(user, verb, key):
        return api_client(user).post(f"{path}/{verb}/", {}, "json", headers={"Idempotency-Key": key * 16})

    assert press(stranger.partner, "accept", "b").status_code == 404
    assert press(county_clerk_of(stranger.station.county), "accept", "c").status_code == 404
    assert press(county_clerk_of(pair[0].station.county), "accept", "d").status_code == 403
    assert press(auditor(), "recall", "e").status_code == 403
    assert press(helper_at(pair[1]), "accept", "f").status_code in {403, 404}
    assert press(pair[0].partner, "accept", "g").json()["code"] == "not_the_receiver"
    assert [press(pair[1].partner, "accept", "h").json()["status"] for _ in range(2)] == ["accepted"] * 2
    assert floats(pair) == (1_000_00, 1_000_00, 500_00)
    listed = api_client(stranger.partner).get("/api/v1/float-transfers/").json()["results"]
    assert listed == []
    assert len(api_client(pair[1].partner).get("/api/v1/float-transfers/?status=accepted").json()["results"]) == 1


def test_who_has_no_right_to_send_is_told_so(db):
    pair = two_desks()
    assert send_over_api(helper_at(pair[0]), pair, "a").status_code == 403
    assert send_over_api(pair[1].partner, pair, "b").status_code == 404
    assert send_over_api(UserFactory(), pair, "c").status_code == 403
    assert send_over_api(pair[0].partner, pair, "d", to_station="999999-0001").status_code == 404
    assert send_over_api(pair[0].partner, pair, "e", amount="1500.01").json()["code"] == "float_too_small"
    assert FloatTransfer.objects.count() == 0


@pytest.mark.usefixtures("own_database")
def test_fifty_who_lend_from_one_float_lend_what_it_holds():
    mine = desk(float_minor=1_000_00, till_open=False)
    theirs = desk(till_open=False)

    def attempt(_number):
        try:
            send_float(station=mine.station, to=theirs.station, amount=yuan("100.00"), by=mine.partner, at=now())
        except FloatTooSmall as refusal:
            return refusal.code
        finally:
            connection.close()
        return "sent"

    with ThreadPoolExecutor(10) as pool:
        answers = sorted(pool.map(attempt, range(50)))
    assert answers == ["float_too_small"] * 40 + ["sent"] * 10
    assert (mine.can_use(mine.float_key), mine.holds(mine.float_key)) == (0, 1_000_00)
    assert FloatTransfer.objects.count() == 10


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize("other", [recall_float, decline_float], ids=["recall", "decline"])
def test_of_accept_and_its_opposite_at_once_one_wins(other):
    pair = two_desks()
    transfer = sent(pair)
    against = pair[0].partner if other is recall_float else pair[1].partner
    presses = [(accept_float, pair[1].partner), (other, against)] * 4

    def attempt(press):
        verb, person = press
        try:
            return verb(transfer=transfer, by=person, at=now()).status
        except WrongState:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, presses))
    [won] = [answer for answer in answers if answer != "refused"]
    transfer.refresh_from_db()
    assert transfer.status == won
    expected = (1_000_00, 1_000_00, 500_00) if won == "accepted" else (1_500_00, 1_500_00, 0)
    assert floats(pair) == expected
