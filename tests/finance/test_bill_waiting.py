"""A press waits a moment for a company's answer, and not at all while others stand at the door."""

import pytest

from core.web.load_shedding import SHEDDER
from finance.bills.waiting import PAUSES, wait_for_answer
from finance.models import BillFetch
from tests.factories.finance import biller, desk, flat_plan, found_bill

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("is_crowded", "looks"), [(False, len(PAUSES)), (True, 0)])
def test_nobody_dawdles_while_others_stand_at_the_door(
    is_crowded, looks, settings, monkeypatch, django_assert_num_queries
):
    settings.ECOMNET_WAIT_FOR_ANSWERS = True
    monkeypatch.setattr(SHEDDER, "is_crowded", is_crowded)
    flat_plan()
    nothing_yet = {"bill_ref": "", "amount_minor": None, "status": BillFetch.Status.REQUESTED}
    fetch = found_bill(desk(), biller())
    BillFetch.objects.filter(pk=fetch.pk).update(**nothing_yet)
    with django_assert_num_queries(looks):
        assert wait_for_answer(fetch.pk) is None
