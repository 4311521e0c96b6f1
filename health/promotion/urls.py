"""Pages of health promotion."""

from django.urls import path

from health.promotion.lists import ARTICLES, CAMPAIGNS, EVENTS
from health.promotion.views import articles, campaigns, events

app_name = "promotion"
urlpatterns = [
    path("articles/", ARTICLES.view(), name="articles"),
    path("articles/new/", articles.new, name="new-article"),
    *articles.ARTICLE_PAGE.paths("articles/<uuid:pk>/"),
    path("promotion-events/", EVENTS.view(), name="events"),
    *events.EVENT_PAGE.paths("promotion-events/<uuid:pk>/"),
    path("promotion-campaigns/", CAMPAIGNS.view(), name="campaigns"),
    path("promotion-campaigns/new/", campaigns.new, name="new-campaign"),
    *campaigns.CAMPAIGN_PAGE.paths("promotion-campaigns/<uuid:pk>/"),
    path("promotion-figures/", campaigns.figures, name="figures"),
    path("promotion-figures/file/", campaigns.figures_file, name="figures-file"),
]
