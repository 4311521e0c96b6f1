"""The states of a content package, and the verbs that move them."""

from core.state_machines import Machine
from education.packages.models import ContentPackage

_S = ContentPackage.Status

PACKAGE = Machine(
    name="content package",
    states=_S,
    arrows={
        "offer_package": frozenset({_S.DRAFT, _S.CLOSED}),
        "approve_package": frozenset({_S.IN_REVIEW}),
        "return_package": frozenset({_S.IN_REVIEW}),
        "close_package": frozenset({_S.DRAFT, _S.IN_REVIEW, _S.OFFERED}),
        "block_package": frozenset({_S.OFFERED}),
        "unblock_package": frozenset({_S.BLOCKED}),
        "play_package": frozenset({_S.OFFERED}),
    },
)
