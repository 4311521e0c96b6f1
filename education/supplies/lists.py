"""The lists of school kits: campaigns, and hand-overs at the own station."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Now, TruncDate
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.web.list_filters import State
from core.web.lists import Empty, ListPage, Row
from education.supplies.display import (
    status_of_campaign,
    status_of_crate,
    status_of_entitlement,
    status_of_handover,
    status_of_settlement,
)
from education.supplies.models import (
    READ,
    READ_CRATE,
    READ_ENTITLEMENT,
    READ_HANDOVER,
    READ_SETTLEMENT,
    Campaign,
    Handover,
    KitCrate,
    KitEntitlement,
    KitSettlement,
)
from stations.lists import StationList
from stations.people.masking import mask_name
from stations.requests import signed_in

STATE = gettext_lazy("State")


class Campaigns(ListPage):
    """The campaigns of the county, the latest first."""

    name, grant = "supplies:campaigns", READ
    title = gettext_lazy("School kits")
    headings = {
        "name": gettext_lazy("Campaign"),
        "what": gettext_lazy("Donor"),
        "at": gettext_lazy("Last day"),
        "state": STATE,
    }
    order = ("-ends_date", "-pk")
    states = (
        State("running", gettext_lazy("running or to come"), Q(ends_date__gte=TruncDate(Now()))),
        State("over", gettext_lazy("over"), Q(ends_date__lt=TruncDate(Now()))),
    )
    empty = Empty(gettext_lazy("No campaign of school kits yet."), icon="basket")

    def rows(self, request: HttpRequest) -> QuerySet[Campaign]:
        """Those of the reader's county."""
        return Campaign.objects.open_to(signed_in(request), self.grant)

    def row(self, row: Campaign, known: None) -> Row:
        """Whose kits, and until when."""
        colour, words = status_of_campaign(row)
        return Row(
            name=row.name,
            href=reverse("supplies:campaign", args=[row.pk]),
            what=row.donor,
            at=row.ends_date,
            status=colour,
            words=words,
        )


