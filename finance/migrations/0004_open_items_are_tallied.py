"""Open items and unexplained bank lines are counted as they come and go, so that the board never counts a table."""

from django.db import migrations


OPEN = "status IN ('unmatched', 'exception', 'assigned')"
UNEXPLAINED = "explained_minor < amount_minor"

TALLY = """
CREATE FUNCTION %(name)s_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO finance_recontally (kind, opened_hour, change, created_at, updated_at)
    SELECT %(kind)s, date_trunc('hour', %(at)s, 'UTC'), count(*), now(), now() FROM new_rows WHERE %(open)s GROUP BY 1, 2;
    RETURN NULL;
END $$;
CREATE FUNCTION %(name)s_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO finance_recontally (kind, opened_hour, change, created_at, updated_at)
    SELECT kind, hour, sum(change), now(), now() FROM (
        SELECT %(kind)s AS kind, date_trunc('hour', %(at)s, 'UTC') AS hour, -1 AS change FROM old_rows WHERE %(open)s
        UNION ALL
        SELECT %(kind)s, date_trunc('hour', %(at)s, 'UTC'), 1 FROM new_rows WHERE %(open)s
    ) AS changes GROUP BY kind, hour HAVING sum(change) <> 0;
    RETURN NULL;
END $$;
CREATE FUNCTION %(name)s_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO finance_recontally (kind, opened_hour, change, created_at, updated_at)
    SELECT %(kind)s, date_trunc('hour', %(at)s, 'UTC'), -count(*), now(), now() FROM old_rows WHERE %(open)s GROUP BY 1, 2;
    RETURN NULL;
END $$;
CREATE TRIGGER %(name)s_added AFTER INSERT ON %(table)s
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %(name)s_added();
CREATE TRIGGER %(name)s_changed AFTER UPDATE ON %(table)s
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION %(name)s_changed();
CREATE TRIGGER %(name)s_removed AFTER DELETE ON %(table)s
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION %(name)s_removed();
"""
UNTALLY = """
DROP TRIGGER %(name)s_added ON %(table)s;
DROP TRIGGER %(name)s_changed ON %(table)s;
DROP TRIGGER %(name)s_removed ON %(table)s;
DROP FUNCTION %(name)s_added();
DROP FUNCTION %(name)s_changed();
DROP FUNCTION %(name)s_removed();
"""
ITEMS = {
    "name": "recon_tally_items",
    "table": "finance_reconitem",
    "kind": "kind",
    "at": "opened_at",
    "open": OPEN,
}
BANK_LINES = {
    "name": "recon_tally_bank_lines",
    "table": "finance_bankstatementline",
    "kind": "'bank_line'",
    "at": "imported_at",
    "open": UNEXPLAINED,
}


class Migration(migrations.Migration):
    dependencies = [("finance", "0003_statements_are_kept")]

    operations = [
        migrations.RunSQL(TALLY % ITEMS, UNTALLY % ITEMS),
        migrations.RunSQL(TALLY % BANK_LINES, UNTALLY % BANK_LINES),
    ]
