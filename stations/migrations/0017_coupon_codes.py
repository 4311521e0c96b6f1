"""Codes with which farmers agree to coupons of their shops."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0016_advance_codes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="phonecode",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("confirm_phone", "to confirm the phone"),
                    ("consent", "to give consent"),
                    ("loan", "to sign a loan"),
                    ("loan_plan", "to sign a new plan of a loan"),
                    ("receipt", "to receive goods"),
                    ("advance", "to receive an advance"),
                    ("coupon", "to agree to a coupon of a shop"),
                ],
                max_length=16,
            ),
        ),
    ]
