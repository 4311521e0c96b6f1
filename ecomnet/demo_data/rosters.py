"""The school beside the station of the story sends its lists: one was taken in, one is to be, one has errors."""

import datetime as dt
import io
import zipfile

from ecomnet.demo_data.education import STORY
from ecomnet.demo_data.stations import Cast
from education.courses.models import ClassRun, Enrolment
from education.rosters.marks import marker_of
from education.rosters.models import Roster, RosterRecord
from education.rosters.services import apply_roster, check_roster, discard_roster, match_pupil
from stations.accounts.models import User
from stations.network.models import Station
from stations.people.models import Person

SCHOOL, DAY, HOUR = "耿车镇中心小学", dt.timedelta(days=1), dt.timedelta(hours=1)
UNKNOWN = ("R9", "周", "念祖", "2016-04-18")
COLUMNS = {
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier",
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate",
    "courses": "sourcedId,status,dateLastModified,title,courseCode,orgSourcedId",
    "classes": "sourcedId,status,dateLastModified,title,courseSourcedId,schoolSourcedId,termSourcedIds",
    "users": "sourcedId,status,dateLastModified,enabledUser,role,givenName,familyName",
    "demographics": "sourcedId,status,dateLastModified,birthDate",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role",
}
#: The lines of each file, without the names of its columns.
Files = dict[str, list[str]]
#: A class that is taught at no station yet.
OTHER_CLASS = "C2"


def load_rosters(cast: Cast, *, at: dt.datetime) -> None:
    """Two pupils were matched, a third is unknown and a class is none of ours; a later file waits to be taken in."""
    station = next(each for each in cast.village_stations if each.code == STORY)
    run = ClassRun.objects.get(station=station, status=ClassRun.Status.RUNNING, course__code="ENG2")
    enrolled = Enrolment.objects.filter(run=run, status=Enrolment.Status.ENROLLED).order_by("pk")[:2]
    pupils = [each.learner for each in enrolled.select_related("learner__home_station__county")]
    clerk = cast.clerks[station.county_id]
    first = _checked(station, _files(run, pupils), clerk, at=at - 2 * DAY)
    apply_roster(roster=first, by=clerk, at=at - 2 * DAY + HOUR)
    for number, child in enumerate(pupils, start=1):
        named = marker_of(station.county, SCHOOL, ())(f"R{number}")
        entry = RosterRecord.objects.get(county=station.county, kind="user", sourced_id=named)
        match_pupil(record=entry, learner=child, by=clerk, at=at - DAY)
    _checked(station, {**_files(run, pupils), "enrollments": ["E7,,,C9,S1,R1,student"]}, clerk, at=at - DAY)
    old = _checked(station, _files(run, pupils), clerk, at=at - DAY + HOUR)
    discard_roster(roster=old, by=clerk, at=at - DAY + 2 * HOUR)
    _checked(station, {**_files(run, pupils), "enrollments": ["E1,,,C1,S1,R1,student"]}, clerk, at=at - HOUR)


def _checked(station: Station, files: Files, clerk: User, *, at: dt.datetime) -> Roster:
    return check_roster(county=station.county, source_system=SCHOOL, file=_zip(files), by=clerk, at=at)


def _files(run: ClassRun, pupils: list[Person]) -> Files:
    names = [
        (f"R{number}", child.full_name[0], child.full_name[1:], str(child.birth_date))
        for number, child in enumerate(pupils, start=1)
    ]
    names.append(UNKNOWN)
    keys = [key for key, *_about in names]
    return {
        "orgs": [f"S1,,,{SCHOOL},school,{run.station.code}"],
        "academicSessions": [f"T1,,,秋季学期,term,{run.starts_date},{run.ends_date}"],
        "courses": ["K1,,,英语,ENG2,S1", "K2,,,书法,CALLI1,S1"],
        "classes": ["C1,,,三年级英语,K1,S1,T1", f"{OTHER_CLASS},,,三年级书法,K2,S1,T1"],
        "users": [f"{key},,,true,student,{given},{family}" for key, family, given, _born in names],
        "demographics": [f"{key},,,{born}" for key, _family, _given, born in names],
        "enrollments": [
            *(f"E{number},,,C1,S1,{key},student" for number, key in enumerate(keys, start=1)),
            f"E8,,,{OTHER_CLASS},S1,R1,student",
        ],
    }


def _zip(files: Files) -> io.BytesIO:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        modes = [f"file.{name},bulk" for name in files]
        archive.writestr("manifest.csv", "\r\n".join(["propertyName,value", "oneroster.version,1.1", *modes, ""]))
        for name, lines in files.items():
            archive.writestr(f"{name}.csv", "\r\n".join([COLUMNS[name], *lines, ""]))
    written.seek(0)
    return written
