"""What the county gives for parcels: once each, to the partner, never more than its budget."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now

from core.models import Event
from finance.models import PayableLine
from logistics.parcels.services import collect_parcel
from orders.models import ParcelSubsidy, SubsidyProgramme
from orders.subsidies import handlers
from orders.subsidies.console import CONSOLE
from orders.subsidies.queries import running_low
from tests.factories.finance import LONG_AGO_DATE, helper_at
from tests.factories.parcels import code_of, waiting
from tests.factories.shipping import accepted, counter, handed_on, programme
from tests.factories.stations import StationFactory, UserFactory, platform_admin

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready():
    return counter()


def collected(ready, **values):
    parcel = waiting(ready.station, **values)
    return collect_parcel(parcel=parcel, code=code_of(parcel), by=ready.partner, at=now())


def heard():
    """Each event is delivered twice."""
    for event in Event.objects.filter(name__in=["logistics.parcel_collected", "logistics.parcel_handed_on"]):
        handlers.accrue(event)
        handlers.accrue(event)


def test_each_parcel_brings_the_partner_its_subsidy_once(ready):
    found = programme(ready)
    collected(ready)
    handed_on(ready)
    accepted(ready)
    before = ready.holds(ready.own_key)
    heard()
    found.refresh_from_db()
    assert list(ParcelSubsidy.objects.order_by("pk").values_list("direction", "amount_minor")) == [
        ("inbound", 50),
        ("outbound", 1_00),
    ]
    assert (found.used_minor, ready.holds(ready.own_key) - before) == (1_50, 1_50)
    assert {line.source.kind for line in PayableLine.objects.filter(event_type="parcel_subsidy")} == {"subsidy"}


def test_what_a_helper_accepted_brings_the_partner_its_subsidy(ready):
    programme(ready)
    handed_on(ready, accepted(ready, by=helper_at(ready)))
    before = ready.holds(ready.own_key)
    heard()
    assert (ParcelSubsidy.objects.get().partner, ready.holds(ready.own_key) - before) == (ready.partner, 1_00)


def test_a_budget_that_is_used_up_brings_nothing_more_and_the_county_hears_of_it_before(ready):
    found = programme(ready, budget=1_20, outbound=0)
    rows = SubsidyProgramme.objects.all()
    for _number in range(3):
        collected(ready)
    heard()
    found.refresh_from_db()
    assert (found.used_minor, found.left.minor) == (1_00, 20)
    assert sorted(ParcelSubsidy.objects.values_list("amount_minor", flat=True)) == [0, 50, 50]
    assert not running_low(rows, on=now().date()).exists()
    SubsidyProgramme.objects.update(budget_minor=1_10)
    assert running_low(rows, on=now().date()).exists()
    with pytest.raises(IntegrityError, match="subsidy_never_exceeds_its_budget"), transaction.atomic():
        SubsidyProgramme.objects.update(budget_minor=99)
    with pytest.raises(IntegrityError, match="used_subsidy_is_the_sum_of_its_parcels"), transaction.atomic():
        SubsidyProgramme.objects.update(used_minor=0)


def test_the_day_on_which_a_programme_runs_low_is_the_local_one(ready):
    found = programme(ready, budget=50)
    collected(ready)
    heard()
    SubsidyProgramme.objects.update(from_date=dt.date(2026, 3, 1))
    at = dt.datetime(2026, 2, 28, 16, 30, tzinfo=dt.UTC)
    (low,) = (each.rows for each in CONSOLE.needs)
    with timezone.override("Asia/Shanghai"):
        assert list(low(user=ready.manager, at=at)) == [found]
        assert not low(user=ready.manager, at=at - dt.timedelta(hours=1)).exists()


def test_the_administration_keeps_a_budget_above_what_was_given(client, ready):
    found = programme(ready, budget=1_00)
    collected(ready)
    heard()
    client.force_login(platform_admin(UserFactory(is_staff=True)))
    page = reverse("admin:orders_subsidyprogramme_change", args=[found.pk])
    typed = {"name": "补贴", "inbound_minor": "0.50", "outbound_minor": "1.00", "from_date": found.from_date}
    refused = client.post(page, {**typed, "budget_minor": "0.49"})
    assert "0.50" in refused.context["adminform"].form.errors["budget_minor"][0]
    assert client.post(page, {**typed, "budget_minor": "0.50"}).status_code == 302
    found.refresh_from_db()
    assert (found.budget_minor, found.used_minor) == (50, 50)


def test_parcels_between_villages_and_in_counties_without_a_programme_bring_nothing(ready):
    collected(ready)
    heard()
    programme(ready)
    collected(ready, from_station=StationFactory(county=ready.station.county))
    handlers.accrue(Event.objects.filter(name="logistics.parcel_collected").order_by("-pk")[0])
    assert not ParcelSubsidy.objects.exists()


def test_another_currency_has_its_own_programme():
    there = counter(currency="KWD")
    programme(there, inbound=2_00)
    SubsidyProgramme.objects.create(
        code="yuan",
        name="yuan",
        division=there.station.county,
        currency="CNY",
        inbound_minor=9_00,
        budget_minor=90_00,
        from_date=LONG_AGO_DATE,
    )
    collected(there)
    heard()
    assert ParcelSubsidy.objects.get().amount.currency == "KWD"
    assert there.holds(there.own_key) == 2_00
