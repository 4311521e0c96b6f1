-- Four eyes are two persons, not two logins (stations/two_persons.py).

-- The person of a login; of a merged record the one that was kept. A login without a person stands for itself, and so
-- does the id of a person.
CREATE FUNCTION person_behind(login uuid) RETURNS uuid LANGUAGE sql STABLE STRICT AS $$
    WITH RECURSIVE record(id, merged_into) AS (
        SELECT coalesce(known.person_id, given.id), person.merged_into_id
          FROM (SELECT login AS id) AS given
          LEFT JOIN stations_user AS known ON known.id = given.id
          LEFT JOIN stations_person AS person ON person.id = coalesce(known.person_id, given.id)
         UNION
        SELECT person.id, person.merged_into_id
          FROM record JOIN stations_person AS person ON person.id = record.merged_into
    )
    SELECT id FROM record WHERE merged_into IS NULL
$$;

-- The first argument names the columns that say whether two are asked for, the second the checker's column, the others
-- those of the makers. What was right when it was written is not asked again by a change of other columns.
CREATE FUNCTION refuse_same_person() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    written jsonb := to_jsonb(NEW);
    before jsonb := to_jsonb(OLD);
    asked text[] := string_to_array(TG_ARGV[0], ',');
    maker text;
BEGIN
    FOR place IN 1 .. TG_NARGS - 1 LOOP
        asked := asked || TG_ARGV[place];
    END LOOP;
    IF TG_OP = 'UPDATE' AND NOT EXISTS (
        SELECT FROM unnest(asked) AS name WHERE written -> name IS DISTINCT FROM before -> name
    ) THEN
        RETURN NEW;
    END IF;
    FOR place IN 2 .. TG_NARGS - 1 LOOP
        maker := TG_ARGV[place];
        IF person_behind((written ->> TG_ARGV[1])::uuid) = person_behind((written ->> maker)::uuid) THEN
            RAISE EXCEPTION '% of %: % and % are one person', TG_NAME, TG_TABLE_NAME, TG_ARGV[1], maker
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;

-- A login stays its person's, so that nobody becomes a second person by a change of it; it follows its record into a
-- merge and out of it.
CREATE FUNCTION login_stays_its_persons() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM stations_personmerge
         WHERE (kept_id, merged_id) IN ((NEW.person_id, OLD.person_id), (OLD.person_id, NEW.person_id))
    ) THEN
        RAISE EXCEPTION 'login_stays_its_persons: a login does not become another person''s'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER login_stays_its_persons BEFORE UPDATE OF person_id ON stations_user FOR EACH ROW
    WHEN (OLD.person_id IS NOT NULL AND NEW.person_id IS DISTINCT FROM OLD.person_id)
    EXECUTE FUNCTION login_stays_its_persons();
