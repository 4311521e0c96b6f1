"""Money in the administration: read by post, edited only where it is reference data, and drafts only while drafts."""

import datetime as dt

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import override

from core.administration import ReferenceAdmin
from core.money import Money
from finance.models import (
    Appraisal,
    CashThreshold,
    CommissionPlan,
    CommissionRule,
    Denomination,
    LoanApplication,
    Payment,
    ProvisionBand,
    ProvisionTable,
    Tariff,
)
from ledger.models import Transfer
from tests.factories.finance import LONG_AGO_DATE, biller, desk, flat_plan, found_bill, pay
from tests.factories.stations import PostFactory, UserFactory, county_manager_of

KEPT = (
    *("code", "name_zh", "country", "currency", "fetch", "amount_rule"),
    *("min_amount_minor", "max_amount_minor", "claim_days", "reversal_days"),
)
MODELS = [model for model in apps.get_app_config("finance").get_models() if admin.site.is_registered(model)]
REFERENCE = [model for model in MODELS if isinstance(admin.site._registry[model], ReferenceAdmin)]
#: What a lender's officers read, and finance does not.
LENDING = [
    model
    for model in MODELS
    if model.__module__.startswith("finance.credit.")
    or model in (Appraisal, LoanApplication, ProvisionTable, ProvisionBand)
]
MONEY = [model for model in MODELS if model not in REFERENCE]


def list_of(model) -> str:
    return reverse(f"admin:finance_{model._meta.model_name}_changelist")


def add_to(model) -> str:
    return reverse(f"admin:finance_{model._meta.model_name}_add")


def page_of(row) -> str:
    return reverse(f"admin:finance_{row._meta.model_name}_change", args=[row.pk])


@pytest.fixture
def officer(client, db):
    user = PostFactory(role="finance_officer", user__is_staff=True).user
    client.force_login(user)
    return user


@pytest.fixture
def superuser_without_a_post(client, db):
    user = UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_finance_officer_reads_every_list_and_a_credit_officer_those_of_lending(client, officer, model):
    if model in LENDING:
        client.force_login(PostFactory(role="credit_officer", user__is_staff=True).user)
    assert client.get(list_of(model)).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_superuser_without_a_post_opens_nothing(client, superuser_without_a_post, model):
    assert client.get(list_of(model)).status_code == 403


@pytest.mark.parametrize("model", MONEY, ids=lambda model: model.__name__)
def test_money_is_added_by_no_form(client, officer, model):
    assert client.get(add_to(model)).status_code == 403


def test_a_payment_is_shown_without_name_or_phone_and_cannot_be_changed(client, officer):
    flat_plan()
    ready = desk(float_minor=500_00)
    payment = pay(ready, found_bill(ready, biller()), payer_phone="+8613812345678")
    page = client.get(page_of(payment)).content.decode()
    assert "12345678" not in page
    refused = client.post(page_of(payment), {"status": "succeeded"})
    assert refused.status_code == 403
    assert Payment.objects.get().status == "held"


def test_an_instruction_is_shown_without_the_payers_phone(client, officer):
    flat_plan()
    ready = desk(float_minor=500_00)
    payment = pay(ready, found_bill(ready, biller()), payer_phone="+8613812345678")
    page = client.get(reverse("admin:core_instruction_change", args=[payment.pk])).content.decode()
    assert "12345678" not in page
    assert "186.40" in page


def test_a_platform_administrator_edits_a_biller_and_the_edit_is_remembered(client, db):
    user = PostFactory(role="platform_admin", user__is_staff=True).user
    client.force_login(user)
    row = biller()
    parameter = row.parameters.get()
    sent = {
        **{name: getattr(row, name) for name in ("name_zh", "country", "fetch", "amount_rule")},
        **{"code": "JS-NEW", "currency": "JPY"},
        **{name: getattr(row, name) for name in ("claim_days", "reversal_days")},
        **{"min_amount_minor": "0.50", "max_amount_minor": "1,250.00"},
        "name": "Eastern Power",
        "category": row.category_id,
        "provider": row.provider_id,
        "settlement": row.settlement,
        "is_active": "on",
        "from_date": row.from_date,
        "parameters-TOTAL_FORMS": 1,
        "parameters-INITIAL_FORMS": 1,
        "parameters-0-id": parameter.pk,
        "parameters-0-biller": row.pk,
        **{
            f"parameters-0-{name}": getattr(parameter, name)
            for name in ("name", "label", "label_zh", "kind", "min_length", "check_digits", "position")
        },
        "parameters-0-max_length": 12,
        "parameters-0-is_required": "on",
    }
    assert client.post(page_of(row), sent).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.parameters.get().max_length) == ("Eastern Power", 12)
    assert (row.code, row.currency) == ("JS-POWER", "CNY")
    assert (row.min_amount_minor, row.max_amount_minor) == (50, 1250_00)
    assert user.logentry_set.get().object_id == str(row.pk)


