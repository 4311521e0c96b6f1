"""What a county is told when one of its divisions was split: people have to choose which part is theirs."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from core.notices.services import notify
from stations.accounts.models import Post, Role


def tell_county(*, successions: Sequence[Any], at: dt.datetime) -> None:
    """The managers above the division, once for each split."""
    old = successions[0].old
    above = [int(part) for part in old.path.rstrip("/").split("/")]
    managers = Post.objects.live(at).filter(role=Role.COUNTY_MANAGER, division__in=above).select_related("user")
    for post in managers:
        notify(
            template="division_split",
            params={"division": old.short_name, "count": len(successions)},
            language=post.user.language,
            user=post.user_id,
            dedupe_key=f"division-split:{old.pk}:{post.user_id}",
            at=at,
        )
