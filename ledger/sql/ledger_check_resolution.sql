-- L7: a hold ends once (the unique key), on its own accounts, for no more than was held, in time.
CREATE OR REPLACE FUNCTION ledger_check_resolution(leg ledger_transfer, clock timestamptz) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    held ledger_transfer := ledger_original(leg.pending_id);
BEGIN
    IF held.id IS NULL OR held.kind <> 'pending' THEN
        PERFORM ledger_refuse('hold_unknown', leg.pending_id::text);
    END IF;
    IF (held.debit_id, held.credit_id, held.currency, held.book_id)
       <> (leg.debit_id, leg.credit_id, leg.currency, leg.book_id)
       OR leg.amount > held.amount OR (leg.kind <> 'post' AND leg.amount <> held.amount) THEN
        PERFORM ledger_refuse('hold_differs', leg.pending_id::text);
    END IF;
    IF leg.kind = 'post' AND held.expires_at <= clock THEN
        PERFORM ledger_refuse('hold_expired', leg.pending_id::text);
    END IF;
    IF leg.kind = 'expire' AND (held.expires_at IS NULL OR held.expires_at > clock) THEN
        PERFORM ledger_refuse('hold_not_expired', leg.pending_id::text);
    END IF;
END
$$;
