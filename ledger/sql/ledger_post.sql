-- One call per money operation. It answers null, or why not; the block makes it one step: a refusal leaves nothing and
-- does not spoil the caller's transaction.
CREATE OR REPLACE FUNCTION ledger_post(legs jsonb) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    by_owner constant boolean := session_user = current_user;
    broken text;
    subject text;
    code text;
BEGIN
    INSERT INTO ledger_transfer (
        id, recorded_at, kind, book_id, debit_id, credit_id, currency, amount, pending_id, reversal_of, refund_of,
        event_type, event_id, leg_no, group_id, business_date, effective_at, expires_at, made_by_kind, made_by, reason)
    SELECT id, CASE WHEN by_owner THEN least(effective_at, clock_timestamp()) ELSE clock_timestamp() END,
           kind, book, debit, credit, currency, amount, pending_id, reversal_of, refund_of,
           event_type, event_id, leg_no, group_id, business_date, effective_at, expires_at, made_by_kind, made_by, reason
      FROM jsonb_to_recordset(legs) AS leg (
        id uuid, kind text, book bigint, debit bigint, credit bigint, currency text, amount bigint, pending_id uuid,
        reversal_of uuid, refund_of uuid, event_type text, event_id text, leg_no integer, group_id uuid,
        business_date date, effective_at timestamptz, expires_at timestamptz, made_by_kind text, made_by uuid,
        reason text);
    RETURN NULL;
EXCEPTION
    WHEN SQLSTATE 'LEDGR' THEN
        GET STACKED DIAGNOSTICS code = MESSAGE_TEXT, subject = PG_EXCEPTION_DETAIL;
        RETURN jsonb_build_object('code', code, 'subject', subject);
    WHEN check_violation THEN
        GET STACKED DIAGNOSTICS broken = CONSTRAINT_NAME, subject = PG_EXCEPTION_DETAIL;
        IF broken IN ('account_debits_stay_within_credits', 'account_credits_stay_within_debits') THEN
            RETURN jsonb_build_object('code', 'not_enough', 'subject', substring(subject FROM '[(]([0-9]+),'));
        ELSIF broken = 'refunds_stay_within_their_transfer' THEN
            RETURN jsonb_build_object('code', 'refund_too_large', 'subject', substring(subject FROM '[(]([0-9a-f-]+),'));
        END IF;
        RAISE;
    WHEN unique_violation THEN
        GET STACKED DIAGNOSTICS broken = CONSTRAINT_NAME;
        IF broken = 'ledger_transferkey_pkey' THEN
            RETURN ledger_repeated(legs);
        ELSIF broken IN ('event_leg_is_posted_once', 'hold_is_resolved_once', 'transfer_is_reversed_once') THEN
            RETURN ledger_taken(legs);
        ELSE
            RAISE;
        END IF;
END
$$;
