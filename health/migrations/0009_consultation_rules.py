"""What rows of online consultations must never do, and the rule of China."""

import datetime as dt

from django.db import migrations

from core.database.sql_files import statements

RULE = {
    "danger": ["chest", "breathing", "stroke", "unconscious", "bleeding", "poison", "seizure"],
    "urgent": ["fever", "pain", "pregnant"],
    "call": "120",
    "min_age": 14,
    "open_from": "08:00",
    "open_to": "20:00",
    "triage_minutes": 15,
    "claim_minutes": 30,
    "reply_minutes": 120,
    "give_up_minutes": 240,
    "close_hours": 72,
}


def load_rule(apps, schema_editor):
    apps.get_model("health", "ConsultationRules").objects.create(
        code="cn-online-care",
        revision=1,
        country="CN",
        parameters=RULE,
        source="互联网诊疗监管细则（试行）",
        from_date=dt.date(2022, 2, 8),
    )


class Migration(migrations.Migration):
    dependencies = [("health", "0008_consultations"), ("core", "0003_rules")]

    operations = [statements("health", "consultations"), migrations.RunPython(load_rule, migrations.RunPython.noop)]
