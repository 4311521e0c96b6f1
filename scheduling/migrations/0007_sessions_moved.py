from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0006_places_kept_instead")]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="answer_by_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="asked about a new time, until"),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_by_at", None), ("status", "booked"), _connector="OR"),
                name="only_what_is_booked_is_asked_about",
            ),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("answer_by_at__isnull", False)),
                fields=["answer_by_at"],
                name="booking_asked_about_until",
            ),
        ),
    ]
