CREATE OR REPLACE FUNCTION recon_tally_items_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO finance_recontally (kind, opened_hour, change, created_at, updated_at)
    SELECT kind, hour, sum(change), now(), now() FROM (
        SELECT kind AS kind, date_trunc('hour', opened_at, 'UTC') AS hour, -1 AS change FROM old_rows WHERE status IN ('unmatched', 'exception', 'assigned')
        UNION ALL
        SELECT kind, date_trunc('hour', opened_at, 'UTC'), 1 FROM new_rows WHERE status IN ('unmatched', 'exception', 'assigned')
    ) AS changes GROUP BY kind, hour HAVING sum(change) <> 0;
    RETURN NULL;
END $$;
