"""A proposed revision of a check-up package can be discarded."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0012_checkups"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="checkuppackage",
            name="checkup_package_in_use_is_approved",
        ),
        migrations.AlterField(
            model_name="checkuppackage",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "to be approved"),
                    ("active", "in use"),
                    ("retired", "replaced"),
                    ("discarded", "discarded"),
                ],
                default="draft",
                max_length=9,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkuppackage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at", None), ("approved_by", None), ("status__in", ["draft", "discarded"])),
                    models.Q(
                        models.Q(("status__in", ["draft", "discarded"]), _negated=True),
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="checkup_package_in_use_is_approved",
            ),
        ),
    ]
