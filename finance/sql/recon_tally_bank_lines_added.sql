CREATE OR REPLACE FUNCTION recon_tally_bank_lines_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO finance_recontally (kind, opened_hour, change, created_at, updated_at)
    SELECT 'bank_line', date_trunc('hour', imported_at, 'UTC'), count(*), now(), now() FROM new_rows WHERE explained_minor < amount_minor GROUP BY 1, 2;
    RETURN NULL;
END $$;
