"""OneRoster files: read first, taken in whole or not at all, and nobody is enrolled without a guardian's consent."""

import base64
import datetime as dt
import io
import zipfile

import pytest
from django.urls import reverse
from django.utils.timezone import now

from core.errors import WrongState
from education.courses.services import enrol_learner, withdraw_enrolment
from education.models import Enrolment, Roster, RosterRecord, RosterSeat
from education.rosters import services
from education.rosters.package import ManifestMissing, VersionUnknown, ZipUnusable, read_package
from education.rosters.services import apply_roster, link_class, match_pupil
from stations.people.models import AccessRead
from tests.factories.education import agreed, child_of, class_at
from tests.factories.people import merged, resident
from tests.factories.rosters import SYSTEM, School, roster_zip
from tests.factories.stations import (
    StationFactory,
    api_client,
    county_clerk_of,
    partner_of,
    send,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return School()


def outcomes(roster):
    return [(line["file"], line["number"], line["outcome"]) for line in roster.report]


def seats():
    return list(RosterSeat.objects.order_by("record").values_list("status", "waits_for"))


def test_e11_a_roster_is_read_first_then_taken_in_and_the_second_time_nothing_changes(school):
    roster = school.checked()
    assert roster.status == "checked"
    assert {line["outcome"] for line in roster.report} == {"created"}
    assert len(roster.report) == 10
    assert not RosterRecord.objects.exists()
    assert "secret-of-a-child" not in str(roster.lines)
    assert "13800000000" not in str(roster.lines)
    assert "李小雨" not in str(roster.report)
    apply_roster(roster=roster, by=school.clerk, at=now())
    roster.refresh_from_db()
    assert (roster.status, roster.lines) == ("applied", [])
    assert school.entry("class", "C1").run == school.run
    assert seats() == [("requested", "pupil_unknown")] * 3
    with pytest.raises(WrongState):
        apply_roster(roster=roster, by=school.clerk, at=now())
    again = school.applied()
    assert {line["outcome"] for line in again.report} == {"unchanged"}
    assert RosterRecord.objects.count() == 10


def test_a_pupil_is_enrolled_once_somebody_says_who_it_is_and_a_guardian_has_agreed(school):
    school.applied()
    first = match_pupil(record=school.entry("user", "U1"), learner=school.first, by=school.clerk, at=now())
    match_pupil(record=school.entry("user", "U2"), learner=school.second, by=school.clerk, at=now())
    assert seats() == [
        ("enrolled", ""),
        ("requested", "child_consent_missing"),
        ("requested", "pupil_unknown"),
    ]
    assert services.try_waiting_seats(at=now()) == 0
    agreed(school.second)
    assert services.try_waiting_seats(at=now()) == 1
    assert set(Enrolment.objects.values_list("learner", "status")) == {
        (school.first.pk, "enrolled"),
        (school.second.pk, "enrolled"),
    }
    third = school.entry("user", "U3")
    for learner, code in ((school.first, "resident_named_twice"), (child_of(StationFactory()), "resident_elsewhere")):
        with pytest.raises(
            services.ResidentNamedTwice if code == "resident_named_twice" else services.ResidentElsewhere
        ):
            match_pupil(record=third, learner=learner, by=school.clerk, at=now())
    with pytest.raises(services.NotAPupil):
        match_pupil(record=school.entry("class", "C1"), learner=school.first, by=school.clerk, at=now())
    kept = resident("李小雨", school.station, birth_date=school.first.birth_date, birth_precision="day")
    merged(kept, school.first)
    services.forget_learner(person=kept.pk, at=now())
    first.refresh_from_db()
    assert (first.learner, first.facts["name"]) == (None, "")


def test_a_pupil_who_was_taken_for_another_child_is_corrected_and_the_other_child_leaves_the_class(school, client):
    school.applied()
    agreed(school.second)
    entry = match_pupil(record=school.entry("user", "U1"), learner=school.second, by=school.clerk, at=now())
    assert Enrolment.objects.get(learner=school.second).status == "enrolled"
    client.force_login(school.clerk)
    page = client.get(reverse("rosters:entry", args=[entry.pk]))
    [action] = page.context["page_actions"]
    assert [value for value, _about in action.form["chosen"].field.choices] == [str(school.first.pk)]
    match_pupil(record=entry, learner=school.first, by=school.clerk, at=now())
    assert seats()[0] == ("enrolled", "")
    assert set(Enrolment.objects.values_list("learner", "status")) == {
        (school.first.pk, "enrolled"),
        (school.second.pk, "withdrawn"),
    }
    shown = client.get(reverse("rosters:entry", args=[school.entry("class", "C1").pk])).content.decode()
    assert "李小雨" in shown
    assert "王陌生" not in shown
    looks = [each.person for each in AccessRead.objects.filter(what="roster")]
    assert (looks.count(school.first), looks.count(school.second)) == (2, 1)


def test_a_pupil_whose_record_became_part_of_another_is_enrolled_under_the_one_that_stands(school):
    school.applied()
    match_pupil(record=school.entry("user", "U2"), learner=school.second, by=school.clerk, at=now())
    kept = resident("李小明", school.station, birth_date=school.second.birth_date, birth_precision="day")
    agreed(school.second)
    merged(kept, school.second)
    assert services.try_waiting_seats(at=now()) == 1
    assert Enrolment.objects.get(status="enrolled").learner == kept


def test_who_is_left_out_of_a_bulk_file_leaves_the_class_and_a_delta_changes_what_it_names_alone(school):
    school.applied()
    for key, child in (("U1", school.first), ("U2", school.second)):
        agreed(child)
        match_pupil(record=school.entry("user", key), learner=child, by=school.clerk, at=now())
    lines = school.files()["enrollments"]
    shorter = school.applied(roster_zip(school.files(enrollments=[lines[0], lines[2]])))
    assert ("enrollments.csv", 0, "ended") in outcomes(shorter)
    assert [status for status, _wait in seats()] == ["enrolled", "ended", "requested"]
    assert Enrolment.objects.get(learner=school.second).status == "withdrawn"
    changed = "2026-09-01T00:00:00.000Z"
    delta = {
        "enrollments": [{**lines[1], "status": "active", "dateLastModified": changed}],
        "users": [
            {**school.files()["users"][2], "status": "tobedeleted", "dateLastModified": changed},
        ],
    }
    school.applied(roster_zip(delta, mode="delta"))
    assert [status for status, _wait in seats()] == ["enrolled", "enrolled", "ended"]
    assert school.entry("user", "U3").facts == {"is_student": True}
    assert Enrolment.objects.get(learner=school.first).status == "enrolled"


def test_a_pupil_who_comes_back_under_an_old_id_is_named_anew_where_the_resident_is_another_entry_now(school):
    school.applied()
    child, changed = child_of(school.station, name="王陌生"), "2026-09-01T00:00:00.000Z"
    old = {**school.files()["users"][2], "dateLastModified": changed}

    def said(**line):
        school.applied(roster_zip({"users": [{**old, **line}]}, mode="delta"))

    match_pupil(record=school.entry("user", "U3"), learner=child, by=school.clerk, at=now())
    said(status="tobedeleted")
    said(sourcedId="U4", status="active")
    match_pupil(record=school.entry("user", "U4"), learner=child, by=school.clerk, at=now())
    said(status="active")
    assert [(each.learner, each.is_ended) for each in (school.entry("user", "U3"), school.entry("user", "U4"))] == [
        (None, False),
        (child, False),
    ]


def test_whom_the_station_had_enrolled_before_stays_when_the_school_takes_them_out(school):
    by = partner_of(school.station)
    enrolment = enrol_learner(run=school.run, learner=school.first, by=by, at=now())
    school.applied()
    match_pupil(record=school.entry("user", "U1"), learner=school.first, by=school.clerk, at=now())
    assert seats()[0] == ("enrolled", "")
    school.applied(roster_zip(school.files(enrollments=[])))
    enrolment.refresh_from_db()
    assert (enrolment.status, seats()[0][0]) == ("enrolled", "ended")
    withdraw_enrolment(enrolment=enrolment, by=by, at=now())


FAULTY = [
    ("users", {"sourcedId": "U1", "familyName": "李", "givenName": "小"}, "users.csv", "id_twice"),
    ("users", {"sourcedId": "U9", "familyName": "李"}, "users.csv", "value_malformed"),
    ("users", {"sourcedId": "", "familyName": "李", "givenName": "小"}, "users.csv", "id_malformed"),
    ("orgs", {"sourcedId": "S2", "name": "小学", "status": "active"}, "orgs.csv", "status_in_bulk"),
    (
        "classes",
        {"sourcedId": "C2", "title": "四年级", "courseSourcedId": "K9", "schoolSourcedId": "S1"},
        "classes.csv",
        "reference_missing",
    ),
    (
        "enrollments",
        {"sourcedId": "E9", "classSourcedId": "C1", "userSourcedId": "U1", "role": "student"},
        "enrollments.csv",
        "same_child_twice",
    ),
]


def test_a_file_with_errors_is_reported_by_file_and_line_and_nothing_of_it_is_taken_in(school):
    for name, line, file, code in FAULTY:
        lines = [*school.files()[name], line]
        roster = school.checked(roster_zip(school.files(**{name: lines})))
        assert outcomes(roster)[0] == (file, len(lines) + 1, code)
        assert (roster.status, roster.lines) == ("faulty", [])
    twin = {**school.files()["users"][0], "sourcedId": "U8"}
    births = [*school.files()["demographics"], {"sourcedId": "U8", "birthDate": str(school.first.birth_date)}]
    same = school.checked(roster_zip(school.files(users=[*school.files()["users"], twin], demographics=births)))
    assert outcomes(same)[0] == ("users.csv", 5, "same_child_twice")
    without = school.checked(roster_zip(school.files(), headers={"courses": "sourcedId,status,dateLastModified,title"}))
    assert outcomes(without)[0] == ("courses.csv", 1, "column_missing")
    elsewhere = [{"sourcedId": "S1", "name": "别县", "type": "school", "identifier": StationFactory().code}]
    assert outcomes(school.checked(roster_zip(school.files(orgs=elsewhere))))[0][2] == "station_elsewhere"
    with pytest.raises(WrongState):
        apply_roster(roster=same, by=school.clerk, at=now())
    assert not RosterRecord.objects.exists()


def test_an_id_that_is_the_number_of_a_card_is_kept_as_a_mark_which_holds_while_keys_are_changed(school, settings):
    number = "320124201605053318"
    files = school.files()
    people = [{**files["users"][0], "sourcedId": number}, *files["users"][1:]]
    births = [{**files["demographics"][0], "sourcedId": number}, *files["demographics"][1:]]
    seats = [{**files["enrollments"][0], "sourcedId": f"C1-{number}", "userSourcedId": number}]
    named = {"users": people, "demographics": births, "enrollments": seats}
    roster = school.checked(roster_zip(school.files(**named)))
    faulty = school.checked(roster_zip(school.files(**{**named, "users": [*people, people[0]]})))
    assert outcomes(faulty)[0] == ("users.csv", 5, "id_twice")
    apply_roster(roster=roster, by=school.clerk, at=now())
    kept = [*Roster.objects.values_list("lines", "report"), *RosterRecord.objects.values_list("sourced_id", "facts")]
    assert number not in str(kept)
    assert school.entry("user", number).facts["birth_date"] == str(school.first.birth_date)
    assert RosterRecord.objects.get(kind="enrollment").facts["user"] == school.mark(number)
    [old] = settings.ECOMNET_INDEX_KEYS.items()
    settings.ECOMNET_INDEX_KEYS = {old[0] + 1: base64.b64encode(b"k" * 32).decode(), old[0]: old[1]}
    again = school.checked(roster_zip(school.files(**named)))
    assert {line["outcome"] for line in again.report} == {"unchanged"}


def test_of_version_1_2_roles_stand_in_a_file_of_their_own(school):
    roles = [
        {"sourcedId": f"R{number}", "userSourcedId": f"U{number}", "roleType": "primary", "role": role}
        for number, role in ((1, "student"), (2, "student"), (3, "teacher"))
    ]
    school.applied(roster_zip(school.files(roles=roles), version="1.2"))
    assert school.entry("user", "U3").facts == {"is_student": False}
    assert school.entry("user", "U1").facts["name"] == "李小雨"
    renamed = {**school.files()["users"][0], "familyName": "黎", "status": "active", "dateLastModified": "2026-09-02"}
    school.applied(roster_zip({"users": [renamed]}, version="1.2", mode="delta"))
    assert school.entry("user", "U1").facts == {
        "is_student": True,
        "name": "黎小雨",
        "birth_date": str(school.first.birth_date),
    }
    lacking = school.checked(roster_zip(school.files(), version="1.2"))
    assert outcomes(lacking)[0] == ("roles.csv", 1, "file_missing")


def zipped(entries, **how):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", **how) as archive:
        for name, text in entries:
            archive.writestr(name, text)
    written.seek(0)
    return written


WHOLE = zipped([("manifest.csv", "propertyName,value\r\n" * 9)], compression=zipfile.ZIP_DEFLATED).getvalue()
#: What is packed begins after the head of an entry and its name; this is no way to begin.
DAMAGED = WHOLE[:42] + b"\xff" + WHOLE[43:]


def test_what_is_no_flat_zip_of_csv_files_or_unpacks_to_too_much_is_refused():
    manifest = ("manifest.csv", "propertyName,value\r\noneroster.version,1.1\r\nfile.orgs,bulk\r\n")
    link = zipfile.ZipInfo("orgs.csv")
    link.external_attr = 0o120777 << 16
    bomb = ("orgs.csv", "0" * (51 * 1024 * 1024))
    for upload, refusal in (
        (io.BytesIO(b"no zip"), ZipUnusable),
        (zipped([("orgs.csv", ""), manifest]), ManifestMissing),
        (zipped([manifest, ("../orgs.csv", "")]), ZipUnusable),
        (zipped([manifest, ("folder/orgs.csv", "")]), ZipUnusable),
        (zipped([manifest, (link, "/etc/passwd")]), ZipUnusable),
        (zipped([manifest, bomb], compression=zipfile.ZIP_DEFLATED), ZipUnusable),
        (zipped([manifest, ("orgs.csv", b"\xff\xfe")]), ZipUnusable),
        (zipped([manifest, ("orgs.csv", "sourcedId\0")]), ZipUnusable),
        (zipped([manifest, ("orgs.csv", "S1\r" * 30_001)]), ZipUnusable),
        (io.BytesIO(DAMAGED), ZipUnusable),
        (zipped([manifest, ("users.csv", "")]), VersionUnknown),
        (zipped([("manifest.csv", "propertyName,value\r\noneroster.version,2.0\r\n")]), VersionUnknown),
    ):
        with pytest.raises(refusal):
            read_package(upload, str)


def test_a_roster_is_not_taken_in_when_another_file_came_between_and_an_old_one_is_given_up(school):
    early = school.checked()
    school.applied()
    with pytest.raises(services.RosterChanged):
        apply_roster(roster=early, by=school.clerk, at=now())
    lines, active = school.files(), {"status": "active", "dateLastModified": "2026-09-01T00:00:00.000Z"}
    pupil = {**lines["users"][0], **active, "sourcedId": "U4", "familyName": "赵"}
    seat = {**lines["enrollments"][0], **active, "sourcedId": "E7", "userSourcedId": "U4"}
    same = school.checked()
    school.applied(roster_zip({"users": [pupil], "enrollments": [seat]}, mode="delta"))
    with pytest.raises(services.RosterChanged):
        apply_roster(roster=same, by=school.clerk, at=now())
    assert services.discard_old_rosters(at=now() + dt.timedelta(days=6)) == 0
    assert services.discard_old_rosters(at=now() + dt.timedelta(days=8)) == 2
    early.refresh_from_db()
    assert (early.status, early.lines) == ("discarded", [])


def test_a_class_that_is_not_obvious_is_chosen_among_those_of_the_station(school):
    later = now() + dt.timedelta(hours=6)
    other = class_at(school.station, course=school.run.course, starts=[later, later + dt.timedelta(days=7)])
    school.applied()
    entry = school.entry("class", "C1")
    assert entry.run is None
    with pytest.raises(services.ClassElsewhere):
        link_class(record=entry, run=class_at(StationFactory(county=school.station.county)), by=school.clerk, at=now())
    with pytest.raises(services.NotAClass):
        link_class(record=school.entry("user", "U1"), run=other, by=school.clerk, at=now())
    match_pupil(record=school.entry("user", "U1"), learner=school.first, by=school.clerk, at=now())
    assert seats()[0] == ("requested", "class_unknown")
    link_class(record=entry, run=other, by=school.clerk, at=now())
    assert seats()[0] == ("enrolled", "")
    assert Enrolment.objects.get().run == other


def test_a_clerk_brings_reads_takes_in_and_matches_on_pages_and_each_look_at_a_child_is_recorded(school, client):
    page, api = client, api_client(school.clerk)
    page.force_login(school.clerk)
    new = reverse("rosters:new")
    form = page.get(new).context["form"]
    sent = {"key": form["key"].value(), "source_system": SYSTEM, "file": roster_zip(school.files())}
    sent["file"].name = "roster.zip"
    answer = page.post(new, sent)
    roster = Roster.objects.get()
    shown = page.get(answer.headers["Location"])
    assert "orgs.csv · 2" in shown.content.decode()
    assert send(api, f"/api/v1/rosters/{roster.pk}/apply/").json()["status"] == "applied"
    assert len(api.get("/api/v1/roster-entries/").json()["results"]) == 3
    entry = school.entry("user", "U1")
    text = page.get(reverse("rosters:entry", args=[entry.pk])).content.decode()
    assert str(school.first.pk) in text
    assert AccessRead.objects.filter(user=school.clerk, person=school.first, what="roster").count() == 1
    listed = page.get(reverse("rosters:undecided"), {"state": "pupils"}).content.decode()
    assert "李小雨" not in listed
    wanted = page.get(reverse("rosters:undecided"), {"q": "李小雨"}).content.decode()
    assert [str(school.entry("user", each).pk) in wanted for each in ("U1", "U2")] == [True, False]
    taken_in = page.get(reverse("rosters:roster", args=[roster.pk])).content.decode()
    assert reverse("rosters:entry", args=[entry.pk]) in taken_in
    matched = send(api, f"/api/v1/roster-entries/{entry.pk}/match/", learner=str(school.first.pk))
    assert matched.json()["learner"] == str(school.first.pk)
    elsewhere = county_clerk_of(StationFactory().county)
    assert api_client(elsewhere).get(f"/api/v1/rosters/{roster.pk}/").status_code == 404
    assert send(api_client(partner_of(school.station)), f"/api/v1/rosters/{roster.pk}/apply/").status_code == 404
