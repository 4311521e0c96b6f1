"""Two devices without network hand over the same kit: the first that arrives counts, the second is kept and decided."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.errors import SamePerson
from core.fields import uuid7
from core.history import changes_of
from education.models import Handover, KitEntitlement, SecondHandover
from education.supplies import services
from education.supplies.console import CONSOLE
from education.supplies.queries import sheet_of
from stations.hooks import EXPORTED
from stations.people.queries import confirmed_guardians
from tests.education.test_supplies import agreeing
from tests.factories.kits import campaign_of, entitled, given, kits_at
from tests.factories.stations import StationFactory, api_client, county_clerk_of, helper_of, partner_of, send
from tests.races import together

HOUR = dt.timedelta(hours=1)


def contested(user):
    need = next(each for each in CONSOLE.needs if each.name == "supplies.contested")
    return list(need.rows(user=user, at=now()))


def body_of(child, made_at):
    guardian = confirmed_guardians(child, now().date()).first()
    return {"child": str(child.pk), "guardian": str(guardian.pk), "proof": "signature", "made_at": made_at.isoformat()}


@pytest.mark.django_db
def test_a_second_hand_over_made_without_network_is_kept_counts_nowhere_and_is_decided_by_another_person(client):
    station = StationFactory()
    campaign, child, other = campaign_of(station), agreeing(station), agreeing(station)
    kit, spare = kits_at(station, campaign, 2)
    entitled(campaign, child), entitled(campaign, other)
    first, second, clerk = helper_of(station), partner_of(station), county_clerk_of(station.county)
    path = f"/api/v1/kits/{kit.serial}/handover/"
    assert send(api_client(first), path, **body_of(child, now() - HOUR)).status_code == 201
    again = send(api_client(first), path, **body_of(child, now() - HOUR))
    assert (again.json()["code"], SecondHandover.objects.count()) == ("kit_not_here", 0), "the same one, sent anew"
    made_at = now() - 2 * HOUR
    for _twice in range(2):
        late = send(api_client(second), path, **body_of(child, made_at))
        assert (late.status_code, late.json()["code"]) == (409, "kit_handed_over_before")
    online = body_of(child, made_at) | {"made_at": None}
    assert send(api_client(second), path, **online).json()["code"] == "kit_not_here", "made at the counter, now"
    with pytest.raises(services.HandedOverBefore):
        given(spare, child, by=first, made_at=made_at)
    with pytest.raises(services.HandedOverBefore):
        given(kit, other, by=first, made_at=made_at)
    with pytest.raises(services.NotGuardian):
        given(spare, child, guardian=other, by=first, made_at=made_at)
    flagged, approved = KitEntitlement.objects.get(child=child), KitEntitlement.objects.get(child=other)
    assert [(row.status, row.is_contested) for row in (flagged, approved)] == [
        ("handed_over", True),
        ("approved", True),
    ]
    assert (SecondHandover.objects.count(), Handover.objects.count()) == (3, 1)
    assert (sheet_of(campaign).handed_over, sheet_of(campaign).differs) == (1, False)
    assert {row.pk for row in contested(clerk)} == {flagged.pk, approved.pk}
    with pytest.raises(IntegrityError, match="decided_by_another_person"), transaction.atomic():
        SecondHandover.objects.update(decided_by=second, decided_at=now(), reason="自己定")
    with pytest.raises(SamePerson):
        services.settle_second_handovers(entitlement=flagged, reason="自己定", by=second, at=now())
    client.force_login(clerk)
    address = reverse("supplies:entitlement", args=[flagged.pk])
    assert spare.serial in client.get(address).content.decode()
    sent = {"reason": "两台手机记了同一次发放", "key": uuid7().hex}
    assert [client.post(f"{address}settle/", sent).status_code for _twice in range(2)] == [303, 303]
    assert contested(clerk) == [approved]
    with pytest.raises(services.NotContested):
        services.settle_second_handovers(entitlement=flagged, reason="再来", by=clerk, at=now())
    decided = flagged.second_handovers.first()
    assert (decided.decided_by, {each.new for each in changes_of(decided)}) == (clerk, {"reported", "decided"})
    copy = EXPORTED["kit_handovers"](child), EXPORTED["kit_handovers"](other)
    assert ([row["kit__serial"] for row in copy[0]], copy[1]) == ([kit.serial], [])
    assert [row["status"] for row in EXPORTED["kit_entitlements"](child)] == ["handed_over"]
    assert given(spare, other, by=first).child == other, "whose kit went to another child gets the own one"


@pytest.mark.usefixtures("own_database")
def test_two_devices_that_send_at_once_make_one_hand_over_and_one_that_waits_for_the_county():
    station = StationFactory()
    campaign, child = campaign_of(station), agreeing(station)
    [kit] = kits_at(station, campaign)
    entitled(campaign, child)
    users = [helper_of(station), helper_of(station)]

    def hand(user):
        return given(kit, child, by=user, made_at=now() - HOUR)

    answers = together(*(lambda user=user: hand(user) for user in users))
    assert (Handover.objects.count(), SecondHandover.objects.count()) == (1, 1), answers
