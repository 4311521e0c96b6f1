-- A collection sheet is the sum of its lines, however many presses they were recorded by.
CREATE OR REPLACE FUNCTION finance_check_collection_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sheet uuid := coalesce(to_jsonb(NEW) ->> 'sheet_id', to_jsonb(NEW) ->> 'id')::uuid;
    said record;
    found record;
BEGIN
    SELECT expected_minor, collected_minor INTO said FROM finance_collectionsheet WHERE id = sheet;
    SELECT coalesce(sum(expected_minor), 0) AS expected_minor, coalesce(sum(collected_minor), 0) AS collected_minor
      INTO found FROM finance_sheetline WHERE sheet_id = sheet;
    IF said.expected_minor <> found.expected_minor OR said.collected_minor <> found.collected_minor THEN
        RAISE EXCEPTION 'collection_sheet_is_the_sum_of_its_lines'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'collection_sheet_is_the_sum_of_its_lines';
    END IF;
    RETURN NEW;
END
$$;
