"""Every table of the administration: amounts in their currency, labels in both languages, rows found and opened."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.contrib.auth import get_user_model
from django.test import RequestFactory
from django.utils.translation import override
from phonenumber_field.modelfields import PhoneNumberField

from core.admin_amounts import AmountsAdmin
from tests.factories.stations import auditor, finance_officer, platform_admin

pytestmark = pytest.mark.django_db

PAGES = list(admin.site._registry.items())
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Columns that hold what people say of themselves where they have no file.
CUSTOMER = re.compile(r"^(?:walk_in|buyer|sender|receiver|proxy)_name$|^(?:outside_)?address$")
#: What is written alike in every language.
ALIKE = {"ID"}


@pytest.fixture
def request_of_all():
    request = RequestFactory().get("/admin/")
    user = get_user_model().objects.create_superuser("all", password="x")
    for post in (finance_officer, auditor, platform_admin):
        post(user=user)
    request.user = user
    return request


def named(page):
    return page.model._meta.label


def shown(page, request):
    """All columns of the list and of the page of a row."""
    return [*page.get_list_display(request), *flatten_fieldsets(page.get_fieldsets(request))]


def test_no_table_shows_or_asks_for_minor_units(request_of_all):
    raw = [
        f"{named(page)}.{field.name}"
        for model, page in PAGES
        for field in model._meta.local_fields
        if (field.name.endswith("_minor") or "minor units" in str(field.verbose_name))
        and "basis points" not in str(field.verbose_name)
        and not (isinstance(page, AmountsAdmin) and page.is_amount(field.name))
    ]
    assert raw == []
    columns = [
        f"{named(page)}.{name}"
        for _model, page in PAGES
        for name in page.get_list_display(request_of_all)
        if isinstance(name, str) and (name.endswith("_minor") or name in getattr(page, "minor_units", ()))
    ]
    assert columns == []


def test_each_table_with_amounts_knows_the_currency_of_its_rows():
    unknown = []
    for model, page in PAGES:
        amounts = [
            field.name for field in model._meta.local_fields if getattr(page, "is_amount", bool)(field.name) is True
        ]
        if amounts:
            at = model
            for name in page.currency_path.split("."):
                field = at._meta.get_field(name)
                at = field.related_model or at
            if field.max_length != len("CNY"):
                unknown.append(named(page))
    assert unknown == []


def test_every_label_has_its_words_in_chinese(request_of_all):
    untold = []
    with override("zh-hans"):
        for model, page in PAGES:
            form = page.get_form(request_of_all)() if page.has_add_permission(request_of_all) else None
            columns = shown(page, request_of_all)
            names = [model._meta.verbose_name, model._meta.verbose_name_plural]
            asked = form.fields if form else {}
            names += [asked[name].label for name in columns if name in asked]
            names += [label_for_field(name, model, page) for name in columns if name not in {*asked, "__str__"}]
            untold += [
                f"{named(page)}: {name}" for name in names if not CHINESE.search(str(name)) and name not in ALIKE
            ]
    assert sorted(set(untold)) == []


def test_no_page_shows_who_bought_sent_or_received_nor_a_phone_but_of_staff_and_companies(request_of_all):
    personal = {
        f"{named(page)}.{field.name}"
        for model, page in PAGES
        for field in model._meta.local_fields
        if (isinstance(field, PhoneNumberField) or CUSTOMER.search(field.name))
        and field.name in shown(page, request_of_all)
    }
    assert personal == {
        *("stations.User.phone", "stations.Station.phone"),
        *("orders.Supplier.contact_phone", "orders.ProduceBuyer.phone", "health.Hospital.address"),
        "health.Export.address",  # the request's own
    }


@pytest.mark.parametrize("text", ["zzz", "12345678", "019a0000-0000-7000-8000-000000000000", "张", "2026-11-27"])
def test_a_search_for_anything_is_answered(request_of_all, text):
    searched = [page for _model, page in PAGES if page.search_fields]
    assert len(searched) > len(PAGES) / 2
    for page in searched:
        found, _is_double = page.get_search_results(request_of_all, page.get_queryset(request_of_all), text)
        assert len(found) < 2, named(page)
