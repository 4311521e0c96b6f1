"""Packages and campaigns over the API, and numbers without names."""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import AmountField, VerbView
from core.errors import refused_by
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from health.checkups import services
from health.checkups.models import Campaign, CheckupDay, CheckupPackage, ItemRange
from health.checkups.models.campaigns import READ_CAMPAIGN
from health.checkups.models.orders import INDICATOR
from health.checkups.models.packages import READ_PACKAGE
from health.checkups.queries import campaigns, clinics_of, items_of, listed_in, numbers_of, packages, stations_of
from stations.accounts.models import User
from stations.requests import signed_in

PACKAGE = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e01",
    "code": "cn-65plus-2025",
    "revision": 1,
    "min_age": 65,
    "report_days": 14,
    "status": "active",
}
CAMPAIGN = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e02",
    "number": "482913",
    "name": "2026年65岁以上体检",
    "clinic": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c11",
    "package": PACKAGE["id"],
    "from_date": "2026-11-01",
    "to_date": "2026-12-31",
    "price": "120.00",
    "budget": "60000.00",
    "currency": "CNY",
    "ordered": 64,
}
DAY = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0e03",
    "campaign": CAMPAIGN["id"],
    "station": "321324-0003",
    "local_date": "2026-11-27",
}


class CheckupPages(CursorPages):
    """In the order of their ids."""

    ordering = "pk"


