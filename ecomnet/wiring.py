"""Every effect between apps, on one page.

A layer never knows the layers above it: it calls the hooks that it declares in its `hooks.py`, and publishes events.
This page registers all answers at the hooks, and says which handlers of other apps hear an event.
"""

from typing import Any

from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import access, hooks
from core import console as core_console
from core import help as core_help
from core.datakeys.encrypted_columns import Sealed, SealedColumn
from core.datakeys.services import keys_stand
from core.gateways import console as gateway_console
from core.gateways.services.messages import PHONE as SENDERS_PHONE
from core.jobs import console as job_console
from core.notices import console as notice_console
from core.notices.services import PHONE, SECRETS
from core.observability import metrics
from core.retention.services import RetentionRule
from core.web.console import Console
from ecomnet.schedule import SCHEDULE
from education.libraries import console as library_console
from education.safeguarding import console as safeguarding_console
from finance import closing_checks, payment_search
from finance import data_subject as finance_persons
from finance import file_permissions as finance_papers
from finance import help as finance_help
from finance import hooks as finance_hooks
from finance import person_page as finance_panels
from finance import rows_beside as finance_rows
from finance import scan_codes as finance_codes
from finance.bills import console as bill_console
from finance.bills import services as bills
from finance.books import console as book_console
from finance.complaints import console as complaint_console
from finance.fees import console as fee_console
from finance.floats import audit as float_audit
from finance.floats import console as float_console
from finance.floats import display as floats
from finance.insurance import account_numbers as claim_accounts
from finance.insurance import console as insurance_console
from finance.insurance import services as insurance
from finance.insurance.models import ACCOUNT_CONTEXT as CLAIM_ACCOUNT_CONTEXT
from finance.loans import console as loan_console
from finance.loans import queries as loan_queries
from finance.loans import services as loans
from finance.payments import console as payment_console
from finance.payments import queries as payments
from finance.payments import services as payment_services
from finance.payments.services import grant_variance_refund
from finance.payouts import audit as payout_audit
from finance.payouts import console as payout_console
from finance.payouts.models import ACCOUNT_CONTEXT, FILE_CONTEXT
from finance.recharge import console as recharge_console
from finance.recharge import services as recharge
from finance.recon import console as recon_console
from finance.settlement import audit as money_audit
from finance.settlement import console as settlement_console
from finance.settlement import proofs as settlement_proofs
from finance.tills import console as till_console
from health.appointments import console as appointment_console
from ledger import audit
from ledger import console as ledger_console
from ledger import help as ledger_help
from ledger import hooks as ledger_hooks
from ledger import probes as ledger_probes
from logistics import closing_checks as logistics_closing
from logistics import file_permissions as logistics_papers
from logistics import person_page as logistics_persons
from logistics import scan_codes as logistics_codes
from logistics.parcels import console as parcel_console
from orders.catalog import console as catalog_console
from orders.purchases import console as purchase_console
from orders.purchases import data_subject as purchase_persons
from orders.purchases import person_page as purchase_panels
from orders.stock import console as stock_console
from scheduling.calendars import queries as calendars
from stations import access as stations_access
from stations import file_permissions as stations_papers
from stations import help as station_help
from stations import hooks as stations_hooks
from stations import scan_codes as stations_codes
from stations.accounts import audit as post_audit
from stations.accounts import console as account_console
from stations.accounts import services as accounts_services
from stations.accounts.encrypted_columns import SecondFactors
from stations.archive import console as archive_console
from stations.contracts import console as contract_console
from stations.duplicates import console as duplicate_console
from stations.hooks import Action, Link
from stations.inbox import console as inbox_console
from stations.inspections import console as inspection_console
from stations.inspections import queries as inspections
from stations.network import console as network_console
from stations.network import local_work, splits
from stations.network import services as stations_services
from stations.people import console as people_console
from stations.people import identity
from stations.people import services as people_services
from stations.recruitment import console as recruitment_console
from stations.scope import holds_everywhere
from stations.scores import console as score_console

