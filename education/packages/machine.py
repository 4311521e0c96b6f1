"""The states of a content package, and the verbs that move them."""

from core.state_machines import Machine
from education.packages.models import ContentPackage

_S = ContentPackage.Status

PACKAGE = Machine(
    name="content package",
    states=_S,
    arrows={
        "offer_package": frozenset({_S.DRAFT, _S.CLOSED}),
        "close_package": frozenset({_S.DRAFT, _S.OFFERED}),
        "play_package": frozenset({_S.OFFERED}),
    },
)
