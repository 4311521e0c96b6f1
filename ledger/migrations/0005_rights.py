"""What nobody may do to money, the owner of the tables included, and what the application may not even try."""

from django.db import migrations

APPEND_ONLY = """
CALL make_append_only('ledger_transferkey');
CALL make_append_only('ledger_entry');
CALL make_append_only('ledger_accountstatement');
CALL make_append_only('ledger_auditrun');
"""

# Entries and queue are written by the trigger and the roll-up alone.
WRITTEN_BY_THE_LEDGER = """
CREATE TRIGGER refuse_direct_insert BEFORE INSERT ON ledger_entry FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0 AND current_setting('ledger.rolling_up', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_direct_insert BEFORE INSERT ON ledger_transferkey FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_direct_insert BEFORE INSERT ON ledger_queuedentry FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_update BEFORE UPDATE ON ledger_queuedentry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE ON ledger_queuedentry FOR EACH STATEMENT
    WHEN (current_setting('ledger.rolling_up', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON ledger_queuedentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change BEFORE INSERT OR UPDATE ON ledger_refundcounter FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON ledger_refundcounter
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

# What an account is, is fixed; it starts at nothing and never goes away.
ACCOUNT = """
-- Balances change all the time: room on each page keeps those changes out of the indexes.
ALTER TABLE ledger_account SET (fillfactor = 50);
CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_change_of_nature
    BEFORE UPDATE OF id, code, book_id, kind, holder, currency, normal_side, "limit", mode, opened_at
    ON ledger_account FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_a_balance_from_nowhere BEFORE INSERT ON ledger_account FOR EACH ROW
    WHEN (NEW.debits_posted <> 0 OR NEW.credits_posted <> 0 OR NEW.debits_pending <> 0 OR NEW.credits_pending <> 0
          OR NEW.version <> 0 OR NEW.last_entered_at IS NOT NULL OR NEW.closed_at IS NOT NULL)
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER refuse_delete BEFORE DELETE OR TRUNCATE ON ledger_book
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

# UPDATE (code) lets the application lock an account (a lock needs the right to change some column); the trigger above
# refuses the change itself.
RIGHTS = """
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON ledger_transfer, ledger_account, ledger_book FROM ecomnet_app;
        GRANT UPDATE (code) ON ledger_account TO ecomnet_app;
        GRANT UPDATE (first_open_date, updated_at) ON ledger_book TO ecomnet_app;
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE
            ON ledger_transferkey, ledger_entry, ledger_queuedentry, ledger_refundcounter FROM ecomnet_app;
        REVOKE DELETE, TRUNCATE ON ledger_auditfinding FROM ecomnet_app;
    END IF;
END
$$;
"""

CALLS = """
DO $$
DECLARE
    call text;
BEGIN
    FOREACH call IN ARRAY ARRAY['ledger_post(jsonb)', 'ledger_roll_up(bigint)',
                                'ledger_close_account(bigint, timestamptz)', 'ledger_make_partitions(date, date)'] LOOP
        EXECUTE 'REVOKE EXECUTE ON FUNCTION ' || call || ' FROM PUBLIC';
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'ecomnet_app') THEN
            EXECUTE 'GRANT EXECUTE ON FUNCTION ' || call || ' TO ecomnet_app';
        END IF;
    END LOOP;
END
$$;
"""

UNDO = """
DROP TRIGGER refuse_direct_insert ON ledger_entry;
DROP TRIGGER refuse_direct_insert ON ledger_transferkey;
DROP TRIGGER refuse_direct_insert ON ledger_queuedentry;
DROP TRIGGER refuse_update ON ledger_queuedentry;
DROP TRIGGER refuse_delete ON ledger_queuedentry;
DROP TRIGGER refuse_truncate ON ledger_queuedentry;
DROP TRIGGER refuse_change ON ledger_refundcounter;
DROP TRIGGER refuse_delete ON ledger_refundcounter;
"""

UNDO_ACCOUNT = """
-- Balances change all the time: room on each page keeps those changes out of the indexes.
ALTER TABLE ledger_account SET (fillfactor = 50);
DROP TRIGGER refuse_delete ON ledger_account;
DROP TRIGGER refuse_change_of_nature ON ledger_account;
DROP TRIGGER refuse_a_balance_from_nowhere ON ledger_account;
DROP TRIGGER refuse_delete ON ledger_book;
"""

UNDO_APPEND_ONLY = "".join(
    f"DROP TRIGGER refuse_update_delete ON {table}; DROP TRIGGER refuse_truncate ON {table};"
    for table in ("ledger_transferkey", "ledger_entry", "ledger_accountstatement", "ledger_auditrun")
)


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_partitions"),
    ]

    operations = [
        migrations.RunSQL(APPEND_ONLY, UNDO_APPEND_ONLY),
        migrations.RunSQL(WRITTEN_BY_THE_LEDGER, UNDO),
        migrations.RunSQL(ACCOUNT, UNDO_ACCOUNT),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(CALLS, migrations.RunSQL.noop),
    ]
