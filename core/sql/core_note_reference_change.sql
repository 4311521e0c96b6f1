-- Reference data has changed: processes that have stored it read it again. The number is drawn at random and not counted,
-- so that no two changes have the same one, also when one is rolled back, or the database is restored beneath processes
-- that go on.
CREATE OR REPLACE FUNCTION core_note_reference_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE core_referenceversion SET version = hashtextextended(gen_random_uuid()::text, 0);
    RETURN NULL;
END
$$;
