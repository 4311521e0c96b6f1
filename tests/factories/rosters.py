"""OneRoster files of a school, as its system would write them."""

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence

from django.utils.timezone import now

from education.models import RosterRecord
from education.rosters.marks import OF_PEOPLE, marker_of
from education.rosters.services import apply_roster, check_roster
from tests.factories.education import agreed, child_of, class_at, course_of
from tests.factories.stations import StationFactory, county_clerk_of

SYSTEM = "中心小学"

ORGS = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId"
SESSIONS = "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear"
COURSES = (
    "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes"
)
CLASSES = (
    "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,"
    "termSourcedIds,subjects,subjectCodes,periods"
)
USERS = (
    "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,"
    "identifier,email,sms,phone,agentSourcedIds,grades,password"
)
USERS_1_2 = USERS.replace("orgSourcedIds,role,", "")
ROLES = (
    "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId"
)
ENROLLMENTS = (
    "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate"
)
DEMOGRAPHICS = "sourcedId,status,dateLastModified,birthDate,sex"
HEADERS = {
    "orgs": ORGS,
    "academicSessions": SESSIONS,
    "courses": COURSES,
    "classes": CLASSES,
    "users": USERS,
    "roles": ROLES,
    "enrollments": ENROLLMENTS,
    "demographics": DEMOGRAPHICS,
}


def roster_zip(
    files: Mapping[str, Sequence[Mapping[str, str]]],
    *,
    mode: str = "bulk",
    version: str = "1.1",
    headers: Mapping[str, str] = {},
) -> io.BytesIO:
    """A zip with the manifest first and these files; of each line the columns that are named, the others empty."""
    shown = {**HEADERS, **({"users": USERS_1_2} if version == "1.2" else {}), **headers}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        modes = "".join(f"file.{name},{mode}\r\n" for name in files)
        archive.writestr("manifest.csv", f"propertyName,value\r\noneroster.version,{version}\r\n{modes}")
        for name, lines in files.items():
            columns = shown[name].split(",")
            rows = [",".join(_cell(line.get(column, "")) for column in columns) for line in lines]
            archive.writestr(f"{name}.csv", "\r\n".join([shown[name], *rows]) + "\r\n")
    written.seek(0)
    return written


def _cell(value: str) -> str:
    return f'"{value}"' if "," in value else value


class School:
    """A school beside a station, with a class of ours, two children who live there and one whom nobody knows."""

    def __init__(self) -> None:
        self.station = StationFactory()
        self.run = class_at(self.station, course=course_of(self.station.county, code="READ7"))
        self.first, self.second = child_of(self.station, name="李小雨"), child_of(self.station, name="李小明")
        self.clerk = county_clerk_of(self.station.county)
        agreed(self.first)

    def files(self, **more):
        """A term, the class and three pupils; `more` replaces files."""
        start, end = self.run.starts_date - dt.timedelta(days=30), self.run.ends_date + dt.timedelta(days=30)
        people = [("U1", "李", "小雨", self.first), ("U2", "李", "小明", self.second), ("U3", "王", "陌生", None)]
        return {
            "orgs": [{"sourcedId": "S1", "name": SYSTEM, "type": "school", "identifier": self.station.code}],
            "academicSessions": [
                {
                    "sourcedId": "T1",
                    "title": "秋季",
                    "type": "term",
                    "startDate": start.isoformat(),
                    "endDate": end.isoformat(),
                }
            ],
            "courses": [{"sourcedId": "K1", "title": "英语", "courseCode": "READ7", "orgSourcedId": "S1"}],
            "classes": [
                {
                    "sourcedId": "C1",
                    "title": "三年级英语",
                    "courseSourcedId": "K1",
                    "schoolSourcedId": "S1",
                    "termSourcedIds": "T1",
                }
            ],
            "users": [
                {
                    "sourcedId": key,
                    "enabledUser": "true",
                    "role": "student",
                    "familyName": family,
                    "givenName": given,
                    "password": "secret-of-a-child",
                    "phone": "13800000000",
                }
                for key, family, given, _person in people
            ],
            "demographics": [
                {"sourcedId": key, "birthDate": str(person.birth_date) if person else "2016-05-05"}
                for key, _family, _given, person in people
            ],
            "enrollments": [
                {
                    "sourcedId": f"E{number}",
                    "classSourcedId": "C1",
                    "schoolSourcedId": "S1",
                    "userSourcedId": f"U{number}",
                    "role": "student",
                }
                for number in (1, 2, 3)
            ],
            **more,
        }

    def checked(self, file=None, **how):
        return check_roster(
            county=self.station.county,
            source_system=SYSTEM,
            file=file or roster_zip(self.files(), **how),
            by=self.clerk,
            at=now(),
        )

    def applied(self, file=None, **how):
        return apply_roster(roster=self.checked(file, **how), by=self.clerk, at=now())

    def entry(self, kind, sourced_id):
        """What is known under an id of the file."""
        named = self.mark(sourced_id) if kind in OF_PEOPLE else sourced_id
        return RosterRecord.objects.get(kind=kind, sourced_id=named)

    def mark(self, sourced_id):
        """What is kept of the id of a person."""
        return marker_of(self.station.county, SYSTEM, ())(sourced_id)
