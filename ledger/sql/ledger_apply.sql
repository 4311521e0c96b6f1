-- Holders of FOR UPDATE on an account (closing it) wait for every open posting, whose foreign keys hold KEY SHARE; so a
-- posting that reads "open" here stays right. The shared advisory lock does the same for the book's first open date.
-- Plans are made once: with an array of accounts PostgreSQL would plan each posting anew, for a fifth of its time.
CREATE OR REPLACE FUNCTION ledger_apply() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    by_owner constant boolean := session_user = current_user;
    clock timestamptz;
    facts record;
    touched record;
    queued bigint := 0;
    entered bigint := 0;
    let_in text;
BEGIN
    -- Keys first: whoever resolves, reverses or repeats something waits here for whoever did it before.
    INSERT INTO ledger_transferkey (id, recorded_at, pending_id, reversal_of, event_type, event_id, leg_no, fingerprint)
    SELECT id, recorded_at, pending_id, reversal_of, event_type, event_id, leg_no, fingerprint
      FROM fresh ORDER BY coalesce(pending_id, reversal_of, id);

    -- Assigned and not performed: a plain expression is cheaper than a statement.
    let_in := pg_advisory_xact_lock_shared(hashtext('ledger_book'))::text;
    SELECT count(*) AS legs, min(fresh.recorded_at) AS first, max(fresh.recorded_at) AS last,
           array_agg(fresh.debit_id) || array_agg(fresh.credit_id) AS accounts,
           bool_or(fresh.pending_id IS NOT NULL) AS resolves,
           bool_or(fresh.reversal_of IS NOT NULL OR fresh.refund_of IS NOT NULL) AS gives_back,
           max(book.first_open_date) FILTER (WHERE fresh.business_date < book.first_open_date) AS open_from
      INTO facts FROM fresh JOIN ledger_book AS book ON book.id = fresh.book_id;
    IF facts.legs = 0 THEN
        RETURN NULL;
    END IF;
    IF facts.open_from IS NOT NULL THEN
        PERFORM ledger_refuse('business_date_closed', facts.open_from::text);
    END IF;
    clock := clock_timestamp();
    IF facts.last > clock + interval '1 minute'
       OR facts.first < clock - interval '1 minute' AND NOT by_owner THEN
        PERFORM ledger_refuse('clock_differs', clock::text);
    END IF;
    IF facts.gives_back THEN
        PERFORM ledger_check_giving_back(fresh.*::ledger_transfer)
           FROM (SELECT * FROM fresh WHERE reversal_of IS NOT NULL OR refund_of IS NOT NULL
                  ORDER BY coalesce(reversal_of, refund_of)) AS fresh;
    END IF;

    -- Live accounts are held in the order of their ids; queued ones are only looked at. They are asked for by an array,
    -- never by joining `fresh`: a row that changed while we waited for it is looked at again, and PostgreSQL 18 loses it
    -- where the other side of the join is a transition table.
    SELECT count(*) AS live, 0::bigint AS queued, array_agg(id) FILTER (WHERE closed_at IS NOT NULL) AS closed
      INTO touched
      FROM (SELECT id, closed_at FROM ledger_account
             WHERE id = ANY (facts.accounts) AND mode = 'live' ORDER BY id FOR NO KEY UPDATE) AS held;
    IF touched.live < cardinality(facts.accounts) THEN
        SELECT touched.live, count(*) AS queued,
               touched.closed || array_agg(id) FILTER (WHERE closed_at IS NOT NULL) AS closed
          INTO touched FROM ledger_account WHERE id = ANY (facts.accounts) AND mode = 'queued';
    END IF;
    IF touched.closed IS NOT NULL THEN
        -- L10: only holds made before the closing may still end.
        PERFORM ledger_refuse('account_closed', account.id::text)
           FROM fresh, unnest(touched.closed) AS account (id)
          WHERE account.id IN (fresh.debit_id, fresh.credit_id) AND fresh.kind IN ('posted', 'pending');
    END IF;
    clock := CASE WHEN by_owner THEN facts.last ELSE clock_timestamp() END;
    IF facts.resolves THEN
        PERFORM ledger_check_resolution(fresh.*::ledger_transfer, clock) FROM fresh WHERE pending_id IS NOT NULL;
    END IF;

    IF touched.queued > 0 THEN
        INSERT INTO ledger_queuedentry (account_id, transfer_id, side, posted_delta, pending_delta, recorded_at)
        SELECT legs.account_id, legs.transfer_id, legs.side, legs.posted, legs.pending, legs.recorded_at
          FROM (
        SELECT side.account_id, side.side, fresh.id AS transfer_id, fresh.group_id, fresh.leg_no, fresh.recorded_at,
               CASE WHEN fresh.kind IN ('posted', 'post') THEN fresh.amount ELSE 0 END AS posted,
               CASE fresh.kind
                   WHEN 'posted' THEN 0
                   WHEN 'pending' THEN fresh.amount
                   WHEN 'post' THEN -(ledger_original(fresh.pending_id)).amount
                   ELSE -fresh.amount
               END AS pending
          FROM fresh
         CROSS JOIN LATERAL (VALUES (fresh.debit_id, 'debit'), (fresh.credit_id, 'credit')) AS side (account_id, side)
) AS legs JOIN ledger_account AS account ON account.id = legs.account_id
         WHERE account.mode = 'queued'
         ORDER BY legs.group_id, legs.leg_no, legs.transfer_id;
        GET DIAGNOSTICS queued = ROW_COUNT;
    END IF;
    IF touched.live > 0 THEN
        -- A plan made for a handful of legs must not meet thousands: large groups are planned for what they are.
        IF facts.legs <= 64 THEN
            
    WITH legs AS (
        SELECT side.account_id, side.side, fresh.id AS transfer_id, fresh.group_id, fresh.leg_no, fresh.recorded_at,
               CASE WHEN fresh.kind IN ('posted', 'post') THEN fresh.amount ELSE 0 END AS posted,
               CASE fresh.kind
                   WHEN 'posted' THEN 0
                   WHEN 'pending' THEN fresh.amount
                   WHEN 'post' THEN -(ledger_original(fresh.pending_id)).amount
                   ELSE -fresh.amount
               END AS pending
          FROM fresh
         CROSS JOIN LATERAL (VALUES (fresh.debit_id, 'debit'), (fresh.credit_id, 'credit')) AS side (account_id, side)
),
    sums AS (
        SELECT account_id, count(*) AS entries,
               sum(CASE side WHEN 'debit' THEN posted ELSE 0 END)::bigint AS debits_posted,
               sum(CASE side WHEN 'credit' THEN posted ELSE 0 END)::bigint AS credits_posted,
               sum(CASE side WHEN 'debit' THEN pending ELSE 0 END)::bigint AS debits_pending,
               sum(CASE side WHEN 'credit' THEN pending ELSE 0 END)::bigint AS credits_pending
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
         WHERE account.id = sums.account_id AND account.mode = 'live'
        RETURNING WITH (OLD AS past) account.id, account.normal_side, past.version,
                  account.last_entered_at AS entered_at,
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
           changed.entered_at
      FROM legs JOIN changed ON changed.id = legs.account_id
    WINDOW upto AS (PARTITION BY changed.id ORDER BY legs.group_id, legs.leg_no, legs.transfer_id ROWS UNBOUNDED PRECEDING)
;
        ELSE
            EXECUTE $large$
    WITH legs AS (
        SELECT side.account_id, side.side, fresh.id AS transfer_id, fresh.group_id, fresh.leg_no, fresh.recorded_at,
               CASE WHEN fresh.kind IN ('posted', 'post') THEN fresh.amount ELSE 0 END AS posted,
               CASE fresh.kind
                   WHEN 'posted' THEN 0
                   WHEN 'pending' THEN fresh.amount
                   WHEN 'post' THEN -(ledger_original(fresh.pending_id)).amount
                   ELSE -fresh.amount
               END AS pending
          FROM fresh
         CROSS JOIN LATERAL (VALUES (fresh.debit_id, 'debit'), (fresh.credit_id, 'credit')) AS side (account_id, side)
),
    sums AS (
        SELECT account_id, count(*) AS entries,
               sum(CASE side WHEN 'debit' THEN posted ELSE 0 END)::bigint AS debits_posted,
               sum(CASE side WHEN 'credit' THEN posted ELSE 0 END)::bigint AS credits_posted,
               sum(CASE side WHEN 'debit' THEN pending ELSE 0 END)::bigint AS debits_pending,
               sum(CASE side WHEN 'credit' THEN pending ELSE 0 END)::bigint AS credits_pending
          FROM legs GROUP BY account_id
    ),
    changed AS (
        UPDATE ledger_account AS account
           SET debits_posted = account.debits_posted + sums.debits_posted,
               credits_posted = account.credits_posted + sums.credits_posted,
               debits_pending = account.debits_pending + sums.debits_pending,
               credits_pending = account.credits_pending + sums.credits_pending,
               version = account.version + sums.entries,
               last_entered_at = greatest(account.last_entered_at, $1)
          FROM sums
         WHERE account.id = sums.account_id AND account.mode = 'live'
        RETURNING WITH (OLD AS past) account.id, account.normal_side, past.version,
                  account.last_entered_at AS entered_at,
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
           changed.entered_at
      FROM legs JOIN changed ON changed.id = legs.account_id
    WINDOW upto AS (PARTITION BY changed.id ORDER BY legs.group_id, legs.leg_no, legs.transfer_id ROWS UNBOUNDED PRECEDING)
$large$ USING clock;
        END IF;
        GET DIAGNOSTICS entered = ROW_COUNT;
    END IF;
    -- L1: whatever went wrong above, no transfer stands with one side, or with none.
    IF queued + entered <> 2 * facts.legs THEN
        RAISE EXCEPTION 'of % sides % were queued and % entered', 2 * facts.legs, queued, entered;
    END IF;
    RETURN NULL;
END
$$;
