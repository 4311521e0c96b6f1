"""Content packages: checked, kept apart, played on a host of their own, and what they say is saved once."""

import datetime as dt
import hashlib
import io
import json
import zipfile

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.errors import WrongState
from core.events.services import publish
from ecomnet.demo_data.packages import CROSS_THE_ROAD, WASH_HANDS, WEATHER_WORDS, package_zip
from education.courses.queries import sessions_of
from education.courses.services import CourseDraft, CourseMayChange, LessonPlan, edit_course, return_course
from education.models import ScormState
from education.packages import services
from education.packages.archive import (
    PackageFileUnusable,
    PackageManifestMissing,
    PackageTooLarge,
    PackageUnusable,
    unpack,
)
from education.packages.h5p import PackageLibraryMissing
from education.packages.origin import player_address
from education.packages.results import Result, better, result_in
from education.packages.services import add_package, save_scorm_state, start_package
from education.safeguarding.services import ConsentMissing
from stations.people.models import AccessRead
from stations.people.services import withdraw_consent
from tests.factories.education import class_at, course_of, learner_of
from tests.factories.packages import approved, brought, said
from tests.factories.quizzes import quiz_of
from tests.factories.stations import (
    StationFactory,
    api_client,
    county_manager_of,
    helper_of,
    partner_of,
    send,
)
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
MANIFEST = "imsmanifest.xml"
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.fixture
def learner():
    return learner_of(class_at(StationFactory()))


def zipped(*entries):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    written.seek(0)
    return written


def damaged(archive):
    """The zip with a first entry that unpacks to nothing."""
    content = bytearray(archive.getvalue())
    content[30 + len(MANIFEST)] = 0xFF
    return io.BytesIO(content)


def manifest(version="1.2", href="index.html"):
    return (
        f"<manifest><metadata><schemaversion>{version}</schemaversion></metadata><resources>"
        f'<resource identifier="R" href="{href}"/></resources></manifest>'
    )


def test_packages_of_both_versions_are_read_and_what_is_none_is_refused_before_anything_is_kept():
    old, new = unpack(package_zip(WASH_HANDS)), unpack(package_zip(CROSS_THE_ROAD))
    assert (old.title, old.standard, old.launch) == ("正确洗手", "scorm_1_2", "index.html")
    assert (new.title, new.standard) == ("安全过马路", "scorm_2004")
    page, link = ("index.html", "<p>"), zipfile.ZipInfo("link.html")
    link.external_attr = 0o120777 << 16
    bomb = '<!DOCTYPE m [<!ENTITY a "aaaa">]>' + manifest()
    for upload, refusal in (
        (io.BytesIO(b"no zip"), PackageUnusable),
        (zipped((MANIFEST, manifest()), page, ("../out.html", "")), PackageFileUnusable),
        (zipped((MANIFEST, manifest()), page, ("/out.html", "")), PackageFileUnusable),
        (zipped((MANIFEST, manifest()), page, (link, "/etc/passwd")), PackageFileUnusable),
        (zipped((MANIFEST, manifest()), page, ("run.php", "")), PackageFileUnusable),
        (zipped((MANIFEST, manifest()), page, ("large.txt", "0" * (121 * 1024 * 1024))), PackageTooLarge),
        (zipped(page), PackageManifestMissing),
        (zipped((MANIFEST, manifest()), page, (f"again/{MANIFEST}", manifest())), PackageManifestMissing),
        (zipped((MANIFEST, manifest(href="other.html")), page), PackageManifestMissing),
        (zipped((MANIFEST, manifest("1.1")), page), PackageManifestMissing),
        (zipped((MANIFEST, bomb), page), PackageManifestMissing),
        (damaged(zipped((MANIFEST, manifest()), page)), PackageUnusable),
        (zipped((MANIFEST, manifest(href="index.html?" + 300 * "x")), page), PackageManifestMissing),
        (zipped((MANIFEST, manifest() + 1_100_000 * " "), page), PackageManifestMissing),
        (zipped((MANIFEST, '<?xml version="1.0" encoding="none"?>' + manifest()), page), PackageManifestMissing),
    ):
        with pytest.raises(refusal):
            unpack(upload)