# event name -> handlers, as dotted paths: handler(event: Event) -> None, idempotent by event id
EFFECTS: dict[str, list[str]] = {
    "finance.payment_succeeded": [
        "stations.scores.handlers.keep_payment",
        "stations.people.handlers.mark_payer_served",
    ],
    "finance.bill_paid": ["finance.credit.handlers.keep_bill"],
    "finance.recharge_done": ["finance.credit.handlers.keep_recharge"],
    "finance.float_refused": ["stations.scores.handlers.keep_float_out"],
    "finance.commission_accrued": ["stations.scores.handlers.keep_income"],
    "finance.complaint_upheld": ["stations.scores.handlers.keep_complaint"],
    "finance.false_declaration_found": ["stations.scores.handlers.warn_of_fraud"],
    "logistics.parcel_available": [
        "stations.scores.handlers.keep_parcel_offered",
        "orders.purchases.handlers.note_available",
    ],
    "logistics.parcel_refused": [
        "stations.scores.handlers.keep_parcel_refused",
        "orders.purchases.handlers.note_refused",
    ],
    "logistics.parcel_collected": ["stations.scores.handlers.keep_service"],
    "logistics.parcel_uncollected": ["orders.purchases.handlers.note_uncollected"],
    "logistics.parcel_returned": ["orders.purchases.handlers.take_back"],
    "logistics.parcel_lost": ["orders.purchases.handlers.note_lost"],
    "orders.purchase_placed": ["stations.scores.handlers.keep_service"],
    "orders.purchase_settled": ["finance.credit.handlers.keep_purchase"],
    "orders.produce_settled": ["stations.scores.handlers.keep_service"],
    "scheduling.booking_fulfilled": [
        "stations.scores.handlers.keep_service",
        "health.appointments.handlers.settle",
    ],
    "scheduling.booking_cancelled": ["health.appointments.handlers.settle"],
    "scheduling.booking_noshow": ["health.appointments.handlers.settle"],
    "scheduling.booking_noshow_corrected": ["health.appointments.handlers.settle"],
    "stations.person_died": ["health.appointments.handlers.cancel_of_the_dead"],
    "stations.support_visit_done": ["stations.scores.handlers.close_warning"],
    "ledger.hold_expired": ["finance.floats.handlers.end_transfer"],
    "stations.consent_withdrawn": ["education.safeguarding.handlers.end_after_withdrawal"],
    "stations.person_merged": ["finance.payments.handlers.follow_record"],
    "stations.person_unmerged": ["finance.payments.handlers.follow_record"],
    "stations.person_erased": [
        "finance.payouts.handlers.forget_accounts",
        "logistics.parcels.handlers.forget_receiver",
        "finance.insurance.handlers.forget_claims",
    ],
    "stations.partner_suspended": ["finance.floats.handlers.stop_float"],
    "stations.partner_terminated": ["finance.floats.handlers.end_float"],
    "stations.contract_ended": ["finance.floats.handlers.end_float"],
}

# kind of instruction -> who records what the provider says, who is told before the call, who makes a body not kept
ANSWERS: dict[str, str] = {
    "message": "core.notices.services.record_delivery",
    "fetch": "finance.bills.services.record_fetch",
    "bill": "finance.payments.services.record_answer",
    "collection": "finance.payments.services.record_answer",
    "refund": "finance.payments.services.record_refund",
    "recharge": "finance.payments.services.record_answer",
    "reversal": "finance.payments.services.record_reversal",
    "payout": "finance.payouts.services.record_payout_answer",
    "payout_file": "finance.payouts.services.record_file_answer",
}
SENDING: dict[str, str] = {
    "bill": "finance.payments.services.submit_payment",
    "recharge": "finance.payments.services.submit_payment",
    "reversal": "finance.payments.services.submit_reversal",
}
BODIES: dict[str, str] = {
    "message": "core.notices.services.message_of",
    "recharge": "finance.recharge.services.body_of",
    "payout": "finance.payouts.services.body_of_payout",
    "payout_file": "finance.payouts.services.body_of_file",
}

