CREATE OR REPLACE FUNCTION forget_old_rows(name text, before timestamptz, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    rule core_forgettable;
    forgotten integer;
BEGIN
    SELECT * INTO rule FROM core_forgettable WHERE table_name = name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'rows of % are never forgotten', name USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM set_config('ecomnet.forgetting', name, true);
    EXECUTE format(
        'DELETE FROM %1$I WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$I WHERE %2$I < $1 LIMIT $2))',
        name, rule.clock_column) USING least(before, now() - rule.shortest), most;
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    PERFORM set_config('ecomnet.forgetting', '', true);
    RETURN forgotten;
END
$$;
