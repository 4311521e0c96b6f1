-- Reference data has changed: processes that have stored it read it again. The number comes from a sequence, so that no
-- two changes have the same one, also when one of them is rolled back.
CREATE OR REPLACE FUNCTION core_note_reference_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE core_referenceversion SET version = nextval('core_referenceversion_version');
    RETURN NULL;
END
$$;
