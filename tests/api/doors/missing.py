"""What the demonstration does not have at the story's station."""

import datetime as dt

from django.utils.timezone import now

from finance.models import Adjustment, CashDay, Refund
from finance.tills.services import open_cash_day
from health.models import Drug, Prescription
from ledger.models import Account
from stations.models import (
    ArchiveProposal,
    Certificate,
    Consent,
    ConsentText,
    Guardianship,
    Inspection,
    Person,
    PersonMerge,
    PersonRequest,
    RegisterReport,
    Service,
    StationClosing,
    Termination,
)
from stations.network.services import pause_service
from stations.people.services import issue_card
from stations.recruitment.numbers import with_check_digits
from stations.scores.services import open_warning
from tests.api.doors.things import case_at, contract_at, group_at, order_at, shipment_at
from tests.demonstration import World
from tests.factories.days import today
from tests.factories.returns import row_of
from tests.factories.stations import DeviceFactory


def add_what_is_missing(world: World) -> None:
    """What the demonstration does not have at the story's station."""
    partner = world.user("partner")
    DeviceFactory(station=world.station)
    shipment_at(world)
    group_at(world)
    Certificate.objects.create(
        holder=partner,
        subject="partner",
        number=with_check_digits("3213240003100001"),
        station=world.station,
        issued_date=today(),
        expires_date=today() + dt.timedelta(days=700),
    )
    county = world.station.county
    pause_service(
        service=Service.objects.get(code="parcel_pickup"), division=county, actor=partner, at=now(), reason="系统维护"
    )
    if not CashDay.objects.filter(station=world.station).exists():
        open_cash_day(station=world.station, lines={}, by=partner, at=now())
    if not Adjustment.objects.exists():
        Adjustment.objects.create(
            account=Account.objects.filter(kind="commission").order_by("pk")[0],
            event_type="payment",
            event_id=str(world.payment().pk),
            amount_minor=-1_00,
            currency="CNY",
            reason="duplicate",
            text="算了两次",
            made_by=world.user("finance"),
            made_at=now(),
        )
    adults = Person.objects.filter(home_station=world.station, birth_date__year__lt=1990)
    adult = adults.exclude(pk=world.resident.pk).order_by("pk")[0]
    Guardianship.objects.create(
        child=world.resident, guardian=adult, kind="other_kin", from_date=today(), confirmed_by=partner
    )
    PersonMerge.objects.create(
        kept=world.resident, merged=adult, reason="同一个人", proposed_by=world.user("admin"), proposed_at=now()
    )
    ArchiveProposal.objects.create(person=world.resident, last_seen_at=now(), proposed_at=now())
    Termination.objects.create(
        contract=contract_at(world), reason="合同纠纷", asked_by=world.user("manager"), asked_at=now()
    )
    PersonRequest.objects.create(
        person=world.resident,
        kind="erasure",
        asked_by=partner,
        asked_at=now(),
        due_at=now() + dt.timedelta(days=15),
    )
    Inspection.objects.create(station=world.station, inspector=partner, planned_date=today())
    open_warning(station=world.station, kind="float_out", figures={"days": 3, "of": 7}, at=now())
    issue_card(person=world.resident, by=partner, at=now())
    StationClosing.objects.create(
        station=world.station,
        successor=world.station.parent,
        reason="村庄搬迁",
        asked_by=world.user("admin"),
        asked_at=now(),
    )
    Prescription.objects.create(
        consultation=case_at(world),
        drug=Drug.objects.order_by("pk")[0],
        dose="每天一次，每次一片",
        days=14,
        status="active",
        signed_by=world.user("doctor"),
        signed_at=now(),
        reviewed_by=world.user("pharmacist"),
        reviewed_at=now(),
        last_date=today() + dt.timedelta(days=13),
    )
    RegisterReport.objects.create(number="321324000310000000", county=county, kind="fake", at=now())
    order = order_at(world)
    row_of(order, order.ordered_by, status="rejected")
    # What is owed back belongs to the payer of the bill that waits.
    Refund.objects.filter(pk=world.refund.pk).update(receiver=world.fetch.payer)
    text = ConsentText.objects.filter(language="zh-hans").order_by("pk")[0]
    Consent.objects.create(
        person=world.resident,
        purpose=text.purpose,
        text_version=text,
        given_at=now(),
        given_by=world.resident,
        manner="signature",
        recorded_by=partner,
        station=world.station,
    )
