"""Counties and suppliers agree to bear their shares of promotions before these are approved."""

import core.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.database.sql_files import function, statements


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0017_shop_coupons"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PromotionAgreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("agreed_at", models.DateTimeField(verbose_name="agreement recorded at")),
                ("evidence", core.fields.LineField(blank=True, max_length=200, verbose_name="paper of the agreement")),
                (
                    "agreed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="agreement recorded by",
                    ),
                ),
                (
                    "bearer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreement",
                        to="orders.promotionbearer",
                        verbose_name="bearer of a promotion",
                    ),
                ),
            ],
            options={
                "verbose_name": "agreement to bear a promotion",
                "verbose_name_plural": "agreements to bear promotions",
            },
        ),
        function("orders", "orders_check_promotion_agreed"),
        statements("orders", "promotion_agreement_triggers"),
    ]
