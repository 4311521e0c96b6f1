"""Produce over the API and on pages: from the scale to the statement, and what is out of reach."""

import pytest
from django.urls import reverse
from django.utils.timezone import now

from orders.models import FarmerStatement, HarvestNotice, Intake, Lot, LotSale
from orders.produce.console import CONSOLE
from orders.stock.models import Warehouse
from stations.network.services import ServiceNotOpen
from stations.people.services import issue_card
from tests.factories.finance import pause_at
from tests.factories.produce import accepted, another_farmer, code_of, example_b, graded, opened, orchard, weighed
from tests.factories.stations import StationFactory, api_client, county, division_below, partner_of, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready():
    return orchard()


def test_a_harvest_goes_its_whole_way_over_the_api(ready):
    scale, office, manager = (api_client(user) for user in (ready.partner, ready.clerk, ready.manager))
    today = now().date().isoformat()
    notice = {"farmer": str(ready.farmer.pk), "crop": "fuji", "from_date": today, "to_date": "2999-01-01"}
    made = send(scale, "/api/v1/harvest-notices/", **notice, expected_g=200_000).json()
    confirm = f"/api/v1/harvest-notices/{made['id']}/confirm/"
    assert send(scale, confirm, confirmed_g=190_000).status_code == 403
    assert send(office, confirm, confirmed_g=190_000).json()["status"] == "confirmed"
    body = {"farmer": str(ready.farmer.pk), "crop": "fuji", "gross_g": 206_000, "tare_g": 6_000, "notice": made["id"]}
    first, again = (
        scale.post("/api/v1/intakes/", body, "json", headers={"Idempotency-Key": "k" * 16}) for _ in range(2)
    )
    assert (first.status_code, first.json(), Intake.objects.count()) == (201, again.json(), 1)
    path = f"/api/v1/intakes/{first.json()['id']}/"
    grades = [{"grade": "1", "grams": 150_000}, {"grade": "2", "grams": 40_000}]
    wrong = send(scale, f"{path}grade/", grades=grades, rejected_g=9_000)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "grades_do_not_add_up")
    assert send(scale, f"{path}grade/", grades=grades, rejected_g=10_000).json()["status"] == "graded"
    assert send(scale, f"{path}dispute/", reason="二级太多").json()["status"] == "disputed"
    again = send(scale, f"{path}regrade/", grades=grades, rejected_g=10_000)
    assert (again.status_code, again.json()["code"]) == (403, "same_grader")
    assert send(office, f"{path}regrade/", grades=grades, rejected_g=10_000).json()["status"] == "regraded"
    assert send(scale, f"{path}ask/").status_code == 200
    done = send(scale, f"{path}accept/", code=code_of(Intake.objects.get())).json()
    assert (done["status"], [each["free_g"] for each in done["grades"]]) == ("accepted", [150_000, 40_000])
    assert HarvestNotice.objects.get().status == "harvesting"
    warehouse = Warehouse.objects.get(station=ready.centre).pk
    lot = f"/api/v1/lots/{send(office, '/api/v1/lots/', warehouse=warehouse, crop='fuji').json()['id']}/"
    waiting = [each["id"] for each in done["grades"]]
    assert send(office, f"{lot}add/", intake_grades=waiting).status_code == 200
    assert send(office, f"{lot}add/", intake_grades=waiting).json()["code"] == "nothing_to_add"
    assert send(office, f"{lot}close/").json()["status"] == "closed"
    sale = {"buyer": "nanjing", "price": "6.50"}
    assert send(office, f"{lot}sell/", grade="1", grams=150_000, **sale).json()["amount"] == "975.00"
    over = send(office, f"{lot}sell/", grade="2", grams=40_001, **sale)
    assert (over.status_code, over.json()["code"]) == (409, "lot_too_small")
    send(office, f"{lot}sell/", grade="2", grams=40_000, **{**sale, "price": "4.20"})
    for verb, status in (("dispatch", "dispatched"), ("deliver", "delivered")):
        assert send(office, f"{lot}{verb}/").json()["status"] == status
    mine = scale.get(f"/api/v1/farmer-statements/?farmer={ready.farmer.pk}").json()["results"]
    assert [(each["gross"], each["net"], len(each["deductions"])) for each in mine] == [("1143.00", "943.35", 5)]
    first_sale = LotSale.objects.order_by("pk")[0]
    claim = send(office, f"/api/v1/lot-sales/{first_sale.pk}/claims/", amount="30.00", reason="坏果").json()
    assert send(office, f"/api/v1/buyer-claims/{claim['id']}/accept/", decision="").status_code == 403
    assert send(manager, f"/api/v1/buyer-claims/{claim['id']}/accept/", decision="").json()["status"] == "accepted"
    assert send(manager, f"{lot}recall/", reason="农残超标").json()["status"] == "recalled"
    trace = office.get(f"{lot}trace/").json()
    assert (trace["farmers"], len(trace["sales"])) == ([str(ready.farmer.pk)], 2)


