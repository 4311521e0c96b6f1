"""The answer of this floor to the door of the house (`core.access`): which posts carry which verb."""

from typing import Any

from stations.scope import posts_granting


def holds(user: Any, verb: str) -> bool:
    """Whether a post of this person carries the verb, wherever it reaches."""
    return bool(posts_granting(user, verb))
