"""What the tree of divisions and the tree of stations must never look like."""

from django.db import migrations

# Statement triggers with transition tables: one check for all rows of an import.
DIVISION_PARENTS = """
CREATE FUNCTION level_rank(level text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    array_position(ARRAY['province', 'prefecture', 'county', 'township', 'village'], level);

CREATE FUNCTION refuse_odd_parents() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE odd record;
BEGIN
    SELECT child.code, child.level INTO odd
    FROM changed AS child JOIN stations_division AS parent ON parent.id = child.parent_id
    WHERE level_rank(parent.level) >= level_rank(child.level) OR parent.country <> child.country
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'division % (%) needs a parent of a higher level in the same country', odd.code, odd.level
            USING ERRCODE = 'check_violation', CONSTRAINT = 'division_parent_is_of_a_higher_level';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER division_parent_when_made AFTER INSERT ON stations_division
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_odd_parents();
CREATE TRIGGER division_parent_when_changed AFTER UPDATE ON stations_division
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_odd_parents();
"""
NO_DIVISION_PARENTS = """
DROP TRIGGER division_parent_when_changed ON stations_division;
DROP TRIGGER division_parent_when_made ON stations_division;
DROP FUNCTION refuse_odd_parents();
DROP FUNCTION level_rank(text);
"""

SUCCESSIONS = """
CREATE FUNCTION refuse_succession_cycles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- One writer at a time: two halves of a cycle must not pass each other unseen.
    PERFORM pg_advisory_xact_lock(hashtextextended('stations.successions', 0));
    IF EXISTS (
        WITH RECURSIVE after(id) AS (
            SELECT NEW.new_id
            UNION
            SELECT step.new_id FROM stations_divisionsuccession AS step JOIN after ON step.old_id = after.id
        )
        SELECT FROM after WHERE id = NEW.old_id
    ) THEN
        RAISE EXCEPTION 'division % would succeed itself', NEW.old_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'succession_has_no_cycle';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER succession_has_no_cycle BEFORE INSERT OR UPDATE ON stations_divisionsuccession
    FOR EACH ROW EXECUTE FUNCTION refuse_succession_cycles();
"""
NO_SUCCESSIONS = """
DROP TRIGGER succession_has_no_cycle ON stations_divisionsuccession;
DROP FUNCTION refuse_succession_cycles();
"""

STATION_PARENTS = """
CREATE FUNCTION refuse_odd_station_parent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE standing stations_station; parent stations_station;
BEGIN
    SELECT * INTO standing FROM stations_station WHERE id = NEW.id;
    SELECT * INTO parent FROM stations_station WHERE id = standing.parent_id;
    IF parent.id IS NOT NULL AND (
        parent.county_id <> standing.county_id
        OR (standing.kind = 'township_hub' AND parent.kind <> 'county_centre')
        OR (standing.kind = 'village_station' AND parent.kind = 'village_station')
    ) THEN
        RAISE EXCEPTION 'station % cannot stand under %', standing.code, parent.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'station_stands_under_hub_or_centre_of_its_county';
    END IF;
    RETURN NULL;
END
$$;
-- Deferred: when a county moves, its stations follow in one transaction, in any order.
CREATE CONSTRAINT TRIGGER station_stands_under_hub_or_centre_of_its_county
    AFTER INSERT OR UPDATE OF parent_id, county_id, kind ON stations_station
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_odd_station_parent();
"""
NO_STATION_PARENTS = """
DROP TRIGGER station_stands_under_hub_or_centre_of_its_county ON stations_station;
DROP FUNCTION refuse_odd_station_parent();
"""


class Migration(migrations.Migration):
    dependencies = [("stations", "0002_people_reference")]

    operations = [
        migrations.RunSQL(DIVISION_PARENTS, NO_DIVISION_PARENTS),
        migrations.RunSQL(SUCCESSIONS, NO_SUCCESSIONS),
        migrations.RunSQL(STATION_PARENTS, NO_STATION_PARENTS),
    ]
