CREATE OR REPLACE FUNCTION ledger_roll_up(account bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    by_owner constant boolean := session_user = current_user;
    clock timestamptz;
    entered bigint;
BEGIN
    PERFORM set_config('ledger.rolling_up', 'on', true);
    PERFORM FROM ledger_account WHERE id = account FOR NO KEY UPDATE;
    -- History that the owner wrote is entered when it happened, everything else now.
    clock := CASE WHEN by_owner
                  THEN (SELECT max(recorded_at) FROM ledger_queuedentry WHERE account_id = account)
                  ELSE clock_timestamp() END;

    WITH gone AS (
        -- What this statement does not see yet (an uncommitted posting) stays for the next roll-up, whatever its id.
        DELETE FROM ledger_queuedentry WHERE account_id = account
        RETURNING account_id, side, transfer_id, id, recorded_at, posted_delta AS posted, pending_delta AS pending
    ),
    legs AS (
        SELECT account_id, side, transfer_id, id, recorded_at, posted, pending FROM gone
),
    sums AS (
        SELECT account_id, count(*) AS entries,
               coalesce(sum(posted) FILTER (WHERE side = 'debit'), 0) AS debits_posted,
               coalesce(sum(posted) FILTER (WHERE side = 'credit'), 0) AS credits_posted,
               coalesce(sum(pending) FILTER (WHERE side = 'debit'), 0) AS debits_pending,
               coalesce(sum(pending) FILTER (WHERE side = 'credit'), 0) AS credits_pending
          FROM legs GROUP BY account_id
    ),
    changed AS (
        UPDATE ledger_account AS account
           SET debits_posted = account.debits_posted + sums.debits_posted,
               credits_posted = account.credits_posted + sums.credits_posted,
               debits_pending = account.debits_pending + sums.debits_pending,
               credits_pending = account.credits_pending + sums.credits_pending,
               version = account.version + sums.entries,
               last_entered_at = greatest(account.last_entered_at, clock)
          FROM sums
         WHERE account.id = sums.account_id AND account.mode = 'queued'
        RETURNING WITH (OLD AS past) account.id, account.normal_side, past.version,
                  past.last_entered_at AS entered_before, account.last_entered_at AS entered_at,
                  CASE account.normal_side WHEN 'credit' THEN past.credits_posted - past.debits_posted
                                           ELSE past.debits_posted - past.credits_posted END AS posted,
                  CASE account.normal_side WHEN 'credit' THEN past.debits_pending ELSE past.credits_pending END AS outflow
    )
    INSERT INTO ledger_entry (account_id, version, transfer_id, side, posted_delta, pending_delta, posted_after,
                              pending_after, entered_at)
    SELECT changed.id, changed.version + row_number() OVER upto, legs.transfer_id, legs.side, legs.posted, legs.pending,
           changed.posted + sum(CASE WHEN legs.side = changed.normal_side THEN legs.posted ELSE -legs.posted END)
                            OVER upto,
           changed.outflow + sum(CASE WHEN legs.side = changed.normal_side THEN 0 ELSE legs.pending END) OVER upto,
           CASE WHEN by_owner THEN greatest(changed.entered_before, max(legs.recorded_at) OVER upto)
                ELSE changed.entered_at END
      FROM legs JOIN changed ON changed.id = legs.account_id
    WINDOW upto AS (PARTITION BY changed.id ORDER BY legs.id ROWS UNBOUNDED PRECEDING)
;
    GET DIAGNOSTICS entered = ROW_COUNT;
    PERFORM set_config('ledger.rolling_up', '', true);
    RETURN entered;
END
$$;
