"""Facts only grow; a merged record is never the target of another merge; what inspections ask."""

from django.db import migrations

from stations.inspections.reference import QUESTIONS

RULES = """
CALL make_append_only('stations_stationfact');

CREATE FUNCTION merged_record_keeps_nobody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.merged_into_id IS NOT NULL AND (
        EXISTS (SELECT FROM stations_person WHERE id = NEW.merged_into_id AND merged_into_id IS NOT NULL)
        OR EXISTS (SELECT FROM stations_person WHERE merged_into_id = NEW.id)
    ) THEN
        RAISE EXCEPTION 'a merged record is not the target of a merge' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER merged_record_keeps_nobody BEFORE UPDATE OF merged_into_id ON stations_person
    FOR EACH ROW EXECUTE FUNCTION merged_record_keeps_nobody();
"""

UNDO = """
DROP TRIGGER merged_record_keeps_nobody ON stations_person;
DROP FUNCTION merged_record_keeps_nobody();
DROP TRIGGER refuse_update_delete ON stations_stationfact;
DROP TRIGGER refuse_truncate ON stations_stationfact;
"""


def load_questions(apps, schema_editor):
    Question = apps.get_model("stations", "InspectionQuestion")
    Question.objects.bulk_create(
        Question(code=code, weight=weight, text=text, text_zh=text_zh, position=position)
        for position, (code, weight, text, text_zh) in enumerate(QUESTIONS, start=1)
    )


def forget_questions(apps, schema_editor):
    apps.get_model("stations", "InspectionQuestion").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("stations", "0006_stations_whole")]

    operations = [
        migrations.RunSQL(RULES, UNDO),
        migrations.RunPython(load_questions, forget_questions),
    ]
