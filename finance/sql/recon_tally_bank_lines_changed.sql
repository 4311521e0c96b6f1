CREATE OR REPLACE FUNCTION recon_tally_bank_lines_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO finance_recontally (kind, opened_hour, change, created_at, updated_at)
    SELECT kind, hour, sum(change), now(), now() FROM (
        SELECT 'bank_line' AS kind, date_trunc('hour', imported_at, 'UTC') AS hour, -1 AS change FROM old_rows WHERE explained_minor < amount_minor
        UNION ALL
        SELECT 'bank_line', date_trunc('hour', imported_at, 'UTC'), 1 FROM new_rows WHERE explained_minor < amount_minor
    ) AS changes GROUP BY kind, hour HAVING sum(change) <> 0;
    RETURN NULL;
END $$;