class CheckupPackageOut(ReadSerializer):
    """A revision of a package."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    revision = serializers.IntegerField()
    min_age = serializers.IntegerField()
    report_days = serializers.IntegerField()
    status = serializers.CharField()


class CheckupRangeOut(ReadSerializer):
    """What is normal for a sex (empty: any), ages `[from_age, to_age)` and a laboratory (empty: any)."""

    sex = serializers.CharField(allow_blank=True)
    from_age = serializers.IntegerField()
    to_age = serializers.IntegerField(allow_null=True)
    laboratory = serializers.CharField(allow_blank=True)
    low = serializers.DecimalField(8, 2, allow_null=True)
    high = serializers.DecimalField(8, 2, allow_null=True)
    critical_low = serializers.DecimalField(8, 2, allow_null=True)
    critical_high = serializers.DecimalField(8, 2, allow_null=True)


class CheckupItemOut(ReadSerializer):
    """An item: its unit (UCUM) and possible values, or its answers; and what is normal."""

    code = serializers.CharField()
    loinc = serializers.CharField(allow_blank=True)
    group = serializers.CharField()
    kind = serializers.CharField()
    name = serializers.CharField(source="title")
    unit = serializers.CharField(allow_blank=True)
    least = serializers.DecimalField(8, 2, allow_null=True)
    most = serializers.DecimalField(8, 2, allow_null=True)
    answers = serializers.ListField(child=serializers.CharField())
    is_required = serializers.BooleanField()
    ranges = CheckupRangeOut(many=True)

    @staticmethod
    def get_answers(row: Any) -> list[str]:
        return [each["code"] for each in row.options]

    @staticmethod
    def get_ranges(row: Any) -> list[ItemRange]:
        return list(row.ranges.all())


class PackageContentsOut(serializers.Serializer):
    """A revision with its items: what a tablet needs before it goes where there is no network."""

    package = CheckupPackageOut()
    items = CheckupItemOut(many=True)


class CheckupPackages(generics.ListAPIView):
    """List the revisions of the packages."""

    requires = READ_PACKAGE
    serializer_class = CheckupPackageOut
    pagination_class = CheckupPages
    out_example = PACKAGE

    def get_queryset(self) -> QuerySet[CheckupPackage]:
        return CheckupPackage.objects.open_to(signed_in(self.request), READ_PACKAGE)


class PackageContents(APIView):
    """Show a revision with its items and normal ranges."""

    requires = READ_PACKAGE
    one_object = True

    @extend_schema(operation_id="checkupPackagesRetrieve", responses=PackageContentsOut)
    def get(self, request: Request, pk: UUID) -> Response:
        found = load(packages(), request.user, READ_PACKAGE, pk=pk)
        contents = {
            "package": CheckupPackageOut(found).data,
            "items": CheckupItemOut(items_of(found.pk), many=True).data,
        }
        return Response(contents)


class _PackageVerb(VerbView):
    one_object = True
    Out: ClassVar[type[serializers.Serializer] | None] = CheckupPackageOut

    def package(self, user: User, pk: UUID) -> CheckupPackage:
        """The revision, within reach of the verb."""
        return load(packages(), user, self.requires, pk=pk)


def _end() -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=8, decimal_places=2, required=False, allow_null=True, default=None)


class ProposeRangeIn(serializers.Serializer):
    """For whom, and the ends in the unit of the item; a critical limit that is left out stays as it is."""

    item = serializers.CharField(max_length=20)
    for_sex = serializers.ChoiceField(ItemRange.Sex.choices, required=False, allow_blank=True, default="")
    from_age = serializers.IntegerField(min_value=0, max_value=150, default=0)
    to_age = serializers.IntegerField(min_value=1, max_value=150, required=False, allow_null=True, default=None)
    laboratory = Line(max_length=20, required=False, allow_blank=True, default="")
    low, high, critical_low, critical_high = _end(), _end(), _end(), _end()


class ProposeRange(_PackageVerb):
    """Propose another normal range, in a draft of the next revision."""

    requires = "health.propose_checkup_range"
    In = ProposeRangeIn
    refusals = refused_by(services.propose_range)
    in_example = {"item": "glucose", "low": "3.90", "high": "6.10", "critical_high": "16.70"}
    out_example = PACKAGE | {"revision": 2, "status": "draft"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CheckupPackage:
        names = ("low", "high", "critical_low", "critical_high")
        data["sex"] = data.pop("for_sex")
        limits = services.Limits(**{name: data.pop(name) for name in names})
        return services.propose_range(package=self.package(user, pk), limits=limits, **data, by=user, at=at)


class DiscardDraftIn(serializers.Serializer):
    """Why."""

    reason = Line(max_length=200)


class DiscardDraft(_PackageVerb):
    """Discard a proposed revision; the one in use stays."""

    requires = "health.propose_checkup_range"
    In = DiscardDraftIn
    refusals = refused_by(services.discard_checkup_draft)
    in_example = {"reason": "实验室更正了参考值"}
    out_example = PACKAGE | {"revision": 2, "status": "discarded"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CheckupPackage:
        return services.discard_checkup_draft(package=self.package(user, pk), **data, by=user, at=at)


class ApprovePackage(_PackageVerb):
    """Approve a draft as another person than the one who proposed it."""

    requires = "health.approve_checkup_package"
    refusals = refused_by(services.approve_checkup_package)
    out_example = PACKAGE

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CheckupPackage:
        return services.approve_checkup_package(package=self.package(user, pk), by=user, at=at)


class CheckupCampaignOut(ReadSerializer):
    """A campaign with what the county pays, both days included."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    name = serializers.CharField()
    clinic = serializers.UUIDField(source="clinic_id")
    package = serializers.UUIDField(source="package_id")
    from_date = serializers.DateField()
    to_date = serializers.DateField()
    price = serializers.CharField()
    budget = serializers.CharField()
    currency = serializers.CharField()
    ordered = serializers.IntegerField(allow_null=True, help_text="Null below five.")

    @staticmethod
    def get_ordered(row: Campaign) -> int | None:
        return listed_in(row)

    @staticmethod
    def get_price(row: Campaign) -> str:
        return str(row.price)

    @staticmethod
    def get_budget(row: Campaign) -> str:
        return str(row.budget)


class CheckupDayOut(ReadSerializer):
    """A check-up day at a station."""

    id = serializers.UUIDField()
    campaign = serializers.UUIDField(source="campaign_id")
    station = serializers.CharField(source="station.code")
    local_date = serializers.DateField()


