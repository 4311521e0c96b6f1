"""What stations showed and whom they reached, campaigns, and the numbers of both, over the API.

A device that had no line sends again what it recorded: ids that it makes decide what is stored.
"""

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import load
from core.api import VerbView
from core.errors import refused_by
from core.files.services import own_file
from core.language.typed import Line
from core.serializers import ReadSerializer
from core.web.pagination import CursorPages
from health.promotion import services
from health.promotion.api.articles import HealthReasonIn
from health.promotion.figures import VillageNumbers, villages
from health.promotion.forms import MANNERS
from health.promotion.loading import EventOutOfReach, load_event, load_event_or_log, log_refused_event
from health.promotion.models import Article, PromotionCampaign, PromotionEvent, Reach, Topic
from health.promotion.models.articles import RECORD_EVENT
from health.promotion.models.events import MOST_PEOPLE, OPEN_CAMPAIGN, READ_CAMPAIGN, READ_EVENT, SIGN_IN
from health.promotion.models.questions import READ_FIGURES
from health.promotion.queries import campaigns, divisions_of, events, names_at
from stations.accounts.models import User
from stations.current_station import counter_of
from stations.people.models import Person
from stations.people.refused_reads import LogsRefusedReads, load_of_resident
from stations.people.services import log_reads
from stations.requests import signed_in

PERSON = "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0b01"
CAMPAIGN: dict[str, Any] = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c72",
    "name": "冬季减盐",
    "topic": "salt",
    "division": "321324000000",
    "from_date": "2026-11-01",
    "to_date": "2027-01-31",
    "goal_people": 2000,
}
EVENT: dict[str, Any] = {
    "id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c73",
    "station": "321324-0007",
    "on_date": "2026-11-27",
    "kind": "talk",
    "article": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0c71",
    "campaign": CAMPAIGN["id"],
    "counted_people": 18,
    "named_people": 0,
    "status": "recorded",
}
NAME: dict[str, Any] = {
    "op_id": "0193f0c2-7a11-7c55-9a3e-5b1d2f6a0d71",
    "event": EVENT["id"],
    "resident": PERSON,
    "signed_in_at": "2026-11-27T02:12:00.000Z",
}


class PromotionEventOut(ReadSerializer):
    """What a station showed: `counted_people` were there, of whom `named_people` by name."""

    id = serializers.UUIDField()
    station = serializers.CharField(source="station.code")
    on_date = serializers.DateField(source="local_date")
    kind = serializers.CharField()
    article = serializers.UUIDField(source="article_id")
    campaign = serializers.UUIDField(source="campaign_id", allow_null=True)
    counted_people = serializers.IntegerField()
    named_people = serializers.IntegerField()
    status = serializers.CharField()


class NameOut(ReadSerializer):
    """A resident who was there and agreed to be named."""

    op_id = serializers.UUIDField()
    event = serializers.UUIDField(source="event_id")
    resident = serializers.UUIDField(source="resident_id")
    signed_in_at = serializers.DateTimeField()


class EventWithNamesOut(PromotionEventOut):
    """With those who were named, in the order of their coming."""

    names = NameOut(many=True)

    @staticmethod
    def get_names(row: PromotionEvent) -> list[Reach]:
        return names_at(row)


class NewestEventsFirst(CursorPages):
    ordering = "-pk"


class PromotionEvents(generics.ListAPIView):
    """List what the own station showed, the newest first; nobody is named."""

    requires = READ_EVENT
    serializer_class = PromotionEventOut
    pagination_class = NewestEventsFirst
    out_example = EVENT

    def get_queryset(self) -> QuerySet[PromotionEvent]:
        return events().open_to(signed_in(self.request), READ_EVENT)


class PromotionEventDetail(APIView):
    """One event with those who were named; each reading is recorded for each of them."""

    requires = READ_EVENT
    one_object = True
    serializer_class = EventWithNamesOut
    out_example = EVENT | {"named_people": 1, "names": [NAME]}

    @extend_schema(responses=EventWithNamesOut)
    def get(self, request: Request, pk: UUID) -> Response:
        user = signed_in(request)
        event = load_event_or_log(user, READ_EVENT, pk)
        log_reads(user=user, people=[each.resident for each in names_at(event)], what="health_event", at=now())
        return Response(EventWithNamesOut(event).data)


