"""Parcels that bring goods back, and carriers that contradict what is recorded."""

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
        migrations.AddField(
            model_name="parcel",
            name="contradicted_at",
            field=models.DateTimeField(
                blank=True,
                help_text="The carrier's system says something else than what is recorded, which was not examined.",
                null=True,
                verbose_name="contradicted by the carrier at",
            ),
        ),
        migrations.AlterField(
            model_name="parcelevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("created", "registered"),
                    ("loaded", "loaded"),
                    ("arrived", "arrived at a hub"),
                    ("received", "received at the station"),
                    ("code_sent", "new pick-up code"),
                    ("collected", "handed over"),
                    ("refused", "refused by the receiver"),
                    ("uncollected", "not collected in time"),
                    ("extended", "waits longer"),
                    ("sent_back", "sent back"),
                    ("returned", "back with the sender"),
                    ("trouble", "trouble reported"),
                    ("annulled", "scan annulled"),
                    ("handed_on", "given to the carrier"),
                    ("tracked", "scanned by the carrier"),
                    ("delivered", "delivered by the carrier"),
                    ("brought_back", "brought back by the carrier"),
                    ("contradicted", "the carrier says something else"),
                    ("examined", "contradiction examined"),
                    ("cancelled", "returned to the sender at the counter"),
                ],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AddIndex(
            model_name="parcel",
            index=models.Index(
                condition=models.Q(("contradicted_at__isnull", False)),
                fields=["contradicted_at"],
                name="parcel_contradicted_by_carrier",
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
