-- What makes two transfers the same: everything but clocks. JSON, because it cannot be ambiguous.
CREATE OR REPLACE FUNCTION ledger_fingerprint(
    kind text, debit bigint, credit bigint, currency text, amount bigint, pending_id uuid, reversal_of uuid,
    refund_of uuid, event_type text, event_id text, leg_no integer, reason text
) RETURNS bytea LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN sha256(convert_to(json_build_array(
        kind, debit, credit, currency, amount, pending_id, reversal_of, refund_of, event_type, event_id, leg_no, reason
    )::text, 'UTF8'));
END
$$;
