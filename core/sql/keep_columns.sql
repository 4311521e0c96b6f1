CREATE OR REPLACE PROCEDURE keep_columns(name text, VARIADIC columns text[]) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TRIGGER columns_stay BEFORE UPDATE ON %I FOR EACH ROW WHEN (%s) '
        'EXECUTE FUNCTION refuse_change_of_columns(%s)',
        name,
        (SELECT string_agg(format('OLD.%1$I IS DISTINCT FROM NEW.%1$I', kept), ' OR ') FROM unnest(columns) AS kept),
        (SELECT string_agg(quote_literal(kept), ', ') FROM unnest(columns) AS kept));
END
$$;
