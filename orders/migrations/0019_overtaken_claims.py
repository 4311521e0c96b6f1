"""A claim about a shop order ends when the payer's bank takes the money back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0018_promotion_agreements"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="shopclaim",
            name="shop_claim_has_its_decider_exactly_when_decided",
        ),
        migrations.AlterField(
            model_name="shopclaim",
            name="status",
            field=models.CharField(
                choices=[
                    ("raised", "to decide"),
                    ("accepted", "accepted, money back"),
                    ("refused", "refused"),
                    ("appealed", "to decide again"),
                    ("rejected", "refused for good"),
                    ("overtaken", "payment reversed by the bank"),
                ],
                default="raised",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AddConstraint(
            model_name="shopclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("decided_by", None), ("status", "raised")),
                    ("status", "overtaken"),
                    models.Q(
                        models.Q(("status__in", ["raised", "overtaken"]), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="shop_claim_has_its_decider_exactly_when_decided",
            ),
        ),
    ]
