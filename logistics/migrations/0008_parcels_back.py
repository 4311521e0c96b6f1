"""Parcels that bring goods back."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_reference_version"),
        ("logistics", "0007_carrier_systems"),
        ("stations", "0017_coupon_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="parcel",
            name="brings_back",
            field=models.BooleanField(
                default=False,
                help_text="What was collected where it went comes back to where it was sent from.",
                verbose_name="brings goods back",
            ),
        ),
        migrations.AddConstraint(
            model_name="parcel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("brings_back", False),
                    models.Q(
                        ("cash_due_minor", 0),
                        ("contents_ref__isnull", False),
                        ("goes_outside", False),
                        ("status__in", ["return_to_sender", "returned", "lost"]),
                    ),
                    _connector="OR",
                ),
                name="parcel_that_brings_goods_back_only_goes_back",
            ),
        ),
    ]
