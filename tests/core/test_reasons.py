"""What people write so that others understand it: no service and no column takes a text that nobody can see."""

import inspect
import pkgutil
import sys
import unicodedata
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from core.fields import SeenText
from core.history import changes_of, record_change
from core.language.reasons import ReasonMissing, written
from core.language.text import is_blank
from core.models import Provider

ROOT = Path(__file__).resolve().parents[2]
APPS = ("core", "ledger", "stations", "scheduling", "logistics", "finance", "education", "health", "orders")
#: A blank, a full-width one, one of no width, a mark that ends nothing, an empty cell, a letter that is drawn as none.
BLANKS = ["", " ", "　", "\u200b", "\u2060", "\u2800", "\u3164", "\ufe0f", "\U000e0020", " \u00ad\u200d "]
#: What people write in the services, by its name.
WORDS = {"reason", "finding", "text", "answer"}
#: Services whose `reason` or `text` is a code or a row, is written by the system, or is not needed of everybody.
NO_WORDS = {
    "core.gateways.services.files.refuse_file": "written by the system",
    "finance.complaints.services.answering.reopen_complaint": "a reply by SMS has no text",
    "finance.complaints.services.incoming.log_complaint": "a reply by SMS has no text",
    "finance.fees.services.adjustments.propose_adjustment": "a code",
    "finance.payments.services.giving_back.refund_payment": "a code",
    "finance.payments.services.giving_back.refund_payments": "a code",
    "finance.payments.services.granting.grant_refund": "a code",
    "finance.payments.services.granting.grant_refunds": "a code",
    "finance.payments.services.granting.grant_to_person": "a code",
    "finance.payments.services.granting.granted_before": "a code",
    "finance.payments.services.reversals.ask_reversal": "a code",
    "finance.recon.services.explaining.explain_by_hand": "the bank's own text may say enough",
    "finance.recon.services.resolving.resolve_recon_item": "only some ways of resolving need words",
    "finance.settlement.services.closing.carry_statement": "a code",
    "finance.settlement.services.days.close_book_day": "only the first of the two people writes it",
    "finance.settlement.services.holding.hold_lines": "written by the system",
    "finance.settlement.services.platform.give_part_back": "written by the system",
    "finance.settlement.services.platform.keep_part": "written by the system",
    "finance.settlement.services.platform.put_in": "written by the system",
    "finance.settlement.services.platform.put_in_by_county": "written by the system",
    "finance.settlement.services.platform.take_back_for_county": "written by the system",
    "finance.settlement.services.platform.take_back_what_was_put_in": "written by the system",
    "finance.tills.services.differences.move": "written by its callers",
    "finance.tills.services.over_shorts.absorb_variance": "only the first of the two people writes it",
    "finance.tills.services.over_shorts.give_notice": "only the first of the two people writes it",
    "finance.tills.services.over_shorts.propose_charge": "only the first of the two people writes it",
    "finance.tills.services.over_shorts.return_variance": "only the first of the two people writes it",
    "health.appointments.services.ending.cancel_appointment": "a code",
    "health.appointments.services.ending.correct_absent": "the scheduler refuses blank ones",
    "health.appointments.services.series.cancel_series": "a code",
    "health.records.services.opening.grant_access": "a code",
    "logistics.parcels.services.collecting.refuse_parcel": "a code",
    "logistics.parcels.services.returning.report_exception": "the kind of trouble may say enough",
    "orders.presales.services.claiming.raise_presale_claim": "a code",
    "orders.produce.services.claims.begin_residents_claim": "written by the system",
    "orders.purchases.services.coming_back.note_not_taken": "a code",
    "orders.purchases.services.paying.give_back": "a code",
    "orders.returns.services.requesting.request_return": "a code",
    "orders.shops.services.claiming.raise_claim": "a code",
    "stations.accounts.services.devices.end_sessions": "written by its callers",
    "stations.inspections.services.open_visit": "a code",
    "stations.people.services.reveals.reveal_person": "a code, and words for one of them",
}


