"""Bad boxes of a presale: who gave cause pays, buyers get their money, and a recall frees everybody it concerns."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.errors import SamePerson, WrongState
from core.models import Event, Job, Notice
from finance import chart
from finance.models import Refund
from orders.models import BuyerClaim, DeductionRow, FarmerStatement, Lot, PresaleClaim, PresaleOrder
from orders.presales import handlers, services
from orders.presales.closing_checks import presales_left
from orders.presales.console import CONSOLE
from orders.presales.data_subject import claims, obligations
from orders.presales.services.claiming import claim_until
from orders.produce import services as produce
from orders.returns.services import PhotoNeeded
from stations.models import Person
from tests.factories.box_claims import claimed, collected, delivered
from tests.factories.claims import picture
from tests.factories.finance import payer_at
from tests.factories.people import second_login_of
from tests.factories.presales import PRICE, fair
from tests.factories.refunds import photo_by
from tests.factories.stations import StationFactory, UserFactory, api_client, county_clerk_of, partner_of, send
from tests.finance.auditing import assert_balanced, findings
from tests.races import together

SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)


@pytest.fixture
def ready(db):
    return fair()


def order_of(presale, place=0):
    return PresaleOrder.objects.filter(presale=presale).order_by("pk")[place]


def bought(ready, *boxes):
    """Boxes that the first buyer has collected."""
    return collected(ready, order_of(delivered(ready, *boxes)))


def accepted(ready, order, bearer="farmers"):
    return services.accept_presale_claim(order=order, bearer=bearer, by=ready.clerk, at=order.ended_at)


def holds(ready):
    """Reserve, expense, carrier, and what the station owes buyers."""
    keys = [ready.reserve_key, chart.platform("expense"), chart.carrier("route-3"), ready.funds_key]
    return [ready.holds(key) for key in keys]


def test_farmers_bear_their_reserve_and_the_platform_the_rest_and_the_buyer_gets_the_price_of_the_bad_boxes(ready):
    order = bought(ready, 10)
    assert holds(ready) == [7_80, 0, 17_50, 0]
    claimed(ready, order, 2)
    assert produce.settle_lots(county=ready.station.county.code, at=order.ended_at + 9 * DAY) == []
    claim = accepted(ready, order)
    order.refresh_from_db()
    assert (claim.status, claim.bearer, order.returned_minor, order.status) == (
        *("accepted", "farmers", 2 * PRICE),
        "handed_over",
    )
    assert holds(ready) == [0, 70_20, 17_50, 78_00]
    assert (Refund.objects.get().amount_minor, FarmerStatement.objects.get().lost_minor) == (78_00, 7_80)
    assert Notice.objects.filter(template="presale_refunded").count() == 1
    assert [row["status"] for row in claims(order.villager)] == ["accepted"]
    assert findings() == []
    assert_balanced()


def test_a_carrier_at_fault_bears_all_of_it_and_the_platform_what_it_packed_wrong(ready):
    order = bought(ready, 10)
    claimed(ready, order, 1, reason="damaged")
    accepted(ready, order, "carrier")
    assert holds(ready) == [7_80, 0, 17_50 - 39_00, 39_00]
    order.refresh_from_db()
    claimed(ready, order, 1, reason="missing")
    accepted(ready, order, "platform")
    assert holds(ready) == [7_80, 39_00, 17_50 - 39_00, 78_00]
    assert {claim.status for claim in BuyerClaim.objects.all()} == {"rejected"}
    assert findings() == []


def test_without_a_carrier_nobody_can_be_charged_for_the_way(ready):
    DeductionRow.objects.filter(code="freight").delete()
    order = bought(ready, 2)
    claimed(ready, order)
    with pytest.raises(services.CarrierUnknown):
        accepted(ready, order, "carrier")
    assert (Refund.objects.count(), PresaleClaim.objects.get().status) == (0, "raised")


def test_once_the_reserve_went_back_the_platform_bears_what_is_claimed(ready):
    presale = delivered(ready, 10)
    late = presale.ended_at + 8 * DAY
    order = collected(ready, order_of(presale), at=late)
    assert len(produce.settle_lots(county=ready.station.county.code, at=late)) == 1
    claimed(ready, order, 1, at=late)
    services.accept_presale_claim(order=order, bearer="farmers", by=ready.clerk, at=late)
    assert (holds(ready)[0], holds(ready)[1], BuyerClaim.objects.count(), findings()) == (0, 39_00, 0, [])


def test_a_refused_claim_frees_the_reserve_and_the_boxes_and_says_why(ready):
    order = bought(ready, 2)
    claimed(ready, order, 2)
    assert (obligations(order.villager), presales_left(ready.station)) != ([], [])
    services.refuse_presale_claim(order=order, reason="果子是好的", by=ready.clerk, at=order.ended_at)
    assert (obligations(order.villager), presales_left(ready.station), Refund.objects.count()) == ([], [], 0)
    assert len(produce.settle_lots(county=ready.station.county.code, at=order.ended_at + 9 * DAY)) == 1
    assert Notice.objects.filter(template="presale_claim_refused").count() == 1
    with pytest.raises(WrongState):
        accepted(ready, order)
    assert claimed(ready, order, 2).status == "raised"


def test_a_claim_is_refused_that_is_late_too_large_without_a_photo_of_ones_own_boxes_or_not_collected(ready):
    presale = delivered(ready, 2, 2)
    order, other = collected(ready, order_of(presale)), order_of(presale, 1)
    until = claim_until(order)
    with pytest.raises(services.BoxClaimWindowOver):
        claimed(ready, order, at=until)
    for boxes in (0, 3):
        with pytest.raises(services.BoxClaimTooLarge):
            claimed(ready, order, boxes)
    with pytest.raises(PhotoNeeded):
        claimed(ready, order, photo=None)
    buyer = UserFactory(person=order.villager)
    with pytest.raises(SamePerson):
        claimed(ready, order, by=buyer)
    with pytest.raises(WrongState):
        claimed(ready, other, at=presale.ended_at)
    first = claimed(ready, order, at=until - SECOND, key="once")
    assert claimed(ready, order, at=until - SECOND, key="once") == first
    with pytest.raises(services.BoxClaimedAlready):
        claimed(ready, order)
    for login in (ready.partner, buyer):
        with pytest.raises(SamePerson):
            services.accept_presale_claim(order=order, bearer="farmers", by=login, at=until)
    with pytest.raises(IntegrityError, match="presale_claim_has_a_bearer"), transaction.atomic():
        PresaleClaim.objects.update(bearer="carrier")


def test_what_a_buyer_said_is_forgotten_with_the_buyer(ready):
    order = bought(ready, 2)
    claimed(ready, order, 1)
    handlers.forget_words(Event(payload={"person": str(order.villager_id), "at": order.ended_at.isoformat()}))
    assert (PresaleClaim.objects.get().words, BuyerClaim.objects.get().reason) == ("", "spoiled")


def test_what_was_said_under_a_record_that_was_merged_is_forgotten_with_the_one_that_stands(ready):
    order = bought(ready, 2)
    claimed(ready, order, 1)
    stands = payer_at(ready)
    Person.objects.filter(pk=order.villager_id).update(merged_into=stands)
    handlers.forget_words(Event(payload={"person": str(stands.pk), "at": order.ended_at.isoformat()}))
    assert PresaleClaim.objects.get().words == ""


def test_in_dinars_every_fils_of_a_claim_has_its_bearer(db):
    ready = fair(currency="KWD")
    order = bought(ready, 7)
    claimed(ready, order, 3)
    accepted(ready, order)
    reserve, expense, _carrier, funds = holds(ready)
    assert (reserve, funds, expense + 546 - reserve, Refund.objects.get().currency) == (0, 117_00, 117_00, "KWD")
    assert findings() == []


def recalled(ready, presale, *, most=1):
    """Its lot is called back, and the jobs have run, each twice."""
    produce.recall_lot(lot=presale.lot, reason="农残超标", by=ready.manager, at=presale.ended_at)
    handlers.note_recalled(Event.objects.get(name="orders.lot_recalled"))
    for _turn in range(2):
        services.tell_of_recall(presale=presale, at=presale.ended_at)
        while services.refund_recalled(presale=presale, at=presale.ended_at, most=most):
            pass
    presale.refresh_from_db()
    return presale


def test_boxes_that_are_called_back_after_their_delivery_give_everybody_their_money_and_station_and_person_free(ready):
    presale = delivered(ready, 4, 3, 3)
    first, second, third = (order_of(presale, place) for place in range(3))
    first, second = collected(ready, first), collected(ready, second)
    claimed(ready, first, 1)
    accepted(ready, first)
    claimed(ready, second, 2)
    assert presales_left(ready.station) != []
    presale = recalled(ready, presale)
    assert Job.objects.filter(kind="presales.refund_recalled").count() >= 1
    rows = list(PresaleOrder.objects.order_by("pk").values_list("status", "held_minor", "returned_minor"))
    assert [status for status, _held, _back in rows] == ["handed_over", "handed_over", "returned"]
    assert all(held == back for _status, held, back in rows)
    assert sorted(Refund.objects.values_list("amount_minor", flat=True)) == [39_00, 3 * PRICE, 3 * PRICE, 3 * PRICE]
    assert list(PresaleClaim.objects.order_by("pk").values_list("status", flat=True)) == ["accepted", "recalled"]
    assert (presale.recalled_at, presales_left(ready.station)) == (presale.ended_at, [])
    assert [obligations(each.villager) for each in (first, second, third)] == [[], [], []]
    assert holds(ready) == [0, 390_00 - 7_80, 17_50, 390_00]
    assert (findings(), Lot.objects.get(pk=presale.lot_id).status) == ([], "recalled")
    assert_balanced()
    with pytest.raises(services.BoxClaimWindowOver):
        claimed(ready, second)


def test_who_calls_boxes_back_may_have_written_a_claim_down_under_another_login(ready):
    presale = delivered(ready, 3)
    order = collected(ready, order_of(presale))
    claimed(ready, order, 1, by=second_login_of(ready.manager))
    recalled(ready, presale)
    order.refresh_from_db()
    assert (order.returned_minor, order.held_minor) == (3 * PRICE, 3 * PRICE)
    assert (PresaleClaim.objects.get().status, findings()) == ("recalled", [])


def test_one_person_who_claims_calls_back_and_sold_stops_nobodys_money_and_another_decides_that_claim(ready):
    presale = delivered(ready, 3, 2)
    own, other = collected(ready, order_of(presale)), order_of(presale, 1)
    second = second_login_of(ready.clerk)
    claimed(ready, own, 1, by=second)
    produce.recall_lot(lot=presale.lot, reason="农残超标", by=second_login_of(second), at=presale.ended_at)
    assert services.refund_recalled(presale=presale, at=presale.ended_at) == 1
    for each in (own, other):
        each.refresh_from_db()
    assert (own.returned_minor, other.returned_minor, PresaleClaim.objects.get().status) == (0, 2 * PRICE, "raised")
    need = next(each for each in CONSOLE.needs if each.name == "presales.claims")
    another = county_clerk_of(ready.station.county)
    assert list(need.rows(user=another, at=presale.ended_at)) == [own]
    services.refuse_presale_claim(order=own, reason="已经召回", by=another, at=presale.ended_at)
    own.refresh_from_db()
    assert (own.returned_minor, services.refund_recalled(presale=presale, at=presale.ended_at)) == (3 * PRICE, 0)
    assert (sorted(Refund.objects.values_list("amount_minor", flat=True)), findings()) == ([2 * PRICE, 3 * PRICE], [])
    assert_balanced()


def test_a_recall_before_the_delivery_is_left_to_the_county_and_one_without_a_reserve_to_the_platform(ready):
    presale = delivered(ready, 2)
    assert services.refund_recalled(presale=presale, at=presale.ended_at) == 0
    late = presale.ended_at + 9 * DAY
    produce.settle_lots(county=ready.station.county.code, at=late)
    produce.recall_lot(lot=presale.lot, reason="农残超标", by=ready.manager, at=late)
    assert services.refund_recalled(presale=presale, at=late) == 1
    assert (holds(ready)[1], BuyerClaim.objects.count(), findings()) == (2 * PRICE, 0, [])


def test_two_that_decide_and_a_recall_at_once_give_the_money_of_a_box_back_once(own_database):
    ready = fair()
    presale = delivered(ready, 3)
    order = collected(ready, order_of(presale))
    claimed(ready, order, 2)
    other = county_clerk_of(ready.station.county)

    def recall():
        produce.recall_lot(lot=presale.lot, reason="农残超标", by=ready.manager, at=order.ended_at)
        return services.refund_recalled(presale=presale, at=order.ended_at)

    together(
        lambda: accepted(ready, order).status,
        lambda: services.accept_presale_claim(order=order, bearer="platform", by=other, at=order.ended_at).status,
        recall,
    )
    services.refund_recalled(presale=presale, at=order.ended_at)
    order.refresh_from_db()
    assert order.returned_minor == order.held_minor == sum(Refund.objects.values_list("amount_minor", flat=True))
    assert findings() == []


def test_two_claims_at_once_are_one(own_database):
    ready = fair()
    order = bought(ready, 3)
    photos = [photo_by(ready.partner) for _ in range(2)]
    answers = together(*[lambda photo=photo: claimed(ready, order, 2, photo=photo).status for photo in photos])
    assert sorted(answers) == ["box_claimed_already", "raised"]


def test_over_the_api_and_the_page_the_counter_claims_the_county_decides_and_outsiders_find_nothing(client, ready):
    order = bought(ready, 4)
    path = f"/api/v1/presale-orders/{order.pk}/"
    counter, clerk, outside = (api_client(u) for u in (ready.partner, ready.clerk, partner_of(StationFactory())))
    PresaleOrder.objects.filter(pk=order.pk).update(ended_at=dt.datetime.now(dt.UTC))
    body = {"boxes": 1, "reason": "spoiled", "photo": str(picture(ready.partner, at=order.ended_at).pk)}
    assert send(outside, f"{path}raise-claim/", **body).status_code == 404
    assert send(clerk, f"{path}raise-claim/", **body).status_code == 403
    made = send(counter, f"{path}raise-claim/", **body)
    assert (made.status_code, made.json()["status"], made.json()["amount"]) == (201, "raised", "39.00")
    assert send(counter, f"{path}accept-claim/", bearer="farmers").status_code == 403
    [need] = [need for need in CONSOLE.needs if need.name == "presales.claims"]
    assert need.rows(user=ready.clerk, at=order.ended_at).count() == 1
    client.force_login(ready.clerk)
    page = reverse("presales:order", args=[order.pk])
    assert reverse("presales:order-accept-claim", args=[order.pk]) in client.get(page).content.decode()
    assert client.get(reverse("core:file", args=[PresaleClaim.objects.get().photo_id])).status_code == 200
    assert send(clerk, f"{path}refuse-claim/", reason="果子是好的").json()["status"] == "refused"
    client.force_login(ready.partner)
    drawn = picture(ready.partner, at=order.ended_at).content
    drawn.open("rb")
    upload = SimpleUploadedFile("boxes.jpg", drawn.read(), "image/jpeg")
    typed = {"boxes": "2", "reason": "poor", "words": "", "photo": upload, "key": "k" * 16}
    assert client.post(reverse("presales:order-raise-claim", args=[order.pk]), typed).status_code == 303
    assert "果子是好的" in client.get(page).content.decode()
    assert send(clerk, f"{path}accept-claim/", bearer="platform").json()["bearer"] == "platform"
