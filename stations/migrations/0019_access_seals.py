from django.db import migrations, models

from core.database.sql_files import statements


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0018_consents_by_withdrawal"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessSeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("hour", models.DateTimeField(unique=True, verbose_name="hour")),
                ("after_id", models.BigIntegerField(verbose_name="after row")),
                ("last_id", models.BigIntegerField(verbose_name="last row")),
                ("row_count", models.PositiveIntegerField(verbose_name="rows")),
                ("digest", models.CharField(max_length=64, verbose_name="digest (SHA-256)")),
                (
                    "previous_digest",
                    models.CharField(blank=True, max_length=64, verbose_name="SHA-256 of the hour before"),
                ),
                ("sealed_at", models.DateTimeField(verbose_name="sealed at")),
            ],
            options={
                "verbose_name": "seal over the access log",
                "verbose_name_plural": "seals over the access log",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="seal_has_a_digest"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_id__gte", models.F("after_id"))), name="seal_ends_after_it_begins"
                    ),
                    models.UniqueConstraint(fields=("previous_digest",), name="each_seal_has_one_next_seal"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessSealCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("at", models.DateTimeField(verbose_name="at")),
                ("checked", models.PositiveIntegerField(verbose_name="seals checked")),
                ("wrong", models.JSONField(default=list, verbose_name="what is wrong")),
                ("wrong_count", models.PositiveIntegerField(default=0, verbose_name="hours that are wrong")),
            ],
            options={
                "verbose_name": "check of the access log",
                "verbose_name_plural": "checks of the access log",
                "indexes": [models.Index(fields=["-at"], name="check_of_access_log_latest")],
            },
        ),
        statements("stations", "access_seals"),
    ]