def services():
    """Every public function of a module of services, by its full name."""
    for app in APPS:
        for module in pkgutil.walk_packages([str(ROOT / app)], f"{app}."):
            if ".services" in module.name:
                loaded = import_module(module.name)
                for name, function in inspect.getmembers(loaded, inspect.isfunction):
                    if function.__module__ == module.name and not name.startswith("_"):
                        yield f"{module.name}.{name}", function


def asked_words(function) -> set[str]:
    """The words that a service cannot be called without."""
    parameters = inspect.signature(function).parameters.values()
    return {each.name for each in parameters if each.name in WORDS and each.annotation is str and _is_needed(each)}


def _is_needed(parameter) -> bool:
    return parameter.kind is parameter.KEYWORD_ONLY and parameter.default is parameter.empty


NEEDING = {name: function for name, function in services() if hasattr(function, "needs_words")}


def test_every_service_that_asks_for_words_refuses_blank_ones_or_says_why_not():
    asking = {name for name, function in services() if asked_words(function) and not hasattr(function, "needs_words")}
    asking = {name for name in asking if not name.startswith("ledger.") or "findings" in name}
    assert asking - set(NO_WORDS) == set()


@pytest.mark.parametrize("name", sorted(NEEDING))
def test_a_service_refuses_words_that_nobody_can_see(name):
    function = NEEDING[name]
    for field in function.needs_words:
        for blank in BLANKS:
            given = {each: "seen" if each in function.needs_words else None for each in _names(function)}
            with pytest.raises(ReasonMissing) as refused:
                function(**{**given, field: blank})
            assert (refused.value.field, refused.value.status) == (field, 400)


def _names(function) -> list[str]:
    return list(inspect.signature(function).parameters)


def test_what_is_written_loses_the_blanks_around_it():
    assert written("  村民当面说明 ") == "村民当面说明"


@pytest.mark.django_db
def test_database_and_services_see_the_same_characters():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code FROM generate_series(1, 1114111) AS code"
            " WHERE code NOT BETWEEN 55296 AND 57343 AND NOT text_can_be_seen(chr(code))"
        )
        unseen = {code for (code,) in cursor.fetchall()}
    assert unseen == {
        code for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code <= 0xDFFF and is_blank(chr(code))
    }


def test_no_blank_control_or_format_character_of_unicode_counts_as_seen():
    unseen = {"Zs", "Zl", "Zp", "Cc", "Cf"}
    drawn = range(0x0600, 0x0606), [0x06DD, 0x070F, 0x08E2, 0x110BD, 0x110CD], range(0x0890, 0x0892)  # signs of numbers
    seen = {code for part in drawn for code in part}
    missed = [
        f"{code:04X}"
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in unseen and not is_blank(chr(code)) and code not in seen
    ]
    assert missed == []


@pytest.mark.django_db
def test_every_column_of_typed_text_is_checked_by_the_database():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'"
        )
        checks = cursor.fetchall()
    unchecked = [
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, SeenText) and not _is_checked(model._meta.db_table, field.column, checks)
    ]
    assert unchecked == []


def _is_checked(table, column, checks) -> bool:
    return any(of == table and "text_can_be_seen" in check and column in check for of, check in checks)


@pytest.mark.django_db
@pytest.mark.parametrize("blank", [" ", "\u200b", "\u3164"])
def test_the_database_refuses_a_name_that_nobody_can_see(blank):
    with pytest.raises(IntegrityError), transaction.atomic():
        Provider.objects.create(code="P-BLANK", name=blank)


@pytest.mark.django_db
def test_a_history_holds_no_reason_rather_than_a_blank_one():
    provider = Provider.objects.create(code="P-SEEN", name="供电公司")
    record_change(provider, old="", new="added", at=now(), reason="\u200b ")
    assert changes_of(provider).get().reason == ""
