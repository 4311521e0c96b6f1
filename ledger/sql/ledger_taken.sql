-- L7, L8, L11: which of several broken keys the database names is chance; the one that says most is answered.
CREATE OR REPLACE FUNCTION ledger_taken(legs jsonb) RETURNS jsonb LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    code text;
BEGIN
    SELECT CASE WHEN bool_or(key.pending_id = leg.pending_id) THEN 'hold_resolved'
                WHEN bool_or(key.reversal_of = leg.reversal_of) THEN 'already_reversed'
                ELSE 'event_already_posted' END
      INTO code
      FROM jsonb_to_recordset(legs) AS leg (pending_id uuid, reversal_of uuid)
      LEFT JOIN ledger_transferkey AS key ON key.pending_id = leg.pending_id OR key.reversal_of = leg.reversal_of;
    RETURN jsonb_build_object('code', code, 'subject', NULL);
END
$$;