class RecordEventIn(serializers.Serializer):
    """An article that was shown to so many people; `id` is made by the device."""

    id = serializers.UUIDField()
    article = serializers.UUIDField()
    kind = serializers.ChoiceField(PromotionEvent.Kind.choices)
    counted_people = serializers.IntegerField(min_value=1, max_value=MOST_PEOPLE)
    on_date = serializers.DateField()
    photo = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="A photo that you have stored (`photos/`)."
    )


class RecordEvent(VerbView):
    """Record that people saw, heard or took an article. The same id again gives what was recorded first."""

    requires = RECORD_EVENT
    In, Out = RecordEventIn, PromotionEventOut
    success_status = 201
    refusals = refused_by(services.record_event, own_file)
    in_example: ClassVar[dict[str, Any]] = {
        name: EVENT[name] for name in ("id", "article", "kind", "counted_people", "on_date")
    }
    out_example = EVENT

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> PromotionEvent:
        station, photo = counter_of(user, RECORD_EVENT), data.pop("photo")
        # The service says whether it is shown: one that was edited since is still that of an event sent again.
        article = Article.objects.filter(pk=data.pop("article")).first()
        if article is None:
            raise services.ArticleNotShown(field="article")
        stored = own_file(pk=photo, by=user.pk, field="photo") if photo else None
        event_id = data.pop("id")
        return services.record_event(
            event_id=event_id, station=station, article=article, photo=stored, **data, by=user, at=at
        )


class _EventVerb(LogsRefusedReads, VerbView):
    """Verbs about one event; the attempt of somebody who is told 404 stands in the log of those who are named there."""

    one_object = True

    def event(self, user: User, pk: UUID) -> PromotionEvent:
        """The event that a post carrying the verb reaches."""
        return load_event(user, self.requires, pk)

    def handle_exception(self, exc: Exception) -> Response:
        """The refused transaction is over: these rows stand on their own."""
        if isinstance(exc, EventOutOfReach):
            log_refused_event(signed_in(self.request), exc)
        return super().handle_exception(exc)


class AddNameIn(serializers.Serializer):
    """Who was there: a card, the end of a phone number or a name in `typed`, or a person's id.

    `manner` says how the person agrees to be named; empty where they have agreed before.
    """

    op_id = serializers.UUIDField()
    typed = Line(max_length=80, required=False, default="")
    person = serializers.UUIDField(required=False, allow_null=True, default=None)
    manner = serializers.ChoiceField(MANNERS, required=False, allow_blank=True, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two."""
        if bool(attrs["typed"]) == bool(attrs["person"]):
            raise serializers.ValidationError({"typed": [_("Send either this or a person.")]})
        return super().validate(attrs)


class AddName(_EventVerb):
    """Name a resident who was there and agrees; one who was not counted is counted with it."""

    requires = SIGN_IN
    In, Out = AddNameIn, NameOut
    success_status = 201
    refusals = refused_by(services.sign_in_resident, services.resident_meant)
    in_example: ClassVar[dict[str, Any]] = {"op_id": NAME["op_id"], "typed": "8412", "manner": "signature"}
    out_example = NAME

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> Reach:
        event = self.event(user, pk)
        typed, person = data.pop("typed"), data.pop("person")
        if person is None:
            resident = services.resident_meant(typed=typed, by=user)
        else:
            people = Person.objects.living().select_related("home_station__county")
            resident = load_of_resident(people, user, "stations.read_person", resident="pk", pk=person)
        return services.sign_in_resident(event=event, resident=resident, **data, by=user, at=at)


class WithdrawEvent(_EventVerb):
    """Take back what was recorded by mistake; its names and its photo are deleted."""

    requires = "health.withdraw_promotion_event"
    In, Out = HealthReasonIn, PromotionEventOut
    refusals = refused_by(services.withdraw_event)
    in_example: ClassVar[dict[str, Any]] = {"reason": "记错了文章"}
    out_example = EVENT | {"status": "withdrawn"}

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PromotionEvent:
        return services.withdraw_event(event=self.event(user, pk), **data, by=user, at=at)


class PromotionCampaignOut(ReadSerializer):
    """A topic that a place shows, both days included."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    topic = serializers.CharField()
    division = serializers.CharField(source="division.code")
    from_date = serializers.DateField()
    to_date = serializers.DateField()
    goal_people = serializers.IntegerField()


class NewestCampaignsFirst(CursorPages):
    ordering = "-pk"


class PromotionCampaigns(generics.ListAPIView):
    """List health campaigns of places within reach; for a station, those that reach it."""

    requires = READ_CAMPAIGN
    serializer_class = PromotionCampaignOut
    pagination_class = NewestCampaignsFirst
    out_example = CAMPAIGN

    def get_queryset(self) -> QuerySet[PromotionCampaign]:
        return campaigns().open_to(signed_in(self.request), READ_CAMPAIGN)


class OpenPromotionCampaignIn(serializers.Serializer):
    """One topic in a county or township, named by its code, for some weeks."""

    name = Line(max_length=80)
    topic = serializers.ChoiceField(Topic.choices)
    division = Line(max_length=12)
    from_date = serializers.DateField()
    to_date = serializers.DateField()
    goal_people = serializers.IntegerField(min_value=1, max_value=10_000_000)


class OpenPromotionCampaign(VerbView):
    """Open a health campaign: its stations are asked to show the topic each month."""

    requires = OPEN_CAMPAIGN
    In, Out = OpenPromotionCampaignIn, PromotionCampaignOut
    success_status = 201
    refusals = refused_by(services.open_campaign)
    in_example: ClassVar[dict[str, Any]] = {name: value for name, value in CAMPAIGN.items() if name != "id"}
    out_example = CAMPAIGN

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str) -> PromotionCampaign:
        division = divisions_of(user).filter(code=data.pop("division")).first()
        if division is None:
            raise ValidationError({"division": [_("This is no place of yours.")]})
        return services.open_campaign(division=division, **data, by=user, at=at)


