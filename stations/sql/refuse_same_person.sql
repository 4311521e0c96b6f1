-- The first argument names the columns that say whether two are asked for, the second the checker's column, the others
-- those of the makers. What was right when it was written is not asked again by a change of other columns.
CREATE OR REPLACE FUNCTION refuse_same_person() RETURNS trigger LANGUAGE plpgsql AS $$
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
