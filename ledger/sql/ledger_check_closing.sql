CREATE OR REPLACE FUNCTION ledger_check_closing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL THEN
        PERFORM ledger_refuse('account_closed', OLD.id::text);
    END IF;
    IF OLD.kind IN ('commission', 'supplier', 'farmer', 'carrier') THEN
        PERFORM ledger_refuse('account_never_closes', OLD.id::text);
    END IF;
    IF OLD.debits_posted <> OLD.credits_posted
       OR EXISTS (SELECT FROM ledger_queuedentry WHERE account_id = OLD.id) THEN
        PERFORM ledger_refuse('account_not_empty', OLD.id::text);
    END IF;
    RETURN NEW;
END
$$;
