DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON ledger_transfer, ledger_account, ledger_book FROM ecomnet_app;
        GRANT UPDATE (code) ON ledger_account TO ecomnet_app;
        GRANT UPDATE (first_open_date, updated_at) ON ledger_book TO ecomnet_app;
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE
            ON ledger_transferkey, ledger_entry, ledger_queuedentry, ledger_refundcounter FROM ecomnet_app;
        REVOKE DELETE, TRUNCATE ON ledger_auditfinding FROM ecomnet_app;
    END IF;
END
$$;

DO $$
DECLARE
    call text;
BEGIN
    FOREACH call IN ARRAY ARRAY['ledger_post(jsonb)', 'ledger_roll_up(bigint)',
                                'ledger_close_account(bigint, timestamptz)', 'ledger_make_partitions(date, date)'] LOOP
        EXECUTE 'REVOKE EXECUTE ON FUNCTION ' || call || ' FROM PUBLIC';
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
            EXECUTE 'GRANT EXECUTE ON FUNCTION ' || call || ' TO ecomnet_app';
        END IF;
    END LOOP;
END
$$;
