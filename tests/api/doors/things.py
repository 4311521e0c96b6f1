"""What there is at the story's station, an object of each kind."""

from typing import Any

from django.utils.timezone import now

from finance.models import (
    Adjustment,
    Appeal,
    BankExplanation,
    BankStatementLine,
    CashDay,
    CollectionSheet,
    Complaint,
    DayClose,
    EnrolmentBatch,
    FloatTopUp,
    FloatTransfer,
    PayoutLine,
    RecommendationStanding,
    ReconItem,
)
from health.exports.services import request_export
from health.fhir.resources.patients import PATIENT
from health.models import (
    Appointment,
    Article,
    CareTask,
    CheckupOrder,
    Consultation,
    EmergencyAccess,
    Export,
    HealthRecord,
    Prescription,
    PromotionCampaign,
    PromotionEvent,
)
from health.models import Enrolment as CareEnrolment
from logistics.models import Bag, Parcel, RouteRun
from orders.models import (
    BuyerClaim,
    Fulfilment,
    GroupOrder,
    Lot,
    Order,
    PresaleCycle,
    PresaleOrder,
    Promotion,
    Return,
    Shipment,
    Shop,
    StockLevel,
    Warehouse,
)
from stations.models import (
    ArchiveProposal,
    Certificate,
    Consent,
    Contract,
    Device,
    Guardianship,
    Inspection,
    PersonMerge,
    PersonRequest,
    Post,
    RegisterReport,
    ServicePause,
    StationClosing,
    SupportVisit,
    Termination,
)
from tests.demonstration import World
from tests.factories.groups import group_row
from tests.factories.loans import collected_of
from tests.factories.presales import presale_order_row, presale_row
from tests.factories.promotions import promotion_row
from tests.factories.shipping import row_of as shipment_row


def standing_at(world: World) -> RecommendationStanding:
    return RecommendationStanding.objects.filter(county=world.station.county).order_by("pk")[0]


def idle_enrolment_at(world: World) -> EnrolmentBatch:
    return EnrolmentBatch.objects.filter(county=world.station.county, status="idle").order_by("-pk")[0]


def appeal_at(world: World) -> Appeal:
    return Appeal.objects.filter(claim__station=world.station).order_by("-pk")[0]


def device_of(world: World) -> Device:
    return Device.objects.filter(station=world.station).order_by("pk")[0]


def post_of(world: World, username: str) -> Post:
    return Post.objects.get(user__username=username)


def consent_at(world: World) -> Consent:
    return Consent.objects.filter(person=world.resident)[0]


def guardianship_at(world: World) -> Guardianship:
    return Guardianship.objects.filter(child=world.resident)[0]


def closing_at(world: World) -> StationClosing:
    return StationClosing.objects.filter(station=world.station)[0]


def report_at(world: World) -> RegisterReport:
    return RegisterReport.objects.filter(county=world.station.county)[0]


def request_at(world: World) -> PersonRequest:
    return PersonRequest.objects.filter(person=world.resident)[0]


def merge_at(world: World) -> PersonMerge:
    return PersonMerge.objects.filter(kept=world.resident)[0]


def archive_proposal_at(world: World) -> ArchiveProposal:
    return ArchiveProposal.objects.filter(person=world.resident)[0]


def contract_at(world: World) -> Contract:
    return Contract.objects.get(station=world.station, kind="partner", status__in=Contract.RUNNING)


def termination_at(world: World) -> Termination:
    return Termination.objects.filter(contract=contract_at(world))[0]


def inspection_at(world: World) -> Inspection:
    return Inspection.objects.filter(station=world.station, status="planned")[0]


def visit_at(world: World) -> SupportVisit:
    return SupportVisit.objects.filter(station=world.station, status="due")[0]


def pause_of(world: World) -> ServicePause:
    return ServicePause.objects.get(division=world.station.county)


def complaint_at(world: World) -> Complaint:
    return Complaint.objects.filter(station=world.station, entry=None).order_by("pk")[0]


def day_at(world: World) -> CashDay:
    return CashDay.objects.filter(station=world.station).order_by("-pk")[0]


def of_station(model: Any, world: World) -> Any:
    """The newest row of this kind at the story's station."""
    return model.objects.filter(station=world.station).order_by("-pk")[0]


def sheet_at(world: World) -> CollectionSheet:
    """What was collected from the group of borrowers of the story's station, where cash is taken today."""
    return collected_of(world.station, world.user("partner"))


def close_of(world: World) -> DayClose:
    return DayClose.objects.filter(county=world.station.county).latest("business_date")


def adjustment() -> Adjustment:
    return Adjustment.objects.order_by("pk")[0]


def payout() -> PayoutLine:
    return PayoutLine.objects.exclude(batch=None).order_by("pk")[0]


def came_back() -> BankExplanation:
    return BankExplanation.objects.waiting().order_by("pk")[0]


def certificate_at(world: World) -> Certificate:
    return Certificate.objects.filter(station=world.station)[0]


def recon_item_at(world: World) -> ReconItem:
    return ReconItem.objects.still_open().filter(payment__station=world.station).order_by("-pk")[0]


def bank_line_of(world: World) -> BankStatementLine:
    return BankStatementLine.objects.unexplained().order_by("-pk")[0]


def topup_at(world: World) -> FloatTopUp:
    return FloatTopUp.objects.filter(station=world.station).order_by("-pk")[0]


def float_transfer_at(world: World) -> FloatTransfer:
    """One that stays in the county, so that no outsider is at its other end."""
    return FloatTransfer.objects.filter(from_station=world.station, status="sent").order_by("-pk")[0]


