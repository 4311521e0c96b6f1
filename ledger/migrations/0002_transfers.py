"""The table of transfers: partitioned by month, which Django cannot say.

The primary key is (id, recorded_at), as a partitioned table demands; the model's state knows `id` alone, and
`ledger_transferkey` keeps it unique for ever (docs/adr/0015).
"""

import django.db.models.deletion
from django.db import migrations, models

# What makes two transfers the same: everything but clocks. JSON, because it cannot be ambiguous.
FINGERPRINT = """
CREATE FUNCTION ledger_fingerprint(
    kind text, debit bigint, credit bigint, currency text, amount bigint, pending_id uuid, reversal_of uuid,
    refund_of uuid, event_type text, event_id text, leg_no integer, reason text
) RETURNS bytea LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    RETURN sha256(convert_to(json_build_array(
        kind, debit, credit, currency, amount, pending_id, reversal_of, refund_of, event_type, event_id, leg_no, reason
    )::text, 'UTF8'));
END
$$;
"""

TABLE = """
CREATE TABLE ledger_transfer (
    id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    kind varchar(8) NOT NULL,
    book_id bigint NOT NULL,
    debit_id bigint NOT NULL,
    credit_id bigint NOT NULL,
    currency varchar(3) NOT NULL,
    amount bigint NOT NULL,
    pending_id uuid,
    reversal_of uuid,
    refund_of uuid,
    event_type varchar(40) NOT NULL,
    event_id varchar(64) NOT NULL,
    leg_no integer NOT NULL,
    group_id uuid NOT NULL,
    business_date date NOT NULL,
    effective_at timestamptz NOT NULL,
    expires_at timestamptz,
    made_by_kind varchar(8) NOT NULL,
    made_by uuid,
    reason varchar(60) NOT NULL,
    fingerprint bytea NOT NULL GENERATED ALWAYS AS (ledger_fingerprint(
        kind, debit_id, credit_id, currency, amount, pending_id, reversal_of, refund_of, event_type, event_id, leg_no,
        reason
    )) STORED,
    PRIMARY KEY (id, recorded_at),
    CONSTRAINT transfer_amount_is_positive CHECK (amount > 0),
    CONSTRAINT transfer_has_two_accounts CHECK (debit_id <> credit_id),
    CONSTRAINT transfer_kind_is_known CHECK (kind IN ('posted', 'pending', 'post', 'void', 'expire')),
    CONSTRAINT transfer_names_a_hold_exactly_when_it_resolves_one
        CHECK ((kind IN ('post', 'void', 'expire')) = (pending_id IS NOT NULL)),
    CONSTRAINT only_holds_expire CHECK (expires_at IS NULL OR kind = 'pending'),
    CONSTRAINT only_posted_transfers_give_back
        CHECK (kind = 'posted' OR (reversal_of IS NULL AND refund_of IS NULL)),
    CONSTRAINT transfer_is_not_reversal_and_refund_at_once CHECK (reversal_of IS NULL OR refund_of IS NULL),
    CONSTRAINT transfer_is_made_by_a_known_kind CHECK (made_by_kind IN ('person', 'system', 'provider', 'staff')),
    CONSTRAINT person_and_staff_are_named CHECK (made_by_kind IN ('system', 'provider') OR made_by IS NOT NULL),
    CONSTRAINT transfer_leg_is_numbered CHECK (leg_no >= 1),
    CONSTRAINT debit_has_the_currency_and_book
        FOREIGN KEY (debit_id, currency, book_id) REFERENCES ledger_account (id, currency, book_id),
    CONSTRAINT credit_has_the_currency_and_book
        FOREIGN KEY (credit_id, currency, book_id) REFERENCES ledger_account (id, currency, book_id)
) PARTITION BY RANGE (recorded_at);

CREATE INDEX transfer_by_business_date ON ledger_transfer USING brin (business_date);
CREATE INDEX transfer_hold_by_expiry ON ledger_transfer (expires_at) WHERE expires_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            FINGERPRINT,
            "DROP FUNCTION ledger_fingerprint("
            "text, bigint, bigint, text, bigint, uuid, uuid, uuid, text, text, integer, text);",
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, "DROP TABLE ledger_transfer;")],
            state_operations=[
                migrations.CreateModel(
                    name="Transfer",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("recorded_at", models.DateTimeField(verbose_name="recorded at")),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("posted", "posted"),
                                    ("pending", "held"),
                                    ("post", "hold posted"),
                                    ("void", "hold voided"),
                                    ("expire", "hold expired"),
                                ],
                                max_length=8,
                                verbose_name="kind",
                            ),
                        ),
                        ("currency", models.CharField(max_length=3, verbose_name="currency")),
                        ("amount", models.BigIntegerField(verbose_name="amount in minor units")),
                        ("pending_id", models.UUIDField(null=True, verbose_name="hold")),
                        ("reversal_of", models.UUIDField(null=True, verbose_name="reversal of")),
                        ("refund_of", models.UUIDField(null=True, verbose_name="refund of")),
                        ("event_type", models.CharField(max_length=40, verbose_name="event type")),
                        ("event_id", models.CharField(max_length=64, verbose_name="event")),
                        ("leg_no", models.PositiveIntegerField(verbose_name="leg")),
                        ("group_id", models.UUIDField(verbose_name="group")),
                        ("business_date", models.DateField(verbose_name="business date")),
                        ("effective_at", models.DateTimeField(verbose_name="effective at")),
                        ("expires_at", models.DateTimeField(null=True, verbose_name="expires at")),
                        (
                            "made_by_kind",
                            models.CharField(
                                choices=[
                                    ("person", "a person"),
                                    ("system", "the system"),
                                    ("provider", "a provider"),
                                    ("staff", "staff"),
                                ],
                                max_length=8,
                                verbose_name="made by",
                            ),
                        ),
                        ("made_by", models.UUIDField(null=True)),
                        ("reason", models.CharField(max_length=60, verbose_name="reason")),
                        ("fingerprint", models.BinaryField()),
                        (
                            "book",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.book",
                            ),
                        ),
                        (
                            "debit",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.account",
                            ),
                        ),
                        (
                            "credit",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="ledger.account",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "transfer",
                        "verbose_name_plural": "transfers",
                    },
                ),
            ],
        ),
    ]
