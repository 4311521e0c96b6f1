"""Every effect between apps, on one page.

A layer never knows the layers above it: it calls the hooks that it declares in its `hooks.py`, and publishes events.
This page registers all answers at the hooks; `ecomnet/effects.py` says which handlers hear an event.
"""

from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import access, hooks
from core.datakeys.services import keys_stand
from core.observability import metrics
from ecomnet.consoles import CONSOLES
from ecomnet.effects import EFFECTS
from ecomnet.schedule import SCHEDULE
from ecomnet.stored_data import RETENTION, SEALED
from education import file_permissions as education_papers
from education import hooks as education_hooks
from education.courses import data_subject as class_persons
from education.courses import services as course_services
from education.homework import data_subject as homework_persons
from education.homework import queries as homework_queries
from education.hotlines import data_subject as hotline_persons
from education.hotlines import services as hotline_services
from education.learners import data_subject as learner_persons
from education.learners import services as learner_services
from education.libraries import data_subject as library_persons
from education.packages import data_subject as package_persons
from education.quizzes import data_subject as quiz_persons
from education.quizzes import queries as quiz_queries
from education.rosters import data_subject as roster_persons
from education.safeguarding import data_subject as safeguarding_persons
from education.skills import queries as skill_queries
from education.statements import data_subject as statement_persons
from education.supplies import closing_checks as kit_closing
from education.supplies import data_subject as kit_persons
from education.supplies import services as supply_services
from education.tutoring import data_subject as tutoring_persons
from education.tutoring import services as tutoring_services
from finance import closing_checks
from finance import data_subject as finance_persons
from finance import file_permissions as finance_papers
from finance import hooks as finance_hooks
from finance import person_page as finance_panels
from finance import rows_beside as finance_rows
from finance import scan_codes as finance_codes
from finance.bills import services as bills
from finance.floats import audit as float_audit
from finance.floats import display as floats
from finance.insurance import audit as insurance_audit
from finance.insurance import queries as insurance_queries
from finance.insurance import services as insurance
from finance.loans import audit as loan_audit
from finance.loans import queries as loan_queries
from finance.loans import services as loans
from finance.payments import queries as payments
from finance.payments import services as payment_services
from finance.payments.services import grant_variance_refund
from finance.payouts import audit as payout_audit
from finance.recharge import services as recharge
from finance.settlement import audit as money_audit
from finance.settlement import proofs as settlement_proofs
from health.appointments import queries as appointment_queries
from health.consultations import file_permissions as consultation_papers
from health.hospitals.models import OWNER_KIND as APPOINTMENT
from health.promotion import data_subject as health_promotion_persons
from health.promotion import file_permissions as health_promotion_papers
from health.records import file_permissions as record_papers
from ledger import audit
from ledger import hooks as ledger_hooks
from ledger import probes as ledger_probes
from logistics import closing_checks as logistics_closing
from logistics import file_permissions as logistics_papers
from logistics import person_page as logistics_persons
from logistics import scan_codes as logistics_codes
from orders.groups import closing_checks as group_closing
from orders.groups import data_subject as group_persons
from orders.presales import closing_checks as presale_closing
from orders.presales import data_subject as presale_persons
from orders.presales import file_permissions as presale_papers
from orders.produce import data_subject as produce_persons
from orders.produce import file_permissions as produce_papers
from orders.purchases import data_subject as purchase_persons
from orders.purchases import file_permissions as purchase_papers
from orders.purchases import person_page as purchase_panels
from orders.returns import data_subject as return_persons
from orders.returns import file_permissions as return_papers
from orders.shipping import data_subject as shipping_persons
from orders.shops import closing_checks as shop_closing
from orders.shops import data_subject as shop_persons
from orders.shops import file_permissions as shop_papers
from scheduling import hooks as scheduling_hooks
from scheduling.calendars import queries as calendars
from scheduling.rooms import services as room_services
from stations import access as stations_access
from stations import file_permissions as stations_papers
from stations import hooks as stations_hooks
from stations import scan_codes as stations_codes
from stations.accounts import audit as post_audit
from stations.accounts import services as accounts_services
from stations.hooks import Action, Link
from stations.inspections import queries as inspections
from stations.network import local_work, splits
from stations.network import services as stations_services
from stations.people import services as people_services
from stations.scope import holds_everywhere

# kind of instruction -> who records what the provider says, who is told before the call, who makes a body not kept
ANSWERS: dict[str, str] = {
    "message": "core.notices.services.record_delivery",
    "fetch": "finance.bills.services.record_fetch",
    "bill": "finance.payments.services.record_answer",
    "collection": "finance.payments.services.record_answer",
    "refund": "finance.payments.services.record_refund",
    "recharge": "finance.payments.services.record_answer",
    "registration": "health.appointments.services.record_registration",
    "release": "health.appointments.services.record_release",
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
    "registration": "health.appointments.services.body_of",
    "payout": "finance.payouts.services.body_of_payout",
    "payout_file": "finance.payouts.services.body_of_file",
}

