CREATE OR REPLACE FUNCTION ledger_close_account(account bigint, at timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    -- FOR UPDATE: waits for every open posting to this account, and makes the next ones wait.
    PERFORM FROM ledger_account WHERE id = account FOR UPDATE;
    PERFORM ledger_roll_up(account);
    UPDATE ledger_account SET closed_at = at WHERE id = account AND closed_at IS NULL;
END
$$;