def test_a_first_page_is_found_where_authoring_programs_put_it_and_what_systems_leave_behind_is_passed_over():
    made = """<manifest><metadata><schemaversion>2004 4th Edition</schemaversion></metadata>
        <organizations><organization><title>水</title><item><title>第一章</title><item identifierref="B"/></item>
        </organization></organizations><resources xml:base="lesson/"><resource identifier="A" href="shared.js"/>
        <resource identifier="B" xml:base="one/" href="the%20page.html#start"/></resources></manifest>"""
    files = [("lesson/shared.js", ""), ("lesson/one/the page.html", "<p>"), ("lesson/.DS_Store", "x")]
    found = unpack(zipped((MANIFEST, made), *files, (f"__MACOSX/._{MANIFEST}", "x")))
    assert (found.title, found.launch) == ("水", "lesson/one/the%20page.html#start")
    assert [each.path for each in found.files] == [MANIFEST, "lesson/shared.js", "lesson/one/the page.html"]
    with pytest.raises(PackageFileUnusable, match=r"run\.php"):
        unpack(zipped((MANIFEST, made), ("run.php", "")))


def h5p(*, without="", **said):
    """The package of the demonstration, with other words in its manifest, or without a file."""
    with zipfile.ZipFile(package_zip(WEATHER_WORDS)) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if name != without}
    if "h5p.json" in files:
        files["h5p.json"] = json.dumps({**json.loads(files["h5p.json"]), **said}).encode()
    return zipped(*files.items())


def test_an_h5p_package_is_read_with_its_licence_and_what_cannot_play_is_refused():
    made = unpack(package_zip(WEATHER_WORDS))
    assert (made.title, made.standard, made.launch) == ("天气单词", "h5p", "h5p.json")
    assert (made.licence, made.creators) == ("CC BY-SA 4.0", "EcomNet")
    silent = unpack(h5p(license="U", authors=[{"role": "Author"}, "nobody"], title=None))
    assert unpack(h5p(title="天气\ud83d\0")).title == "天气"
    assert (silent.title, silent.licence, silent.creators) == ("h5p.json", "", "")
    other = [{"machineName": "EcomNet.OneWord", "majorVersion": 2, "minorVersion": 0}]
    outside = [{"machineName": "../EcomNet", "majorVersion": 1, "minorVersion": 0}]
    folder = "EcomNet.OneWord-1.0"
    for upload, refusal in (
        (h5p(without="content/content.json"), PackageManifestMissing),
        (h5p(mainLibrary="EcomNet.Other"), PackageManifestMissing),
        (h5p(mainLibrary=["EcomNet.OneWord"]), PackageManifestMissing),
        (h5p(preloadedDependencies=outside), PackageManifestMissing),
        (h5p(preloadedDependencies="all"), PackageManifestMissing),
        (zipped(("h5p.json", "[" * 100_000)), PackageManifestMissing),
        (zipped(("h5p.json", "{}"), (MANIFEST, manifest()), ("index.html", "")), PackageManifestMissing),
        (h5p(preloadedDependencies=other), PackageLibraryMissing),
        (h5p(without=f"{folder}/library.json"), PackageLibraryMissing),
        (h5p(without=f"{folder}/one-word.js"), PackageLibraryMissing),
        (zipped(("h5p.json", "{}"), ("../out.js", "")), PackageFileUnusable),
    ):
        with pytest.raises(refusal):
            unpack(upload)


