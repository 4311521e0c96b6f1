-- A transfer by its id alone: the key knows its month, so that one partition is read.
CREATE OR REPLACE FUNCTION ledger_original(transfer uuid) RETURNS ledger_transfer LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp AS $$
DECLARE
    month timestamptz := (SELECT recorded_at FROM ledger_transferkey WHERE id = transfer);
    found_one ledger_transfer;
BEGIN
    SELECT * INTO found_one FROM ledger_transfer WHERE id = transfer AND recorded_at = month;
    RETURN found_one;
END
$$;
