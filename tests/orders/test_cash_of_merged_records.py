"""What a buyer may owe on delivery belongs to the person: records that are merged share one ceiling, until undone."""

import pytest
from django.utils.timezone import now

from orders.models import CodStanding
from orders.purchases.services import CodAboveCeiling, cancel_purchase, give_consent, request_consent
from stations.duplicates import services as duplicates
from stations.models import Person
from tests.factories.people import resident
from tests.factories.purchases import asked, begun, code_of, placed, shop
from tests.factories.stations import county_manager_of
from tests.races import together


def second_record(ready, phone):
    """Another file of somebody, at the same station, with a confirmed phone."""
    record = resident(station=ready.station, by=ready.partner)
    Person.objects.filter(pk=record.pk).update(phone=phone, phone_verified_at=now())
    return Person.objects.get(pk=record.pk)


def merged(ready, kept, gone):
    proposed = duplicates.propose_merge(keep=kept, merge=gone, actor=ready.partner, at=now(), reason="同一个人")
    return duplicates.merge_persons(merge=proposed, actor=county_manager_of(ready.station.county), at=now())


def owed():
    return set(CodStanding.objects.values_list("villager", "outstanding_minor"))


@pytest.mark.parametrize("currency", ["CNY", "KWD"])
def test_merged_records_share_one_ceiling_and_owe_apart_again_once_the_merge_is_undone(db, currency):
    ready = shop(minor=1_500_00, currency=currency)
    first, second, last = ready.buyer, second_record(ready, "+8613912340000"), second_record(ready, "+8613912340001")
    order = placed(ready, villager=second)
    merge = merged(ready, first, second)
    placed(ready)
    newer = merged(ready, last, first)
    drafts = [begun(ready, villager=Person.objects.get(pk=each.pk), quantity=2) for each in (first, second, last)]
    for draft in drafts:
        with pytest.raises(CodAboveCeiling) as refusal:
            request_consent(order=draft, kind="sms_code", by=ready.partner, at=now())
        assert refusal.value.params["most"] == {"CNY": "¥2,000.00", "KWD": "KWD 200.000"}[currency]
    cancel_purchase(order=order, reason="changed", by=ready.partner, at=now())
    assert owed() == {(first.pk, 1_500_00), (second.pk, 0)}
    placed(ready, 2, villager=last)
    assert owed() == {(first.pk, 1_500_00), (second.pk, 0), (last.pk, 3_000_00)}
    manager = county_manager_of(ready.station.county)
    for undone in (newer, merge):
        duplicates.unmerge_persons(merge=undone, actor=manager, at=now(), reason="其实是两个人")
    placed(ready, 2, villager=Person.objects.get(pk=second.pk))
    assert owed() == {(first.pk, 1_500_00), (second.pk, 3_000_00), (last.pk, 3_000_00)}


def test_two_orders_at_once_under_two_records_of_one_person_never_pass_the_ceiling(own_database):
    ready = shop(stock=10, minor=2_600_00)
    other = second_record(ready, "+8613912340000")
    merged(ready, ready.buyer, other)
    orders = [asked(ready), asked(ready, villager=Person.objects.get(pk=other.pk))]
    codes = {order.pk: code_of(order) for order in orders}

    def agree(order):
        return lambda: give_consent(order=order, code=codes[order.pk], by=ready.partner, at=now()).status

    assert sorted(together(*[agree(order) for order in orders])) == ["cod_above_ceiling", "placed"]
    assert sum(minor for _pk, minor in owed()) == 2_600_00
