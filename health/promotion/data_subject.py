"""What health promotion holds of a person."""

from typing import Any

from health.promotion.models import Reach
from stations.people.models import Person


def health_events(person: Person) -> list[dict[str, Any]]:
    """Each event at which the person was named."""
    rows = Reach.objects.filter(resident=person).order_by("pk")
    return list(rows.values("event__local_date", "event__kind", "event__article__title_zh", "signed_in_at"))
