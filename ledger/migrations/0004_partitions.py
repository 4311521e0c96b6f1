"""Months of transfers, made ahead; a missing one would refuse every posting.

A statement trigger of the parent does not fire for a partition that is named directly, so each partition refuses
direct INSERT and TRUNCATE itself; the row trigger against UPDATE and DELETE is inherited.
"""

from django.db import migrations

MAKE = """
CREATE FUNCTION ledger_refuse_direct_insert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'insert into ledger_transfer, not into %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;

CREATE FUNCTION ledger_make_partition(month date) RETURNS boolean LANGUAGE plpgsql
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

-- Making a partition waits behind every open posting and stops those that come after: it gives up after half a second,
-- lets them pass, and tries again.
CREATE FUNCTION ledger_make_partitions(from_month date, to_month date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
    month date := date_trunc('month', from_month);
    made integer := 0;
    tries integer := 0;
BEGIN
    IF to_month > CURRENT_DATE + interval '25 months' OR from_month < CURRENT_DATE - interval '121 months' THEN
        RAISE EXCEPTION 'partitions are made for ten years back and two ahead' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    WHILE month <= to_month LOOP
        BEGIN
            made := made + ledger_make_partition(month)::integer;
            month := month + interval '1 month';
        EXCEPTION WHEN lock_not_available THEN
            tries := tries + 1;
            IF tries >= 10 THEN
                RAISE;
            END IF;
            PERFORM pg_sleep(0.05 * tries);
        END;
    END LOOP;
    RETURN made;
END
$$;

CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON ledger_transfer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_update_delete BEFORE UPDATE OR DELETE ON ledger_transfer
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
SELECT ledger_make_partitions((CURRENT_DATE - interval '12 months')::date, (CURRENT_DATE + interval '12 months')::date);
"""

UNMAKE = """
DROP TRIGGER refuse_truncate ON ledger_transfer;
DROP TRIGGER refuse_update_delete ON ledger_transfer;
DROP FUNCTION ledger_make_partitions(date, date);
DROP FUNCTION ledger_make_partition(date);
DROP FUNCTION ledger_refuse_direct_insert() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_posting"),
    ]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
