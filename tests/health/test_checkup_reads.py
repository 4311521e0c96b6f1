"""Who sees what of check-ups: values reach the clinic alone, and each look is written down."""

import re

import pytest
from django.urls import reverse
from django.utils.timezone import now

from health.checkups.console import CONSOLE
from health.checkups.models import CheckupPackage
from health.checkups.services import record_arrival
from stations.models import AccessRead, Person
from tests.factories.checkups import checkup_place, clinical_lead
from tests.factories.chronic import practice
from tests.factories.finance import helper_at, switch_on
from tests.factories.records import signed_in
from tests.factories.stations import PostFactory, UserFactory, api_client, send

pytestmark = pytest.mark.django_db
#: Values and words that stand in a check-up below; none of them may reach anybody else.
CANARIES = ("17.77", "177", "溶血样本", "glucose", "血糖")


def stands_in(words, text):
    """Whether a text says it, and not an identifier that holds the same digits."""
    return re.search(rf"(?<![0-9a-z-]){re.escape(words)}(?![0-9a-z-])", text) is not None


def full(there):
    """A check-up with a critical value and a note, completed and released."""
    switch_on(there.ready.station, "checkup")
    order = there.listed()
    record_arrival(order=order, by=there.ready.partner, at=there.noon)
    there.send(
        there.reading(order, "glucose", "17.77", text="溶血样本"),
        there.reading(order, "systolic", 177),
    )
    return there.released(order).order


def test_no_value_reaches_the_station_the_county_or_the_administration(client):
    there = checkup_place()
    order = full(there)
    manager, admin = UserFactory(), UserFactory(is_superuser=True, is_staff=True)
    PostFactory(user=manager, role="county_manager", division=there.ready.station.county)
    open_to_them = {
        there.ready.partner: ["rosters", ("roster", order.day_id)],
        helper_at(there.ready): ["rosters", ("roster", order.day_id)],
        manager: ["campaigns", ("campaign", order.campaign_id), "figures"],
        admin: [],
    }
    closed = [("order", order.pk), ("paper", order.pk), ("labels", order.day_id), ("day", order.day_id)]
    closed += ["reports", "urgent", "days"]
    for user, pages in open_to_them.items():
        browser, api = signed_in(client, user), api_client(user)
        addresses = [_address(page) for page in pages]
        answers = [browser.get(each) for each in [*addresses, "/"]]
        answers += [api.get(f"/api/v1/{name}/") for name in ("checkup-rosters", "checkup-figures", "notices")]
        answers.append(api.get(f"/api/v1/checkup-rosters/{order.day_id}/"))
        assert [each.status_code for each in answers[: len(addresses)]] == [200] * len(addresses)
        shown = "".join(each.content.decode() for each in answers)
        assert [words for words in CANARIES if stands_in(words, shown)] == []
        refused = [browser.get(_address(page)).status_code for page in closed]
        assert set(refused) <= {302, 403, 404}, (user, refused)
        assert api.get(f"/api/v1/checkup-reports/{order.report.pk}/").status_code in (403, 404)
    roster = signed_in(client, there.ready.partner).get(reverse("checkups:roster", args=[order.day_id]))
    assert "张桂兰" in roster.content.decode()


def test_the_clinic_reads_all_of_it_each_look_is_recorded_and_another_clinic_is_refused(client):
    there = checkup_place()
    order = full(there)
    page = reverse("checkups:order", args=[order.pk])
    shown = signed_in(client, there.nurse).get(page).content.decode()
    assert [words for words in ("17.77", "177", "溶血样本") if words not in shown] == []
    looks = AccessRead.objects.filter(person=order.resident)
    before = looks.count()
    for address in (page, reverse("checkups:reports") + "?state=tell", reverse("checkups:urgent")):
        assert signed_in(client, there.doctor).get(address).status_code == 200
    api = api_client(there.doctor)
    for path in (f"checkup-reports/{order.report.pk}/", "checkup-reports/", "urgent-results/"):
        assert api.get(f"/api/v1/{path}").status_code == 200
    api.get(f"/api/v1/checkup-days/{order.day_id}/")
    rows = looks.filter(user=there.doctor)
    assert looks.count() == before + 7
    assert set(rows.values_list("what", flat=True)) == {"checkup", "checkup_roster"}
    stranger = practice(there.ready).doctor
    assert signed_in(client, stranger).get(page).status_code == 404
    assert api_client(stranger).get(f"/api/v1/checkup-reports/{order.report.pk}/").status_code == 404
    verbs = {
        f"checkup-orders/{order.pk}/finish/": {},
        f"checkup-reports/{order.report.pk}/tell/": {"how": "phone"},
        f"urgent-results/{order.tasks.get().pk}/complete/": {"outcome": "seen"},
    }
    for path, body in verbs.items():
        assert send(api_client(stranger), f"/api/v1/{path}", **body).status_code == 404
    assert looks.filter(user=stranger, what="refused").count() == 5
    there.listed("赵春梅")
    before = AccessRead.objects.count()
    day = reverse("checkups:day", args=[order.day_id])
    assert signed_in(client, there.nurse).get(f"{day}?state=done").status_code == 200
    assert AccessRead.objects.count() == before + 1