# who understands what people send us
MESSAGES: list[str] = ["finance.complaints.services.hear_reply"]

# who hears of references that we never gave, who reads daily files, who is told that one is late
STRAYS: list[str] = ["finance.recon.services.record_stray"]
FILES: list[str] = ["finance.recon.services.receive_daily_file"]
LATE_FILES: list[str] = ["finance.recon.services.alarm_late_file"]

# who is told that what we hold with a provider runs low
LOW_PREFUND: list[str] = ["finance.payments.services.tell_of_low_prefund"]

# what the auditor checks besides the ledger itself
AUDITED: list[audit.Check] = [
    *money_audit.CHECKS,
    *settlement_proofs.CHECKS,
    *payout_audit.CHECKS,
    *float_audit.CHECKS,
    *post_audit.CHECKS,
]

# what operators watch besides the ground floor's own figures (containers/alerts.yml)
FIGURES: list[metrics.Figure] = [
    metrics.Figure(
        "partition_months_ahead", "Months with partitions of transfers.", ledger_probes.months_with_partitions
    ),
    metrics.Figure("findings_open", "Open findings of the auditor.", ledger_probes.findings, label="scope"),
    metrics.Figure("payments_undecided", "Payments whose end nobody knows yet.", payments.undecided, label="status"),
]

# the zones in which there are stations or calendars: local times of `ecomnet/schedule.py` are those of each
ZONES = [local_work.zones, calendars.zones]

# table, the instant its rows age by, the setting that says how many days they are kept
RETENTION: list[RetentionRule] = [
    RetentionRule("core.Job", "finished_at", "ECOMNET_KEEP_DONE_JOBS_DAYS", only=Q(state__in=["done", "missed"])),
    RetentionRule("core.RequestKey", "created_at", "ECOMNET_KEEP_REQUEST_KEYS_DAYS", by_owner=True),
    RetentionRule("core.Callback", "received_at", "ECOMNET_KEEP_RAW_CALLBACKS_DAYS"),
    RetentionRule("core.InboundMessage", "received_at", "ECOMNET_KEEP_RAW_CALLBACKS_DAYS"),
    RetentionRule("core.DailyFile", "received_at", "ECOMNET_KEEP_RAW_CALLBACKS_DAYS"),
    RetentionRule("core.UsedNonce", "used_at", "ECOMNET_KEEP_NONCES_DAYS"),
    RetentionRule("core.Event", "created_at", "ECOMNET_KEEP_EVENTS_DAYS", by_owner=True),
    RetentionRule("stations.RegisterLookUps", "minute", "ECOMNET_KEEP_NONCES_DAYS"),
    RetentionRule("stations.SignInTries", "started_at", "ECOMNET_KEEP_TRIES_DAYS"),
    RetentionRule("stations.SeenSpan", "to_at", "ECOMNET_KEEP_SEEN_SPANS_DAYS"),
    RetentionRule("stations.CodeAsks", "started_at", "ECOMNET_KEEP_TRIES_DAYS"),
    RetentionRule("stations.LoginCode", "made_at", "ECOMNET_KEEP_CODES_DAYS"),
    RetentionRule("stations.PhoneCode", "sent_at", "ECOMNET_KEEP_CODES_DAYS"),
    RetentionRule("core.Notice", "created_at", "ECOMNET_KEEP_NOTICES_DAYS"),
    RetentionRule("stations.AccessRead", "at", "ECOMNET_KEEP_ACCESS_LOGS_DAYS", by_owner=True),
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
    SealedColumn("core.Notice", "phone", PHONE),
    SealedColumn("core.Notice", "secrets", SECRETS),
    SealedColumn("core.InboundMessage", "phone", SENDERS_PHONE),
    SecondFactors(),
]

