"""How a parcel reads over the API."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from core.access import load
from core.money import Money
from core.serializers import ReadSerializer
from logistics.parcels.models import Parcel, ParcelEvent
from logistics.parcels.models.parcels import ParcelQuerySet
from logistics.parcels.queries import steps_of
from stations.accounts.models import User
from stations.people.masking import mask_name

READ = "logistics.read_parcel"


class ParcelOut(ReadSerializer):
    """One parcel: where it lies, for whom, until when."""

    id = serializers.UUIDField(source="pk")
    number = serializers.CharField()
    from_station = serializers.CharField(source="from_station.code")
    to_station = serializers.CharField(source="to_station.code")
    contents_ref = serializers.UUIDField(allow_null=True, help_text="Set where an order sent it.")
    receiver = serializers.UUIDField(source="receiver_id", allow_null=True)
    receiver_name = serializers.CharField(allow_blank=True, help_text="Masked.")
    phone_tail = serializers.CharField(allow_blank=True, help_text="The last four digits of the receiver's phone.")
    weight_g = serializers.IntegerField()
    status = serializers.CharField()
    exception = serializers.CharField(allow_blank=True)
    cash_due = serializers.CharField()
    currency = serializers.CharField()
    lies_at = serializers.CharField(allow_null=True, help_text="The station that has it; null on the road.")
    available_at = serializers.DateTimeField(allow_null=True)
    storage_until = serializers.DateField(source="storage_until_date", allow_null=True)
    proof = serializers.CharField(allow_blank=True)
    goes_outside = serializers.BooleanField(help_text="A carrier takes it to an address; nobody collects it here.")
    carrier = serializers.CharField(allow_null=True, help_text="Of the carrier that was given it.")
    carrier_number = serializers.CharField(allow_blank=True)
    brings_back = serializers.BooleanField(help_text="It brings goods of a buyer back to where they came from.")
    contradicted_at = serializers.DateTimeField(
        allow_null=True, help_text="Since when its carrier says something else, until a clerk has examined it."
    )

    @staticmethod
    def get_receiver_name(parcel: Parcel) -> str:
        """As every list shows a resident."""
        return mask_name(parcel.receiver_name)

    @staticmethod
    def get_phone_tail(parcel: Parcel) -> str:
        """Enough to tell two receivers of one name apart."""
        return str(parcel.receiver_phone)[-4:]

    @staticmethod
    def get_cash_due(parcel: Parcel) -> Money:
        """What the receiver pays."""
        return parcel.cash_due

    @staticmethod
    def get_carrier(parcel: Parcel) -> str | None:
        """The carrier's code."""
        return parcel.outside_carrier.code if parcel.outside_carrier else None

    @staticmethod
    def get_lies_at(parcel: Parcel) -> str | None:
        """In whose hands it is."""
        return parcel.custodian.code if parcel.custodian else None

    example: ClassVar[dict[str, Any]] = {
        "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0031",
        "number": "P261125-K7P2QXM",
        "from_station": "321324-0001",
        "to_station": "321324-0007",
        "contents_ref": None,
        "receiver": None,
        "receiver_name": "王*英",
        "phone_tail": "8000",
        "weight_g": 800,
        "status": "available_for_pickup",
        "exception": "",
        "cash_due": "0.00",
        "currency": "CNY",
        "lies_at": "321324-0007",
        "available_at": "2026-11-25T02:41:00.000Z",
        "storage_until": "2026-12-02",
        "proof": "",
        "goes_outside": False,
        "carrier": None,
        "carrier_number": "",
        "brings_back": False,
        "contradicted_at": None,
    }


class ParcelStepOut(ReadSerializer):
    """One step of its history; `made_at` is what the phone said."""

    sequence = serializers.IntegerField()
    kind = serializers.CharField()
    status = serializers.CharField(source="new_status")
    place = serializers.CharField(allow_null=True)
    by = serializers.CharField(allow_null=True)
    made_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    is_out_of_order = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)

    @staticmethod
    def get_place(step: ParcelEvent) -> str | None:
        """The code of the station."""
        return step.place.code if step.place else None

    @staticmethod
    def get_by(step: ParcelEvent) -> str | None:
        """The user's name; none where the system did it."""
        return step.actor.username if step.actor else None


class ParcelDetailOut(ParcelOut):
    """A parcel with its steps."""

    steps = ParcelStepOut(many=True)

    @staticmethod
    def get_steps(parcel: Parcel) -> QuerySet[ParcelEvent]:
        """The oldest first."""
        return steps_of(parcel)


def parcels() -> ParcelQuerySet:
    """With what a row shows of other tables."""
    rows: ParcelQuerySet = Parcel.objects.select_related(
        "from_station", "to_station__county", "custodian", "receiver", "outside_carrier"
    )
    return rows


def parcel_of(user: User, verb: str, number: str) -> Parcel:
    """The parcel of this number, within reach of the one who acts."""
    return load(parcels(), user, verb, number=number)
