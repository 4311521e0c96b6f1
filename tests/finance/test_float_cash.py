"""Cash for the float at the county centre: counted by the clerk, signed by the partner, then in till and float."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from core.errors import CodeExpired, CodeLocked, CodeWrong, SamePerson, TooMany, WrongState
from core.models import Notice
from core.money import parse
from core.notices.services import message_of
from finance import chart
from finance.floats.services import (
    CashNotCounted,
    CodeSignature,
    NoCentre,
    NoPartnerHere,
    NoPhoneToSign,
    NothingCounted,
    PinSignature,
    count_topup_cash,
    reject_topup,
    request_topup,
    take_topup_cash,
)
from finance.models import FloatTopUp, TopUpCash
from finance.tills.services import CashDayNotOpen, NotANote, open_cash_day
from stations.accounts.services import set_pin
from stations.models import Contract, Station, User
from tests.factories.accounts import PIN, another
from tests.factories.finance import desk
from tests.factories.gateways import ProviderFactory
from tests.factories.stations import DeviceFactory, api_client, county_clerk_of, finance_officer

TWENTY = {100_00: 20}


class Centre:
    """A partner before the clerk of the county centre, whose till is open and empty."""

    def __init__(self, **ready):
        ProviderFactory(code=settings.ECOMNET_SMS_PROVIDER)
        self.ready = desk(till_open=False, **ready)
        self.partner = self.ready.partner
        self.clerk = county_clerk_of(self.ready.station.county)
        self.station = Station.objects.get(kind="county_centre", county=self.ready.station.county)
        open_cash_day(station=self.station, lines={}, by=self.clerk, at=now())

    def asked(self):
        return request_topup(
            station=self.ready.station, amount=parse("2000.00", "CNY"), by=self.partner, at=now(), via="cash"
        )

    def counted(self, lines=None, at=None):
        topup = self.asked()
        count_topup_cash(topup=topup, lines=lines or TWENTY, by=self.clerk, at=at or now())
        return topup

    def take(self, topup, signature, *, by=None, at=None):
        return take_topup_cash(topup=topup, signature=signature, by=by or self.clerk, at=at or now())

    @property
    def money(self):
        """What the float and the centre's till hold."""
        return self.ready.holds(self.ready.float_key), self.ready.holds(chart.till(self.station))


def code_of(topup):
    """The six digits as the partner's phone shows them."""
    notice = Notice.objects.filter(dedupe_key__startswith=f"topup_code:{topup.pk}:").latest("pk")
    return re.search(r"(?<!\d)\d{6}(?!\d)", message_of(notice.our_ref)["text"]).group()


@pytest.fixture
def centre(db):
    return Centre()


def test_what_was_counted_and_signed_is_in_the_till_and_on_the_float(centre):
    topup = centre.counted()
    topup = centre.take(topup, CodeSignature(code_of(topup)))
    assert (topup.status, topup.via, topup.credited_by) == ("credited", "cash", centre.clerk)
    assert centre.money == (2_000_00, 2_000_00)
    cash = TopUpCash.objects.get()
    assert (cash.signed_by, cash.signed_with, cash.lines) == (centre.partner, "code", {"10000": 20})
    assert Notice.objects.get(template="topup_credited").user == centre.partner.pk


def test_what_counts_is_what_was_counted_not_what_was_asked_for(centre):
    topup = centre.counted({100_00: 19, 50_00: 1, 50: 1})
    centre.take(topup, CodeSignature(code_of(topup)))
    assert centre.money == (1_950_50, 1_950_50)


def test_whoever_asked_for_a_bank_reference_may_bring_cash_instead(centre):
    topup = request_topup(station=centre.ready.station, amount=parse("2000.00", "CNY"), by=centre.partner, at=now())
    count_topup_cash(topup=topup, lines=TWENTY, by=centre.clerk, at=now())
    assert centre.take(topup, CodeSignature(code_of(topup))).via == "cash"


