"""Consents for one hospital or doctor: nobody records one by which they read, and a paper has its photo."""

import django.db.models.deletion
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0006_hospital_systems"),
        ("health", "0027_grantee_consents"),
        ("stations", "0019_access_seals"),
    ]

    operations = [
        migrations.AddField(
            model_name="granteeconsent",
            name="evidence",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.storedfile",
                verbose_name="photo of the paper",
            ),
        ),
        migrations.AlterField(
            model_name="granteeconsent",
            name="manner",
            field=models.CharField(
                choices=[("code", "code by SMS"), ("paper", "paper")], max_length=9, verbose_name="how"
            ),
        ),
        function("health", "health_check_grantee_consent"),
        statements(
            "health",
            "grantee_consents_proved",
            backwards="DROP TRIGGER grantee_records_no_own_consent ON health_granteeconsent;",
        ),
    ]
