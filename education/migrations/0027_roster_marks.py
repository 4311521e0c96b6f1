"""Of ids of people in a school's system only a keyed hash is kept, also of those that were read before."""

from typing import Any

from django.db import migrations

from core.crypto import blind_index

RECORDS = "'education_rosterrecord', 'county_id', 'source_system', 'kind', 'sourced_id'"
ROSTERS = "'education_roster', 'county_id', 'source_system', 'version', 'sha256', 'report', 'made_by_id', 'made_at'"
RELEASE = "DROP TRIGGER columns_stay ON education_rosterrecord; DROP TRIGGER columns_stay ON education_roster;"
KEEP = f"CALL keep_columns({RECORDS}); CALL keep_columns({ROSTERS});"
OF_PEOPLE = ("user", "enrollment")
FILES_OF_PEOPLE = ("users.csv", "enrollments.csv", "demographics.csv", "roles.csv")


def mark_ids(apps: Any, _schema_editor: Any) -> None:
    """As `education.rosters.marks` does it for what is read from now on."""
    records, rosters = apps.get_model("education", "RosterRecord"), apps.get_model("education", "Roster")
    for record in records.objects.filter(kind__in=OF_PEOPLE).iterator():
        record.sourced_id = _mark(record, record.sourced_id)
        _mark_user(record, record.facts)
        record.save(update_fields=["sourced_id", "facts"])
    for roster in rosters.objects.iterator():
        for line in [*roster.report, *roster.lines]:
            if line["file"] in FILES_OF_PEOPLE:
                line["sourced_id"] = _mark(roster, line["sourced_id"])
                _mark_user(roster, line.get("facts", {}))
        roster.save(update_fields=["report", "lines"])


def _mark_user(owner: Any, facts: dict[str, Any]) -> None:
    if "user" in facts:
        facts["user"] = _mark(owner, facts["user"])


def _mark(owner: Any, sourced_id: str) -> str:
    return blind_index(f"roster:{owner.county_id}:{owner.source_system}:{sourced_id}").hex() if sourced_id else ""


class Migration(migrations.Migration):
    dependencies = [("education", "0026_packages_reviewed")]

    operations = [
        migrations.RunSQL(RELEASE, KEEP),
        migrations.RunPython(mark_ids, migrations.RunPython.noop),
        migrations.RunSQL(KEEP, RELEASE),
    ]
