"""Who may look at photos of health events: the people of the station that took them."""

from core.files.models import StoredFile
from health.promotion.models import PromotionEvent
from health.promotion.models.events import READ_EVENT
from stations.accounts.models import User


def may_see(user: User, file: StoredFile) -> bool:
    """People may be seen on it: the station's own, and nobody beyond it."""
    return PromotionEvent.objects.open_to(user, READ_EVENT).filter(photo=file).exists()
