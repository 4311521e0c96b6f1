"""A day that was closed says what was so at its close."""

from finance.models import CashDay
from tests.conftest import SignedInClient
from tests.factories.finance import biller, desk, flat_plan, provider_says
from tests.finance.test_tills import DAY, EIGHT, SECOND, close, count, opened, sell


def test_a_closed_day_shows_what_was_unanswered_at_its_close_and_nothing_later(db):
    flat_plan()
    power, ready = biller(), desk(mode="postpaid", till_open=False)
    opened(ready)
    before = sell(ready, power, amount=100_00)
    answered = sell(ready, power, amount=20_00)
    provider_says(answered, "succeeded", at=EIGHT + SECOND)
    day = CashDay.objects.get()
    count(day, {100_00: 1, 20_00: 1}, ready, at=EIGHT + 2 * SECOND)
    close(day, ready, at=EIGHT + 3 * SECOND)
    provider_says(before, "succeeded", at=EIGHT + DAY)
    opened(ready, {100_00: 1, 20_00: 1}, at=EIGHT + DAY)
    later = sell(ready, power, at=EIGHT + DAY, amount=30_00)
    client = SignedInClient()
    client.force_login(ready.partner)
    old = client.get(f"/finance/tills/{day.pk}/").context["undecided"]
    assert [payment.pk for payment in old] == [before.pk]
    today = client.get(f"/finance/tills/{CashDay.objects.latest('pk').pk}/").context["undecided"]
    assert [payment.pk for payment in today] == [later.pk]
