"""Advances at the scale, the photo of what was brought, and the passport that anybody may read."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from core.errors import CodeExpired, CodeWrong, SamePerson, WrongState
from core.models import Notice
from core.money import Money
from core.notices.services import message_of
from finance.models import PayableLine
from finance.payments.services import PhoneBelongsToStaff
from finance.payments.services.refunds import TillTooSmall
from finance.tills.services import CashDayNotOpen
from orders.models import Intake, Lot
from orders.produce import services
from orders.produce.data_subject import intakes, obligations
from orders.produce.passports import passport_of
from stations.models import Person, PhoneCode, User
from stations.rights.services.requests import obligations_of
from tests.factories.box_claims import advance_code
from tests.factories.claims import picture
from tests.factories.finance import fill
from tests.factories.people import resident
from tests.factories.produce import (
    accepted,
    another_farmer,
    closed,
    delivered,
    example_b,
    graded,
    orchard,
    sold,
)
from tests.factories.stations import StationFactory, UserFactory, api_client, partner_of, send
from tests.finance.auditing import assert_balanced, findings
from tests.races import together

DAY = dt.timedelta(days=1)


@pytest.fixture
def ready(db):
    """The city has paid 6.50 and 4.20 before: fruit like that of the example is expected to bring 1,143.00."""
    ready = orchard()
    example_b(ready)
    fill(ready, ready.till_key, 2_000_00)
    return ready


def advance(ready, intake, minor, **values):
    """The farmer signs for it, and another farmer sees it."""
    given = {"intake": intake, "amount": Money(minor, intake.currency), "by": ready.partner, "at": now()}
    word = {} if "code" in values else {"witness": another_farmer(ready)}
    return services.pay_advance(**{**given, **word, **values})


def test_half_of_what_the_fruit_is_expected_to_bring_is_paid_from_the_drawer_and_netted_with_its_statement(ready):
    before = ready.holds(ready.farmer_key)
    intake = accepted(ready)
    assert intake.expected_minor == 1_143_00
    for minor in (0, 571_51):
        with pytest.raises(services.AdvanceTooLarge):
            advance(ready, intake, minor)
    paid = advance(ready, intake, 571_50)
    with pytest.raises(services.AdvancePaid):
        advance(ready, intake, 1)
    assert (paid.advance_minor, "-V" in paid.advance_number, paid.advance_by) == (571_50, True, ready.partner)
    assert (ready.holds(ready.till_key), ready.holds(ready.farmer_key)) == (1_428_50, before - 571_50)
    assert "571.50" in message_of(Notice.objects.get(template="produce_advance").our_ref)["text"]
    lot = closed(ready)
    sold(ready, lot, ready.first, 150_000, 6_50)
    sold(ready, lot, ready.second, 40_000, 4_20)
    delivered(ready, lot)
    assert ready.holds(ready.farmer_key) == before + 943_35 - 571_50
    lines = PayableLine.objects.filter(account__code=ready.farmer_key.code).order_by("pk")
    assert [line.amount_minor for line in lines] == [943_35, -571_50, 943_35]
    with pytest.raises(IntegrityError, match="advance_never_exceeds_half_of_expected_value"), transaction.atomic():
        Intake.objects.filter(pk=intake.pk).update(advance_minor=571_51)
    assert [row["advance_minor"] for row in intakes(ready.farmer)] == [0, 571_50]
    assert findings() == []
    assert_balanced()


def test_an_advance_stays_owed_when_its_lot_is_recalled_and_none_is_paid_for_what_is_delivered_or_recalled(ready):
    before = ready.holds(ready.farmer_key)
    intake = accepted(ready)
    advance(ready, intake, 100_00)
    services.recall_lot(lot=closed(ready), reason="农残超标", by=ready.manager, at=now())
    assert ready.holds(ready.farmer_key) == before - 100_00
    with pytest.raises(services.NothingToAdvance):
        advance(ready, Intake.objects.order_by("pk")[0], 1)
    called_back = accepted(ready)
    part = services.split_lot(lot=closed(ready), grams={ready.first: 1_000}, by=ready.clerk, at=now(), key="part")
    services.recall_lot(lot=part, reason="农残超标", by=ready.manager, at=now())
    with pytest.raises(services.NothingToAdvance):
        advance(ready, called_back, 1)
    assert findings() == []


def test_an_advance_is_refused_without_the_farmers_word_a_price_an_open_drawer_or_money_in_it(ready):
    with pytest.raises(WrongState):
        advance(ready, graded(ready), 1)
    intake = accepted(ready)
    with pytest.raises(SamePerson):
        advance(ready, intake, 1, by=UserFactory(person=ready.farmer))
    with pytest.raises(CashDayNotOpen):
        advance(ready, intake, 1, at=now() + 2 * DAY)
    big = accepted(ready, 700_000, 0, 0)
    with pytest.raises(TillTooSmall):
        advance(ready, big, 2_000_01)
    advance(ready, big, 2_000_00)
    assert (ready.holds(ready.till_key), Intake.objects.filter(advance_minor__gt=0).count()) == (0, 1)


def test_the_farmer_says_the_code_of_exactly_this_amount_or_signs_before_a_witness(ready):
    intake = accepted(ready)
    code = advance_code(ready, intake, 100_00)
    wrong = "000000" if code != "000000" else "111111"
    for minor, said in ((100_00, wrong), (200_00, code)):
        with pytest.raises(CodeWrong):
            advance(ready, intake, minor, code=said)
    assert PhoneCode.objects.get(purpose="advance").tries == 2
    with pytest.raises(CodeExpired):
        advance(ready, intake, 100_00, code=code, at=now() + dt.timedelta(minutes=11))
    for witness, refusal in ((None, services.SlipWitnessMissing), (ready.farmer, SamePerson)):
        with pytest.raises(refusal):
            advance(ready, intake, 100_00, witness=witness)
    assert Intake.objects.get(pk=intake.pk).advance_minor == 0
    paid = advance(ready, intake, 100_00, code=code)
    assert (paid.advance_minor, paid.advance_word, paid.advance_witness) == (100_00, "code", None)
    signed = advance(ready, accepted(ready), 1_00)
    assert (signed.advance_word, signed.advance_witness is None) == ("signed", False)
    with pytest.raises(IntegrityError, match="advance_has_the_farmers_word"), transaction.atomic():
        Intake.objects.filter(pk=paid.pk).update(advance_word="")


def test_no_code_goes_to_a_phone_of_the_staff_or_without_one_and_none_for_more_than_half(ready):
    intake = accepted(ready)
    with pytest.raises(services.AdvanceTooLarge):
        advance_code(ready, intake, 571_51)
    User.objects.filter(pk=ready.partner.pk).update(person=resident("王芳", ready.station, by=ready.partner))
    phones = Person.objects.filter(pk__in=[ready.farmer.pk, User.objects.get(pk=ready.partner.pk).person_id])
    phones.update(phone="+8613800001111")
    with pytest.raises(PhoneBelongsToStaff):
        advance_code(ready, intake, 1_00)
    Person.objects.filter(pk=ready.farmer.pk).update(phone="")
    with pytest.raises(services.FarmerHasNoPhone):
        advance_code(ready, intake, 1_00)


def test_a_dead_farmer_gets_nothing_in_advance_and_who_owes_an_advance_is_not_forgotten(ready):
    farmer = another_farmer(ready, phone="+8613700001234")
    advance(ready, accepted(ready, farmer=farmer), 571_50, witness=ready.farmer)
    assert ["571.50" in each for each in obligations(farmer)] == [False, True]  # the fruit is not delivered, too
    stands = another_farmer(ready)
    Person.objects.filter(pk=farmer.pk).update(merged_into=stands)
    assert ["571.50" in each for each in obligations_of(stands)].count(True) == 1
    Person.objects.filter(pk=farmer.pk).update(merged_into=None)
    second = accepted(ready, farmer=farmer)
    Person.objects.filter(pk=farmer.pk).update(residence="deceased", died_date=day_in(ready.station.zone, now()))
    for pay in (advance, advance_code):
        with pytest.raises(services.FarmerGone):
            pay(ready, Intake.objects.get(pk=second.pk), 1_00)


def test_a_weight_that_the_farmer_agreed_to_by_mistake_is_corrected_agreed_to_anew_and_advanced_once(ready, client):
    notice = services.announce_harvest(
        station=ready.station,
        farmer=ready.farmer,
        crop=ready.crop,
        from_date=day_in(ready.station.zone, now()),
        to_date=day_in(ready.station.zone, now()),
        expected_g=20_000,
        by=ready.partner,
        at=now(),
    )
    accepted(ready, 500, 0, 0, notice=notice)  # brought before the county has confirmed it
    notice = services.confirm_harvest(notice=notice, confirmed_g=20_000, by=ready.clerk, at=now())
    wrong = advance(ready, accepted(ready, notice=notice, at=now() - DAY), 100_00)
    about = {"gross_g": 26_000, "tare_g": 6_000, "reason": "多打了一个零", "at": now()}
    with pytest.raises(SamePerson):
        services.correct_intake(intake=wrong, **about, by=UserFactory(person=ready.farmer))
    with pytest.raises(services.NothingWeighed):
        services.correct_intake(intake=wrong, **{**about, "tare_g": 26_000}, by=ready.clerk)
    right = services.correct_intake(intake=wrong, **about, by=ready.clerk)
    wrong.refresh_from_db()
    notice.refresh_from_db()
    assert (wrong.status, wrong.advance_minor, notice.taken_in_g) == ("corrected", 100_00, 500)
    assert (right.status, right.net_g, right.corrects, right.round) == ("weighed", 20_000, wrong, 0)
    assert right.weighed_at == wrong.weighed_at  # the public passport says when the fruit was brought
    client.force_login(ready.partner)
    shown = {
        name: client.get(reverse(f"produce:{name}", args=[of.pk])) for name, of in (("intake", right), ("slip", wrong))
    }
    assert wrong.advance_number in shown["intake"].content.decode()
    assert (right.slip_number in shown["slip"].content.decode(), shown["slip"].context["estimate"]) == (True, None)
    assert Notice.objects.filter(template="intake_corrected").count() == 1
    with pytest.raises(WrongState):
        services.correct_intake(intake=wrong, **about, by=ready.clerk)
    services.grade_intake(intake=right, grams={ready.first: 20_000}, rejected_g=0, by=ready.clerk, at=now())
    right = services.accept_signed(intake=right, witness=another_farmer(ready), by=ready.partner, at=now())
    with pytest.raises(services.AdvancePaid):
        advance(ready, right, 10_00)
    notice.refresh_from_db()
    assert (notice.taken_in_g, [level.grams for level in closed(ready).grades.all()]) == (20_500, [20_500])
    with pytest.raises(services.InALot):
        services.correct_intake(intake=right, **about, by=ready.clerk)
    assert findings() == []


def test_whose_fruit_is_not_delivered_yet_is_not_forgotten(ready):
    farmer = another_farmer(ready)
    assert obligations(farmer) == []
    accepted(ready, 10_000, 0, 0, farmer=farmer)
    waits = obligations(farmer)
    lot = closed(ready)
    sold(ready, lot, ready.first, 4_000, 6_50)
    services.split_lot(lot=lot, grams={ready.first: 6_000}, by=ready.clerk, at=now(), key="split")
    parted = obligations(farmer)
    assert [len(waits), len(parted), "1" in waits[0], "2" in parted[0]] == [1, 1, True, True]
    services.recall_lot(lot=lot, reason="农药残留超标", by=ready.manager, at=now())
    assert obligations(farmer) == []


def test_two_that_pay_on_one_code_pay_once(own_database):
    ready = orchard()
    example_b(ready)
    fill(ready, ready.till_key, 2_000_00)
    intake = accepted(ready)
    code = advance_code(ready, intake, 100_00)
    answers = together(*[lambda: advance(ready, intake, 100_00, code=code).advance_minor] * 2)
    assert sorted(map(str, answers)) == ["10000", "advance_paid"]
    assert ready.holds(ready.till_key) == 1_900_00


def test_in_another_currency_the_advance_has_the_same_arithmetic(db):
    ready = orchard(currency="JPY")
    example_b(ready)
    fill(ready, ready.till_key, 2_000_00)
    intake = accepted(ready)
    Intake.objects.filter(pk=intake.pk).update(expected_minor=None)  # nobody in the city has bought such fruit yet
    with pytest.raises(services.NothingToAdvance):
        advance(ready, intake, 1)
    advance(ready, accepted(ready), 571_50)
    assert (ready.holds(ready.till_key), ready.holds(ready.farmer_key)) == (1_428_50, 943_35 - 571_50)


def test_advance_and_photo_go_over_the_api_and_the_page_once_for_each_key(ready, client):
    intake = accepted(ready)
    path = f"/api/v1/intakes/{intake.pk}/"
    scale, office, stranger = (api_client(each) for each in (ready.partner, ready.clerk, partner_of(StationFactory())))
    said = {"amount": "1.00", "code": "123456"}
    assert send(office, f"{path}advance/", **said).status_code == 403
    assert send(stranger, f"{path}advance/", **said).status_code == 404
    assert send(scale, f"{path}advance/", amount="1.00").status_code == 400
    assert send(scale, f"{path}advance-code/", amount="1.00").status_code == 200
    too_much = send(scale, f"{path}advance/", amount="571.51", code="123456")
    assert (too_much.status_code, too_much.json()["code"]) == (422, "advance_too_large")
    code, once = advance_code(ready, intake, 100_00), {"Idempotency-Key": "k" * 16}
    answers = [
        scale.post(f"{path}advance/", {"amount": "100.00", "code": code}, "json", headers=once) for _turn in range(2)
    ]
    assert [each.json()["advance"] for each in answers] == ["100.00", "100.00"]
    photo = picture(ready.partner, at=now())
    assert send(scale, f"{path}photo/", photo=str(photo.pk)).json()["photo"] == str(photo.pk)
    client.force_login(ready.partner)
    page = client.get(reverse("produce:intake", args=[intake.pk])).content.decode()
    assert intake.slip_number in page
    assert page.count(str(photo.pk)) == 1  # its link: the history says in words that there is a photo
    assert client.get(reverse("core:file", args=[photo.pk])).status_code == 200
    assert "100.00" in client.get(reverse("produce:slip", args=[intake.pk])).content.decode()
    assert "100.00" in client.get(reverse("produce:farmer", args=[ready.farmer.pk])).content.decode()
    second = accepted(ready)
    drawn = picture(ready.partner, at=now()).content
    drawn.open("rb")
    upload = SimpleUploadedFile("apples.jpg", drawn.read(), "image/jpeg")
    stored = client.post(
        reverse("produce:intake-photo", args=[second.pk]), {"photo": upload, "key": "k" * 16}, follow=True
    )
    second.refresh_from_db()
    assert (stored.status_code, second.photo is None) == (200, False)


def test_anybody_reads_the_passport_of_a_lot_and_no_farmer_is_named_in_it(ready, client):
    other = another_farmer(ready)
    at = now()
    accepted(ready, 60_000, 5_000, 0, at=at - 3 * DAY)
    accepted(ready, 40_000, 0, 0, farmer=other, at=at)
    lot = closed(ready)
    child = services.split_lot(lot=lot, grams={ready.first: 30_000}, by=ready.clerk, at=at, key="part")
    found = passport_of(child.code.lower())
    assert [grade.code for grade in found.grades] == ["1"]
    [origin] = found.origins
    zone = ready.station.zone
    assert (origin.station, origin.first_day, origin.last_day) == (
        ready.station.name, day_in(zone, at - 3 * DAY), day_in(zone, at))  # fmt: skip
    for language, words in (("zh-hans", "红富士苹果"), ("en", "Fuji apples")):
        page = client.get(reverse("lot_passport", args=[child.code]), headers={"Accept-Language": language})
        text = page.content.decode()
        assert (page.status_code, words in text, ready.station.name in text) == (200, True, True)
        assert [name for name in (ready.farmer.full_name, other.full_name) if name in text] == []
    services.recall_lot(lot=child, reason="农残超标", by=ready.manager, at=at)
    answer = client.get(f"/api/v1/lot-passports/{child.code}/").json()
    assert (answer["is_recalled"], set(answer["origins"][0])) == (
        True, {"station", "county", "first_day", "last_day"})  # fmt: skip
    assert client.get(reverse("lot_passport_qr", args=[child.code]))["Content-Type"] == "image/svg+xml"
    for page in ("lot_passport", "lot_passport_qr"):
        assert client.get(reverse(page, args=["nobody-has-this" * 200])).status_code == 404
    open_lot = Lot.objects.create(
        code="OPEN-1", key="o", crop=ready.crop, station=ready.centre, currency="CNY",
        best_before_date=day_in(zone, at), opened_by=ready.clerk, opened_at=at,
    )  # fmt: skip
    assert passport_of(open_lot.code) is None
