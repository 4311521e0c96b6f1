"""The tables of stations."""

import core.fields
import core.web.ranges
import datetime
import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.utils.timezone
import phonenumber_field.modelfields
import stations.network.models
import stations.places.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("core", "0003_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("full_name", core.fields.LineField(max_length=120, verbose_name="full name")),
                ("preferred_name", core.fields.LineField(blank=True, max_length=120, verbose_name="preferred name")),
                (
                    "sex",
                    models.CharField(
                        choices=[("male", "male"), ("female", "female"), ("other", "other"), ("unknown", "unknown")],
                        default="unknown",
                        max_length=8,
                        verbose_name="sex",
                    ),
                ),
                ("birth_date", models.DateField(blank=True, null=True, verbose_name="birth date")),
                (
                    "birth_precision",
                    models.CharField(
                        choices=[
                            ("day", "day known"),
                            ("month", "month known"),
                            ("year", "year known"),
                            ("unknown", "unknown"),
                        ],
                        default="unknown",
                        max_length=8,
                    ),
                ),
                (
                    "phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, region=None, verbose_name="phone"
                    ),
                ),
                ("phone_reversed", models.CharField(blank=True, max_length=16)),
                ("phone_verified_at", models.DateTimeField(blank=True, null=True, verbose_name="phone confirmed at")),
                (
                    "id_kind",
                    models.CharField(
                        choices=[
                            ("resident_id", "resident identity card"),
                            ("passport", "passport"),
                            ("permit", "residence permit"),
                            ("none", "none"),
                        ],
                        default="none",
                        max_length=12,
                        verbose_name="document",
                    ),
                ),
                ("id_cipher", models.BinaryField(blank=True, null=True)),
                ("id_key_no", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("id_index", models.BinaryField(blank=True, null=True)),
                ("language", models.CharField(default="zh-hans", max_length=16, verbose_name="language")),
                (
                    "residence",
                    models.CharField(
                        choices=[
                            ("resident", "lives here"),
                            ("away", "works away"),
                            ("returned", "returned"),
                            ("moved_out", "moved out"),
                            ("deceased", "deceased"),
                        ],
                        default="resident",
                        max_length=10,
                        verbose_name="residence",
                    ),
                ),
                ("is_walk_in", models.BooleanField(default=False, verbose_name="walk-in")),
                ("died_date", models.DateField(blank=True, null=True, verbose_name="died")),
                ("last_served_at", models.DateTimeField(blank=True, null=True, verbose_name="last served")),
                ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="archived at")),
                ("erased_at", models.DateTimeField(blank=True, null=True, verbose_name="erased at")),
                (
                    "death_evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "resident",
                "verbose_name_plural": "residents",
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("name_zh", models.CharField(max_length=80, verbose_name="name in Chinese")),
                ("app", models.CharField(max_length=20, verbose_name="app")),
                ("is_essential", models.BooleanField(default=False, verbose_name="essential")),
                ("needs_certificate", models.CharField(blank=True, max_length=24, verbose_name="needs certificate")),
                ("needs_money", models.BooleanField(default=False, verbose_name="needs money")),
                ("is_offline_capable", models.BooleanField(default=False, verbose_name="works offline")),
            ],
            options={
                "verbose_name": "service",
                "verbose_name_plural": "services",
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email address")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, region=None, verbose_name="phone"
                    ),
                ),
                ("language", models.CharField(default="zh-hans", max_length=16, verbose_name="language")),
                ("text_size", models.PositiveSmallIntegerField(default=100, verbose_name="text size in percent")),
                ("must_change_password", models.BooleanField(default=False)),
                ("session_epoch", models.PositiveIntegerField(default=0)),
                ("wrong_tries", models.PositiveSmallIntegerField(default=0)),
                ("last_try_at", models.DateTimeField(blank=True, null=True)),
                ("last_app_counter", models.BigIntegerField(blank=True, null=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="BusinessDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("date", models.DateField(verbose_name="date")),
                ("is_working", models.BooleanField(verbose_name="working day")),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="name")),
                ("source", models.CharField(max_length=80, verbose_name="source")),
                ("official", models.BooleanField(verbose_name="official")),
            ],
            options={
                "verbose_name": "business day",
                "verbose_name_plural": "business days",
                "constraints": [models.UniqueConstraint(fields=("country", "date"), name="business_day_stands_once")],
            },
        ),
        migrations.CreateModel(
            name="CodeAsks",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("place_index", models.BinaryField(max_length=32, unique=True)),
                ("started_at", models.DateTimeField()),
                ("count", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "code requests",
                "verbose_name_plural": "code requests",
                "indexes": [models.Index(fields=["started_at"], name="code_asks_by_age")],
            },
        ),
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("purpose", models.CharField(max_length=40, verbose_name="purpose")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                ("language", models.CharField(max_length=16, verbose_name="language")),
                ("body", models.TextField(verbose_name="text")),
                ("from_date", models.DateField(verbose_name="from")),
            ],
            options={
                "verbose_name": "consent text",
                "verbose_name_plural": "consent texts",
                "constraints": [
                    models.UniqueConstraint(fields=("purpose", "version", "language"), name="consent_text_stands_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("label", core.fields.LineField(max_length=80, verbose_name="label")),
                ("registered_at", models.DateTimeField(verbose_name="registered at")),
                ("last_seen_at", models.DateTimeField(blank=True, null=True, verbose_name="last seen at")),
                ("reported_at", models.DateTimeField(blank=True, null=True, verbose_name="reported at")),
                ("app_version", core.fields.LineField(blank=True, max_length=40, verbose_name="version")),
                ("queued_ops", models.PositiveIntegerField(default=0, verbose_name="unsent items")),
                ("queue_emptied_at", models.DateTimeField(blank=True, null=True, verbose_name="all sent at")),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "active"), ("quarantined", "quarantined"), ("revoked", "revoked")],
                        default="active",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "secret_hash",
                    models.CharField(
                        blank=True, help_text="SHA-256 of the secret in the browser's cookie.", max_length=64
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices_registered",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "device",
                "verbose_name_plural": "devices",
            },
        ),
        migrations.CreateModel(
            name="DeviceToken",
            fields=[
                ("digest", models.CharField(max_length=128, primary_key=True, serialize=False)),
                ("token_key", models.CharField(db_index=True, max_length=25)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("expiry", models.DateTimeField(blank=True, null=True)),
                ("session_epoch", models.PositiveIntegerField()),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tokens", to="stations.device"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="auth_token_set",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "device token",
                "verbose_name_plural": "device tokens",
            },
        ),
        migrations.CreateModel(
            name="Division",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("code", models.CharField(max_length=12, verbose_name="code")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("province", "province"),
                            ("prefecture", "prefecture"),
                            ("county", "county"),
                            ("township", "township"),
                            ("village", "village"),
                        ],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("short_name", models.CharField(max_length=120, verbose_name="short name")),
                ("romanised", models.CharField(blank=True, max_length=240, verbose_name="romanised")),
                ("initials", models.CharField(blank=True, max_length=60, verbose_name="initials")),
                ("is_romanised_by_hand", models.BooleanField(default=False)),
                (
                    "path",
                    models.CharField(help_text="Ids from the province down, each followed by a slash.", max_length=80),
                ),
                ("latitude", models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True)),
                ("longitude", models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True)),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                ("source", models.CharField(max_length=40, verbose_name="source")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="stations.division",
                    ),
                ),
            ],
            options={
                "verbose_name": "division",
                "verbose_name_plural": "divisions",
                "indexes": [
                    models.Index(fields=["country", "code", "level"], name="division_key"),
                    models.Index(fields=["parent", "name"], name="division_children"),
                    models.Index(fields=["path"], name="division_path", opclasses=["text_pattern_ops"]),
                    models.Index(
                        fields=["country", "level", "short_name"],
                        name="division_by_name",
                        opclasses=["text_ops", "text_ops", "text_pattern_ops"],
                    ),
                    models.Index(
                        fields=["country", "level", "initials"],
                        name="division_by_initials",
                        opclasses=["text_ops", "text_ops", "text_pattern_ops"],
                    ),
                    models.Index(
                        models.F("country"),
                        models.F("level"),
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Lower(
                                django.db.models.functions.text.Replace("romanised", models.Value(" "))
                            ),
                            "text_pattern_ops",
                        ),
                        name="division_by_pinyin",
                    ),
                ],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (stations.places.models.HashOfKey("country", "level", "code"), "="),
                            (
                                core.web.ranges.DateSpan(
                                    "valid_from", "valid_to", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="division_stands_once_at_any_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="division_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level", "province"), ("parent", None)),
                            models.Q(models.Q(("level", "province"), _negated=True), ("parent__isnull", False)),
                            _connector="OR",
                        ),
                        name="division_has_parent_unless_province",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude", None), ("longitude", None)),
                            models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                            _connector="OR",
                        ),
                        name="division_coordinates_come_in_pairs",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DivisionName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("short_name", models.CharField(max_length=120, verbose_name="short name")),
                ("romanised", models.CharField(blank=True, max_length=240, verbose_name="romanised")),
                ("initials", models.CharField(blank=True, max_length=60, verbose_name="initials")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="names", to="stations.division"
                    ),
                ),
            ],
            options={
                "verbose_name": "division name",
                "verbose_name_plural": "division names",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (models.F("division"), "="),
                            (
                                core.web.ranges.DateSpan(
                                    "valid_from", "valid_to", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="division_has_one_name_at_any_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="division_name_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DivisionSuccession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("recoded", "new code"),
                            ("split", "split"),
                            ("merged", "merged"),
                            ("absorbed", "absorbed"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("effective_date", models.DateField(verbose_name="effective date")),
                ("source", models.CharField(max_length=40, verbose_name="source")),
                (
                    "new",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessions",
                        to="stations.division",
                    ),
                ),
                (
                    "old",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="successions", to="stations.division"
                    ),
                ),
            ],
            options={
                "verbose_name": "succession",
                "verbose_name_plural": "successions",
                "constraints": [
                    models.UniqueConstraint(fields=("old", "new"), name="succession_stands_once"),
                    models.CheckConstraint(
                        condition=models.Q(("old", models.F("new")), _negated=True), name="succession_has_two_divisions"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("address_line", core.fields.LineField(blank=True, max_length=200, verbose_name="address")),
                ("house_number", core.fields.LineField(blank=True, max_length=20, verbose_name="house number")),
                ("formed_date", models.DateField(verbose_name="formed")),
                ("dissolved_date", models.DateField(blank=True, null=True, verbose_name="dissolved")),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.division"
                    ),
                ),
            ],
            options={
                "verbose_name": "household",
                "verbose_name_plural": "households",
            },
        ),
        migrations.CreateModel(
            name="InspectionQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("text", models.CharField(max_length=200, verbose_name="question")),
                ("text_zh", models.CharField(max_length=200, verbose_name="question in Chinese")),
                ("weight", models.PositiveSmallIntegerField(verbose_name="weight")),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("is_asked", models.BooleanField(default=True, verbose_name="asked")),
            ],
            options={
                "verbose_name": "question of inspections",
                "verbose_name_plural": "questions of inspections",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("weight__gte", 1)), name="inspection_question_counts")
                ],
            },
        ),
        migrations.CreateModel(
            name="LoginCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code_hash", models.CharField(max_length=128)),
                ("is_text", models.BooleanField(verbose_name="sent to the phone")),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="login_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "one-time code",
                "verbose_name_plural": "one-time codes",
                "indexes": [
                    models.Index(fields=["user", "-id"], name="login_code_of_user"),
                    models.Index(fields=["made_at"], name="login_code_by_age"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("tries__lte", 5)), name="login_code_has_five_tries"),
                    models.CheckConstraint(
                        condition=models.Q(("is_text", False), ("issued_by", None), _connector="OR"),
                        name="login_code_by_text_has_no_issuer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NameEnding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                ("ending", models.CharField(max_length=20, verbose_name="ending")),
                ("short", models.CharField(blank=True, max_length=20, verbose_name="short")),
            ],
            options={
                "verbose_name": "name ending",
                "verbose_name_plural": "name endings",
                "constraints": [models.UniqueConstraint(fields=("country", "ending"), name="name_ending_stands_once")],
            },
        ),
        migrations.CreateModel(
            name="PersonKey",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="data_key",
                        serialize=False,
                        to="stations.person",
                    ),
                ),
                ("key", models.BinaryField(max_length=32)),
            ],
            options={
                "verbose_name": "key of a person",
                "verbose_name_plural": "keys of people",
            },
        ),
        migrations.AddField(
            model_name="person",
            name="household",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="stations.household",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="stations.person",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="village",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.division",
                verbose_name="village",
            ),
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("head", "head of household"),
                            ("spouse", "spouse"),
                            ("child", "child"),
                            ("parent", "parent"),
                            ("grandchild", "grandchild"),
                            ("other", "other"),
                        ],
                        max_length=12,
                        verbose_name="relation",
                    ),
                ),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="stations.household"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="memberships", to="stations.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("to_date", None)), fields=("person",), name="person_has_one_open_membership"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_date", None), ("to_date__gte", models.F("from_date")), _connector="OR"),
                        name="membership_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="household",
            name="head",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stations.person",
            ),
        ),
        migrations.CreateModel(
            name="Guardianship",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("parent", "parent"),
                            ("grandparent", "grandparent"),
                            ("other_kin", "other kin"),
                            ("appointed", "appointed"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="guardianships", to="stations.person"
                    ),
                ),
                (
                    "guardian",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wardships", to="stations.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "guardianship",
                "verbose_name_plural": "guardianships",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("child", models.F("guardian")), _negated=True),
                        name="guardian_is_another_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_date", None), ("to_date__gte", models.F("from_date")), _connector="OR"),
                        name="guardianship_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Death",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("died_date", models.DateField(verbose_name="died")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                ("ended", models.JSONField(blank=True, default=dict)),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                ("reason", core.fields.LineField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deaths", to="stations.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "death",
                "verbose_name_plural": "deaths",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)), fields=("person",), name="person_dies_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at", None), ("undone_by", None)),
                            models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="death_is_taken_back_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ArchiveProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("last_seen_at", models.DateTimeField(verbose_name="last seen")),
                (
                    "status",
                    models.CharField(
                        choices=[("proposed", "proposed"), ("archived", "archived"), ("kept", "kept")],
                        default="proposed",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("reason", core.fields.LineField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="archive_proposals",
                        to="stations.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposal for the archive",
                "verbose_name_plural": "proposals for the archive",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "proposed")),
                        fields=("person",),
                        name="person_is_proposed_for_the_archive_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("status", "proposed")),
                            models.Q(
                                models.Q(("status", "proposed"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="archive_proposal_is_decided_by_somebody",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="user",
            name="person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="logins",
                to="stations.person",
            ),
        ),
        migrations.CreateModel(
            name="PersonMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "proposed"),
                            ("merged", "merged"),
                            ("refused", "two people"),
                            ("undone", "undone"),
                        ],
                        default="proposed",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("reason", core.fields.LineField(max_length=200, verbose_name="reason")),
                ("proposed_at", models.DateTimeField(verbose_name="proposed at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone at")),
                ("moved", models.JSONField(blank=True, default=dict)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="merges_kept", to="stations.person"
                    ),
                ),
                (
                    "merged",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="merges_gone", to="stations.person"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "merge of two records",
                "verbose_name_plural": "merges of records",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("merged")), _negated=True), name="merge_has_two_records"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["proposed", "merged"])),
                        fields=("merged",),
                        name="record_is_merged_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("status", "proposed")),
                            models.Q(
                                models.Q(("status", "proposed"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="merge_is_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "undone"), ("undone_at__isnull", False), ("undone_by__isnull", False)),
                            models.Q(
                                models.Q(("status", "undone"), _negated=True), ("undone_at", None), ("undone_by", None)
                            ),
                            _connector="OR",
                        ),
                        name="merge_is_undone_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("export", "a copy of everything"), ("erasure", "erasure")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "in progress"), ("done", "done"), ("withdrawn", "withdrawn")],
                        default="open",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="requested at")),
                ("due_at", models.DateTimeField(verbose_name="due at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                ("reason", core.fields.LineField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="stations.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "request of a person",
                "verbose_name_plural": "requests of people",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("person", "kind"),
                        name="person_has_one_open_request_of_a_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("status", "open")),
                            models.Q(models.Q(("status", "open"), _negated=True), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="request_has_an_end_exactly_when_not_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gt", models.F("asked_at"))),
                        name="request_is_due_after_it_is_asked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PhoneCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "purpose",
                    models.CharField(
                        choices=[("confirm_phone", "to confirm the phone"), ("consent", "to give consent")],
                        max_length=16,
                    ),
                ),
                (
                    "phone",
                    phonenumber_field.modelfields.PhoneNumberField(max_length=128, region=None, verbose_name="phone"),
                ),
                (
                    "code_hash",
                    models.CharField(help_text="HMAC-SHA256 under the key of the blind index.", max_length=64),
                ),
                ("sent_at", models.DateTimeField(verbose_name="sent at")),
                ("expires_at", models.DateTimeField(verbose_name="good until")),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="phone_codes", to="stations.person"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "code sent to a resident",
                "verbose_name_plural": "codes sent to residents",
                "indexes": [
                    models.Index(fields=["person", "purpose", "-sent_at"], name="phone_code_latest"),
                    models.Index(fields=["sent_at"], name="phone_code_by_age"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("tries__lte", 5)), name="phone_code_has_five_tries")
                ],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("helper", "Helper"),
                            ("partner", "Partner"),
                            ("county_clerk", "County clerk"),
                            ("county_manager", "County manager"),
                            ("finance_officer", "Finance officer"),
                            ("auditor", "Auditor"),
                            ("platform_admin", "Platform administrator"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "reach",
                    models.CharField(
                        choices=[("station", "one station"), ("region", "a region"), ("network", "the whole network")],
                        max_length=8,
                        verbose_name="reach",
                    ),
                ),
                ("from_at", models.DateTimeField(verbose_name="from")),
                ("to_at", models.DateTimeField(blank=True, null=True, verbose_name="to")),
                ("reason", core.fields.LineField(blank=True, max_length=200, verbose_name="reason")),
                ("is_break_glass", models.BooleanField(default=False, verbose_name="break-glass")),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="reviewed at")),
                ("limit_minor", models.BigIntegerField(blank=True, null=True, verbose_name="may approve up to")),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "appointed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
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
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="posts", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "post",
                "verbose_name_plural": "posts",
            },
        ),
        migrations.CreateModel(
            name="AccessRead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("what", models.CharField(max_length=60, verbose_name="what")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_reads",
                        to="stations.person",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.post",
                    ),
                ),
            ],
            options={
                "verbose_name": "access",
                "verbose_name_plural": "accesses",
                "indexes": [
                    models.Index(fields=["person", "at"], name="access_read_of_person"),
                    models.Index(fields=["at"], name="access_read_by_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterLookUps",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("address_index", models.BinaryField(max_length=32)),
                ("minute", models.DateTimeField()),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "look-ups of an address",
                "verbose_name_plural": "look-ups of addresses",
                "indexes": [models.Index(fields=["minute"], name="look_ups_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("address_index", "minute"), name="look_ups_are_counted_once_a_minute"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterMiss",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("number", models.CharField(max_length=18, verbose_name="number")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "county",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                    ),
                ),
            ],
            options={
                "verbose_name": "unknown certificate looked up",
                "verbose_name_plural": "unknown certificates looked up",
            },
        ),
        migrations.CreateModel(
            name="RegisterReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("number", models.CharField(max_length=18, verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("asked_for_money", "someone asked for a joining fee"),
                            ("not_this_person", "the person is not the one of the certificate"),
                            ("fake", "the certificate looks fake"),
                            ("other", "something else"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("text", core.fields.WordsField(blank=True, max_length=1000, verbose_name="in words")),
                (
                    "phone",
                    core.fields.LineField(
                        blank=True, help_text="Stored as typed. Optional.", max_length=24, verbose_name="phone"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "open"), ("answered", "answered")],
                        default="open",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                ("finding", core.fields.LineField(blank=True, max_length=200, verbose_name="finding")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "county",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                    ),
                ),
            ],
            options={
                "verbose_name": "report to the register",
                "verbose_name_plural": "reports to the register",
                "indexes": [models.Index(fields=["county", "status", "-at"], name="register_reports_of_county")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("answered_by", None), ("status", "open")),
                            models.Q(
                                ("answered_at__isnull", False), ("answered_by__isnull", False), ("status", "answered")
                            ),
                            _connector="OR",
                        ),
                        name="register_report_is_answered_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ResidentCard",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.CharField(max_length=32, unique=True, verbose_name="code")),
                ("issued_at", models.DateTimeField(verbose_name="issued at")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked at")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cards", to="stations.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "resident card",
                "verbose_name_plural": "resident cards",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)), fields=("person",), name="person_has_one_live_card"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reveal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("field", models.CharField(max_length=20, verbose_name="field")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("customer_present", "the person is here"),
                            ("provider_asks", "the company asks for it"),
                            ("claim", "an insurance claim"),
                            ("emergency", "an emergency"),
                            ("other", "another reason"),
                        ],
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                ("note", core.fields.LineField(blank=True, max_length=200, verbose_name="note")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reveals", to="stations.person"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.post"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "reveal",
                "verbose_name_plural": "reveals",
                "indexes": [
                    models.Index(fields=["user", "at"], name="reveal_by_user"),
                    models.Index(fields=["at"], name="reveal_by_age"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("note", ""), ("reason", "other"), _negated=True),
                        name="reveal_for_another_reason_says_which",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ServicePause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("from_at", models.DateTimeField(verbose_name="from")),
                ("to_at", models.DateTimeField(blank=True, null=True, verbose_name="to")),
                ("reason", core.fields.LineField(max_length=200, verbose_name="reason")),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.division",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paused_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pauses", to="stations.service"
                    ),
                ),
            ],
            options={
                "verbose_name": "service pause",
                "verbose_name_plural": "service pauses",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_at", None), ("to_at__gt", models.F("from_at")), _connector="OR"),
                        name="service_pause_ends_after_it_begins",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (models.F("service"), "="),
                            (django.db.models.functions.comparison.Coalesce("division", 0), "="),
                            (
                                core.web.ranges.InstantSpan(
                                    "from_at", "to_at", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="service_is_paused_once_per_division",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInTries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("place_index", models.BinaryField(max_length=32)),
                ("started_at", models.DateTimeField()),
                ("count", models.PositiveSmallIntegerField(default=0)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_in_tries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "tries to sign in",
                "verbose_name_plural": "tries to sign in",
                "indexes": [models.Index(fields=["started_at"], name="sign_in_tries_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "place_index"), name="tries_are_counted_once_a_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="Station",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("code", models.CharField(max_length=11, unique=True, verbose_name="code")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("county_centre", "county centre"),
                            ("township_hub", "township hub"),
                            ("village_station", "village station"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("name", core.fields.LineField(max_length=120, verbose_name="name")),
                ("name_local", core.fields.LineField(blank=True, max_length=120, verbose_name="local name")),
                ("address_line", core.fields.LineField(blank=True, max_length=200, verbose_name="address")),
                (
                    "latitude",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="latitude"),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="longitude"
                    ),
                ),
                ("area_m2", models.PositiveSmallIntegerField(default=30, verbose_name="floor area in m²")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "planned"),
                            ("fitting_out", "fitting out"),
                            ("trial", "trial"),
                            ("active", "active"),
                            ("temporarily_closed", "temporarily closed"),
                            ("suspended", "suspended"),
                            ("closed", "permanently closed"),
                        ],
                        default="planned",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "phone",
                    phonenumber_field.modelfields.PhoneNumberField(
                        blank=True, max_length=128, region=None, verbose_name="phone"
                    ),
                ),
                ("zone", models.CharField(default="Asia/Shanghai", max_length=40, verbose_name="time zone")),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="currency")),
                ("opened_date", models.DateField(blank=True, null=True, verbose_name="opened")),
                ("closed_date", models.DateField(blank=True, null=True, verbose_name="closed")),
                ("reopens_date", models.DateField(blank=True, null=True, verbose_name="expected to reopen")),
                ("last_seen_at", models.DateTimeField(blank=True, null=True, verbose_name="last seen")),
                ("seen_since", models.DateTimeField(blank=True, null=True)),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.division"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="stations.station",
                    ),
                ),
                (
                    "prefecture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.division"
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.division"
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.division"
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.division"
                    ),
                ),
            ],
            options={
                "verbose_name": "station",
                "verbose_name_plural": "stations",
                "indexes": [models.Index(fields=["county", "status"], name="station_of_county")],
                "constraints": [
                    models.UniqueConstraint(fields=("id", "county"), name="station_stands_in_one_county"),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^\\d{6}-\\d{4}$")), name="station_code_is_county_and_serial"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "county_centre"), ("parent", None)),
                            models.Q(models.Q(("kind", "county_centre"), _negated=True), ("parent__isnull", False)),
                            _connector="OR",
                        ),
                        name="station_has_parent_unless_county_centre",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "county_centre"), models.Q(("status", "closed"), _negated=True)),
                        fields=("county",),
                        name="county_has_one_centre",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude", None), ("longitude", None)),
                            models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                            _connector="OR",
                        ),
                        name="station_coordinates_come_in_pairs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_date__isnull", False), ("status", "closed")),
                            models.Q(models.Q(("status", "closed"), _negated=True), ("closed_date", None)),
                            _connector="OR",
                        ),
                        name="station_has_closed_date_exactly_when_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reopens_date", None), ("status", "temporarily_closed"), _connector="OR"),
                        name="station_is_expected_back_only_while_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeenSpan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("from_at", models.DateTimeField(verbose_name="from")),
                ("to_at", models.DateTimeField(db_index=True, verbose_name="to")),
                (
                    "station",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="stations.station",
                    ),
                ),
            ],
            options={
                "verbose_name": "span in which a station was seen",
                "verbose_name_plural": "spans in which stations were seen",
                "indexes": [models.Index(fields=["station", "to_at"], name="seen_spans_of_station")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_at__gt", models.F("from_at"))), name="seen_span_ends_after_it_begins"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="post",
            name="station",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="posts",
                to="stations.station",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="home_station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="people", to="stations.station"
            ),
        ),
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("weekday", models.PositiveSmallIntegerField(verbose_name="weekday")),
                ("opens", models.TimeField(verbose_name="opens")),
                ("closes", models.TimeField(verbose_name="closes")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "set_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hours", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "opening hours",
                "verbose_name_plural": "opening hours",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weekday__gte", 1), ("weekday__lte", 7)),
                        name="opening_hours_name_a_weekday",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes__gt", models.F("opens"))),
                        name="opening_hours_close_after_they_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_date", None), ("to_date__gt", models.F("from_date")), _connector="OR"),
                        name="opening_hours_end_after_they_begin",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (models.F("station"), "="),
                            (models.F("weekday"), "="),
                            (
                                stations.network.models.ClockSpan(
                                    stations.network.models.SecondOfDay("opens"),
                                    stations.network.models.SecondOfDay("closes"),
                                ),
                                "&&",
                            ),
                            (
                                core.web.ranges.DateSpan(
                                    "from_date", "to_date", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="opening_hours_of_a_weekday_do_not_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningException",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("date", models.DateField(verbose_name="date")),
                ("opens", models.TimeField(blank=True, null=True, verbose_name="opens")),
                ("closes", models.TimeField(blank=True, null=True, verbose_name="closes")),
                ("reason", core.fields.LineField(max_length=200, verbose_name="reason")),
                (
                    "set_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="exceptions", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "opening exception",
                "verbose_name_plural": "opening exceptions",
                "constraints": [
                    models.UniqueConstraint(fields=("station", "date"), name="opening_exception_stands_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes", None), ("opens", None)),
                            models.Q(("closes__gt", models.F("opens")), ("opens__isnull", False)),
                            _connector="OR",
                        ),
                        name="opening_exception_closes_after_it_opens",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NameKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("name", "name"), ("initials", "initials"), ("pinyin", "pinyin")], max_length=8
                    ),
                ),
                ("key", models.CharField(max_length=120)),
                ("name", models.CharField(max_length=120)),
                ("served_at", models.DateTimeField(blank=True, null=True)),
                (
                    "county",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="stations.division",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="name_keys",
                        to="stations.person",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="stations.station",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["station", "kind", "key"],
                        include=("person", "served_at", "name"),
                        name="name_key_at_station",
                        opclasses=["int8_ops", "text_ops", "text_pattern_ops"],
                    ),
                    models.Index(
                        fields=["county", "kind", "key"],
                        include=("person", "station", "served_at", "name"),
                        name="name_key_in_county",
                        opclasses=["int8_ops", "text_ops", "text_pattern_ops"],
                    ),
                    models.Index(
                        models.F("county"),
                        models.F("kind"),
                        models.OrderBy(models.F("served_at"), descending=True, nulls_last=True),
                        models.F("name"),
                        models.F("person"),
                        include=("key", "station"),
                        name="name_key_by_service",
                    ),
                ],
                "constraints": [models.UniqueConstraint(fields=("person", "kind", "key"), name="name_key_stands_once")],
            },
        ),
        migrations.CreateModel(
            name="KpiScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("month", models.DateField(help_text="The first day of the month.", verbose_name="month")),
                (
                    "parts",
                    models.JSONField(
                        help_text="Letter -> numerator, denominator, and value as a decimal.", verbose_name="parts"
                    ),
                ),
                ("exact", models.DecimalField(decimal_places=6, max_digits=9, verbose_name="before rounding")),
                ("score", models.PositiveSmallIntegerField(verbose_name="score")),
                (
                    "grade",
                    models.CharField(
                        choices=[("good", "good"), ("watch", "watch"), ("support", "support")],
                        max_length=8,
                        verbose_name="grade",
                    ),
                ),
                ("formula_version", models.PositiveSmallIntegerField(default=1, verbose_name="version of the formula")),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="scores", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "score of a station",
                "verbose_name_plural": "scores of stations",
                "constraints": [
                    models.UniqueConstraint(fields=("station", "month"), name="station_has_one_score_a_month"),
                    models.CheckConstraint(condition=models.Q(("score__lte", 100)), name="score_is_of_a_hundred"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Inspection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("planned_date", models.DateField(verbose_name="planned for")),
                (
                    "status",
                    models.CharField(
                        choices=[("planned", "planned"), ("done", "done"), ("cancelled", "cancelled")],
                        default="planned",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
                (
                    "answers",
                    models.JSONField(
                        blank=True, default=dict, help_text="Question -> yes, no or not here.", verbose_name="answers"
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="latitude"),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="longitude"
                    ),
                ),
                ("score", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="score")),
                ("notes", core.fields.WordsField(blank=True, max_length=1000, verbose_name="remarks")),
                ("followup_date", models.DateField(blank=True, null=True, verbose_name="next review")),
                (
                    "inspector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("photos", models.ManyToManyField(blank=True, related_name="+", to="core.storedfile")),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inspections", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "inspection",
                "verbose_name_plural": "inspections",
                "indexes": [models.Index(fields=["station", "-done_at"], name="inspection_of_station")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", False), ("score__isnull", False), ("status", "done")),
                            models.Q(models.Q(("status", "done"), _negated=True), ("done_at", None), ("score", None)),
                            _connector="OR",
                        ),
                        name="inspection_has_a_score_exactly_when_done",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score", None), ("score__lte", 100), _connector="OR"),
                        name="inspection_score_is_of_a_hundred",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude", None), ("longitude", None)),
                            models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                            _connector="OR",
                        ),
                        name="inspection_coordinates_come_in_pairs",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="household",
            name="home_station",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="households", to="stations.station"
            ),
        ),
        migrations.AddField(
            model_name="device",
            name="station",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="devices",
                to="stations.station",
            ),
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("partner", "partner"), ("helper", "helper")], max_length=8, verbose_name="kind"
                    ),
                ),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(verbose_name="to")),
                ("terms_sha256", models.CharField(max_length=64)),
                ("commission_plan_code", models.CharField(max_length=40, verbose_name="commission plan")),
                (
                    "helper_share_bp",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="helper's share in basis points"
                    ),
                ),
                (
                    "signed_by_person_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="signed by the person at"),
                ),
                (
                    "signed_by_county_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="signed by the county at"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("signed", "signed by one side"),
                            ("active", "active"),
                            ("on_leave", "on leave"),
                            ("suspended", "suspended"),
                            ("ended", "ended"),
                            ("terminated", "terminated"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "county_signer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "partner_user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="helper_contracts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "terms_file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="contracts", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "contract",
                "verbose_name_plural": "contracts",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "partner"), ("status__in", ["active", "on_leave", "suspended"])),
                        fields=("station",),
                        name="station_has_one_running_partner_contract",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "partner"), ("status__in", ["active", "on_leave", "suspended"])),
                        fields=("user",),
                        name="user_has_one_running_partner_contract",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "helper"), ("partner_user__isnull", False)),
                            models.Q(("kind", "partner"), ("partner_user", None)),
                            _connector="OR",
                        ),
                        name="helper_contract_names_its_partner",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("helper_share_bp__gte", 0), ("helper_share_bp__lte", 5000), ("kind", "helper")),
                            models.Q(("helper_share_bp", None), ("kind", "partner")),
                            _connector="OR",
                        ),
                        name="helper_share_is_at_most_half",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["active", "on_leave", "suspended"]), _negated=True),
                            models.Q(
                                ("county_signer__isnull", False),
                                ("signed_by_county_at__isnull", False),
                                ("signed_by_person_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="contract_runs_only_with_both_signatures",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_date__gt", models.F("from_date"))), name="contract_ends_after_it_begins"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("purpose", models.CharField(max_length=40, verbose_name="purpose")),
                ("given_at", models.DateTimeField(verbose_name="given at")),
                (
                    "manner",
                    models.CharField(
                        choices=[
                            ("code", "code by SMS"),
                            ("signature", "signature"),
                            ("voice", "recorded voice"),
                            ("paper", "paper"),
                        ],
                        max_length=10,
                        verbose_name="manner",
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn at")),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "text_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.consenttext"
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.person"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="consents", to="stations.person"
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.person",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("person", "purpose"),
                        name="person_has_one_open_consent_per_purpose",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                            models.Q(
                                ("withdrawn_at__gte", models.F("given_at")),
                                ("withdrawn_at__isnull", False),
                                ("withdrawn_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="consent_is_withdrawn_by_somebody_after_it_was_given",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("partner", "partner"),
                            ("helper", "helper"),
                            ("insurance", "insurance"),
                            ("travel", "travel"),
                            ("loan_recommendation", "loan recommendation"),
                            ("cash_services", "cash services"),
                        ],
                        max_length=24,
                        verbose_name="subject",
                    ),
                ),
                ("number", models.CharField(max_length=18, unique=True, verbose_name="number")),
                ("issued_date", models.DateField(verbose_name="issued")),
                ("expires_date", models.DateField(verbose_name="expires")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked at")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.storedfile",
                        verbose_name="photo",
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="certificates", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "certificate",
                "verbose_name_plural": "certificates",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("holder", "subject"),
                        name="holder_has_one_valid_certificate_per_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_date__gte", models.F("issued_date"))),
                        name="certificate_expires_after_it_is_issued",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StationClosing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("reason", core.fields.LineField(max_length=200, verbose_name="reason")),
                (
                    "status",
                    models.CharField(
                        choices=[("asked", "requested"), ("confirmed", "closed"), ("withdrawn", "withdrawn")],
                        default="asked",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="requested at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="closings", to="stations.station"
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="stations.station",
                        verbose_name="households go to",
                    ),
                ),
            ],
            options={
                "verbose_name": "closing of a station",
                "verbose_name_plural": "closings of stations",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "asked")),
                        fields=("station",),
                        name="station_has_one_open_closing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("station", models.F("successor")), _negated=True),
                        name="households_go_to_another_station",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None), ("status", "asked")),
                            models.Q(
                                models.Q(("status", "asked"), _negated=True),
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="closing_has_an_end_exactly_when_it_is_not_asked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StationDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("date", models.DateField(verbose_name="day")),
                ("open_minutes", models.PositiveIntegerField(default=0, verbose_name="minutes published")),
                ("seen_minutes", models.PositiveIntegerField(default=0, verbose_name="minutes seen")),
                ("services", models.PositiveIntegerField(default=0, verbose_name="services")),
                ("money_services", models.PositiveIntegerField(default=0, verbose_name="services with money")),
                ("float_outs", models.PositiveIntegerField(default=0, verbose_name="turned away: float too low")),
                ("offered_parcels", models.PositiveIntegerField(default=0, verbose_name="parcels offered")),
                ("refused_parcels", models.PositiveIntegerField(default=0, verbose_name="parcels refused")),
                ("upheld_complaints", models.PositiveIntegerField(default=0, verbose_name="complaints upheld")),
                ("income_minor", models.BigIntegerField(default=0, verbose_name="income")),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="days", to="stations.station"
                    ),
                ),
            ],
            options={
                "verbose_name": "day of a station",
                "verbose_name_plural": "days of stations",
                "constraints": [models.UniqueConstraint(fields=("station", "date"), name="station_day_stands_once")],
            },
        ),
        migrations.CreateModel(
            name="StationFact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("event_id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("service", "service"),
                            ("money_service", "service with money"),
                            ("float_out", "turned away: float too low"),
                            ("parcel_offered", "parcel offered"),
                            ("parcel_refused", "parcel refused"),
                            ("complaint", "complaint upheld"),
                            ("income", "income"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("local_date", models.DateField(verbose_name="day")),
                ("quantity", models.PositiveIntegerField(default=1, verbose_name="quantity")),
                ("amount_minor", models.BigIntegerField(blank=True, null=True, verbose_name="amount")),
                ("currency", models.CharField(blank=True, max_length=3)),
                (
                    "station",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="stations.station",
                    ),
                ),
            ],
            options={
                "verbose_name": "fact of a station",
                "verbose_name_plural": "facts of stations",
                "indexes": [models.Index(fields=["station", "local_date"], name="station_facts_of_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("event_id", "kind"), name="station_fact_stands_once_per_event")
                ],
            },
        ),
        migrations.CreateModel(
            name="StationService",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("from_at", models.DateTimeField(verbose_name="from")),
                ("to_at", models.DateTimeField(blank=True, null=True, verbose_name="to")),
                ("reason", core.fields.LineField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="stations.service"
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="services", to="stations.station"
                    ),
                ),
                (
                    "switched_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "service of a station",
                "verbose_name_plural": "services of stations",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (models.F("station"), "="),
                            (models.F("service"), "="),
                            (
                                core.web.ranges.InstantSpan(
                                    "from_at", "to_at", django.contrib.postgres.fields.ranges.RangeBoundary()
                                ),
                                "&&",
                            ),
                        ],
                        name="station_service_is_switched_on_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("to_at", None), ("to_at__gt", models.F("from_at")), _connector="OR"),
                        name="station_service_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupportVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("reason", models.CharField(max_length=20, verbose_name="because of")),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("due_date", models.DateField(verbose_name="due on")),
                (
                    "status",
                    models.CharField(
                        choices=[("due", "due"), ("done", "done")], default="due", max_length=6, verbose_name="status"
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done at")),
                ("seen", core.fields.WordsField(blank=True, max_length=1000, verbose_name="what was seen")),
                ("agreed", core.fields.LineField(blank=True, max_length=200, verbose_name="what was agreed")),
                ("followup_date", models.DateField(blank=True, null=True, verbose_name="next review")),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="support_visits",
                        to="stations.station",
                    ),
                ),
                (
                    "visitor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "support visit",
                "verbose_name_plural": "support visits",
                "indexes": [models.Index(fields=["station", "status"], name="support_visit_of_station")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at", None), ("status", "due"), ("visitor", None)),
                            models.Q(("done_at__isnull", False), ("status", "done"), ("visitor__isnull", False)),
                            _connector="OR",
                        ),
                        name="support_visit_is_done_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EarlyWarning",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("income_falling", "Income is falling"),
                            ("inactive", "Few days with a service"),
                            ("float_out", "Float keeps running out"),
                            ("silent", "No contact"),
                            ("complaints", "Upheld complaints"),
                            ("refusals", "Many parcels refused"),
                            ("fraud", "A false declaration was found"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                (
                    "figures",
                    models.JSONField(
                        default=dict, help_text="What was counted, and against what.", verbose_name="figures"
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="warnings", to="stations.station"
                    ),
                ),
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="warning", to="stations.supportvisit"
                    ),
                ),
            ],
            options={
                "verbose_name": "early warning",
                "verbose_name_plural": "early warnings",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("station", "kind"),
                        name="station_has_one_open_warning_of_a_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SurnameReading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("surname", models.CharField(max_length=4, verbose_name="surname")),
                ("reading", models.CharField(max_length=20, verbose_name="reading")),
                ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="rank")),
            ],
            options={
                "verbose_name": "surname reading",
                "verbose_name_plural": "surname readings",
                "constraints": [
                    models.UniqueConstraint(fields=("surname", "reading"), name="surname_reading_stands_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Termination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("reason", core.fields.LineField(max_length=200, verbose_name="reason")),
                (
                    "status",
                    models.CharField(
                        choices=[("asked", "requested"), ("confirmed", "terminated"), ("withdrawn", "withdrawn")],
                        default="asked",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="requested at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="terminations", to="stations.contract"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "termination",
                "verbose_name_plural": "terminations",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "asked")),
                        fields=("contract",),
                        name="contract_has_one_open_termination",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None), ("status", "asked")),
                            models.Q(
                                models.Q(("status", "asked"), _negated=True),
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="termination_has_an_end_exactly_when_it_is_not_asked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DevicePin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("pin_hash", models.CharField(max_length=128)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pins", to="stations.device"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="device_pins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "PIN on a device",
                "verbose_name_plural": "PINs on devices",
                "constraints": [
                    models.UniqueConstraint(fields=("device", "user"), name="device_pin_stands_once"),
                    models.CheckConstraint(condition=models.Q(("tries__lte", 5)), name="device_pin_has_five_tries"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_active", True)), fields=("person",), name="person_has_at_most_one_active_login"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("text_size__in", [100, 125, 150])), name="user_text_size_is_offered"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(condition=models.Q(("wrong_tries__lte", 5)), name="user_has_five_tries"),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("division", None), ("reach", "station"), ("station__isnull", False)),
                    models.Q(("division__isnull", False), ("reach", "region"), ("station", None)),
                    models.Q(("division", None), ("reach", "network"), ("station", None)),
                    _connector="OR",
                ),
                name="post_sets_exactly_what_its_reach_names",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_at", None), ("to_at__gt", models.F("from_at")), _connector="OR"),
                name="post_ends_after_it_begins",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_break_glass", False),
                    models.Q(
                        ("appointed_by__isnull", False),
                        ("to_at__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="break_glass_post_has_reason_and_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_break_glass", False),
                    (
                        "to_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("from_at"), "+", models.Value(datetime.timedelta(seconds=14400))
                        ),
                    ),
                    _connector="OR",
                ),
                name="break_glass_post_ends_within_four_hours",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("reach", "station")),
                expressions=[
                    (models.F("user"), "="),
                    (models.F("role"), "="),
                    (models.F("station"), "="),
                    (
                        core.web.ranges.InstantSpan(
                            "from_at", "to_at", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="post_stands_once_per_user_role_and_station",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("reach", "region")),
                expressions=[
                    (models.F("user"), "="),
                    (models.F("role"), "="),
                    (models.F("division"), "="),
                    (
                        core.web.ranges.InstantSpan(
                            "from_at", "to_at", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="post_stands_once_per_user_role_and_region",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("reach", "network")),
                expressions=[
                    (models.F("user"), "="),
                    (models.F("role"), "="),
                    (
                        core.web.ranges.InstantSpan(
                            "from_at", "to_at", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                ],
                name="post_stands_once_per_user_and_role_on_network",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                fields=["home_station", "phone_reversed"],
                name="person_by_phone_tail",
                opclasses=["int8_ops", "text_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                fields=["phone_reversed"], name="person_by_any_phone_tail", opclasses=["text_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["household"], name="person_of_household"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", False)),
                fields=["full_name"],
                name="person_set_aside_by_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("full_name__regex", "[0-9０-９]{7}"), _negated=True),
                    models.Q(("preferred_name__regex", "[0-9０-９]{7}"), _negated=True),
                ),
                name="name_of_a_person_is_no_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(("merged_into", None)),
                fields=("id_index",),
                name="identity_number_unique_among_living_records",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("id_cipher", None), ("id_index", None), ("id_key_no", None)),
                    models.Q(("id_cipher__isnull", False), ("id_index__isnull", False), ("id_key_no__isnull", False)),
                    _connector="OR",
                ),
                name="identity_cipher_key_and_index_come_together",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None), models.Q(("merged_into", models.F("id")), _negated=True), _connector="OR"
                ),
                name="person_is_not_merged_into_himself",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("birth_date", None),
                    (
                        "birth_date__lte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.functions.datetime.TruncDate(django.db.models.functions.datetime.Now()),
                            "+",
                            models.Value(1),
                        ),
                    ),
                    _connector="OR",
                ),
                name="person_is_born_already",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("died_date__isnull", False), ("residence", "deceased")),
                    models.Q(models.Q(("residence", "deceased"), _negated=True), ("died_date", None)),
                    _connector="OR",
                ),
                name="person_has_died_date_exactly_when_deceased",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("birth_date", None), ("birth_precision", "unknown")),
                    models.Q(("birth_date__isnull", False), models.Q(("birth_precision", "unknown"), _negated=True)),
                    _connector="OR",
                ),
                name="person_birth_date_has_a_precision",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("erased_at", None),
                    models.Q(
                        ("birth_date", None),
                        ("household", None),
                        ("id_cipher", None),
                        ("phone", ""),
                        ("phone_reversed", ""),
                        ("preferred_name", ""),
                    ),
                    _connector="OR",
                ),
                name="nothing_tells_of_a_person_who_is_forgotten",
            ),
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(fields=["village"], name="household_of_village"),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("dissolved_date", None), ("dissolved_date__gte", models.F("formed_date")), _connector="OR"
                ),
                name="household_dissolves_after_it_forms",
            ),
        ),
        migrations.AddConstraint(
            model_name="device",
            constraint=models.UniqueConstraint(
                condition=models.Q(("secret_hash", ""), _negated=True),
                fields=("secret_hash",),
                name="device_secret_stands_once",
            ),
        ),
    ]
