"""The keys of payments and refunds are unique under names that say so; a payment's key names its purpose."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("finance", "0013_shares_of_sums")]

    operations = [
        migrations.AlterField(
            model_name="payment",
            name="key",
            field=models.CharField(
                help_text="Person, purpose and key of the request, unique for ever: one press, one payment.",
                max_length=160,
            ),
        ),
        migrations.AlterField(
            model_name="refund",
            name="key",
            field=models.CharField(
                blank=True, default="", help_text="Unique for ever: one cause, one refund.", max_length=160
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(fields=("key",), name="one_press_is_one_payment"),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True), fields=("key",), name="one_cause_is_one_refund"
            ),
        ),
    ]
