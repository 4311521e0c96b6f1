"""Pages of check-ups as people press them: the county opens, the clinic fills the list, prints and records a file."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from core.days import day_in
from health.checkups.models import Campaign, CheckupDay, CheckupOrder, CheckupPackage
from stations.models import Station
from tests.factories.checkups import DAYS, checkup_place, clinical_lead, package_in_use
from tests.factories.records import signed_in
from tests.factories.stations import PostFactory, UserFactory, api_client, send

pytestmark = pytest.mark.django_db


def manager_of(there):
    manager = UserFactory()
    PostFactory(user=manager, role="county_manager", division=there.ready.station.county)
    return manager


def test_the_county_opens_a_campaign_and_the_clinic_a_day_and_a_refusal_keeps_what_was_typed(client):
    there = checkup_place()
    manager = manager_of(there)
    today = day_in(there.clinic.zone, now())
    browser = signed_in(client, manager)
    typed = {
        "name": "秋季体检",
        "clinic": there.clinic.pk,
        "package": package_in_use().pk,
        "from_date": today,
        "to_date": today + 30 * DAYS,
        "price": "120.00",
        "budget": "119",
        "key": "campaign-key-0001",
    }
    refused = browser.post(reverse("checkups:open-campaign"), typed)
    assert (refused.status_code, Campaign.objects.count()) == (422, 1)
    assert "秋季体检" in refused.content.decode()
    browser.post(reverse("checkups:open-campaign"), typed | {"budget": "1200", "key": "campaign-key-0002"})
    made = Campaign.objects.get(name="秋季体检")
    assert (made.budget_minor, made.opened_by) == (1_200_00, manager)
    for name in ("campaigns", "figures"):
        assert browser.get(reverse(f"checkups:{name}")).status_code == 200
    assert browser.get(reverse("checkups:campaign", args=[made.pk])).status_code == 200
    body = {"station": there.ready.station.code, "day": today + DAYS, "starts": "08:00", "ends": "10:00", "per_slot": 5}
    path = f"/api/v1/checkup-campaigns/{made.pk}/open-day/"
    assert send(api_client(manager), path, **body).status_code == 403
    assert send(api_client(there.nurse), path, **body).status_code == 201
    # Words of the cash day and of data say something else.
    pages = [("campaign", made.pk), ("day", there.day.pk)]
    shown = [
        signed_in(client, there.nurse).get(reverse(f"checkups:{page}", args=[pk])).content.decode()
        for page, pk in pages
    ]
    assert ("安排这一天" in shown[0], "体检台" in shown[1], "数据表" in shown[1]) == (True, True, False)
    hours = {"day": today + 2 * DAYS, "starts": dt.time(8), "ends": dt.time(10), "per_slot": 5}
    page = reverse("checkups:campaign-open-day", args=[made.pk])
    answer = signed_in(client, there.nurse).post(
        page, {**hours, "station": there.ready.station.pk, "key": "day-key-00000001"}
    )
    day = CheckupDay.objects.get(campaign=made, local_date=today + 2 * DAYS)
    assert answer.url == reverse("checkups:day", args=[day.pk])
    Station.objects.filter(pk=there.ready.station.pk).update(status="closed", closed_date=today)
    assert send(api_client(there.nurse), path, **body | {"day": today + 3 * DAYS}).status_code == 400


def test_the_clinic_fills_the_list_prints_labels_and_records_a_file_once(client):
    there = checkup_place()
    today = day_in(there.clinic.zone, now())
    there.elder()
    browser = signed_in(client, there.nurse)
    there.listed("赵春梅")
    body = {"station": there.ready.station.code, "day": today + DAYS, "starts": "08:00", "ends": "10:00", "per_slot": 5}
    made = send(api_client(there.nurse), f"/api/v1/checkup-campaigns/{there.day.campaign_id}/open-day/", **body).json()
    there.elder("李梅")
    fill = reverse("checkups:day-roster", args=[made["id"]])
    for _press in range(2):
        assert browser.post(fill, {"key": "fill-key-00000001"}).status_code == 303
    assert CheckupOrder.objects.filter(day=made["id"]).count() == 1
    order = there.order_of(CheckupOrder.objects.get(resident__full_name="赵春梅").resident)
    labels = browser.get(reverse("checkups:labels", args=[there.day.pk])).content.decode()
    assert order.serial in labels
    assert browser.get(reverse("checkups:bars", args=[order.pk])).content.startswith(b"<svg")
    content = f"serial,item,value,unit,note\n{order.serial},glucose,6.6,mmol/L,\n".encode()
    page = reverse("checkups:day-file", args=[there.day.pk])
    for number in (1, 2):
        file = SimpleUploadedFile("lab.csv", content, "text/csv")
        assert browser.post(page, {"content": file, "key": f"file-key-0000000{number}"}).status_code == 303
    assert order.results.count() == 1
    bad = SimpleUploadedFile("lab.csv", content.replace(b"6.6", b"666"), "text/csv")
    answer = browser.post(page, {"content": bad, "key": "file-key-00000003"})
    assert (answer.status_code, order.results.count()) == (422, 1)
    assert "第2行" in answer.content.decode()


def test_a_clinical_lead_proposes_a_range_on_the_page_and_another_one_approves_it(client):
    there = checkup_place()
    package = package_in_use()
    page = reverse("checkups:package", args=[package.pk])
    assert signed_in(client, there.doctor).get(page).status_code == 200
    assert client.get(page).context["propose"] is None
    refused = client.post(reverse("checkups:package-propose", args=[package.pk]), {"key": "range-key-0000000"})
    assert (refused.status_code, CheckupPackage.objects.count()) == (403, 1)
    assert signed_in(client, clinical_lead()).get(page).status_code == 200
    typed = {"item": "glucose", "from_age": "0", "low": "3.9", "high": "6.0", "laboratory": "LAB1"}
    client.post(reverse("checkups:package-propose", args=[package.pk]), typed | {"key": "range-key-0000001"})
    draft = CheckupPackage.objects.get(status="draft")
    approve = reverse("checkups:package-approve", args=[draft.pk])
    assert client.post(approve, {"key": "approve-key-00001"}).status_code == 409
    other = clinical_lead()
    assert signed_in(client, other).post(approve, {"key": "approve-key-00002"}).status_code == 303
    draft.refresh_from_db()
    assert (draft.status, draft.approved_by) == ("active", other)
    typed |= {"laboratory": "LAB2", "key": "range-key-0000002"}
    assert client.post(reverse("checkups:package-propose", args=[draft.pk]), typed).status_code == 303
    third = CheckupPackage.objects.get(status="draft")
    discard = reverse("checkups:package-discard", args=[third.pk])
    assert client.post(discard, {"key": "discard-key-00001", "reason": "实验室更正"}).status_code == 303
    third.refresh_from_db()
    assert third.status == "discarded"
    assert client.get(reverse("checkups:packages")).status_code == 200
