"""Whoever opened a day holds its till; what was posted for differences is never changed."""

from django.db import migrations

FORWARDS = """
INSERT INTO finance_tillcustody (created_at, updated_at, cash_day_id, holder_id, status, from_at)
SELECT now(), now(), id, opened_by_id, 'held', opened_at FROM finance_cashday WHERE status <> 'closed';
CALL make_append_only('finance_overshortmove');
"""
BACKWARDS = """
DROP TRIGGER refuse_update_delete ON finance_overshortmove;
DROP TRIGGER refuse_truncate ON finance_overshortmove;
GRANT UPDATE, DELETE, TRUNCATE ON finance_overshortmove TO ecomnet_app;
DELETE FROM finance_tillcustody;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_extensions"), ("finance", "0009_cash_desk")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