def test_an_h5p_package_plays_on_the_content_host_and_its_results_are_saved_as_those_of_scorm(
    learner, client, settings
):
    package, helper = brought(learner, WEATHER_WORDS), helper_of(learner.run.station)
    host = settings.ECOMNET_CONTENT_ORIGIN.partition("://")[2]
    path = player_address(package).partition(host)[2]
    player = client.get(path, headers={"Host": host}).content.decode()
    assert "vendor/h5p/main.bundle.js" in player
    assert "scorm" not in player.replace(package.title, "")
    library = client.get(path.replace("_player", "EcomNet.OneWord-1.0/one-word.js"), headers={"Host": host})
    assert library.headers["Content-Type"] == "text/javascript; charset=utf-8"
    client.force_login(helper)
    shown = client.get(reverse("packages:package", args=[package.pk])).content.decode()
    assert "CC BY-SA 4.0" in shown
    state = start_package(enrolment=learner, package=package, by=helper, at=now())
    reported = {"completion_status": "completed", "success_status": "passed", "score": {"raw": 2, "min": 0, "max": 3}}
    saved = send(api_client(helper), f"/api/v1/scorm-states/{state.pk}/save/", revision=0, cmi=reported)
    assert (saved.json()["status"], saved.json()["score_bp"]) == ("passed", 6_666)
    late = send(api_client(helper), f"/api/v1/scorm-states/{state.pk}/save/", revision=0, cmi=reported)
    assert late.json()["code"] == "state_outdated"
    with pytest.raises(services.PackageKnown):
        brought(learner, WEATHER_WORDS)


def test_a_package_is_brought_to_a_lesson_once_and_played_only_while_it_is_offered(learner):
    package = brought(learner, offered=False)
    with pytest.raises(services.PackageKnown):
        brought(learner, offered=False)
    partner = partner_of(learner.run.station)
    with pytest.raises(WrongState):
        start_package(enrolment=learner, package=package, by=partner, at=now())
    approved(package, learner.run.station.county)
    state = start_package(enrolment=learner, package=package, by=partner, at=now())
    assert start_package(enrolment=learner, package=package, by=partner, at=now()) == state
    other = learner_of(class_at(StationFactory()))
    with pytest.raises(services.NotInThisCourse):
        start_package(enrolment=other, package=package, by=partner, at=now())
    services.close_package(package=package, by=package.author, at=now())
    with pytest.raises(WrongState):
        save_scorm_state(state=state, revision=0, cmi={}, by=partner, at=now())
    approved(package, learner.run.station.county)
    assert start_package(enrolment=learner, package=package, by=partner, at=now()) == state
    wrong = brought(learner, CROSS_THE_ROAD, offered=False)
    assert services.close_package(package=wrong, by=wrong.author, at=now()).status == "closed"


def test_nothing_is_brought_for_a_course_that_can_become_a_draft_again():
    county = StationFactory().county
    course = course_of(county, approved=False)
    with pytest.raises(CourseMayChange):
        add_package(lesson=course.lessons.all()[0], file=package_zip(WASH_HANDS), by=course.author, at=now())
    with pytest.raises(CourseMayChange):
        quiz_of(course)
    return_course(course=course, reason="太短", by=county_manager_of(county), at=now())
    plan = CourseDraft(
        code=course.code, title="新", subject="english", audience="child", lessons=[LessonPlan("一", 40)]
    )
    edit_course(course=course, draft=plan, by=course.author, at=now())
    assert [each.title for each in course.lessons.all()] == ["一"]


