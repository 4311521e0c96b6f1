"""Readings of surnames and consent texts; looks at hidden data can only be added, never changed."""

import datetime as dt

from django.db import migrations

from stations.people.reference import CONSENT_TEXTS, SURNAME_READINGS


def load_reference(apps, schema_editor):
    SurnameReading = apps.get_model("stations", "SurnameReading")
    SurnameReading.objects.bulk_create(
        SurnameReading(surname=surname, reading=reading, rank=rank)
        for surname, readings in SURNAME_READINGS.items()
        for rank, reading in enumerate(readings, start=1)
    )
    ConsentText = apps.get_model("stations", "ConsentText")
    ConsentText.objects.bulk_create(
        ConsentText(purpose=purpose, version=1, language=language, body=body, from_date=dt.date(2020, 1, 1))
        for purpose, bodies in CONSENT_TEXTS.items()
        for language, body in bodies.items()
    )


def forget_reference(apps, schema_editor):
    apps.get_model("stations", "SurnameReading").objects.all().delete()
    apps.get_model("stations", "ConsentText").objects.all().delete()


RULES = """
CALL make_append_only('stations_reveal');
CALL make_append_only('stations_accessread');

CREATE FUNCTION consent_text_is_unused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM stations_consent WHERE text_version_id = OLD.id) THEN
        RAISE EXCEPTION 'consent text % is in use and never edited', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER consent_text_is_unused BEFORE UPDATE OR DELETE ON stations_consenttext
    FOR EACH ROW EXECUTE FUNCTION consent_text_is_unused();

CREATE FUNCTION guardian_is_adult() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM stations_person
        WHERE id = NEW.guardian_id AND birth_date > (NEW.from_date - interval '18 years')::date
    ) THEN
        RAISE EXCEPTION 'a guardian is 18 or older' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'guardian_is_adult';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER guardian_is_adult BEFORE INSERT OR UPDATE ON stations_guardianship
    FOR EACH ROW EXECUTE FUNCTION guardian_is_adult();

-- The head of a household is a living member of it, looked at when the transaction ends: the head is named and the
-- membership written in one transaction, in either order.
CREATE FUNCTION household_head_is_living_member(household uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM stations_household h JOIN stations_person p ON p.id = h.head_id
        WHERE h.id = household AND (
            p.died_date IS NOT NULL
            OR NOT EXISTS (
                SELECT FROM stations_membership m
                WHERE m.household_id = h.id AND m.person_id = h.head_id AND m.to_date IS NULL))
    ) THEN
        RAISE EXCEPTION 'the head of household % is no living member of it', household
            USING ERRCODE = 'check_violation', CONSTRAINT = 'household_head_is_living_member';
    END IF;
END
$$;
CREATE FUNCTION check_head_of_household() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM household_head_is_living_member(NEW.id);
    RETURN NULL;
END
$$;
CREATE FUNCTION check_head_after_membership() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM household_head_is_living_member(OLD.household_id);
    RETURN NULL;
END
$$;
CREATE FUNCTION check_head_after_death() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM household_head_is_living_member(id) FROM stations_household WHERE head_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER head_is_living_member AFTER INSERT OR UPDATE OF head_id ON stations_household
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.head_id IS NOT NULL)
    EXECUTE FUNCTION check_head_of_household();
CREATE CONSTRAINT TRIGGER head_is_living_member AFTER UPDATE OR DELETE ON stations_membership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_head_after_membership();
CREATE CONSTRAINT TRIGGER head_is_living_member AFTER UPDATE OF died_date ON stations_person
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.died_date IS NOT NULL)
    EXECUTE FUNCTION check_head_after_death();
"""

NO_RULES = """
DROP TRIGGER head_is_living_member ON stations_person;
DROP TRIGGER head_is_living_member ON stations_membership;
DROP TRIGGER head_is_living_member ON stations_household;
DROP FUNCTION check_head_after_death();
DROP FUNCTION check_head_after_membership();
DROP FUNCTION check_head_of_household();
DROP FUNCTION household_head_is_living_member(uuid);
DROP TRIGGER guardian_is_adult ON stations_guardianship;
DROP FUNCTION guardian_is_adult();
DROP TRIGGER consent_text_is_unused ON stations_consenttext;
DROP FUNCTION consent_text_is_unused();
DROP TRIGGER refuse_update_delete ON stations_reveal;
DROP TRIGGER refuse_truncate ON stations_reveal;
DROP TRIGGER refuse_update_delete ON stations_accessread;
DROP TRIGGER refuse_truncate ON stations_accessread;
"""


class Migration(migrations.Migration):
    dependencies = [("stations", "0001_initial")]

    operations = [
        migrations.RunPython(load_reference, forget_reference),
        migrations.RunSQL(RULES, NO_RULES),
    ]
