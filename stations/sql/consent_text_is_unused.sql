CREATE OR REPLACE FUNCTION consent_text_is_unused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM stations_consent WHERE text_version_id = OLD.id) THEN
        RAISE EXCEPTION 'consent text % is in use and never edited', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