# first part of the type of a callback that answers no instruction -> who hears it
CALLBACKS: dict[str, str] = {
    "clinic": "health.hospitals.schedules.hear_hospital",
    "parcel": "logistics.parcels.services.hear_carrier",
    "supplier_order": "orders.suppliers.services.hear_supplier",
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
    *loan_audit.CHECKS,
    *insurance_audit.CHECKS,
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

# what stands on a person's page besides the person
ACTIONS: list[Action] = [
    Action(_("Pay a bill"), "bolt", "bills:choose", "finance.pay_bill"),
    Action(_("Recharge a phone"), "phone", "recharge:choose", "finance.recharge_phone"),
    Action(_("Insure this person"), "heart", "insurance:enrol_person", "finance.enrol_households"),
    Action(_("File an insurance claim"), "camera", "insurance:new_claim", "finance.start_claim"),
    Action(_("Register with a hospital"), "heart", "appointments:hospitals", "health.book_appointment"),
    Action(_("Ask a doctor online"), "heart", "consultations:new", "health.request_consultation"),
    Action(_("Order goods"), "basket", "purchases:new", "orders.start_purchase"),
    Action(_("Join a group order"), "people", "groups:join", "orders.add_pledge"),
    Action(_("Order boxes of a harvest"), "basket", "presales:new_order", "orders.place_presale_order"),
    Action(_("Send a parcel to the city"), "van", "shipping:new", "orders.accept_shipment"),
    Action(_("Weigh produce"), "scales", "produce:weigh", "orders.weigh_intake"),
    Action(_("Announce a harvest"), "leaf", "produce:announce", "orders.announce_harvest"),
    Action(_("Open a shop"), "leaf", "shops:new", "orders.edit_shop"),
    Action(_("Apply for a loan"), "coins", "loans:apply", "finance.start_application"),
    Action(_("Add to a group of borrowers"), "people", "loans:group_join", "finance.add_group_member"),
    Action(_("Put on a class"), "school", "courses:enrol", "education.enrol_learner"),
    Action(_("Tutoring"), "school", "tutoring:learners", "education.book_tutoring"),
    Action(_("Lend a book"), "book", "libraries:desk", "education.lend_copy"),
    Action(_("Call home"), "phone", "hotlines:children", "education.read_call"),
    Action(_("School kit"), "basket", "supplies:handovers", "education.read_kit_handover"),
    Action(_("Child’s file"), "people", "safeguarding:children", "education.read_child_file"),
    Action(_("Who may read the health record"), "eye", "records:readers_of", "health.allow_at_station"),
    Action(_("Calendar on the phone"), "calendar", "calendars:of_resident", "scheduling.send_calendar"),
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
    _connect_data_subjects()
    _connect_person_pages()
    _connect_finance()
    education_hooks.CONSENT_ENDED.register(
        *(course_services.end_enrolments, hotline_services.end_calls, tutoring_services.end_lessons),
        supply_services.end_entitlements,
    )
    education_hooks.COURSE_UNFINISHED.register(quiz_queries.lacking_quizzes, homework_queries.lacking_homework)
    education_hooks.VETTING_CHANGED.register(tutoring_services.follow_vettings)
    scheduling_hooks.NUMBERS.register({APPOINTMENT: appointment_queries.numbers_of_systems})


def _connect_core() -> None:
    hooks.HOLDS.register(stations_access.holds)
    hooks.HOLDS_EVERYWHERE.register(holds_everywhere)
    hooks.WHY_STOPPED.register(stations_access.why_stopped)
    hooks.WHO_CAN.register(stations_access.who_can)
    hooks.READER.register(stations_access.reader)
    hooks.CONSOLES.register(*CONSOLES)
    hooks.ROWS_BESIDE.register(finance_rows.rows_beside)
    hooks.CODE_OPENERS.register(stations_codes.address_of, finance_codes.address_of, logistics_codes.address_of)
    hooks.FILE_READERS.register(
        *(stations_papers.may_see, finance_papers.may_see, logistics_papers.may_see, education_papers.may_see),
        *(presale_papers.may_see, purchase_papers.may_see),
        *(return_papers.may_see, shop_papers.may_see, produce_papers.may_see, consultation_papers.may_see),
        *(health_promotion_papers.may_see, record_papers.may_see),
    )
    hooks.EVENT_HANDLERS.register(EFFECTS)
    hooks.SCHEDULE.register(SCHEDULE)
    hooks.ZONES.register(*ZONES)
    hooks.RETENTION.register(*RETENTION)
    hooks.ENCRYPTED.register(*SEALED)
    hooks.FORGOTTEN_KEYS.register(accounts_services.forget_pins_under, learner_services.forget_pictures_under)
    hooks.FIGURES.register(*FIGURES)
    hooks.READINESS_CHECKS.register({"months_of_transfers": ledger_probes.months_stand, "data_keys": keys_stand})


def _connect_gateways() -> None:
    hooks.ANSWERS.register(ANSWERS)
    hooks.SENDING.register(SENDING)
    hooks.BODIES.register(BODIES)
    hooks.CALLBACKS.register(CALLBACKS)
    hooks.STRAYS.register(*STRAYS)
    hooks.MESSAGES.register(*MESSAGES)
    hooks.DAILY_FILES.register(*FILES)
    hooks.LATE_FILES.register(*LATE_FILES)
    hooks.LOW_PREFUND.register(*LOW_PREFUND)


def _connect_ledger() -> None:
    ledger_hooks.AUDIT_CHECKS.register(*AUDITED)
    ledger_hooks.AUDIT_SCOPES.register(money_audit.county_of)


def _connect_stations() -> None:
    stations_hooks.CLOSING_CHECKS.register(
        closing_checks.money_left,
        logistics_closing.parcels_left,
        logistics_closing.routes_left,
        kit_closing.kits_left,
        group_closing.groups_left,
        presale_closing.presales_left,
        shop_closing.orders_left,
    )
    stations_hooks.MOVERS.register(
        people_services.move_residents,
        accounts_services.end_posts_at,
        payment_services.take_over_funds,
        room_services.end_rooms_of,
    )
    stations_hooks.INSPECTION_SCORES.register(inspections.latest_score)
    stations_hooks.MONEY_AVAILABLE.register(finance_panels.money_available)
    stations_hooks.TO_PRINT.register(*TO_PRINT)
    stations_hooks.FOR_EVERYBODY.register(*FOR_EVERYBODY)
    stations_hooks.FOLLOWERS.register(stations_services.follow_divisions)
    stations_hooks.COURSES_OF_CERTIFICATE.register(skill_queries.courses_of_certificate)
    stations_hooks.SPLITS.register(splits.tell_county)


def _connect_data_subjects() -> None:
    stations_hooks.OBLIGATIONS.register(
        finance_persons.obligations,
        purchase_persons.obligations,
        group_persons.obligations,
        logistics_persons.obligations,
        presale_persons.obligations,
        produce_persons.obligations,
        shipping_persons.obligations,
        shop_persons.obligations,
    )
    stations_hooks.EXPORTED.register(
        {
            "payments": finance_persons.payments,
            "bill_accounts": finance_persons.accounts,
            "loan_applications": finance_persons.loan_applications,
            "loans": finance_persons.loans,
            "loan_groups": finance_persons.loan_groups,
            "parcels": logistics_persons.parcels,
            "policies": finance_persons.policies,
            "claims": finance_persons.claims,
            "index_payouts": finance_persons.index_payouts,
            "purchases": purchase_persons.purchases,
            "group_pledges": group_persons.pledges,
            "health_events": health_promotion_persons.health_events,
            "classes": class_persons.classes,
            "roll_calls": class_persons.roll_calls,
            "course_certificates": class_persons.course_certificates,
            "kit_entitlements": kit_persons.kit_entitlements,
            "kit_handovers": kit_persons.kit_handovers,
            "people_to_call": hotline_persons.people_to_call,
            "calls_home": hotline_persons.calls_home,
            "book_loans": library_persons.book_loans,
            "book_reservations": library_persons.book_reservations,
            "child_files": safeguarding_persons.child_files,
            "adult_checks": safeguarding_persons.adult_checks,
            "tutoring_lessons": tutoring_persons.tutoring_lessons,
            "homework": homework_persons.homework,
            "learner_pages": learner_persons.learner_pages,
            "package_results": package_persons.package_results,
            "school_rosters": roster_persons.school_rosters,
            "learning_statements": statement_persons.statements,
            "quiz_results": quiz_persons.quiz_results,
            "presale_orders": presale_persons.orders,
            "presale_claims": presale_persons.claims,
            "produce": produce_persons.intakes,
            "produce_statements": produce_persons.statements,
            "returns": return_persons.returns,
            "shipments": shipping_persons.shipments,
            "shops": shop_persons.shops,
        }
    )


def _connect_person_pages() -> None:
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
            "premium": finance_hooks.SinglePayout(insurance.record_premium_payment, insurance.body_of_premium),
            "index": finance_hooks.SinglePayout(insurance.record_index_payment, insurance.body_of_index_payment),
        }
    )
    finance_hooks.PAYEE_NAMES.register(
        loan_queries.names_of_borrowers, loan_queries.names_of_lenders, insurance_queries.names_of_insurers
    )
    finance_hooks.UNDECIDED.register(payments.undecided_at)
    finance_hooks.REMINDERS.register(floats.low_at)
    finance_hooks.VARIANCE_REFUNDS.register(grant_variance_refund)