def warehouse_of(world: World) -> Warehouse:
    """The warehouse that serves the story's county."""
    return Warehouse.objects.get(station__county=world.station.county)


def appointment_at(world: World) -> Appointment:
    """A registration of the story's station that is still ahead."""
    rows = Appointment.objects.filter(booking__station=world.station, booking__status="booked")
    return rows.select_related("booking").order_by("pk")[0]


def enrolment_at(world: World) -> CareEnrolment:
    """A resident who is cared for by the hospital of the story's county."""
    rows = CareEnrolment.objects.filter(clinic__division=world.station.county, status="active")
    return rows.order_by("pk")[0]


def checkup_at(world: World) -> CheckupOrder:
    """Somebody on the list of a day at the story's station."""
    return CheckupOrder.objects.filter(day__station=world.station, status="active").order_by("pk")[0]


def urgent_result_at(world: World) -> CareTask:
    """A critical result of a day at the story's station."""
    return CareTask.objects.filter(order__day__station=world.station, status="requested").order_by("pk")[0]


def record_at(world: World) -> HealthRecord:
    """A record that the hospital of the story's county keeps."""
    return HealthRecord.objects.filter(clinic__division=world.station.county).order_by("pk")[0]


def fhir_patient_at(world: World) -> dict[str, Any]:
    """The resident of that record as a resource, with its version."""
    row = PATIENT.sources[0].rows().get(pk=record_at(world).resident_id)
    return {"kind": "Patient", "pk": row.pk, "version": PATIENT.sources[0].resource(row)["meta"]["versionId"]}


def export_at(world: World) -> Export:
    """One that the doctor of the story has asked for."""
    doctor, at = world.user("doctor"), now()
    return request_export(group=None, types=[], since=None, address="", by=doctor, at=at)


def health_article_at(world: World) -> Article:
    """One that every station of the country shows, with a question."""
    return Article.objects.get(code="less-salt")


def promotion_event_at(world: World) -> PromotionEvent:
    """One that the story's station recorded, with names."""
    return PromotionEvent.objects.filter(station=world.station, named_people__gt=0).order_by("pk")[0]


def health_campaign_at(world: World) -> PromotionCampaign:
    """One that runs in the story's county."""
    return PromotionCampaign.objects.get(division=world.station.county, topic="salt")


def consultation_at(world: World) -> Consultation:
    """One that the story's station has just asked for."""
    return Consultation.objects.get(station=world.station, status="requested")


def case_at(world: World) -> Consultation:
    """One that waits for a doctor of the hospital of the story's county."""
    return Consultation.objects.get(station=world.station, status="accepted")


def prescription_at(world: World) -> Prescription:
    """One that waits for a pharmacist."""
    return Prescription.objects.get(consultation__station=world.station, status="draft")


def emergency_at(world: World) -> EmergencyAccess:
    """One that nobody has reviewed."""
    return EmergencyAccess.objects.filter(clinic__division=world.station.county, reviewed_at=None).order_by("pk")[0]


def level_of(world: World) -> StockLevel:
    """An article that lies there."""
    return StockLevel.objects.filter(warehouse=warehouse_of(world)).order_by("pk")[0]


def parcel_at(world: World) -> Parcel:
    """A parcel that waits at the station."""
    return Parcel.objects.waiting().filter(to_station=world.station).order_by("pk")[0]


def run_at(world: World) -> RouteRun:
    """A run that stops at the station and has no driver yet."""
    return RouteRun.objects.filter(stops__station=world.station, status="planned", driver=None).order_by("pk")[0]


def bag_at(world: World) -> Bag:
    return Bag.objects.filter(to_station=world.station).order_by("pk")[0]


def order_at(world: World) -> Order:
    """One that its buyer has agreed to."""
    return Order.objects.filter(station=world.station, status="placed").order_by("pk")[0]


def lot_of(world: World) -> Lot:
    """A delivered one of the county."""
    return Lot.objects.filter(station__county=world.station.county, status="delivered").order_by("pk")[0]


def buyer_claim_of(world: World) -> BuyerClaim:
    """One that nobody has decided."""
    return BuyerClaim.objects.filter(sale__lot=lot_of(world), status="raised").order_by("pk")[0]


def presale_of(world: World) -> PresaleCycle:
    """One of the county that is open for orders."""
    return presale_row(warehouse_of(world).station, world.user("clerk"))


def presale_order_at(world: World) -> PresaleOrder:
    """An order of a presale that is collected at the station."""
    return presale_order_row(world.station, warehouse_of(world).station, world.user("partner"), world.resident)


def return_at(world: World) -> Return:
    """One that has ended."""
    return Return.objects.filter(order=order_at(world), status="rejected").order_by("pk")[0]


def shop_at(world: World) -> Shop:
    """A farmer's shop that is open, with orders."""
    return Shop.objects.filter(station=world.station, status="approved").order_by("pk")[0]


def part_at(world: World) -> Fulfilment:
    """What the warehouse sends for it."""
    return order_at(world).fulfilments.order_by("pk")[0]


def group_at(world: World) -> GroupOrder:
    """A group order at the station, with a pledge."""
    known = GroupOrder.objects.filter(station=world.station, pledge_count__gt=0).order_by("pk").first()
    return known or group_row(world.station, world.user("partner"), world.resident)


def promotion_at(world: World) -> Promotion:
    """A promotion of the county that somebody has prepared."""
    county = world.station.county
    known = Promotion.objects.filter(division=county).order_by("pk").first()
    return known or promotion_row(county, world.user("manager"))


def shipment_at(world: World) -> Shipment:
    """A parcel to the city that lies at the station."""
    known = Shipment.objects.filter(station=world.station).order_by("pk").first()
    return known or shipment_row(world.station, world.user("partner"))
