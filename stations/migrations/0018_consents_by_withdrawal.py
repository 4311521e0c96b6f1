"""Consents are found by the instant at which they were withdrawn."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stations", "0017_coupon_codes")]

    operations = [
        migrations.AddIndex(
            model_name="consent",
            index=models.Index(
                condition=models.Q(("withdrawn_at__isnull", False)),
                fields=["withdrawn_at"],
                name="consent_by_its_withdrawal",
            ),
        ),
    ]
