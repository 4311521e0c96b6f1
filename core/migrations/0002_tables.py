"""The tables of core."""

import core.fields
import core.gateways.models
import datetime
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("core", "0001_extensions"),
    ]

    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("id", models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False)),
                ("content", models.FileField(upload_to="files/%Y/%m/")),
                ("media_type", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(max_length=64)),
                ("stored_by", models.UUIDField(blank=True, null=True)),
                ("stored_at", models.DateTimeField(verbose_name="stored at")),
            ],
            options={
                "verbose_name": "file",
                "verbose_name_plural": "files",
            },
        ),
        migrations.CreateModel(
            name="DataKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("data", "encrypts numbers"), ("index", "finds numbers again")],
                        max_length=5,
                        verbose_name="kind",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("fingerprint", models.CharField(max_length=16, verbose_name="fingerprint")),
                ("writes_since", models.DateTimeField(blank=True, null=True, verbose_name="in use since")),
                ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="retired at")),
            ],
            options={
                "verbose_name": "key of personal numbers",
                "verbose_name_plural": "keys of personal numbers",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "number"), name="data_key_has_one_number"),
                    models.UniqueConstraint(fields=("kind", "fingerprint"), name="data_key_is_noted_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["data", "index"])), name="data_key_is_of_a_known_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 255)), name="data_key_number_fits_a_byte"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("name", models.CharField(max_length=60)),
                ("payload", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder)),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "indexes": [
                    models.Index(fields=["name", "created_at"], name="event_by_name"),
                    models.Index(fields=["created_at"], name="event_by_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                ("dedupe_key", models.CharField(max_length=160, unique=True, verbose_name="dedupe key")),
                (
                    "payload",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="payload",
                    ),
                ),
                ("is_patient", models.BooleanField(default=False, verbose_name="patient")),
                ("run_at", models.DateTimeField(verbose_name="run at")),
                ("use_by", models.DateTimeField(blank=True, null=True, verbose_name="use by")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("running", "running"),
                            ("done", "done"),
                            ("missed", "too late, not done"),
                            ("dead", "failed, needs attention"),
                            ("discarded", "discarded manually"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("fence", models.PositiveIntegerField(default=0)),
                ("lease_until", models.DateTimeField(blank=True, null=True, verbose_name="lease until")),
                ("owner", models.CharField(blank=True, default="", max_length=80, verbose_name="owner")),
                ("last_error", models.TextField(blank=True, default="", verbose_name="last error")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["is_patient", "run_at", "id"], name="job_due"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["done", "missed"]), _negated=True),
                        fields=["kind"],
                        name="job_open_by_kind",
                    ),
                    models.Index(condition=models.Q(("state", "running")), fields=["lease_until"], name="job_leased"),
                    models.Index(
                        condition=models.Q(("state__in", ["done", "missed"])),
                        fields=["finished_at"],
                        name="job_finished",
                    ),
                    models.Index(condition=models.Q(("state", "dead")), fields=["-id"], name="job_dead"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_until__isnull", False), ("state", "running")),
                            models.Q(models.Q(("state", "running"), _negated=True), ("lease_until", None)),
                            _connector="OR",
                        ),
                        name="job_has_lease_exactly_while_running",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", False), ("state__in", ["done", "missed", "discarded"])),
                            models.Q(("finished_at", None), ("state__in", ["waiting", "running", "dead"])),
                            _connector="OR",
                        ),
                        name="job_has_finish_exactly_when_finished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("user", models.UUIDField(blank=True, null=True)),
                ("phone_cipher", models.BinaryField(blank=True, null=True)),
                ("phone_key_no", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("phone_tail", models.CharField(blank=True, max_length=4, verbose_name="phone, last digits")),
                ("language", models.CharField(max_length=16, verbose_name="language")),
                ("template", models.CharField(max_length=60, verbose_name="template")),
                ("params", models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("secrets_cipher", models.BinaryField(blank=True, null=True)),
                ("secrets_key_no", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("zone", models.CharField(default="Asia/Shanghai", max_length=40, verbose_name="time zone")),
                ("link", models.CharField(blank=True, max_length=200, verbose_name="link")),
                ("dedupe_key", models.CharField(max_length=160, unique=True)),
                ("send_at", models.DateTimeField(verbose_name="send at")),
                ("use_by", models.DateTimeField(blank=True, null=True, verbose_name="use by")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("sent", "sent"),
                            ("delivered", "delivered"),
                            ("failed", "not delivered"),
                            ("missed", "too late, not sent"),
                            ("shown", "in the console only"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("our_ref", models.UUIDField(blank=True, null=True, unique=True)),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="read at")),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "indexes": [
                    models.Index(fields=["created_at"], name="notice_by_age"),
                    models.Index(fields=["user", "-id"], name="notice_of_user"),
                    models.Index(
                        condition=models.Q(("read_at", None), ("user__isnull", False)),
                        fields=["user"],
                        name="notice_unread",
                    ),
                    models.Index(
                        condition=models.Q(("state", "waiting"), ("use_by__isnull", False)),
                        fields=["use_by"],
                        name="notice_late",
                    ),
                    models.Index(
                        condition=models.Q(("secrets_cipher__isnull", False)),
                        fields=["send_at"],
                        name="notice_with_secrets",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("user__isnull", False), ("phone_cipher__isnull", False), _connector="OR"),
                        name="notice_has_a_reader",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("phone_cipher", None), ("phone_key_no", None)),
                            models.Q(("phone_cipher__isnull", False), ("phone_key_no__isnull", False)),
                            _connector="OR",
                        ),
                        name="notice_phone_is_encrypted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("secrets_cipher", None), ("secrets_key_no", None)),
                            models.Q(("secrets_cipher__isnull", False), ("secrets_key_no__isnull", False)),
                            _connector="OR",
                        ),
                        name="notice_secrets_are_encrypted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "sent"]), ("secrets_cipher", None), _connector="OR"
                        ),
                        name="notice_keeps_secrets_only_under_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["waiting", "sent", "delivered"]), _negated=True),
                            ("phone_cipher__isnull", False),
                            _connector="OR",
                        ),
                        name="notice_has_a_phone_when_it_travels",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "code",
                    models.CharField(
                        max_length=20,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[A-Z0-9]+(-[A-Z0-9]+)*$")],
                        verbose_name="code",
                    ),
                ),
                ("name", core.fields.LineField(max_length=80, verbose_name="name")),
                ("name_zh", core.fields.LineField(blank=True, max_length=80, verbose_name="name in Chinese")),
                (
                    "key_id",
                    models.CharField(
                        max_length=40,
                        validators=[django.core.validators.RegexValidator("^[A-Za-z0-9._-]+$")],
                        verbose_name="key id",
                    ),
                ),
                (
                    "secret_name",
                    models.CharField(
                        help_text="The name of the variable, never the secret itself: ECOMNET_PROVIDER_…_SECRET.",
                        max_length=60,
                        validators=[django.core.validators.RegexValidator("^ECOMNET_PROVIDER_[A-Z0-9_]+_SECRET$")],
                        verbose_name="variable that holds the secret",
                    ),
                ),
                (
                    "country",
                    models.CharField(
                        default="CN",
                        help_text="The country whose book holds its money.",
                        max_length=2,
                        verbose_name="country",
                    ),
                ),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="currency")),
                (
                    "time_zone",
                    models.CharField(
                        default="Asia/Shanghai",
                        max_length=40,
                        validators=[core.gateways.models.refuse_unknown_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "file_time",
                    models.TimeField(
                        blank=True,
                        default=datetime.time(6, 0),
                        help_text="Empty: it sends no files.",
                        null=True,
                        verbose_name="daily file arrives at",
                    ),
                ),
                (
                    "prefund_alarm_minor",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Empty: no alert.",
                        null=True,
                        verbose_name="balance below which finance is alerted",
                    ),
                ),
                (
                    "prefund_min_minor",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Below this, nothing is sold through this company.",
                        null=True,
                        verbose_name="minimum balance",
                    ),
                ),
                (
                    "balance_minor",
                    models.BigIntegerField(blank=True, null=True, verbose_name="balance that we hold there"),
                ),
                ("balance_at", models.DateTimeField(blank=True, null=True, verbose_name="balance as of")),
                ("alarmed_at", models.DateTimeField(blank=True, null=True, verbose_name="finance alerted at")),
                (
                    "refused_minor",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Nothing is sold through this company until the balance covers it.",
                        null=True,
                        verbose_name="amount refused for lack of balance",
                    ),
                ),
                (
                    "breaker",
                    models.CharField(
                        choices=[
                            ("closed", "in service"),
                            ("open", "stopped after failures"),
                            ("half_open", "being tried"),
                        ],
                        default="closed",
                        max_length=10,
                        verbose_name="breaker",
                    ),
                ),
                (
                    "breaker_failed_at",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateTimeField(), blank=True, default=list, size=None
                    ),
                ),
                ("breaker_opened_at", models.DateTimeField(blank=True, null=True, verbose_name="stopped at")),
            ],
            options={
                "verbose_name": "provider",
                "verbose_name_plural": "providers",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("breaker", "closed"), ("breaker_opened_at", None)),
                            models.Q(
                                models.Q(("breaker", "closed"), _negated=True), ("breaker_opened_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="breaker_has_opening_exactly_when_not_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("prefund_alarm_minor", None),
                            ("prefund_min_minor", None),
                            ("prefund_alarm_minor__gte", models.F("prefund_min_minor")),
                            _connector="OR",
                        ),
                        name="prefund_alarm_is_not_below_the_least_balance",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("balance_at", None), ("balance_minor", None)),
                            models.Q(("balance_at__isnull", False), ("balance_minor__isnull", False)),
                            _connector="OR",
                        ),
                        name="provider_balance_has_its_instant",
                    ),
                    models.UniqueConstraint(
                        fields=("id", "country", "currency"), name="provider_country_and_currency_are_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DailyFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("file_date", models.DateField(verbose_name="file date")),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("size", models.PositiveBigIntegerField(verbose_name="bytes")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                ("refusal", models.CharField(blank=True, max_length=200, verbose_name="refused because")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="daily_files", to="core.provider"
                    ),
                ),
            ],
            options={
                "verbose_name": "daily file",
                "verbose_name_plural": "daily files",
                "indexes": [
                    models.Index(fields=["provider", "file_date"], name="daily_file_of_day"),
                    models.Index(fields=["received_at"], name="daily_file_by_age"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Callback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("event_id", models.CharField(max_length=80, verbose_name="event")),
                ("event_type", models.CharField(max_length=40, verbose_name="type")),
                ("our_ref", models.CharField(blank=True, max_length=64, verbose_name="our reference")),
                ("headers", models.JSONField(verbose_name="headers")),
                ("body", models.BinaryField(verbose_name="body")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("stored", "stored"),
                            ("applied", "applied"),
                            ("ignored", "nothing new"),
                            ("contradicts", "contradicts a final result"),
                        ],
                        default="stored",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=80, verbose_name="note")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="callbacks", to="core.provider"
                    ),
                ),
            ],
            options={
                "verbose_name": "callback",
                "verbose_name_plural": "callbacks",
                "indexes": [
                    models.Index(fields=["our_ref"], name="callback_by_reference"),
                    models.Index(fields=["received_at"], name="callback_by_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "event_id"), name="callback_stands_once_per_event")
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("person", models.CharField(max_length=64)),
                ("operation", models.CharField(max_length=200)),
                ("key", models.CharField(max_length=64)),
                ("fingerprint", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("answer", models.JSONField()),
            ],
            options={
                "verbose_name": "request key",
                "verbose_name_plural": "request keys",
                "indexes": [models.Index(fields=["created_at"], name="request_key_created")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "operation", "key"), name="request_key_unique_per_person_and_operation"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__gte", 200), ("status__lt", 600)),
                        name="request_key_has_the_status_of_an_answer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatusChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("object_id", models.CharField(max_length=64)),
                ("old", models.CharField(blank=True, max_length=40, verbose_name="from")),
                ("new", models.CharField(max_length=40, verbose_name="to")),
                ("actor_kind", models.CharField(max_length=10, verbose_name="made by")),
                ("actor", models.UUIDField(blank=True, null=True)),
                ("reason", core.fields.WordsField(blank=True, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="at")),
                ("key", models.CharField(blank=True, max_length=64)),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
            ],
            options={
                "verbose_name": "status change",
                "verbose_name_plural": "status changes",
                "indexes": [models.Index(fields=["content_type", "object_id", "at"], name="status_change_of_object")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("actor_kind__in", ["person", "system", "provider", "staff"])),
                        name="status_change_names_a_kind_of_actor",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UsedNonce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("nonce", models.CharField(max_length=64)),
                ("used_at", models.DateTimeField()),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="core.provider"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["used_at"], name="nonce_by_age")],
                "constraints": [models.UniqueConstraint(fields=("provider", "nonce"), name="nonce_is_used_once")],
            },
        ),
        migrations.CreateModel(
            name="DailyFilePiece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="core.dailyfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "piece of a daily file",
                "verbose_name_plural": "pieces of daily files",
                "constraints": [
                    models.UniqueConstraint(fields=("file", "number"), name="daily_file_piece_stands_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Instruction",
            fields=[
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "our_ref",
                    models.UUIDField(default=core.fields.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("fetch", "bill fetch"),
                            ("bill", "bill payment"),
                            ("recharge", "recharge"),
                            ("refund", "refund"),
                            ("collection", "collection"),
                            ("payout", "payout"),
                            ("payout_file", "payout file"),
                            ("reversal", "reversal"),
                            ("message", "message"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("path", models.CharField(max_length=80, verbose_name="path")),
                ("request", models.JSONField(verbose_name="request")),
                ("request_hash", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("committed", "recorded"),
                            ("sent", "sent"),
                            ("answered", "answered, not decided"),
                            ("unknown", "no answer"),
                            ("settled", "settled"),
                        ],
                        default="committed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        help_text="succeeded, pending, failed, reversed, withdrawn, or a fetch's result.",
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("answer", models.JSONField(blank=True, null=True, verbose_name="answer")),
                ("provider_ref", models.CharField(blank=True, max_length=64, verbose_name="provider's reference")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("enquiries", models.PositiveSmallIntegerField(default=0, verbose_name="enquiries")),
                ("not_found_since", models.DateTimeField(blank=True, null=True, verbose_name="not found since")),
                ("not_found_count", models.PositiveSmallIntegerField(default=0)),
                ("cutoff_at", models.DateTimeField(blank=True, null=True, verbose_name="cut-off")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                ("next_enquiry_at", models.DateTimeField(blank=True, null=True, verbose_name="next enquiry at")),
                ("last_error", models.CharField(blank=True, max_length=200, verbose_name="last error")),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="instructions", to="core.provider"
                    ),
                ),
            ],
            options={
                "verbose_name": "instruction",
                "verbose_name_plural": "instructions",
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(
                        autosummarize=True, fields=["answered_at"], name="instruction_by_answer", pages_per_range=32
                    ),
                    models.Index(
                        condition=models.Q(("next_enquiry_at__isnull", False)),
                        fields=["next_enquiry_at"],
                        name="instruction_to_enquire",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["answered", "settled"]), _negated=True),
                            ("answered_at__isnull", False),
                            _connector="OR",
                        ),
                        name="instruction_has_an_answer_when_answered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "settled"), _negated=True),
                            models.Q(("next_enquiry_at", None), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="instruction_has_an_end_when_settled",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InboundMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("message_id", models.CharField(max_length=80, verbose_name="message")),
                ("phone_cipher", models.BinaryField()),
                ("phone_key_no", models.PositiveSmallIntegerField()),
                ("phone_tail", models.CharField(max_length=4, verbose_name="phone, last digits")),
                ("word", models.CharField(blank=True, max_length=20, verbose_name="first word")),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                (
                    "state",
                    models.CharField(
                        choices=[("stored", "stored"), ("applied", "applied"), ("ignored", "nothing new")],
                        default="stored",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="inbound_messages", to="core.provider"
                    ),
                ),
            ],
            options={
                "verbose_name": "inbound message",
                "verbose_name_plural": "inbound messages",
                "indexes": [models.Index(fields=["received_at"], name="inbound_message_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "message_id"), name="inbound_message_stands_once")
                ],
            },
        ),
    ]