# what each slice shows outside its own pages: menu, needs, figures, trends, search; the menu's groups keep this order
CONSOLES: list[Console] = [
    job_console.CONSOLE,
    gateway_console.CONSOLE,
    notice_console.CONSOLE,
    ledger_console.CONSOLE,
    bill_console.CONSOLE,
    recharge_console.CONSOLE,
    core_console.CONSOLE,
    people_console.CONSOLE,
    payment_search.CONSOLE,
    payment_console.CONSOLE,
    till_console.CONSOLE,
    float_console.CONSOLE,
    recon_console.CONSOLE,
    settlement_console.CONSOLE,
    payout_console.CONSOLE,
    fee_console.CONSOLE,
    book_console.CONSOLE,
    network_console.CONSOLE,
    score_console.CONSOLE,
    inspection_console.CONSOLE,
    loan_console.CONSOLE,
    insurance_console.CONSOLE,
    complaint_console.CONSOLE,
    recruitment_console.CONSOLE,
    contract_console.CONSOLE,
    account_console.CONSOLE,
    duplicate_console.CONSOLE,
    archive_console.CONSOLE,
    inbox_console.CONSOLE,
    appointment_console.CONSOLE,
    catalog_console.CONSOLE,
    purchase_console.CONSOLE,
    stock_console.CONSOLE,
    library_console.CONSOLE,
    safeguarding_console.CONSOLE,
    parcel_console.CONSOLE,
    finance_help.CONSOLE,
    station_help.CONSOLE,
    ledger_help.CONSOLE,
    core_help.CONSOLE,
]

# what stands on a person's page besides the person
ACTIONS: list[Action] = [
    Action(_("Pay a bill"), "bolt", "bills:choose", "finance.pay_bill"),
    Action(_("Recharge a phone"), "phone", "recharge:choose", "finance.recharge_phone"),
    Action(_("Insure this person"), "heart", "insurance:enrol_person", "finance.enrol_households"),
    Action(_("File an insurance claim"), "camera", "insurance:new_claim", "finance.start_claim"),
    Action(_("Register with a hospital"), "heart", "appointments:hospitals", "health.book_appointment"),
    Action(_("Order goods"), "basket", "purchases:new", "orders.start_purchase"),
    Action(_("Apply for a loan"), "coins", "loans:apply", "finance.start_application"),
    Action(_("Lend a book"), "book", "libraries:desk", "education.lend_copy"),
    Action(_("Child’s file"), "people", "safeguarding:children", "education.read_child_file"),
    Action(_("Record a check"), "eye", "safeguarding:new-vetting", "education.record_vetting"),
]

# pages of money that belong to a station: what its people print, and what anybody may look up
TO_PRINT: list[Link] = [
    Link(
        *(_("Wall price list"), _("Service prices in both languages.")),
        *("printer", "fees:wall", "finance.read_tariff"),
    ),
]
FOR_EVERYBODY: list[Link] = [
    Link(_("Prices"), _("Today’s service prices."), "coins", "prices:tariff", access.PUBLIC),
]


def connect() -> None:
    """Register every answer at its hook; called once, when all apps are loaded."""
    _connect_core()
    _connect_gateways()
    _connect_ledger()
    _connect_stations()
    _connect_finance()


def _connect_core() -> None:
    hooks.HOLDS.register(stations_access.holds)
    hooks.HOLDS_EVERYWHERE.register(holds_everywhere)
    hooks.WHY_STOPPED.register(stations_access.why_stopped)
    hooks.WHO_CAN.register(stations_access.who_can)
    hooks.READER.register(stations_access.reader)
    hooks.CONSOLES.register(*CONSOLES)
    hooks.ROWS_BESIDE.register(finance_rows.rows_beside)
    hooks.CODE_OPENERS.register(stations_codes.address_of, finance_codes.address_of, logistics_codes.address_of)
    hooks.FILE_READERS.register(stations_papers.may_see, finance_papers.may_see, logistics_papers.may_see)
    hooks.EVENT_HANDLERS.register(EFFECTS)
    hooks.SCHEDULE.register(SCHEDULE)
    hooks.ZONES.register(*ZONES)
    hooks.RETENTION.register(*RETENTION)
    hooks.ENCRYPTED.register(*SEALED)
    hooks.FORGOTTEN_KEYS.register(accounts_services.forget_pins_under)
    hooks.FIGURES.register(*FIGURES)
    hooks.READINESS_CHECKS.register({"months_of_transfers": ledger_probes.months_stand, "data_keys": keys_stand})


