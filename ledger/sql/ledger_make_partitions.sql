-- Making a partition waits behind every open posting and stops those that come after: it gives up after half a second,
-- lets them pass, and tries again.
CREATE OR REPLACE FUNCTION ledger_make_partitions(from_month date, to_month date) RETURNS integer
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
