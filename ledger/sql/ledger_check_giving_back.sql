-- L8: reversed whole at most once (the unique key), or given back in parts, never both. The leg that takes the rest of
-- a split may be a cent off per leg of its event.
CREATE OR REPLACE FUNCTION ledger_check_giving_back(leg ledger_transfer) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    target constant uuid := coalesce(leg.reversal_of, leg.refund_of);
    original constant ledger_transfer := ledger_original(target);
    is_back boolean;
    slack bigint;
BEGIN
    IF original.id IS NULL OR original.kind NOT IN ('posted', 'post')
       OR original.reversal_of IS NOT NULL OR original.refund_of IS NOT NULL THEN
        PERFORM ledger_refuse('transfer_not_reversible', target::text);
    END IF;
    is_back := original.debit_id = leg.credit_id AND original.credit_id = leg.debit_id;
    IF NOT is_back AND (leg.reversal_of IS NOT NULL
                        OR (original.debit_id, original.credit_id) <> (leg.debit_id, leg.credit_id))
       OR leg.reversal_of IS NOT NULL AND leg.amount <> original.amount THEN
        PERFORM ledger_refuse('reversal_differs', target::text);
    END IF;
    IF leg.reversal_of IS NOT NULL THEN
        INSERT INTO ledger_refundcounter (transfer_id, amount_minor, refunded_minor, slack_minor, is_reversed)
        VALUES (target, original.amount, original.amount, 0, true) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            PERFORM ledger_refuse('already_refunded', target::text);
        END IF;
        RETURN;
    END IF;
    SELECT count(*) INTO slack FROM ledger_transferkey
     WHERE event_type = original.event_type AND event_id = original.event_id
       AND EXISTS (SELECT FROM ledger_account
                    WHERE id IN (original.debit_id, original.credit_id) AND kind IN ('revenue', 'expense'));
    INSERT INTO ledger_refundcounter (transfer_id, amount_minor, refunded_minor, slack_minor, is_reversed)
    VALUES (target, original.amount, 0, slack, false) ON CONFLICT DO NOTHING;
    UPDATE ledger_refundcounter
       SET refunded_minor = refunded_minor + CASE WHEN is_back THEN leg.amount ELSE -leg.amount END
     WHERE transfer_id = target AND NOT is_reversed;
    IF NOT FOUND THEN
        PERFORM ledger_refuse('already_reversed', target::text);
    END IF;
END
$$;