def test_the_code_tells_the_sum_and_fits_no_other(centre):
    topup = centre.counted()
    first = code_of(topup)
    assert "2,000.00" in message_of(Notice.objects.get(template="topup_code").our_ref)["text"]
    count_topup_cash(topup=topup, lines={100_00: 21}, by=centre.clerk, at=now())
    with pytest.raises(CodeWrong):
        centre.take(topup, CodeSignature(first))
    assert centre.money == (0, 0)
    centre.take(topup, CodeSignature(code_of(topup)))
    assert centre.money == (2_100_00, 2_100_00)


def test_the_pin_on_this_device_signs_as_well(centre):
    device = DeviceFactory()
    set_pin(user=centre.partner, device=device, pin=PIN, at=now())
    topup = centre.counted()
    with pytest.raises(CodeWrong):
        centre.take(topup, PinSignature(device, another(PIN)))
    with pytest.raises(CodeLocked):
        centre.take(topup, PinSignature(DeviceFactory(), PIN))
    assert centre.money == (0, 0)
    assert centre.take(topup, PinSignature(device, PIN)).status == "credited"
    assert TopUpCash.objects.get().signed_with == "pin"


def test_without_a_phone_only_the_pin_is_left(centre):
    User.objects.filter(pk=centre.partner.pk).update(phone="")
    topup = centre.counted()
    assert Notice.objects.filter(template="topup_code").count() == 0
    with pytest.raises(NoPhoneToSign):
        centre.take(topup, CodeSignature("123456"))
    assert centre.money == (0, 0)


@pytest.mark.parametrize(("after", "is_late"), [(599, False), (600, True)])
def test_a_code_lives_ten_minutes(centre, after, is_late):
    start = now()
    topup = centre.counted(at=start)
    later, signature = start + dt.timedelta(seconds=after), CodeSignature(code_of(topup))
    if is_late:
        with pytest.raises(CodeExpired):
            centre.take(topup, signature, at=later)
        assert centre.money == (0, 0)
    else:
        assert centre.take(topup, signature, at=later).status == "credited"


def test_five_wrong_codes_lock_it_until_it_is_counted_again(centre):
    topup = centre.counted()
    right = code_of(topup)
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(CodeWrong) as refusal:
            centre.take(topup, CodeSignature(another(right)))
        assert refusal.value.params["tries_left"] == left
    with pytest.raises(CodeLocked):
        centre.take(topup, CodeSignature(right))
    assert centre.money == (0, 0)
    count_topup_cash(topup=topup, lines=TWENTY, by=centre.clerk, at=now())
    assert centre.take(topup, CodeSignature(code_of(topup))).status == "credited"


def test_five_codes_are_sent_for_one_top_up_and_no_sixth(centre):
    topup = centre.asked()
    for _ in range(5):
        count_topup_cash(topup=topup, lines=TWENTY, by=centre.clerk, at=now())
    with pytest.raises(TooMany):
        count_topup_cash(topup=topup, lines=TWENTY, by=centre.clerk, at=now())
    assert Notice.objects.filter(template="topup_code").count() == 5


@pytest.mark.parametrize(
    ("lines", "refusal"), [({}, NothingCounted), ({100_00: 0}, NothingCounted), ({30_00: 1}, NotANote)]
)
def test_only_notes_are_counted(centre, lines, refusal):
    topup = centre.asked()
    with pytest.raises(refusal):
        count_topup_cash(topup=topup, lines=lines, by=centre.clerk, at=now())
    assert TopUpCash.objects.count() == 0


def test_it_takes_two_people(centre):
    topup = centre.asked()
    with pytest.raises(SamePerson):
        count_topup_cash(topup=topup, lines=TWENTY, by=centre.partner, at=now())
    assert TopUpCash.objects.count() == 0
    count_topup_cash(topup=topup, lines=TWENTY, by=centre.clerk, at=now())
    with pytest.raises(SamePerson):
        centre.take(topup, CodeSignature(code_of(topup)), by=centre.partner)
    assert centre.money == (0, 0)
    with pytest.raises(IntegrityError, match="topup_cash_is_counted_and_signed_by_two"), transaction.atomic():
        TopUpCash.objects.update(signed_by=centre.clerk, signed_at=now(), signed_with="code")


