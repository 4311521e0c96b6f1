"""What is stored: how long rows of a table are kept, and which columns stand under keys."""

from django.db.models import Q

from core.datakeys.encrypted_columns import Sealed, SealedColumn
from core.gateways.services.messages import PHONE as SENDERS_PHONE
from core.notices.services import PHONE, SECRETS
from core.retention.services import RetentionRule
from education.hotlines.models import PHONE_CONTEXT
from education.statements.models import Statement
from finance.insurance import account_numbers as claim_accounts
from finance.insurance.models import ACCOUNT_CONTEXT as CLAIM_ACCOUNT_CONTEXT
from finance.payouts.models import ACCOUNT_CONTEXT, FILE_CONTEXT
from stations.accounts.encrypted_columns import SecondFactors
from stations.people import identity

# table, the instant its rows age by, the setting that says how many days they are kept
RETENTION: list[RetentionRule] = [
    RetentionRule("core.Job", "finished_at", "ECOMNET_KEEP_DONE_JOBS_DAYS", only=Q(state__in=["done", "missed"])),
    RetentionRule("core.RequestKey", "created_at", "ECOMNET_KEEP_REQUEST_KEYS_DAYS", by_owner=True),
    RetentionRule("core.Callback", "received_at", "ECOMNET_KEEP_RAW_CALLBACKS_DAYS"),
    RetentionRule("core.InboundMessage", "received_at", "ECOMNET_KEEP_RAW_CALLBACKS_DAYS"),
    RetentionRule("core.DailyFile", "received_at", "ECOMNET_KEEP_RAW_CALLBACKS_DAYS"),
    RetentionRule("orders.SupplierWebhook", "delivered_at", "ECOMNET_KEEP_RAW_CALLBACKS_DAYS"),
    # A certificate can be revoked at any time: what the store was told of it is taken back then.
    RetentionRule(
        "education.Statement", "delivered_at", "ECOMNET_KEEP_RAW_CALLBACKS_DAYS", only=~Q(kind=Statement.Kind.EARNED)
    ),
    RetentionRule("core.UsedNonce", "used_at", "ECOMNET_KEEP_NONCES_DAYS"),
    RetentionRule("core.Event", "created_at", "ECOMNET_KEEP_EVENTS_DAYS", by_owner=True),
    RetentionRule("stations.RegisterLookUps", "minute", "ECOMNET_KEEP_NONCES_DAYS"),
    RetentionRule("stations.SignInTries", "started_at", "ECOMNET_KEEP_TRIES_DAYS"),
    RetentionRule("stations.SeenSpan", "to_at", "ECOMNET_KEEP_SEEN_SPANS_DAYS"),
    RetentionRule("stations.CodeAsks", "started_at", "ECOMNET_KEEP_TRIES_DAYS"),
    RetentionRule("stations.LoginCode", "made_at", "ECOMNET_KEEP_CODES_DAYS"),
    RetentionRule("stations.PhoneCode", "sent_at", "ECOMNET_KEEP_CODES_DAYS"),
    RetentionRule("health.Reach", "signed_in_at", "ECOMNET_KEEP_HEALTH_EVENT_NAMES_DAYS"),
    RetentionRule("core.Notice", "created_at", "ECOMNET_KEEP_NOTICES_DAYS"),
    RetentionRule("stations.AccessRead", "at", "ECOMNET_KEEP_ACCESS_LOGS_DAYS", by_owner=True),
    RetentionRule("education.LearnerVisit", "opened_at", "ECOMNET_KEEP_ACCESS_LOGS_DAYS"),
    # A call goes once its tries have gone.
    RetentionRule("education.CallAttempt", "at", "ECOMNET_KEEP_CALLS_HOME_DAYS", by_owner=True),
    RetentionRule("education.Call", "created_at", "ECOMNET_KEEP_CALLS_HOME_DAYS", only=Q(attempts=None)),
    RetentionRule("stations.Reveal", "at", "ECOMNET_KEEP_ACCESS_LOGS_DAYS", by_owner=True),
    RetentionRule("sessions.Session", "expire_date", "ECOMNET_KEEP_ENDED_SESSIONS_DAYS"),
]

# all that is stored under the numbered keys of the settings (docs/operation.md, Keys)
SEALED: list[Sealed] = [
    SealedColumn("stations.Person", "id", identity.CONTEXT, index_of=identity.index_again, beside=("data_key",)),
    SealedColumn("finance.PayoutAccount", "account", ACCOUNT_CONTEXT),
    SealedColumn(
        "finance.ClaimAccount",
        "account",
        CLAIM_ACCOUNT_CONTEXT,
        index_of=claim_accounts.index_again,
        beside=("data_key",),
    ),
    SealedColumn("finance.PayoutBatch", "file", FILE_CONTEXT),
    SealedColumn("education.CallContact", "phone", PHONE_CONTEXT),
    SealedColumn("core.Notice", "phone", PHONE),
    SealedColumn("core.Notice", "secrets", SECRETS),
    SealedColumn("core.InboundMessage", "phone", SENDERS_PHONE),
    SecondFactors(),
]
