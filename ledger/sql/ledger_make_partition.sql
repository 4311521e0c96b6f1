CREATE OR REPLACE FUNCTION ledger_make_partition(month date) RETURNS boolean LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    name constant text := 'ledger_transfer_' || to_char(month, 'YYYY_MM');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF ledger_transfer FOR VALUES FROM (%L) TO (%L)', name,
                   month::timestamp AT TIME ZONE 'UTC', (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
    EXECUTE format('CREATE TRIGGER refuse_direct_insert BEFORE INSERT ON %I FOR EACH STATEMENT '
                   'EXECUTE FUNCTION ledger_refuse_direct_insert()', name);
    EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT '
                   'EXECUTE FUNCTION refuse_change()', name);
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        EXECUTE format('REVOKE ALL ON %I FROM ecomnet_app', name);
        EXECUTE format('GRANT SELECT ON %I TO ecomnet_app', name);
    END IF;
    RETURN true;
END
$$;
