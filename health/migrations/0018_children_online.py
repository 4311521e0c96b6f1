"""Children from six years on are seen online with a guardian beside them: the next revision of the rule of China."""

import datetime as dt

from django.db import migrations

CODE, GUARDIAN_FROM_AGE, FROM_DATE = "cn-online-care", 6, dt.date(2026, 1, 1)


def add_revision(apps, schema_editor):
    rules = apps.get_model("health", "ConsultationRules").objects
    if rules.filter(code=CODE, revision=2).exists():
        return
    before = rules.get(code=CODE, revision=1)
    rules.filter(pk=before.pk).update(to_date=FROM_DATE)
    rules.create(
        code=CODE,
        revision=2,
        country=before.country,
        parameters={**before.parameters, "guardian_from_age": GUARDIAN_FROM_AGE},
        source=before.source,
        from_date=FROM_DATE,
    )


class Migration(migrations.Migration):
    dependencies = [("health", "0017_hospital_systems")]

    operations = [migrations.RunPython(add_revision, migrations.RunPython.noop)]
