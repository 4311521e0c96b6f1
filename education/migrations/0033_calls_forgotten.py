"""Calls of children are kept for a time: so are the tries of each, which nobody else may delete."""

from django.db import migrations, models

from core.database.sql_files import statements

_KEPT = """
DELETE FROM core_forgettable WHERE table_name = 'education_callattempt';
DROP TRIGGER refuse_update_delete ON education_callattempt;
DROP TRIGGER refuse_truncate ON education_callattempt;
CALL make_append_only('education_callattempt');
"""


class Migration(migrations.Migration):
    dependencies = [("education", "0032_wrong_orders_and_names_of_contacts")]

    operations = [
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["created_at"], name="call_by_age"),
        ),
        migrations.AddIndex(
            model_name="callattempt",
            index=models.Index(fields=["at"], name="try_of_a_call_by_age"),
        ),
        statements("education", "calls_forgotten", backwards=_KEPT),
    ]