@pytest.mark.parametrize(("currency", "minor"), [("CNY", 100_77), ("JPY", 1_077), ("KWD", 20_077)])
def test_amounts_are_shown_in_units_of_their_currency(client, officer, currency, minor):
    officer.language = "en"
    officer.save()
    Denomination.objects.create(currency=currency, value_minor=minor, from_date=LONG_AGO_DATE)
    page = client.get(list_of(Denomination), {"q": ""}).content.decode()
    assert Money(minor, currency).display("en") in page
    assert f">{minor}<" not in page


@pytest.mark.parametrize(("from_date", "is_open"), [(dt.date(2026, 3, 2), False), (dt.date(2026, 3, 3), True)])
def test_what_holds_somewhere_on_earth_is_edited_no_more(rf, db, from_date, is_open):
    """At 17 o'clock of 1 March in UTC it is 2 March in China."""
    request = rf.get("/")
    request.user = PostFactory(role="platform_admin", user__is_staff=True).user
    limit = CashThreshold(country="CN", currency="CNY", threshold_minor=50_000_00, from_date=from_date)
    with time_machine.travel(dt.datetime(2026, 3, 1, 17, tzinfo=dt.UTC), tick=False):
        fixed = admin.site._registry[CashThreshold].get_readonly_fields(request, limit)
    assert ("country" not in fixed) == is_open
    assert "to_date" not in fixed


def test_an_amount_is_typed_in_units_of_the_currency_beside_it(client, db):
    client.force_login(PostFactory(role="platform_admin", user__is_staff=True).user)
    sent = {"currency": "KWD", "from_date": "2020-01-01"}
    refused = client.post(add_to(Denomination), sent | {"value_minor": "0.2505"})
    assert set(refused.context["adminform"].form.errors) == {"value_minor"}
    assert client.post(add_to(Denomination), sent | {"value_minor": "0.250"}).status_code == 302
    note = Denomination.objects.get(currency="KWD")
    assert note.value_minor == 250
    assert 'value="0.250"' in client.get(page_of(note)).content.decode()


def test_a_payment_leads_to_its_transfers_and_its_instruction_and_each_leads_back(client, officer):
    flat_plan()
    ready = desk(float_minor=500_00)
    payment = pay(ready, found_bill(ready, biller()))
    page = client.get(page_of(payment)).content.decode()
    transfers = Transfer.objects.filter(event_id=str(payment.pk))
    assert transfers
    instruction = reverse("admin:core_instruction_change", args=[payment.pk])
    links = [reverse("admin:ledger_transfer_change", args=[transfer.pk]) for transfer in transfers]
    for link in (*links, instruction):
        assert f'href="{link}"' in page
        assert f'href="{page_of(payment)}"' in client.get(link).content.decode()


def test_a_link_is_shown_to_readers_who_may_open_it(client, db):
    flat_plan()
    ready = desk(float_minor=500_00)
    payment = pay(ready, found_bill(ready, biller()))
    manager = county_manager_of(ready.station.county, UserFactory(is_staff=True))
    client.force_login(manager)
    page = client.get(page_of(payment))
    assert page.status_code == 200
    assert "/admin/ledger/transfer/" not in page.content.decode()


def test_the_history_of_a_payment_says_its_states_in_words(client, officer):
    officer.language = "zh-hans"
    officer.save()
    flat_plan()
    ready = desk(float_minor=500_00)
    payment = pay(ready, found_bill(ready, biller()))
    history = client.get(page_of(payment)).content.decode().split("field-history_of_changes")[1]
    with override("zh-hans"):
        assert str(payment.get_status_display()) in history
    assert "held" not in history.split("</ul>")[0]


def test_plans_and_prices_are_read_here_and_written_where_percentages_are_asked_back(client, officer):
    plan = flat_plan()
    rule = plan.rules.get()
    price = Tariff.objects.create(service="library", kind="percent", value=150, from_date=LONG_AGO_DATE)
    for row, words in ((plan, "standard"), (rule, "bill_payment"), (price, "library")):
        page = client.get(page_of(row)).content.decode()
        assert words in page
        assert "_save" not in page
        assert client.post(page_of(row), {"version": 9, "total_value": 9, "value": 9}).status_code == 403
        assert client.get(add_to(type(row))).status_code == 403
    assert "1.50" in client.get(list_of(CommissionRule)).content.decode()
    assert "1.50 %" in client.get(list_of(Tariff)).content.decode()
    rule.refresh_from_db()
    assert rule.total_value == 150


def test_a_draft_is_approved_by_another_person(client, officer):
    approved = flat_plan()
    draft = CommissionPlan.objects.create(
        code="standard", version=2, country="CN", from_date=dt.date(2099, 1, 1), created_by=officer
    )
    draft.rules.create(position=1, service="bill_payment", total_kind="flat", total_value=100)
    chosen = {"action": "approve", "_selected_action": [draft.pk], "reason": "agreed"}
    client.post(list_of(CommissionPlan), chosen)
    draft.refresh_from_db()
    assert draft.status == "draft"

    colleague = PostFactory(role="finance_officer", user__is_staff=True).user
    client.force_login(colleague)
    client.post(list_of(CommissionPlan), chosen)
    draft.refresh_from_db()
    assert (draft.status, draft.approved_by) == ("approved", colleague)
    approved.refresh_from_db()
    assert approved.to_date == dt.date(2099, 1, 1) > LONG_AGO_DATE
