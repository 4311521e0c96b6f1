"""The pages of floats: every press goes through a form with a key, and a refusal stands where the person was."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from finance.floats.services import forecast_need
from finance.models import FloatTopUp, FloatTransfer
from finance.payouts.models import PayoutLine
from stations.models import Station
from tests.factories.accounts import PIN
from tests.factories.days import today
from tests.factories.finance import desk
from tests.factories.payouts import banked
from tests.factories.stations import county_manager_of, finance_officer
from tests.finance.test_float_cash import Centre, code_of

pytestmark = pytest.mark.django_db


def pressed(client, page, form="form", to="", **typed):
    """The form of a page, as its reader fills it in and sends it."""
    shown = client.get(page)
    fields = shown.context[form]
    values = {field.name: field.value() for field in fields if field.value() is not None}
    return client.post(to or page, {name: str(value) for name, value in (values | typed).items()})


def test_a_partner_sends_float_with_two_fields_and_the_neighbour_accepts_with_one_press(client):
    mine = desk(float_minor=1_000_00, till_open=False)
    theirs = desk(till_open=False, county=mine.station.county)
    client.force_login(mine.partner)
    page = reverse("floats:send")
    assert (client.post(page, {"key": "k" * 20}).status_code, FloatTransfer.objects.count()) == (422, 0)
    shown = client.get(page).context["form"]
    body = {"key": shown["key"].value(), "to": theirs.station.code}
    too_much = client.post(page, body | {"amount": "1000.01"})
    assert (too_much.status_code, FloatTransfer.objects.count()) == (409, 0)
    body["key"] = too_much.context["form"]["key"].value()
    sent = [client.post(page, body | {"amount": "400"}) for _ in range(2)]
    transfer = FloatTransfer.objects.get()
    assert {answer.url for answer in sent} == {reverse("floats:transfer", args=[transfer.pk])}
    client.force_login(theirs.partner)
    assert "floats.accept" in {waits.need.name for waits in client.get(reverse("home")).context["needs"]}
    assert reverse("floats:transfer", args=[transfer.pk]) in client.get(reverse("floats:float")).content.decode()
    done = pressed(client, sent[0].url, "accept", to=reverse("floats:transfer-accept", args=[transfer.pk]))
    assert done.status_code == 303
    assert theirs.holds(theirs.float_key) == 400_00
    told = client.get(sent[0].url, headers={"Accept-Language": "en"})
    assert [str(message) for message in told.context["messages"]]
    assert "the money is in your float" in told.content.decode() or "您的备付金" in told.content.decode()
    late = client.post(reverse("floats:transfer-decline", args=[transfer.pk]), {"key": "l" * 20})
    assert (late.status_code, theirs.holds(theirs.float_key)) == (409, 400_00)


def test_a_partner_asks_for_cash_and_the_clerk_counts_and_takes_it_against_the_code(client):
    centre = Centre()
    client.force_login(centre.partner)
    asked = pressed(client, reverse("floats:float"), amount="2000", via="cash")
    topup = FloatTopUp.objects.get()
    assert asked.url == reverse("floats:topup", args=[topup.pk])
    assert client.get(asked.url).status_code == 200
    client.force_login(centre.clerk)
    count = reverse("floats:count_cash", args=[topup.pk])
    assert pressed(client, count).status_code == 422  # nothing counted
    assert pressed(client, count, v10000="20").url == asked.url
    take = reverse("floats:topup-take-cash", args=[topup.pk])
    neither = pressed(client, asked.url, "take_cash", to=take)
    wrong = pressed(client, asked.url, "take_cash", to=take, code="000000" if code_of(topup) != "000000" else "000001")
    assert (neither.status_code, wrong.status_code, centre.money) == (422, 422, (0, 0))
    assert pressed(client, asked.url, "take_cash", to=take, code=code_of(topup)).status_code == 303
    assert centre.money == (2_000_00, 2_000_00)
    assert client.get(asked.url).status_code == 200


def test_a_pin_in_a_browser_that_is_no_known_device_is_refused(client):
    centre = Centre()
    topup = centre.counted()
    client.force_login(centre.clerk)
    page, take = reverse("floats:topup", args=[topup.pk]), reverse("floats:topup-take-cash", args=[topup.pk])
    assert pressed(client, page, "take_cash", to=take, pin=PIN).status_code == 422
    assert centre.money == (0, 0)


def test_money_is_taken_out_by_the_partner_and_given_back_by_the_county(client):
    ready = desk(float_minor=1_000_00, till_open=False)
    client.force_login(ready.partner)
    page = reverse("floats:withdraw")
    nowhere = pressed(client, page, amount="300")
    assert (nowhere.status_code, PayoutLine.objects.count()) == (422, 0)
    banked(ready.partner)
    too_much = pressed(client, page, amount="1000.01")
    assert (too_much.status_code, PayoutLine.objects.count()) == (409, 0)
    assert "1,000.00" in str(too_much.context["form"].errors["amount"])
    assert not any(word in too_much.content.decode() for word in ("Top up the float first", "请先补"))
    assert pressed(client, page, amount="300").url == page
    assert client.get(page).context["lines"][0].amount_minor == 300_00
    client.force_login(county_manager_of(ready.station.county))
    station = reverse("floats:station", args=[ready.station.code])
    assert pressed(client, station, to=reverse("floats:clear", args=[ready.station.code])).url == station
    assert ready.can_use(ready.float_key) == 0
    again = pressed(client, station, to=reverse("floats:clear", args=[ready.station.code]))
    assert (again.status_code, PayoutLine.objects.count()) == (422, 2)


def test_strangers_and_those_without_the_verb_are_kept_out(client):
    mine, other = desk(float_minor=100_00, till_open=False), desk(till_open=False)
    client.force_login(county_manager_of(other.station.county))
    code = mine.station.code
    assert client.get(reverse("floats:station", args=[code])).status_code == 404
    assert client.get(reverse("floats:rules", args=[other.station.code])).status_code == 403
    assert client.get(reverse("floats:send")).status_code == 403
    client.force_login(finance_officer())
    assert client.get(reverse("floats:rules", args=[code])).status_code == 200
    assert client.post(reverse("floats:clear", args=[code])).status_code == 403


def test_the_list_of_floats_asks_the_same_number_of_questions_however_long_it_is(client, django_assert_max_num_queries):
    first = desk(till_open=False)
    _foresee()
    client.force_login(county_manager_of(first.station.county))
    page = reverse("floats:stations")
    client.get(page)
    with django_assert_max_num_queries(12):
        assert len(client.get(page).context["list"].rows) == 1
    for _ in range(4):
        desk(till_open=False, county=first.station.county)
    _foresee()
    with django_assert_max_num_queries(12):
        assert len(client.get(page).context["list"].rows) == 5
    assert len(client.get(f"{page}?state=critical").context["list"].rows) == 5
    assert len(client.get(f"{page}?state=ok").context["list"].rows) == 0


def _foresee():
    forecast_need(stations=list(Station.objects.values_list("pk", flat=True)), date=today(), at=now())
