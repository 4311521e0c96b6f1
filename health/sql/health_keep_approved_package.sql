-- Items and normal ranges change in a draft alone: results under an approved revision keep their meaning.
CREATE OR REPLACE FUNCTION health_keep_approved_package() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found jsonb := to_jsonb(CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END);
    package uuid := coalesce(found ->> 'package_id', (
        SELECT item.package_id::text FROM health_checkupitem AS item WHERE item.id = (found ->> 'item_id')::bigint
    ))::uuid;
BEGIN
    IF NOT EXISTS (SELECT FROM health_checkuppackage WHERE id = package AND status = 'draft') THEN
        RAISE EXCEPTION 'an approved package never changes'
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = 'approved_package_never_changes';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;
