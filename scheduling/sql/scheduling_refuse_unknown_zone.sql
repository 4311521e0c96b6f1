-- A calendar is in a zone of the IANA data, by its name: an abbreviation or an offset knows no summer time. The list of
-- names is slow to read: a zone that another calendar has is known.
CREATE OR REPLACE FUNCTION scheduling_refuse_unknown_zone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM scheduling_resource WHERE zone = NEW.zone) THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = NEW.zone AND name ~ '^(UTC|[A-Z][A-Za-z_]+/.+)$') THEN
        RAISE EXCEPTION 'resource_has_an_iana_zone'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'resource_has_an_iana_zone';
    END IF;
    RETURN NEW;
END
$$;
