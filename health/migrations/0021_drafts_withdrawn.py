"""A draft of an article that nobody wants is withdrawn."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("health", "0020_promotion")]

    operations = [
        migrations.RemoveConstraint(model_name="article", name="article_is_reviewed_before_it_is_published"),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=Q(status="draft", reviewed_at=None)
                | Q(status="published", reviewed_at__isnull=False)
                | Q(status="withdrawn"),
                name="article_is_reviewed_before_it_is_published",
            ),
        ),
    ]
