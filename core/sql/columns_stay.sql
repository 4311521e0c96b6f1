-- Columns that are written once. While they stay the row is only compared, and nothing is called.
CREATE FUNCTION refuse_change_of_columns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%: these columns of % never change: %', TG_NAME, TG_TABLE_NAME, array_to_string(TG_ARGV, ', ')
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$$;

CREATE PROCEDURE keep_columns(name text, VARIADIC columns text[]) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER columns_stay BEFORE UPDATE ON %I FOR EACH ROW WHEN (%s) '
        'EXECUTE FUNCTION refuse_change_of_columns(%s)',
        name,
        (SELECT string_agg(format('OLD.%1$I IS DISTINCT FROM NEW.%1$I', kept), ' OR ') FROM unnest(columns) AS kept),
        (SELECT string_agg(quote_literal(kept), ', ') FROM unnest(columns) AS kept));
END
$$;

-- Rows that are never taken away.
CREATE PROCEDURE keep_rows(name text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON %I FOR EACH STATEMENT '
        'EXECUTE FUNCTION refuse_change()', name);
END
$$;

-- What was answered to a key is answered for as long as the key is kept; then it is forgotten by the owner's function.
CALL make_append_only('core_requestkey');
CALL make_forgettable('core_requestkey', 'created_at', '90 days');
