CREATE OR REPLACE FUNCTION recon_tally_items_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO finance_recontally (kind, opened_hour, change, created_at, updated_at)
    SELECT kind, date_trunc('hour', opened_at, 'UTC'), -count(*), now(), now() FROM old_rows WHERE status IN ('unmatched', 'exception', 'assigned') GROUP BY 1, 2;
    RETURN NULL;
END $$;