def test_who_is_elsewhere_finds_nothing_and_a_colleague_without_the_verb_is_refused(ready):
    intake, lot = graded(ready), opened(ready)
    stranger = api_client(partner_of(StationFactory(village=division_below(county()))))
    path = f"/api/v1/intakes/{intake.pk}/"
    assert stranger.get(path).status_code == 404
    assert send(stranger, f"{path}dispute/", reason="x").status_code == 404
    assert send(api_client(ready.clerk), f"{path}dispute/", reason="x").status_code == 403
    assert [
        api_client(ready.partner).get(path).status_code for path in ("/api/v1/lots/", f"/api/v1/lots/{lot.pk}/")
    ] == [403, 404]
    assert stranger.get("/api/v1/farmer-statements/").json()["results"] == []
    intake.refresh_from_db()
    assert intake.status == "graded"


def test_at_the_scale_fruit_is_weighed_graded_and_signed_on_pages(client, ready):
    client.force_login(ready.partner)
    card = issue_card(person=another_farmer(ready), by=ready.partner, at=now())
    page = f"{reverse('produce:weigh')}?person={ready.farmer.pk}"
    body = {"crop": ready.crop.pk, "gross_g": "206", "tare_g": "6.000", "key": "k" * 16}
    first, again = (client.post(page, body) for _ in range(2))
    intake = Intake.objects.get()
    here = reverse("produce:intake", args=[intake.pk])
    assert (first.url, again.url, intake.net_g) == (here, here, 200_000)
    typed = {f"g-{ready.first.pk}": "150", f"g-{ready.second.pk}": "40", "rejected_g": "10"}
    refused = client.post(
        reverse("produce:intake-grade", args=[intake.pk]), {**typed, "rejected_g": "", "key": "a" * 16}
    )
    assert (refused.status_code, "190" in refused.content.decode()) == (422, True)
    assert client.post(reverse("produce:intake-grade", args=[intake.pk]), {**typed, "key": "b" * 16}).status_code == 303
    assert intake.slip_number in client.get(reverse("produce:slip", args=[intake.pk])).content.decode()
    typed = {"witness_card": card.code, "key": "s" * 16}
    assert client.post(reverse("produce:intake-sign", args=[intake.pk]), typed).status_code == 303
    client.force_login(ready.clerk)
    made = client.post(
        reverse("produce:open_lot"),
        {"crop": ready.crop.pk, "warehouse": Warehouse.objects.get(station=ready.centre).pk, "key": "o" * 16},
    )
    lot = Lot.objects.get()
    assert made.url == reverse("produce:lot", args=[lot.pk])
    page = client.get(made.url)
    assert page.context["held"] is None
    assert "&lt;input" not in page.content.decode()
    ticked = {"intake_grades": [str(each.pk) for each in intake.grades.all()], "key": "f" * 16}
    assert client.post(reverse("produce:lot-add", args=[lot.pk]), ticked).status_code == 303
    assert client.post(reverse("produce:lot-close", args=[lot.pk]), {"key": "c" * 16}).status_code == 303
    sold = {"grade": ready.first.pk, "buyer": ready.buyer.pk, "grams": "150", "price": "6.5", "key": "p" * 16}
    assert client.post(reverse("produce:lot-sell", args=[lot.pk]), sold).status_code == 303
    assert "¥975.00" in client.get(made.url).content.decode()


def test_the_statement_shows_share_deductions_and_what_is_still_owed(client, ready):
    example_b(ready)
    client.force_login(ready.partner)
    shown = client.get(reverse("produce:farmer", args=[ready.farmer.pk])).content.decode()
    for words in ("¥943.35", "¥1,143.00", "82.5 %", "57.00", "66.50", "34.29", "22.86"):
        assert words in shown, words
    empty = client.get(reverse("produce:farmer", args=[another_farmer(ready).pk]))
    assert (empty.status_code, FarmerStatement.objects.count()) == (200, 1)


def test_what_needs_two_people_does_not_wait_for_the_first(ready):
    needs = {need.name: need for need in CONSOLE.needs}
    intake = graded(ready)
    accepted(ready)
    waits = {name: need.rows(user=ready.partner, at=now()).count() for name, need in needs.items()}
    assert waits == {
        "produce.grade": 0,
        "produce.regrade": 0,
        "produce.agree": 1,
        "produce.confirm": 0,
        "produce.sell": 0,
        "produce.deliver": 0,
        "produce.decide": 0,
        "produce.set_apart": 0,
    }
    send(api_client(ready.partner), f"/api/v1/intakes/{intake.pk}/dispute/", reason="x")
    regrade = needs["produce.regrade"].rows
    assert [regrade(user=user, at=now()).count() for user in (ready.partner, ready.clerk)] == [0, 1]


def test_where_the_county_has_paused_the_intake_nothing_is_weighed(ready):
    pause_at(ready.station, "produce_intake")
    with pytest.raises(ServiceNotOpen):
        weighed(ready)
    assert not Intake.objects.exists()
