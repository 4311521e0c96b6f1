"""Which keys of personal numbers this house has had."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0004_forgetting")]

    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("data", "encrypts numbers"), ("index", "finds numbers again")],
                        max_length=5,
                        verbose_name="kind",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("fingerprint", models.CharField(max_length=16, verbose_name="fingerprint")),
                ("writes_since", models.DateTimeField(blank=True, null=True, verbose_name="writes since")),
                ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="retired at")),
            ],
            options={
                "verbose_name": "key of personal numbers",
                "verbose_name_plural": "keys of personal numbers",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "number"), name="data_key_has_one_number"),
                    models.UniqueConstraint(fields=("kind", "fingerprint"), name="data_key_is_noted_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["data", "index"])), name="data_key_is_of_a_known_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 255)), name="data_key_number_fits_a_byte"
                    ),
                ],
            },
        ),
    ]
