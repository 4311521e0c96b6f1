"""Which banks and which county an installation works with in a country."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_rules"),
        ("finance", "0002_rules"),
        ("stations", "0004_reference"),
    ]

    operations = [
        migrations.CreateModel(
            name="InstalledCountry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "country",
                    models.CharField(
                        max_length=2,
                        validators=[django.core.validators.RegexValidator("^[A-Z]{2}$")],
                        verbose_name="country",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        max_length=3,
                        validators=[django.core.validators.RegexValidator("^[A-Z]{3}$")],
                        verbose_name="currency",
                    ),
                ),
                (
                    "payout_bank_account",
                    models.CharField(
                        default="main",
                        help_text="As its statements are imported under.",
                        max_length=40,
                        validators=[django.core.validators.RegexValidator("^[A-Za-z0-9-]+$")],
                        verbose_name="our bank account that payouts leave from",
                    ),
                ),
                (
                    "collection_provider",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: nothing is collected online.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.provider",
                        verbose_name="gateway that collects by link or QR",
                    ),
                ),
                (
                    "head_county",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the first county with stations.",
                        limit_choices_to={"level": "county"},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                        verbose_name="county that settles payees who belong to none",
                    ),
                ),
                (
                    "payout_provider",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: nothing is paid out.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.provider",
                        verbose_name="bank that executes payout files",
                    ),
                ),
            ],
            options={
                "verbose_name": "installed country",
                "verbose_name_plural": "installed countries",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("country", "currency"), name="country_is_installed_once_per_currency"
                    )
                ],
            },
        ),
        function("finance", "finance_check_head_county"),
        statements("finance", "installed_countries"),
    ]
