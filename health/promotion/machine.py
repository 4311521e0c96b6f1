"""The states of an article and of what a station did, and the verbs that move them."""

from core.state_machines import Machine
from health.promotion.models import Article, PromotionEvent

_A, _E = Article.Status, PromotionEvent.Status

ARTICLE = Machine(
    name="health_article",
    states=_A,
    arrows={
        "edit_article": frozenset({_A.DRAFT, _A.PUBLISHED, _A.WITHDRAWN}),
        "publish_article": frozenset({_A.DRAFT, _A.PUBLISHED}),
        "withdraw_article": frozenset({_A.DRAFT, _A.PUBLISHED}),
    },
)
EVENT = Machine(
    name="health_event",
    states=_E,
    arrows={
        "sign_in_resident": frozenset({_E.RECORDED}),
        "withdraw_event": frozenset({_E.RECORDED}),
    },
)
