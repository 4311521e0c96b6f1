"""API endpoints of health promotion."""

from django.urls import path

from health.promotion.api import articles, events

urlpatterns = [
    path("health-articles/", articles.HealthArticles.as_view(), name="api-health-articles"),
    path("health-articles/draft/", articles.DraftHealthArticle.as_view(), name="api-draft-health-article"),
    path("health-articles/<uuid:pk>/edit/", articles.EditHealthArticle.as_view(), name="api-edit-health-article"),
    path(
        "health-articles/<uuid:pk>/publish/", articles.PublishHealthArticle.as_view(), name="api-publish-health-article"
    ),
    path(
        "health-articles/<uuid:pk>/withdraw/",
        articles.WithdrawHealthArticle.as_view(),
        name="api-withdraw-health-article",
    ),
    path("health-articles/<uuid:pk>/answer/", articles.AnswerQuestion.as_view(), name="api-answer-question"),
    path("promotion-events/", events.PromotionEvents.as_view(), name="api-promotion-events"),
    path("promotion-events/record/", events.RecordEvent.as_view(), name="api-record-promotion-event"),
    path("promotion-events/<uuid:pk>/", events.PromotionEventDetail.as_view(), name="api-promotion-event"),
    path("promotion-events/<uuid:pk>/add-name/", events.AddName.as_view(), name="api-add-name"),
    path("promotion-events/<uuid:pk>/withdraw/", events.WithdrawEvent.as_view(), name="api-withdraw-promotion-event"),
    path("promotion-campaigns/", events.PromotionCampaigns.as_view(), name="api-promotion-campaigns"),
    path("promotion-campaigns/open/", events.OpenPromotionCampaign.as_view(), name="api-open-promotion-campaign"),
    path(
        "promotion-campaigns/<uuid:pk>/change/",
        events.ChangePromotionCampaign.as_view(),
        name="api-change-promotion-campaign",
    ),
    path("promotion-figures/", events.PromotionFigures.as_view(), name="api-promotion-figures"),
]