def test_a_table_scans_types_and_has_the_next_resident_in_two_presses(client):
    there = checkup_place()
    order = there.listed()
    browser = signed_in(client, there.nurse)
    day = reverse("checkups:day", args=[order.day_id])
    found = browser.post(
        reverse("checkups:day-scan", args=[order.day_id]), {"code": "1", "group": "urine", "key": "scan-key-00000001"}
    )
    assert found.url == reverse("checkups:order", args=[order.pk]) + "?group=urine"
    typed = {"group": "urine", "urine_protein": "trace", "absent_because": "sample_lost", "key": "save-key-00000001"}
    for _press in range(2):
        saved = browser.post(reverse("checkups:order-record", args=[order.pk]), typed)
        assert saved.url == f"{day}?group=urine"
    rows = {row.item.code: (row.choice, row.absent_because) for row in order.results.select_related("item")}
    assert rows == {
        "urine_protein": ("trace", ""),
        **dict.fromkeys(("urine_glucose", "urine_ketones", "urine_blood"), ("", "sample_lost")),
    }
    wrong = browser.post(
        reverse("checkups:order-record", args=[order.pk]),
        {"group": "blood", "glucose": "126", "hba1c": "6", "key": "save-key-00000002"},
    )
    assert (wrong.status_code, order.results.count()) == (422, 4)
    assert 'value="126"' in wrong.content.decode()
    unknown = {"code": "999999-0001", "key": "scan-key-00000002"}
    assert browser.post(reverse("checkups:day-scan", args=[order.day_id]), unknown).status_code == 422


def test_what_waits_is_shown_to_those_who_can_do_it_and_never_to_the_proposer_or_the_resident():
    there = checkup_place()
    order = full(there)
    needs = {need.name: need for need in CONSOLE.needs}

    def waiting(name, user):
        return needs[name].rows(user=user, at=now()).count()

    assert (waiting("checkups.urgent", there.nurse), waiting("checkups.tell", there.nurse)) == (1, 1)
    assert waiting("checkups.release", there.doctor) == 0
    there.completed(there.listed("赵春梅"))
    assert waiting("checkups.release", there.doctor) == 1
    there.doctor.person = there.order_of(Person.objects.get(full_name="赵春梅")).resident
    there.doctor.save()
    assert waiting("checkups.release", there.doctor) == 0
    proposer, other = clinical_lead(), clinical_lead()
    CheckupPackage.objects.create(
        code="x", revision=1, name="x", name_zh="x", country="CN", min_age=65, report_days=14, source="x",
        proposed_by=proposer,
    )  # fmt: skip
    assert [waiting("checkups.approve", each) for each in (proposer, there.doctor, there.nurse)] == [0, 0, 0]
    assert waiting("checkups.approve", other) == 1
    figure = next(each for each in CONSOLE.figures if each.name == "checkups.open")
    assert figure.measure(user=there.nurse, at=now()).value == 2
    assert order.report.told_at is None


def test_the_api_records_completes_and_releases_and_the_same_key_gives_the_same_answer():
    there = checkup_place()
    order = there.listed()
    nurse, doctor = api_client(there.nurse), api_client(there.doctor)
    there.fill(order)
    body = {
        "results": [
            {
                "op_id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e05",
                "serial": order.serial,
                "item": "glucose",
                "measured": "17.00",
                "made_at": (there.noon).isoformat(),
            },
            {
                "op_id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e06",
                "serial": "000000-0001",
                "item": "glucose",
                "measured": "7.00",
                "made_at": (there.noon).isoformat(),
            },
        ]
    }
    key = {"Idempotency-Key": "same-key-00000001"}
    path = "/api/v1/checkup-results/"
    answers = [nurse.post(path, body, format="json", headers=key).json() for _twice in range(2)]
    assert answers[0] == answers[1]
    assert [each["outcome"] for each in answers[0]["results"]] == ["accepted", "refused"]
    assert answers[0]["results"][1]["code"] == "checkup_not_found"
    assert send(nurse, f"/api/v1/checkup-orders/{order.pk}/finish/").json()["status"] == "preliminary"
    report = f"/api/v1/checkup-reports/{order.report.pk}"
    assert send(nurse, f"{report}/release/").status_code == 403
    assert send(doctor, f"{report}/release/", summary="").json()["status"] == "final"
    assert send(nurse, f"{report}/tell/", how="phone").json()["told_at"]
    assert send(api_client(there.ready.partner), path, **body).status_code == 403


def _address(page):
    name, *args = (page,) if isinstance(page, str) else page
    return reverse(f"checkups:{name}", args=args)
