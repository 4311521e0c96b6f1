"""Who reads what belongs to no station."""

from typing import Any, Self

from django.db import models

from stations.scope import posts_granting


class NetworkQuerySet(models.QuerySet):
    """Our bank accounts and the companies' files belong to no station: a post of the network or none."""

    read_verb = ""

    def open_to(self, user: Any, verb: str) -> Self:
        """All rows for a network post that carries the verb; nothing for anybody else."""
        return self.all() if any(post.reach == "network" for post in posts_granting(user, verb)) else self.none()