def test_of_a_child_without_consent_nothing_is_kept_any_more(learner, client, monkeypatch):
    package, partner = brought(learner), partner_of(learner.run.station)
    state = start_package(enrolment=learner, package=package, by=partner, at=now())
    later = now() + dt.timedelta(days=400)
    with pytest.raises(ConsentMissing):
        start_package(enrolment=learner, package=package, by=partner, at=later)
    state = save_scorm_state(state=state, revision=0, cmi=said("completed", "50"), by=partner, at=now())
    with pytest.raises(ConsentMissing):
        save_scorm_state(state=state, revision=1, cmi=said("passed"), by=partner, at=later)
    client.force_login(partner)
    page = reverse("packages:state", args=[state.pk])
    assert "data-player" in client.get(page).content.decode()
    with monkeypatch.context() as clock:
        clock.setattr("education.packages.views.now", lambda: later)
        assert "data-player" not in client.get(page).content.decode()
    withdraw_consent(consent=learner.consent, by=partner, at=now())
    run_jobs()
    with pytest.raises(services.NotInThisCourse):
        save_scorm_state(state=state, revision=1, cmi=said("passed"), by=partner, at=now())
    publish("stations.person_erased", at=now(), person=str(learner.learner_id), station=0, county=0)
    run_jobs()
    state.refresh_from_db()
    assert (state.cmi, state.status, state.score_bp) == ({}, "completed", 5_000)


def test_an_older_page_overwrites_nothing_and_the_best_result_counts(learner):
    package, partner = brought(learner), partner_of(learner.run.station)
    state = start_package(enrolment=learner, package=package, by=partner, at=now())
    state = save_scorm_state(state=state, revision=0, cmi=said("passed", "80"), by=partner, at=now())
    assert (state.revision, state.status, state.score_bp) == (1, "passed", 8_000)
    with pytest.raises(services.StateOutdated):
        save_scorm_state(state=state, revision=0, cmi=said("incomplete"), by=partner, at=now())
    state = save_scorm_state(state=state, revision=1, cmi=said("failed", "40"), by=partner, at=now())
    assert (state.revision, state.status, state.score_bp) == (2, "passed", 8_000)
    assert state.cmi == said("failed", "40")


def test_status_and_score_of_both_versions_are_read_and_nonsense_is_no_score():
    assert result_in("scorm_1_2", said("browsed", "50")) == Result("initialized", 5_000)
    assert result_in("scorm_1_2", {"core": {"score": {"raw": "15", "min": "10", "max": "20"}}}).score_bp == 5_000
    assert result_in("scorm_1_2", {"core": "x"}) == Result("initialized", None)
    new = {"completion_status": "completed", "success_status": "unknown", "score": {"scaled": "0.66666"}}
    assert result_in("scorm_2004", new) == Result("completed", 6_666)
    assert result_in("scorm_2004", {"success_status": "failed", "score": {"scaled": "-0.5"}}) == Result("failed", 0)
    assert result_in("scorm_2004", {"score": {"scaled": "NaN"}}).score_bp is None
    assert result_in("scorm_1_2", said("passed", "9e9999999")) == Result("passed", None)
    assert better(Result("completed", None), Result("failed", 10)) == Result("failed", 10)


def test_a_device_of_the_room_keeps_the_files_of_a_lesson_whole_and_drops_what_is_not_played_any_more(
    learner, client, settings
):
    package, host = brought(learner), settings.ECOMNET_CONTENT_ORIGIN.partition("://")[2]
    other, station = brought(learner, CROSS_THE_ROAD), learner.run.station
    lesson = sessions_of(learner.run)[0]
    address, device = f"/api/v1/class-sessions/{lesson.pk}/content-pack/", api_client(helper_of(station))
    pack = device.get(address).json()
    assert {each["package"] for each in pack["packages"]} == {str(package.pk), str(other.pk)}
    files = [(each["address"] + file["path"], file) for each in pack["packages"] for file in each["files"]]
    assert pack["size"] == sum(file["size"] for _address, file in files)
    for found, file in files:
        answer = client.get(found.partition(host)[2], headers={"Host": host})
        assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == file["sha256"]
    assert device.get(address).json()["version"] == pack["version"]
    services.block_package(package=other, reason="有错误", by=county_manager_of(station.county), at=now())
    left = device.get(address).json()
    assert [each["package"] for each in left["packages"]] == [str(package.pk)]
    assert left["version"] != pack["version"]
    assert api_client(helper_of(StationFactory(county=station.county))).get(address).status_code == 404
    assert api_client(package.author).get(address).status_code == 404


