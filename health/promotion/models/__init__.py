"""Articles, the question at their end, campaigns, and what stations did with whom."""

from health.promotion.models.articles import Article, ArticleReading, Topic
from health.promotion.models.events import PromotionCampaign, PromotionEvent, Reach
from health.promotion.models.questions import AnswerCount, Question
