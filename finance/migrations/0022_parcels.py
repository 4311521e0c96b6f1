"""Payments for parcels to the city."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0021_loan_close_exceptions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="compensationrule",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("bill", "bill"),
                    ("recharge", "phone recharge"),
                    ("goods", "goods"),
                    ("travel", "travel"),
                    ("tour", "tour"),
                    ("loan", "loan"),
                    ("insurance", "insurance"),
                    ("health", "health"),
                    ("parcel", "parcel to the city"),
                    ("other", "other"),
                ],
                max_length=12,
                verbose_name="purpose",
            ),
        ),
        migrations.AlterField(
            model_name="payment",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("bill", "bill"),
                    ("recharge", "phone recharge"),
                    ("goods", "goods"),
                    ("travel", "travel"),
                    ("tour", "tour"),
                    ("loan", "loan"),
                    ("insurance", "insurance"),
                    ("health", "health"),
                    ("parcel", "parcel to the city"),
                    ("other", "other"),
                ],
                max_length=12,
                verbose_name="purpose",
            ),
        ),
    ]
