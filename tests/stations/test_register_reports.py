"""The public register: hours, a face, and a button to report what is wrong."""

import datetime as dt
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from core.fields import uuid7
from core.forms import new_key
from core.models import Notice
from stations.models import Certificate, RegisterReport
from stations.recruitment.numbers import with_check_digits
from tests.factories.days import today
from tests.factories.stations import StationFactory, api_client, county, county_manager_of, partner_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def station():
    return StationFactory(county=county(code="321324000000"))


@pytest.fixture
def certificate(station):
    return Certificate.objects.create(
        holder=partner_of(station),
        subject="partner",
        number=with_check_digits("3213240003100001"),
        station=station,
        issued_date=today(),
        expires_date=today() + dt.timedelta(days=700),
    )


def photo():
    image = BytesIO()
    Image.new("RGB", (20, 20), "white").save(image, "JPEG")
    return SimpleUploadedFile("face.jpg", image.getvalue(), "image/jpeg")


def test_the_county_gives_a_certificate_its_face_and_anybody_sees_it(client, station, certificate):
    page = f"/r/{certificate.number}"
    assert "/photo/" not in client.get(page).content.decode()
    assert client.get(f"{page}/photo/").status_code == 404
    client.force_login(county_manager_of(station.county))
    form = f"/county/certificates/{certificate.number}/photo/"
    assert client.post(form, {"key": new_key(), "photo": photo()}).status_code == 303
    client.logout()
    assert f"{page}/photo/" in client.get(page).content.decode()
    shown = client.get(f"{page}/photo/")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    assert client.get(f"/api/v1/register/{certificate.number}/").json()["photo"].endswith(f"{page}/photo/")


def test_a_partner_gives_no_face_and_another_county_neither(client, station, certificate):
    form = f"/county/certificates/{certificate.number}/photo/"
    client.force_login(partner_of(station))
    assert client.get(form).status_code == 403
    client.force_login(county_manager_of(StationFactory().county))
    assert client.post(form, {"key": new_key(), "photo": photo()}).status_code == 404
    assert Certificate.objects.get().photo is None


def test_a_number_that_was_never_issued_reaches_a_notice_and_the_page_of_its_county(client, station):
    manager, other = county_manager_of(station.county), county_manager_of(StationFactory().county)
    unknown = [with_check_digits(f"321324000710009{last}") for last in range(2)]
    for number in (*unknown, unknown[1]):
        assert client.get(f"/r/{number}").status_code == 404
    notice = Notice.objects.get(template="register_miss")
    assert (notice.user, notice.params) == (manager.pk, {"number": unknown[0]})
    client.force_login(manager)
    page = client.get("/county/reports/").content.decode()
    assert all(number in page for number in unknown)
    assert "30 天内查了 2 次" in page
    client.force_login(other)
    assert unknown[0] not in client.get("/county/reports/").content.decode()


def test_the_register_tells_the_hours(client, certificate):
    hours = client.get(f"/api/v1/register/{certificate.number}/").json()["hours"]
    assert len(hours) == 7


def test_anybody_reports_without_signing_in_and_the_county_is_told_once(client, station, certificate):
    manager = county_manager_of(station.county)
    path = f"/r/{certificate.number}/report/"
    for text in ("要我交五百元", "又来要钱"):
        typed = {"key": new_key(), "kind": "asked_for_money", "text": text}
        assert client.post(path, typed)["Location"] == f"{path}?sent=1"
    assert RegisterReport.objects.filter(county=station.county).count() == 2
    assert Notice.objects.filter(template="register_report", user=manager.pk).count() == 1
    client.force_login(county_manager_of(StationFactory().county))
    assert "要我交五百元" not in client.get("/county/reports/").content.decode()


def test_an_unknown_number_can_be_reported_a_mistyped_one_not(client, station):
    unknown = with_check_digits("3213240003100009")
    assert "/report/" in client.get(f"/r/{unknown}").content.decode()
    assert client.get(f"/r/{unknown}/report/").status_code == 200
    wrong = f"{unknown[:-1]}{(int(unknown[-1]) + 1) % 10}"
    assert client.get(f"/r/{wrong}/report/").status_code == 404
    sent = api_post(f"/api/v1/register/{wrong}/report/", kind="fake")
    assert (sent.status_code, sent.json()["code"]) == (422, "number_mistyped")
    assert not RegisterReport.objects.exists()


def api_post(path, client=None, **body):
    from rest_framework.test import APIClient  # noqa: PLC0415

    return (client or APIClient()).post(path, body, format="json", headers={"Idempotency-Key": uuid7().hex})


def test_the_county_answers_once(station, certificate, client):
    api_post(f"/api/v1/register/{certificate.number}/report/", kind="fake", text="盖章不对")
    report = RegisterReport.objects.get()
    manager, path = api_client(county_manager_of(station.county)), f"/api/v1/register-reports/{report.pk}/answer/"
    assert api_post(path, api_client(partner_of(station)), finding="x").status_code == 404
    assert api_post(path, manager, finding="是真的").json()["status"] == "answered"
    assert api_post(path, manager, finding="再答一次").status_code == 409
    client.force_login(county_manager_of(station.county))
    page = client.get(f"/county/reports/{report.pk}/").content.decode()
    assert "盖章不对" in page
    assert "是真的" in page