def _connect_gateways() -> None:
    hooks.ANSWERS.register(ANSWERS)
    hooks.SENDING.register(SENDING)
    hooks.BODIES.register(BODIES)
    hooks.STRAYS.register(*STRAYS)
    hooks.MESSAGES.register(*MESSAGES)
    hooks.DAILY_FILES.register(*FILES)
    hooks.LATE_FILES.register(*LATE_FILES)
    hooks.LOW_PREFUND.register(*LOW_PREFUND)


def _connect_ledger() -> None:
    ledger_hooks.AUDIT_CHECKS.register(*AUDITED)
    ledger_hooks.AUDIT_SCOPES.register(money_audit.county_of)


def _connect_stations() -> None:
    stations_hooks.CLOSING_CHECKS.register(closing_checks.money_left, logistics_closing.parcels_left)
    stations_hooks.MOVERS.register(
        people_services.move_residents,
        accounts_services.end_posts_at,
        payment_services.take_over_funds,
    )
    stations_hooks.INSPECTION_SCORES.register(inspections.latest_score)
    stations_hooks.MONEY_AVAILABLE.register(finance_panels.money_available)
    stations_hooks.TO_PRINT.register(*TO_PRINT)
    stations_hooks.FOR_EVERYBODY.register(*FOR_EVERYBODY)
    stations_hooks.FOLLOWERS.register(stations_services.follow_divisions)
    stations_hooks.SPLITS.register(splits.tell_county)
    stations_hooks.OBLIGATIONS.register(
        finance_persons.obligations, purchase_persons.obligations, logistics_persons.obligations
    )
    stations_hooks.EXPORTED.register(
        {
            "payments": finance_persons.payments,
            "bill_accounts": finance_persons.accounts,
            "loan_applications": finance_persons.loan_applications,
            "loans": finance_persons.loans,
            "parcels": logistics_persons.parcels,
            "policies": finance_persons.policies,
            "claims": finance_persons.claims,
            "purchases": purchase_persons.purchases,
        }
    )
    stations_hooks.WAITING.register(purchase_panels.waiting, logistics_persons.waiting, finance_panels.waiting)
    stations_hooks.AGAIN.register(finance_panels.again)
    stations_hooks.BADGES.register(finance_panels.badges, logistics_persons.badges)
    stations_hooks.LATEST.register(finance_panels.latest)
    stations_hooks.ACTIONS.register(*ACTIONS)
    stations_hooks.SIGN_IN_HELP.register(_help_with_signing_in)


def _help_with_signing_in(**asked: Any) -> stations_hooks.Help:
    """Asked where `ECOMNET_DEMONSTRATION` is on: the image of a real system has no file of the demonstration."""
    return import_string("ecomnet.demo_data.sign_in.help_with_signing_in")(**asked)


def _connect_finance() -> None:
    finance_hooks.TRADES.register({"bill": bills.TRADE, "recharge": recharge.TRADE})
    finance_hooks.SINGLE_PAYOUTS.register(
        {
            "loan": finance_hooks.SinglePayout(loans.record_disbursement_answer, loans.body_of_disbursement),
            "claim": finance_hooks.SinglePayout(insurance.record_claim_payment, insurance.body_of_payment),
        }
    )
    finance_hooks.PAYEE_NAMES.register(loan_queries.names_of_borrowers)
    finance_hooks.UNDECIDED.register(payments.undecided_at)
    finance_hooks.REMINDERS.register(floats.low_at)
    finance_hooks.VARIANCE_REFUNDS.register(grant_variance_refund)