def test_the_centres_drawer_has_to_be_open(centre):
    topup = centre.counted()
    centre.station.cash_days.all().update(business_date=dt.date(2026, 1, 1))
    with pytest.raises(CashDayNotOpen):
        centre.take(topup, CodeSignature(code_of(topup)))
    topup.refresh_from_db()
    assert (topup.status, centre.money) == ("requested", (0, 0))


def test_a_county_without_a_centre_takes_no_cash(centre):
    Station.objects.filter(pk=centre.station.pk).update(status="closed", closed_date="2026-01-01")
    with pytest.raises(NoCentre):
        count_topup_cash(topup=centre.asked(), lines=TWENTY, by=centre.clerk, at=now())


def test_nothing_is_taken_that_was_not_counted_and_nothing_twice(centre):
    topup = centre.asked()
    with pytest.raises(CashNotCounted):
        centre.take(topup, CodeSignature("123456"))
    count_topup_cash(topup=topup, lines=TWENTY, by=centre.clerk, at=now())
    signature = CodeSignature(code_of(topup))
    centre.take(topup, signature)
    for verb in (
        lambda: centre.take(topup, signature),
        lambda: count_topup_cash(topup=topup, lines=TWENTY, by=centre.clerk, at=now()),
        lambda: reject_topup(topup=topup, reason="没带身份证", by=finance_officer(), at=now()),
    ):
        with pytest.raises(WrongState):
            verb()
    assert centre.money == (2_000_00, 2_000_00)


def test_a_partner_whose_contract_has_ended_brings_no_more_cash(centre):
    topup = centre.counted()
    Contract.objects.update(status="ended")
    with pytest.raises(NoPartnerHere):
        centre.take(topup, CodeSignature(code_of(topup)))
    assert centre.money == (0, 0)


@pytest.mark.usefixtures("own_database")
def test_eight_presses_at_once_take_the_cash_once():
    centre = Centre()
    topup = centre.counted()
    signature = CodeSignature(code_of(topup))

    def attempt(_number):
        try:
            return centre.take(topup, signature).status
        except WrongState:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(8))) == ["credited"] + ["refused"] * 7
    assert centre.money == (2_000_00, 2_000_00)


def test_over_the_api_clerk_and_partner_do_it_and_nobody_else(db):
    centre = Centre()
    stranger = county_clerk_of(desk(till_open=False).station.county)

    def post(user, path, key, body=None):
        return api_client(user).post(f"/api/v1/{path}", body or {}, "json", headers={"Idempotency-Key": key * 16})

    body = {"station": centre.ready.station.code, "amount": "2000.00", "via": "cash"}
    made = post(centre.partner, "topups/", "a", body).json()
    assert (made["via"], made["status"]) == ("cash", "requested")
    path, notes = f"topups/{made['id']}", {"lines": [{"value": "100.00", "pieces": 20}]}
    assert post(centre.partner, f"{path}/count-cash/", "b", notes).status_code == 403
    assert post(stranger, f"{path}/count-cash/", "c", notes).status_code == 404
    counted = [post(centre.clerk, f"{path}/count-cash/", "d", notes) for _ in range(2)]
    assert [answer.json()["counted"] for answer in counted] == ["2000.00"] * 2
    topup = FloatTopUp.objects.get()
    code = code_of(topup)
    wrong = post(centre.clerk, f"{path}/take-cash/", "e", {"code": another(code)})
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["params"]["tries_left"]) == (422, "code_wrong", 4)
    assert TopUpCash.objects.get().tries == 1
    assert post(centre.clerk, f"{path}/take-cash/", "f", {"code": code, "pin": PIN}).status_code == 400
    assert post(stranger, f"{path}/take-cash/", "g", {"code": code}).status_code == 404
    taken = [post(centre.clerk, f"{path}/take-cash/", "h", {"code": code}) for _ in range(2)]
    assert [answer.json()["status"] for answer in taken] == ["credited"] * 2
    assert centre.money == (2_000_00, 2_000_00)
