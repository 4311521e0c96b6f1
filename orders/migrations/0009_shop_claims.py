"""Farmers' shops: a packed order has a time to be sent."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0008_shops"),
        ("stations", "0013_pharmacists"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="shoppolicy",
            name="shop_policy_leaves_time_to_pack_and_arrive",
        ),
        migrations.AddField(
            model_name="shoporder",
            name="packed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="packed at"),
        ),
        migrations.AddField(
            model_name="shoporder",
            name="reminded_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="reminded to send it at"),
        ),
        migrations.AddField(
            model_name="shoporder",
            name="send_by_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="to be sent before"),
        ),
        migrations.AddField(
            model_name="shoporder",
            name="send_hours",
            field=models.PositiveSmallIntegerField(default=48, verbose_name="hours to send what is packed"),
        ),
        migrations.AddField(
            model_name="shoppolicy",
            name="send_hours",
            field=models.PositiveSmallIntegerField(
                default=48, help_text="Then the buyer gets the money back.", verbose_name="hours to send what is packed"
            ),
        ),
        migrations.AlterField(
            model_name="shoporder",
            name="why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("station", "the station cancelled it"),
                    ("not_packed", "not packed in time"),
                    ("not_sent", "not sent in time"),
                    ("gone", "the shop has closed"),
                    ("reversed", "the payer's bank has reversed the payment"),
                ],
                max_length=10,
                verbose_name="why it was cancelled",
            ),
        ),
        # What is packed already has two days from now; the sums of checkouts are looked at before the table changes.
        migrations.RunSQL(
            "UPDATE orders_shoporder SET packed_at = now(), send_by_at = now() + interval '48 hours' "
            "WHERE status = 'packed'; SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;",
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name="shoporder",
            index=models.Index(
                condition=models.Q(("status", "packed")), fields=["send_by_at"], name="shop_order_to_send"
            ),
        ),
        migrations.AddConstraint(
            model_name="shoporder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "packed"), _negated=True),
                    models.Q(("packed_at__isnull", False), ("send_by_at__isnull", False)),
                    _connector="OR",
                ),
                name="packed_shop_order_says_until_when_it_is_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="shoppolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("arrive_days__gt", 0), ("pack_days__gt", 0), ("send_hours__gt", 0)),
                name="shop_policy_leaves_time_to_pack_and_arrive",
            ),
        ),
    ]