class Handovers(StationList):
    """Whom the own station has handed kits to."""

    name, grant = "supplies:handovers", READ_HANDOVER
    title = gettext_lazy("School kits handed over")
    headings = {
        "name": gettext_lazy("Child"),
        "what": gettext_lazy("Label of the kit"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Kit handed over"),
        "state": STATE,
    }
    order = ("-at", "-pk")
    states = (
        State("standing", pgettext_lazy("kit", "handed over"), Q(returned_at=None)),
        State("returned", pgettext_lazy("kit", "returned"), Q(returned_at__isnull=False)),
    )
    empty = Empty(
        gettext_lazy("No kit was handed over here yet."),
        gettext_lazy("Find the child among the residents and press “School kit”."),
        "basket",
    )

    def rows(self, request: HttpRequest) -> QuerySet[Handover]:
        """Those of the reader's station."""
        return Handover.objects.open_to(request.user, self.grant).select_related("child", "kit", "station")

    def row(self, row: Handover, known: None) -> Row:
        """Who got which kit."""
        colour, words = status_of_handover(row)
        return Row(
            name=mask_name(row.child.full_name),
            href=reverse("supplies:handover", args=[row.pk]),
            what=row.kit.serial,
            where=row.station.name,
            at=timezone.localtime(row.at),
            status=colour,
            words=words,
        )


class Entitlements(StationList):
    """Whom the stations propose for kits; names are masked until one is opened."""

    name, grant = "supplies:entitlements", READ_ENTITLEMENT
    title = gettext_lazy("Children for school kits")
    headings = {
        "name": gettext_lazy("Child"),
        "what": gettext_lazy("Campaign"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Proposed at"),
        "state": STATE,
    }
    order = ("-proposed_at", "-pk")
    state = "waiting"
    states = (
        State(
            *("waiting", gettext_lazy("to decide"), Q(status__in=KitEntitlement.WAITING)), order=("proposed_at", "pk")
        ),
        State("held", gettext_lazy("may be a second one"), Q(status="held"), order=("proposed_at", "pk")),
        State("contested", gettext_lazy("handed over twice"), Q(is_contested=True)),
        State("approved", pgettext_lazy("entitlement", "approved"), Q(status="approved")),
        State("handed", pgettext_lazy("kit", "handed over"), Q(status="handed_over")),
        State("ended", gettext_lazy("ended"), Q(status__in=["refused", "cancelled", "expired", "returned"])),
    )
    empty = Empty(
        gettext_lazy("No child waits for a kit."),
        gettext_lazy("Stations propose children on their page, under “School kit”."),
        "basket",
    )

    def rows(self, request: HttpRequest) -> QuerySet[KitEntitlement]:
        """Those within reach."""
        reached = KitEntitlement.objects.open_to(signed_in(request), self.grant)
        return reached.select_related("child", "campaign", "station")

    def row(self, row: KitEntitlement, known: None) -> Row:
        """Who is proposed, where."""
        colour, words = status_of_entitlement(row)
        return Row(
            name=mask_name(row.child.full_name),
            href=reverse("supplies:entitlement", args=[row.pk]),
            what=row.campaign.name,
            where=row.station.name,
            at=row.proposed_at,
            status=colour,
            words=words,
        )


class Crates(StationList):
    """Crates of kits that go back to the county."""

    name, grant = "supplies:crates", READ_CRATE
    title = gettext_lazy("School kits on the way back")
    headings = {
        "name": gettext_lazy("Campaign"),
        "what": gettext_lazy("Kits"),
        "where": gettext_lazy("Station"),
        "at": gettext_lazy("Crate sent at"),
        "state": STATE,
    }
    order = ("-sent_at", "-pk")
    state = "sent"
    states = (
        State("sent", pgettext_lazy("crate", "on the way"), Q(status="sent"), order=("sent_at", "pk")),
        State("counted", pgettext_lazy("crate", "counted"), Q(status="counted")),
    )
    empty = Empty(
        gettext_lazy("No crate is on its way back."),
        gettext_lazy("Stations send back on the page of the campaign kits that were not handed over."),
        "basket",
    )

    def rows(self, request: HttpRequest) -> QuerySet[KitCrate]:
        """Those within reach."""
        reached = KitCrate.objects.open_to(signed_in(request), self.grant)
        return reached.select_related("campaign", "station")

    def row(self, row: KitCrate, known: None) -> Row:
        """How many kits, from where."""
        colour, words = status_of_crate(row)
        return Row(
            name=row.campaign.name,
            href=reverse("supplies:crate", args=[row.pk]),
            what=str(row.packed),
            where=row.station.name,
            at=row.sent_at,
            status=colour,
            words=words,
        )


class Settlements(ListPage):
    """Lost kits of the county of which somebody says what became."""

    name, grant = "supplies:settlements", READ_SETTLEMENT
    title = gettext_lazy("Lost school kits")
    headings = {
        "name": gettext_lazy("School kit"),
        "what": gettext_lazy("What became of it"),
        "where": gettext_lazy("Campaign"),
        "at": gettext_lazy("Proposed"),
        "state": STATE,
    }
    order = ("-proposed_at", "-pk")
    state = "waiting"
    states = (
        State("waiting", gettext_lazy("to decide"), Q(status="proposed"), order=("proposed_at", "pk")),
        State("decided", gettext_lazy("decided"), Q(status__in=["confirmed", "refused"])),
    )
    empty = Empty(
        gettext_lazy("Nothing was said of a lost kit."),
        gettext_lazy("What became of one is said on the page of its campaign."),
        "basket",
    )

    def rows(self, request: HttpRequest) -> QuerySet[KitSettlement]:
        """Those of the reader's county."""
        return KitSettlement.objects.open_to(signed_in(request), self.grant).select_related("kit__campaign")

    def row(self, row: KitSettlement, known: None) -> Row:
        """Which kit, and what became of it."""
        colour, words = status_of_settlement(row)
        return Row(
            name=row.kit.serial,
            href=reverse("supplies:settlement", args=[row.pk]),
            what=row.get_outcome_display(),
            where=row.kit.campaign.name,
            at=row.proposed_at,
            status=colour,
            words=words,
        )


CAMPAIGNS, HANDOVERS, ENTITLEMENTS, CRATES = Campaigns(), Handovers(), Entitlements(), Crates()
SETTLEMENTS = Settlements()