def test_files_are_handed_out_on_their_own_host_without_cookies_and_nothing_else_is(
    learner, client, settings, monkeypatch
):
    package, host = brought(learner), settings.ECOMNET_CONTENT_ORIGIN.partition("://")[2]
    client.force_login(helper_of(learner.run.station))
    path = player_address(package).partition(host)[2]
    player = client.get(path, headers={"Host": host})
    assert player.status_code == 200
    assert "scorm12.min.js" in player.content.decode()
    assert (player.headers["Clear-Site-Data"], player.headers["Cache-Control"]) == ('"storage"', "no-store")
    page = client.get(path.replace("_player", "index.html"), headers={"Host": host})
    assert "正确洗手" in b"".join(page.streaming_content).decode()
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert f"frame-ancestors 'self' {settings.ECOMNET_PUBLIC_URL}" in page.headers["Content-Security-Policy"]
    assert not page.cookies
    with monkeypatch.context() as clock:
        clock.setattr("time.time", lambda: 1_800_000_000)
        first = player_address(package)
        clock.setattr("time.time", lambda: 1_800_000_000 + 59 * 60)
        assert player_address(package) == first
        clock.setattr("time.time", lambda: 1_800_000_000 + 13 * 60 * 60)
        assert client.get(first.partition(host)[2], headers={"Host": host}).status_code == 404
    forged = path.replace(package.pk.hex, learner.pk.hex)
    for wrong in (forged, "/", "/login/", "/api/v1/schema/", path.replace("_player", "other.html")):
        assert client.get(wrong, headers={"Host": host}).status_code == 404
    assert client.post(path, headers={"Host": host}).status_code == 404
    worker = path.replace("_player", "steps.js")
    assert client.get(worker, headers={"Host": host, "Service-Worker": "script"}).status_code == 404
    assert client.get(path).status_code == 404


def test_a_learner_plays_on_the_page_of_the_station_and_its_data_are_saved_over_the_api(learner, client):
    package, station = brought(learner), learner.run.station
    helper, teacher = helper_of(station), package.author
    client.force_login(teacher)
    assert (
        "frame-src http://content.testserver"
        in client.get(reverse("packages:package", args=[package.pk])).headers["Content-Security-Policy"]
    )
    client.force_login(helper)
    page = client.get(reverse("packages:learner", args=[learner.pk]))
    assert "frame-src" not in page.headers["Content-Security-Policy"]
    form = page.context["page_actions"][0].form
    started = client.post(
        reverse("packages:learner-start", args=[learner.pk]), {"key": form["key"].value(), "package": str(package.pk)}
    )
    state = ScormState.objects.get()
    text = client.get(started.headers["Location"]).content.decode()
    assert f"/api/v1/scorm-states/{state.pk}/save/" in text
    api = api_client(helper)
    begun = send(api, f"/api/v1/class-enrolments/{learner.pk}/scorm-states/", content_package=str(package.pk))
    assert begun.json()["id"] == str(state.pk)
    saved = send(api, f"/api/v1/scorm-states/{state.pk}/save/", revision=0, cmi=said("completed"))
    assert (saved.json()["status"], saved.json()["revision"]) == ("completed", 1)
    late = send(api, f"/api/v1/scorm-states/{state.pk}/save/", revision=0, cmi={})
    assert (late.status_code, late.json()["code"]) == (409, "state_outdated")
    assert AccessRead.objects.filter(user=helper, person=learner.learner, what="content_packages").count() == 3
    stranger = api_client(helper_of(StationFactory(county=station.county)))
    assert stranger.get(f"/api/v1/scorm-states/{state.pk}/").status_code == 404
    assert AccessRead.objects.filter(person=learner.learner, what="refused").count() == 1
