"""What is done at the counter where a parcel waits."""

import datetime as dt
from typing import Any, ClassVar

from rest_framework import serializers

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.files.services import own_file
from core.language.typed import Line
from logistics.parcels import services
from logistics.parcels.api.rows import ParcelOut, parcel_of
from logistics.parcels.forms import PROXY_LENGTH
from logistics.parcels.models import Parcel
from stations.accounts.models import User
from stations.people.models import Person


class ParcelVerb(VerbView):
    """A verb on one parcel."""

    one_object = True
    Out = ParcelOut
    out_example: ClassVar[dict[str, Any]] = ParcelOut.example

    def parcel(self, user: User, number: str) -> Parcel:
        """The parcel, within reach of the one who acts."""
        return parcel_of(user, self.requires, number)


class CollectIn(serializers.Serializer):
    """The six digits; or the identity document was checked, a witness saw it, and there is a photo."""

    code = serializers.RegexField(r"^[0-9]{6}$", required=False)
    proxy_name = Line(
        max_length=PROXY_LENGTH, required=False, help_text="With a code: who collects it, if not the receiver."
    )
    witness = serializers.UUIDField(required=False)
    photo = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.keys() - {"proxy_name"}:
            raise serializers.ValidationError({"code": ["Send a code, or witness and photo."]})
        if "proxy_name" in attrs and "code" not in attrs:
            raise serializers.ValidationError({"proxy_name": ["Send it with a code."]})
        return attrs


HANDED_OVER = ParcelOut.example | {"status": "collected", "lies_at": None, "proof": "code"}


class CollectParcel(ParcelVerb):
    """Hand over a parcel against its pick-up code, or identity document, witness and photo.

    Refused: `already_collected`, `belongs_to_an_order`, `code_wrong`, `code_locked`, `code_expired`,
    `id_check_incomplete`.
    """

    requires = "logistics.collect_parcel"
    In = CollectIn
    refusals = refused_by(services.collect_parcel, own_file)
    in_example: ClassVar[dict[str, Any]] = {"code": "482913"}
    out_example = HANDED_OVER

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, number: str) -> Parcel:
        parcel = self.parcel(user, number)
        if "code" in data:
            proxy = data.get("proxy_name", "")
            return services.collect_parcel(parcel=parcel, code=data["code"], proxy_name=proxy, by=user, at=at)
        return services.collect_parcel(parcel=parcel, id_check=id_check_in(user, data), by=user, at=at)


def id_check_in(user: User, data: dict[str, Any]) -> services.IdCheck:
    """What was sent of a hand-over without the code: the witness within reach, and the sender's own photo."""
    witness = data.get("witness")
    return services.IdCheck(
        witness=load(Person.objects.all(), user, "stations.find_person", pk=witness) if witness else None,
        photo=own_file(pk=data.get("photo"), by=user.pk, field="photo"),
    )


class RefuseIn(serializers.Serializer):
    """Why the receiver does not take it."""

    reason = serializers.ChoiceField(Parcel.RefusalReason.choices)


class RefuseParcel(ParcelVerb):
    """Record that the receiver does not take a parcel."""

    requires = "logistics.refuse_parcel"
    In = RefuseIn
    refusals = refused_by(services.refuse_parcel)
    in_example: ClassVar[dict[str, Any]] = {"reason": "damaged"}
    out_example = ParcelOut.example | {"status": "refused"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, number: str) -> Parcel:
        return services.refuse_parcel(parcel=self.parcel(user, number), **data, by=user, at=at)


class ExtendStorage(ParcelVerb):
    """Let a parcel wait longer, once."""

    requires = "logistics.extend_storage"
    refusals = refused_by(services.extend_storage)
    out_example = ParcelOut.example | {"storage_until": "2026-12-09"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, number: str) -> Parcel:
        return services.extend_storage(parcel=self.parcel(user, number), by=user, at=at)


class ReissueCode(ParcelVerb):
    """Send another pick-up code to the receiver's phone; the old one is void."""

    requires = "logistics.reissue_code"
    refusals = refused_by(services.reissue_code)

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, number: str) -> Parcel:
        return services.reissue_code(parcel=self.parcel(user, number), by=user, at=at)
