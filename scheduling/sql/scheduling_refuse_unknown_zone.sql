-- A calendar is in a zone of the IANA data, by its name: an abbreviation or an offset knows no summer time.
CREATE OR REPLACE FUNCTION scheduling_refuse_unknown_zone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = NEW.zone AND name ~ '^(UTC|[A-Z][A-Za-z_]+/.+)$') THEN
        RAISE EXCEPTION 'resource_has_an_iana_zone'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'resource_has_an_iana_zone';
    END IF;
    RETURN NEW;
END
$$;
