"""Codes with which farmers receive advances."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0015_loan_restructures"),
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
                ],
                max_length=16,
            ),
        ),
    ]
