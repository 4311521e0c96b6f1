"""Campaigns of a county, and health promotion in numbers: charts, tables and a file, and nobody's name."""

import csv
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from core.access import requires
from core.csv_cells import harmless
from core.web.page_actions import ObjectPage, PageAction, form_page, page_of
from core.web.tables import Column, Table
from health.promotion import services
from health.promotion.display import campaign_words, number_words
from health.promotion.figures import (
    MONTHS,
    VillageNumbers,
    answers,
    campaign_by_month,
    events_by_month,
    progress_of,
    reached_in_all,
    villages,
)
from health.promotion.forms import CampaignForm, ChangeCampaignForm
from health.promotion.models import Article, PromotionCampaign
from health.promotion.models.articles import READ_ARTICLE
from health.promotion.models.events import OPEN_CAMPAIGN, READ_CAMPAIGN
from health.promotion.models.questions import READ_FIGURES
from health.promotion.queries import campaigns, divisions_of
from stations.requests import SignedInRequest


@requires(OPEN_CAMPAIGN)
def new(request: SignedInRequest) -> HttpResponse:
    """The county chooses a topic, a place and the days."""
    return form_page(
        request,
        operation=OPEN_CAMPAIGN,
        form=CampaignForm(request.POST or None, divisions=divisions_of(request.user)),
        service=services.open_campaign,
        then=page_of("promotion:campaign"),
        template="health/promotion/new_campaign.html",
        done=gettext_lazy("The campaign is open. Its stations are asked to show the topic each month."),
    )


def _context(request: SignedInRequest, found: PromotionCampaign) -> dict[str, Any]:
    today = timezone.localdate()
    shown = Article.objects.open_to(request.user, READ_ARTICLE).shown_on(today)
    return {
        "campaign": found,
        "words": campaign_words(found),
        "progress": progress_of(found),
        "chart": campaign_by_month(found, today),
        "articles": shown.filter(topic=found.topic).of_country(found.division.country).order_by("pk"),
    }


def _as_it_is(_request: SignedInRequest, found: PromotionCampaign) -> dict[str, Any]:
    return {"initial": {"name": found.name, "to_date": found.to_date, "goal_people": found.goal_people}}


CAMPAIGN_PAGE = ObjectPage(
    name="promotion:campaign",
    template="health/promotion/campaign.html",
    grant=READ_CAMPAIGN,
    noun="campaign",
    rows=campaigns,
    context=_context,
    actions={
        "change": PageAction(
            grant=OPEN_CAMPAIGN,
            service=services.change_campaign,
            form=ChangeCampaignForm,
            form_kwargs=_as_it_is,
            title=gettext_lazy("Change or end the campaign"),
            button=gettext_lazy("Store the change"),
            doing=gettext_lazy("Recording…"),
            kind="danger",
        ),
    },
)


def _village_cells(row: VillageNumbers) -> list[str]:
    return [row.name, f"{row.events:,}", number_words(row.reached), f"{row.residents:,}", number_words(row.per_hundred)]


def _headings() -> list[str]:
    return [_("Station"), _("Events"), _("People reached"), _("Residents"), _("Reached for each 100 residents")]


@require_GET
@requires(READ_FIGURES)
def figures(request: SignedInRequest) -> HttpResponse:
    """Events of the last twelve months within reach, and what people knew."""
    today = timezone.localdate()
    rows = villages(request.user, today)
    first, *numbers = _headings()
    page = {
        "chart": events_by_month(request.user, today),
        "events": sum(row.events for row in rows),
        "reached": number_words(reached_in_all(request.user, today)),
        "table": Table(
            caption=_("Villages"),
            columns=[Column(first), *(Column(name, number=True) for name in numbers)],
            rows=[_village_cells(row) for row in rows],
            note=_("People are counted at each event: who came twice counts twice. A dash: too few to be told."),
            empty=_("There are no village stations here."),
        ),
        "answers": Table(
            caption=_("What people knew"),
            columns=[
                Column(_("Question")),
                Column(_("Answers"), number=True),
                Column(_("Right answers"), number=True),
            ],
            rows=[
                [row.question, number_words(row.answers), number_words(row.right)]
                for row in answers(request.user, today)
            ],
            empty=_("No question was answered in the last %(months)s months.") % {"months": MONTHS},
        ),
    }
    return render(request, "health/promotion/figures.html", page)


@require_GET
@requires(READ_FIGURES)
def figures_file(request: SignedInRequest) -> HttpResponse:
    """The table of villages, as a table program opens it."""
    today = timezone.localdate()
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="health-promotion-{today.isoformat()}.csv"'
    response["Cache-Control"] = "no-store"
    response.write("\ufeff")
    lines = csv.writer(response)
    lines.writerow([_("Code"), *_headings()])
    for row in villages(request.user, today):
        lines.writerow([harmless(cell) for cell in (row.code, *_village_cells(row))])
    return response