class CheckupCampaigns(generics.ListAPIView):
    """List the campaigns of the own clinics, or of the county."""

    requires = READ_CAMPAIGN
    serializer_class = CheckupCampaignOut
    pagination_class = CheckupPages
    out_example = CAMPAIGN

    def get_queryset(self) -> QuerySet[Campaign]:
        return campaigns().open_to(signed_in(self.request), READ_CAMPAIGN)  # type: ignore[attr-defined]


class OpenCheckupCampaignIn(serializers.Serializer):
    """A campaign; price and budget are in the currency of the clinic."""

    name = Line(max_length=80)
    clinic = serializers.UUIDField()
    package = serializers.UUIDField()
    laboratory = Line(max_length=20, required=False, allow_blank=True, default="")
    from_date = serializers.DateField()
    to_date = serializers.DateField()
    price = AmountField()
    budget = AmountField()


class OpenCheckupCampaign(VerbView):
    """Open a campaign for a clinic of the county."""

    requires = "health.open_checkup_campaign"
    In, Out = OpenCheckupCampaignIn, CheckupCampaignOut
    success_status = 201
    refusals = refused_by(services.open_campaign)
    in_example = {
        name: CAMPAIGN[name] for name in ("name", "clinic", "package", "from_date", "to_date", "price", "budget")
    }
    out_example = CAMPAIGN | {"ordered": 0}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> Campaign:
        clinic = clinics_of(user).select_related("division").filter(pk=data.pop("clinic")).first()
        package = CheckupPackage.objects.filter(pk=data.pop("package")).first()
        if clinic is None:
            raise serializers.ValidationError({"clinic": [_("This is no clinic of yours.")]})
        if package is None:
            raise services.PackageNotApproved(field="package")
        price, budget = (data.pop(name).in_currency(clinic.currency) for name in ("price", "budget"))
        return services.open_campaign(
            clinic=clinic, package=package, price=price, budget=budget, **data, by=user, at=at
        )


class OpenDayIn(serializers.Serializer):
    """A day at a station of the clinic's place; local times of the clinic's zone."""

    station = serializers.CharField(max_length=40)
    day = serializers.DateField()
    starts = serializers.TimeField()
    ends = serializers.TimeField()
    per_slot = serializers.IntegerField(min_value=1, max_value=50)


class OpenDay(VerbView):
    """Open a check-up day: so many residents in each half-hour."""

    requires = "health.open_checkup_day"
    one_object = True
    In, Out = OpenDayIn, CheckupDayOut
    success_status = 201
    refusals = refused_by(services.open_checkup_day)
    in_example = {"station": "321324-0003", "day": "2026-11-27", "starts": "08:00", "ends": "12:00", "per_slot": 8}
    out_example = DAY

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> CheckupDay:
        campaign = load(campaigns(), user, self.requires, pk=pk)
        station = stations_of(campaign.clinic).filter(code=data.pop("station")).first()
        if station is None:
            raise serializers.ValidationError({"station": [_("This station is not in the clinic’s place.")]})
        return services.open_checkup_day(campaign=campaign, station=station, **data, by=user, at=at)


class CheckupNumbersOut(ReadSerializer):
    """A campaign in a township, or in all (`place` is empty). `suppressed`: something is hidden."""

    campaign = serializers.CharField()
    place = serializers.CharField(allow_blank=True)
    ordered = serializers.IntegerField(allow_null=True)
    completed = serializers.IntegerField(allow_null=True)
    told = serializers.IntegerField(allow_null=True)
    suppressed = serializers.BooleanField()

    @staticmethod
    def get_suppressed(row: Any) -> bool:
        return None in (row.ordered, row.completed, row.told)


class CheckupNumbersListOut(serializers.Serializer):
    """Numbers of all campaigns within reach."""

    results = CheckupNumbersOut(many=True)


class CheckupFigures(APIView):
    """Show the numbers of campaigns by township; none from which one of fewer than five people follows."""

    requires = INDICATOR

    @extend_schema(operation_id="checkupFiguresList", responses=CheckupNumbersListOut)
    def get(self, request: Request) -> Response:
        rows = numbers_of(signed_in(request), at=now())
        return Response({"results": CheckupNumbersOut(rows, many=True).data})
