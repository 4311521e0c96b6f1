"""A code signs a new plan of a loan."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0014_course_reports"),
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
                ],
                max_length=16,
            ),
        ),
    ]
