"""Pharmacists are a role."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0012_receipt_codes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="post",
            name="role",
            field=models.CharField(
                choices=[
                    ("helper", "Helper"),
                    ("partner", "Partner"),
                    ("county_clerk", "County clerk"),
                    ("county_manager", "County manager"),
                    ("finance_officer", "Finance officer"),
                    ("credit_officer", "Credit officer"),
                    ("claims_assessor", "Claims assessor"),
                    ("doctor", "Doctor"),
                    ("nurse", "Nurse"),
                    ("pharmacist", "Pharmacist"),
                    ("teacher", "Teacher"),
                    ("auditor", "Auditor"),
                    ("platform_admin", "Platform administrator"),
                ],
                max_length=20,
                verbose_name="role",
            ),
        ),
    ]
