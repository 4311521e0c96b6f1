"""Articles are read; their texts change on their pages alone. Who was at an event has no table here."""

from django.contrib import admin
from django.db.models import QuerySet

from core.access import may_everywhere
from core.administration import ReadAdmin
from health.promotion.models import Article, PromotionCampaign
from health.promotion.models.articles import READ_ARTICLE
from health.promotion.models.events import READ_CAMPAIGN
from stations.accounts.models import User


@admin.register(Article)
class ArticleAdmin(ReadAdmin):
    read_verb = READ_ARTICLE
    list_display = ("code", "title_zh", "title", "topic", "clinic", "status", "review_until_date")
    list_filter = ("topic", "status")
    list_select_related = ("clinic",)
    search_fields = ("=code", "title_zh", "title")
    ordering = ("topic", "code")

    def reached(self, rows: QuerySet[Article], user: User, verb: str) -> QuerySet[Article]:
        """All of them for posts of the network; everybody else reads the list, where drafts stay with their clinic."""
        return rows if may_everywhere(user, verb) else rows.none()


@admin.register(PromotionCampaign)
class PromotionCampaignAdmin(ReadAdmin):
    read_verb = READ_CAMPAIGN
    list_display = ("name", "topic", "division", "from_date", "to_date", "goal_people")
    list_filter = ("topic",)
    list_select_related = ("division",)
    ordering = ("-from_date", "-pk")
