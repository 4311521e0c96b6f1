"""Articles about health, campaigns, and who is reached."""

import datetime as dt

import core.fields
import core.web.ranges
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import stations.two_persons
from django.conf import settings
from django.db import migrations, models


from core.database.sql_files import function, statements


TEXTS = {
    "zh-hans": "站点会记下您参加了这次健康宣传活动，用来统计有多少人参加。只有站点的工作人员能看到您的名字。"
    "两年后删除；您撤回同意，就马上删除。",
    "en": "The station writes down that you were at this health event, to count how many people come. Only the people of "
    "the station see your name. It is deleted after two years, or at once when you withdraw this.",
}


def load_texts(apps, schema_editor):
    ConsentText = apps.get_model("stations", "ConsentText")
    ConsentText.objects.bulk_create(
        ConsentText(purpose="health_promotion", version=1, language=language, body=body, from_date=dt.date(2020, 1, 1))
        for language, body in TEXTS.items()
    )


def forget_texts(apps, schema_editor):
    apps.get_model("stations", "ConsentText").objects.filter(purpose="health_promotion").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("health", "0019_checkup_days_move"),
        ("core", "0005_reference_version"),
        ("stations", "0017_coupon_codes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Article",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="address")),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("hypertension", "high blood pressure"),
                            ("diabetes", "diabetes"),
                            ("stroke", "stroke"),
                            ("salt", "less salt"),
                            ("antibiotics", "antibiotics"),
                            ("pesticides", "pesticides"),
                            ("heat", "heat"),
                            ("handwashing", "washing hands"),
                            ("vaccination", "vaccination"),
                            ("pregnancy", "pregnancy"),
                            ("falls", "falls of old people"),
                            ("child_safety", "safety of children"),
                            ("other", "other"),
                        ],
                        max_length=14,
                        verbose_name="topic",
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("everybody", "everyone"),
                            ("elders", "old people and their families"),
                            ("chronic", "people with a chronic disease"),
                            ("parents", "parents and grandparents"),
                            ("pregnant", "pregnant women and their families"),
                            ("farmers", "farmers"),
                        ],
                        default="everybody",
                        max_length=10,
                        verbose_name="for whom",
                    ),
                ),
                ("title", core.fields.LineField(max_length=80, verbose_name="title")),
                ("title_zh", core.fields.LineField(max_length=40, verbose_name="title in Chinese")),
                ("body", core.fields.WordsField(max_length=4000, verbose_name="text")),
                ("body_zh", core.fields.WordsField(max_length=2000, verbose_name="text in Chinese")),
                ("source", core.fields.LineField(max_length=300, verbose_name="source")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "to be reviewed"), ("published", "published"), ("withdrawn", "withdrawn")],
                        default="draft",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("edited_at", models.DateTimeField(verbose_name="last edited at")),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="reviewed at")),
                ("review_until_date", models.DateField(blank=True, null=True, verbose_name="reviewed until")),
                (
                    "clinic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="health.hospital",
                        verbose_name="clinic",
                    ),
                ),
                (
                    "edited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="last edited by",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reviewed by",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="written by",
                    ),
                ),
            ],
            options={
                "verbose_name": "article",
                "verbose_name_plural": "articles",
            },
        ),
        migrations.CreateModel(
            name="ArticleReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("local_date", models.DateField(verbose_name="day")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="readings")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="health.article",
                        verbose_name="article",
                    ),
                ),
            ],
            options={
                "verbose_name": "readings of an article",
                "verbose_name_plural": "readings of articles",
            },
        ),
        migrations.CreateModel(
            name="PromotionCampaign",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("name", core.fields.LineField(max_length=80, verbose_name="name")),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("hypertension", "high blood pressure"),
                            ("diabetes", "diabetes"),
                            ("stroke", "stroke"),
                            ("salt", "less salt"),
                            ("antibiotics", "antibiotics"),
                            ("pesticides", "pesticides"),
                            ("heat", "heat"),
                            ("handwashing", "washing hands"),
                            ("vaccination", "vaccination"),
                            ("pregnancy", "pregnancy"),
                            ("falls", "falls of old people"),
                            ("child_safety", "safety of children"),
                            ("other", "other"),
                        ],
                        max_length=14,
                        verbose_name="topic",
                    ),
                ),
                ("from_date", models.DateField(verbose_name="first day")),
                ("to_date", models.DateField(verbose_name="last day")),
                ("goal_people", models.PositiveIntegerField(verbose_name="people to reach")),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                        verbose_name="place",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="opened by",
                    ),
                ),
            ],
            options={
                "verbose_name": "health campaign",
                "verbose_name_plural": "health campaigns",
            },
        ),
        migrations.CreateModel(
            name="PromotionEvent",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("local_date", models.DateField(verbose_name="day")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("screen", "shown at the station"),
                            ("talk", "talk"),
                            ("leaflet", "leaflets handed out"),
                            ("home_visit", "visit at home"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                ("counted_people", models.PositiveIntegerField(verbose_name="people reached")),
                (
                    "named_people",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="of them by name"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("recorded", "recorded"), ("withdrawn", "recorded by mistake")],
                        default="recorded",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="health.article",
                        verbose_name="article",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="health.promotioncampaign",
                        verbose_name="health campaign",
                    ),
                ),
                (
                    "photo",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                        verbose_name="photo",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
            ],
            options={
                "verbose_name": "health event",
                "verbose_name_plural": "health events",
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("text", core.fields.LineField(max_length=200, verbose_name="question")),
                ("text_zh", core.fields.LineField(max_length=100, verbose_name="question in Chinese")),
                (
                    "choices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), size=None, verbose_name="choices"
                    ),
                ),
                (
                    "choices_zh",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None, verbose_name="choices in Chinese"
                    ),
                ),
                (
                    "right",
                    models.PositiveSmallIntegerField(
                        help_text="The first one is 1.", verbose_name="number of the right choice"
                    ),
                ),
                ("explanation", core.fields.LineField(max_length=300, verbose_name="explanation")),
                ("explanation_zh", core.fields.LineField(max_length=150, verbose_name="explanation in Chinese")),
                ("is_current", models.BooleanField(default=True, verbose_name="is asked")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="health.article",
                        verbose_name="article",
                    ),
                ),
            ],
            options={
                "verbose_name": "question about an article",
                "verbose_name_plural": "questions about articles",
            },
        ),
        migrations.CreateModel(
            name="AnswerCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("month_date", models.DateField(help_text="Its first day.", verbose_name="month")),
                ("answers", models.PositiveIntegerField(default=0, verbose_name="answers")),
                ("right_answers", models.PositiveIntegerField(default=0, verbose_name="right answers")),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.station",
                        verbose_name="station",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counts",
                        to="health.question",
                        verbose_name="question",
                    ),
                ),
            ],
            options={
                "verbose_name": "answers to a question",
                "verbose_name_plural": "answers to questions",
            },
        ),
        migrations.CreateModel(
            name="Reach",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("op_id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("signed_in_at", models.DateTimeField(verbose_name="signed in at")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="named",
                        to="health.promotionevent",
                        verbose_name="health event",
                    ),
                ),
                (
                    "resident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.person",
                        verbose_name="resident",
                    ),
                ),
                (
                    "signed_in_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="signed in by",
                    ),
                ),
            ],
            options={
                "verbose_name": "resident at a health event",
                "verbose_name_plural": "residents at health events",
            },
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("status", "published")),
                fields=["clinic", "review_until_date"],
                name="published_article_review",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^[a-z0-9][a-z0-9-]{2,29}$")), name="article_has_address"
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("review_until_date", None), ("reviewed_at", None), ("reviewed_by", None)),
                    models.Q(
                        ("review_until_date__isnull", False),
                        ("reviewed_at__isnull", False),
                        ("reviewed_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="article_review_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reviewed_at", None), ("status", "draft")),
                    models.Q(models.Q(("status", "draft"), _negated=True), ("reviewed_at__isnull", False)),
                    _connector="OR",
                ),
                name="article_is_reviewed_before_it_is_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=stations.two_persons.TwoPersons(
                checker="reviewed_by",
                makers=("written_by", "edited_by"),
                name="article_is_reviewed_by_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="articlereading",
            constraint=models.UniqueConstraint(
                fields=("article", "local_date"), name="readings_of_article_stand_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="promotioncampaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_date__gte", models.F("from_date"))), name="health_campaign_ends_after_it_begins"
            ),
        ),
        migrations.AddConstraint(
            model_name="promotioncampaign",
            constraint=models.CheckConstraint(
                condition=models.Q(("goal_people__gt", 0)), name="health_campaign_has_a_goal"
            ),
        ),
        migrations.AddConstraint(
            model_name="promotioncampaign",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (models.F("division"), "="),
                    (models.F("topic"), "="),
                    (
                        core.web.ranges.DateSpan(
                            "from_date",
                            "to_date",
                            django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True),
                        ),
                        "&&",
                    ),
                ],
                name="place_has_one_health_campaign_of_a_topic_at_a_time",
            ),
        ),
        migrations.AddIndex(
            model_name="promotionevent",
            index=models.Index(fields=["station", "-local_date"], name="health_event_of_station"),
        ),
        migrations.AddConstraint(
            model_name="promotionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("counted_people__gt", 0), ("counted_people__lte", 2000)),
                name="health_event_reaches_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="promotionevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("named_people__lte", models.F("counted_people"))),
                name="health_event_counts_everybody_who_is_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("article",), name="article_asks_one_question"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("choices__len__gte", 2), ("choices__len__lte", 4), ("choices_zh__len", models.F("choices__len"))
                ),
                name="question_has_two_to_four_choices_in_both_languages",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("right__gte", 1), ("right__lte", models.F("choices__len"))),
                name="question_has_a_right_choice",
            ),
        ),
        migrations.AddConstraint(
            model_name="answercount",
            constraint=models.UniqueConstraint(
                fields=("question", "station", "month_date"), name="answers_are_counted_once_for_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="answercount",
            constraint=models.CheckConstraint(
                condition=models.Q(("right_answers__lte", models.F("answers"))), name="right_answers_are_answers"
            ),
        ),
        migrations.AddConstraint(
            model_name="answercount",
            constraint=models.CheckConstraint(
                condition=models.Q(("month_date__day", 1)), name="month_of_answers_is_its_first_day"
            ),
        ),
        migrations.AddIndex(
            model_name="reach",
            index=models.Index(fields=["resident"], name="health_event_of_resident"),
        ),
        migrations.AddIndex(
            model_name="reach",
            index=models.Index(fields=["signed_in_at"], name="health_event_names_by_age"),
        ),
        migrations.AddConstraint(
            model_name="reach",
            constraint=models.UniqueConstraint(fields=("event", "resident"), name="resident_is_at_a_health_event_once"),
        ),
        migrations.AddConstraint(
            model_name="reach",
            constraint=stations.two_persons.TwoPersons(
                checker="signed_in_by", makers=("resident",), name="nobody_names_himself_at_a_health_event"
            ),
        ),
        function("health", "health_keep_reviewed_text"),
        function("health", "health_count_named"),
        statements("health", "promotion"),
        migrations.RunPython(load_texts, forget_texts),
    ]
