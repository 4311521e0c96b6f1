-- L9: the same ids with the same content are the first answer again.
CREATE OR REPLACE FUNCTION ledger_repeated(legs jsonb) RETURNS jsonb LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    differing uuid;
BEGIN
    SELECT leg.id INTO differing
      FROM jsonb_to_recordset(legs) AS leg (
        id uuid, kind text, debit bigint, credit bigint, currency text, amount bigint, pending_id uuid,
        reversal_of uuid, refund_of uuid, event_type text, event_id text, leg_no integer, reason text)
      LEFT JOIN ledger_transferkey AS key ON key.id = leg.id
     WHERE key.fingerprint IS DISTINCT FROM ledger_fingerprint(
        leg.kind, leg.debit, leg.credit, leg.currency, leg.amount, leg.pending_id, leg.reversal_of, leg.refund_of,
        leg.event_type, leg.event_id, leg.leg_no, leg.reason)
     LIMIT 1;
    IF differing IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN jsonb_build_object('code', 'transfer_differs', 'subject', differing);
END
$$;
