"""Parcels that were not taken count no more once the county waives them: once, for a reason, and by another person."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.errors import SamePerson
from core.language.reasons import ReasonMissing
from orders.models import CodRefusal, CodWaiver
from orders.purchases.services import (
    CodPrepayOnly,
    NothingToWaive,
    WaivedAlready,
    request_consent,
    waive_cod_points,
)
from stations.models import Person
from tests.factories.people import resident
from tests.factories.purchases import asked, begun, shop, with_points
from tests.factories.stations import county_manager_of
from tests.races import together

REASON = "买家当时住院，已核实"


@pytest.fixture
def ready(db):
    return shop()


def test_the_manager_waives_points_on_the_page_and_the_buyer_orders_by_cash_on_delivery_again(ready, client):
    with_points(ready, 4)
    order = begun(ready)
    with pytest.raises(CodPrepayOnly):
        request_consent(order=order, kind="sms_code", by=ready.partner, at=now())
    manager = county_manager_of(ready.station.county)
    client.force_login(manager)
    page = reverse("purchases:purchase", args=[order.pk])
    assert f"{page}waive-points/" in client.get(page).content.decode()
    typed = {"key": "w" * 16, "reason": REASON}
    assert [client.post(f"{page}waive-points/", typed).status_code for _ in range(2)] == [303, 303]
    assert set(CodWaiver.objects.values_list("reason", "waived_by")) == {(REASON, manager.pk)}
    assert CodWaiver.objects.count() == 4
    assert f"{page}waive-points/" not in client.get(page).content.decode()
    order = request_consent(order=order, kind="sms_code", by=ready.partner, at=now())
    assert (order.status, order.deposit_minor) == ("awaiting_consent", 0)


def test_points_are_waived_once_for_a_reason_by_another_person(ready):
    order, manager = begun(ready), county_manager_of(ready.station.county)
    with pytest.raises(NothingToWaive):
        waive_cod_points(order=order, reason=REASON, by=manager, at=now())
    with_points(ready, 2)
    with pytest.raises(ReasonMissing):
        waive_cod_points(order=order, reason=" ", by=manager, at=now())
    with pytest.raises(SamePerson):
        waive_cod_points(order=order, reason=REASON, by=ready.partner, at=now())
    refusal = CodRefusal.objects.order_by("pk")[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        CodWaiver.objects.create(
            refusal=refusal,
            villager=ready.buyer,
            order_taken_by=ready.partner,
            reason=REASON,
            waived_by=ready.partner,
            at=now(),
        )
    waive_cod_points(order=order, reason=REASON, by=manager, at=now())
    with_points(ready, 1)
    with pytest.raises(WaivedAlready):
        waive_cod_points(order=order, reason=REASON, by=manager, at=now())


def test_parcels_count_under_whichever_record_of_one_person(ready):
    with_points(ready, 4)
    kept = resident(station=ready.station, by=ready.partner)
    Person.objects.filter(pk=kept.pk).update(phone="+8613912340000", phone_verified_at=now())
    between = resident(station=ready.station, by=ready.partner)
    Person.objects.filter(pk=ready.buyer.pk).update(merged_into=between)
    Person.objects.filter(pk=between.pk).update(merged_into=kept)
    ready.buyer = Person.objects.get(pk=kept.pk)
    with pytest.raises(CodPrepayOnly):
        asked(ready)
    order = begun(ready)
    waive_cod_points(order=order, reason=REASON, by=county_manager_of(ready.station.county), at=now())
    assert request_consent(order=order, kind="sms_code", by=ready.partner, at=now()).deposit_minor == 0


def test_two_managers_who_waive_at_once_from_two_orders_waive_once(own_database):
    ready = shop()
    with_points(ready, 3)
    orders, manager = [begun(ready), begun(ready)], county_manager_of(ready.station.county)
    answers = together(
        *(
            lambda order=order: waive_cod_points(order=order, reason=REASON, by=manager, at=now()).status
            for order in orders
        )
    )
    assert sorted(answers) == ["draft", "waived_already"]
    assert CodWaiver.objects.count() == 3