class ChangePromotionCampaignIn(serializers.Serializer):
    """The name, the last day and how many people to reach; an earlier day ends it."""

    name = Line(max_length=80)
    to_date = serializers.DateField()
    goal_people = serializers.IntegerField(min_value=1, max_value=10_000_000)


class ChangePromotionCampaign(VerbView):
    """Change a health campaign; topic, place and first day stay."""

    requires = OPEN_CAMPAIGN
    one_object = True
    In, Out = ChangePromotionCampaignIn, PromotionCampaignOut
    refusals = refused_by(services.change_campaign)
    in_example: ClassVar[dict[str, Any]] = {name: CAMPAIGN[name] for name in ("name", "to_date", "goal_people")}
    out_example = CAMPAIGN

    def act(self, *, user: User, data: dict[str, Any], at: dt.datetime, key: str, pk: UUID) -> PromotionCampaign:
        campaign = load(campaigns(), user, self.requires, pk=pk)
        return services.change_campaign(campaign=campaign, **data, by=user, at=at)


class VillageNumbersOut(ReadSerializer):
    """A station in twelve months; `reached` and `per_hundred` are null where they are too small to be told."""

    station = serializers.CharField(source="code")
    events = serializers.IntegerField()
    reached = serializers.IntegerField(allow_null=True)
    residents = serializers.IntegerField()
    per_hundred = serializers.IntegerField(allow_null=True)


class PromotionFiguresOut(serializers.Serializer):
    """All village stations within reach, the one that reached most people first."""

    results = VillageNumbersOut(many=True)


class PromotionFigures(APIView):
    """Show how many events each station recorded in twelve months, and how many people it reached; nobody is named."""

    requires = READ_FIGURES
    serializer_class = PromotionFiguresOut
    out_example: ClassVar[dict[str, Any]] = {
        "results": [{"station": "321324-0007", "events": 9, "reached": 184, "residents": 1260, "per_hundred": 15}]
    }

    @extend_schema(responses=PromotionFiguresOut)
    def get(self, request: Request) -> Response:
        rows: list[VillageNumbers] = villages(signed_in(request), timezone.localdate())
        return Response({"results": VillageNumbersOut(rows, many=True).data})
