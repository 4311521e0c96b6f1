-- Nobody who stands close to a resident decides about their loan or claim or pays it out. The trigger names the column of
-- the resident, then those of the officers; what was decided before two people moved together stays as it is.
CREATE OR REPLACE FUNCTION finance_refuse_tied_officer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    written jsonb := to_jsonb(NEW);
    before jsonb := to_jsonb(OLD);
    officer text;
BEGIN
    FOREACH officer IN ARRAY TG_ARGV[1:] LOOP
        IF (written ->> officer) IS DISTINCT FROM (before ->> officer)
           AND finance_is_tied((written ->> officer)::uuid, (written ->> TG_ARGV[0])::uuid) THEN
            RAISE EXCEPTION '%: who decides stands close to the resident', TG_NAME
                USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME;
        END IF;
    END LOOP;
    RETURN NEW;
END
$$;
