"""What a company does amiss, and how often."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """A behaviour of the sandbox (`docs/providers.md`), granted to one call."""

    do: str
    seconds: float = 0
    code: str | None = None

    def wish(self, **match: str) -> dict[str, Any]:
        """The wish for the next call that fits."""
        return {"match": match, "do": self.do, "seconds": self.seconds, "code": self.code, "times": 1}

    @property
    def title(self) -> str:
        """A name for the table of the day."""
        return f"{self.do} ({self.code})" if self.code else self.do


#: In hundredths of all payments.
FAULTS: dict[Fault, float] = {
    Fault("lose_answer"): 5,
    Fault("lose_request"): 2,
    Fault("error_500"): 1,
    Fault("error_500", code="executed"): 1,
    Fault("slow", seconds=5): 1,
    Fault("bad_signature"): 1,
    Fault("decline", code="operator_rejected"): 5,
    Fault("decline", code="account_invalid"): 1,
    Fault("pending", seconds=3): 4,
    Fault("pending", seconds=2, code="operator_rejected"): 1,
    Fault("duplicate_callback"): 5,
    Fault("late_callback", seconds=8): 3,
    Fault("no_callback"): 3,
    Fault("contradict", seconds=3): 2,
    Fault("reverse_later", seconds=4): 2,
    Fault("omit_from_file"): 1,
}
#: Those after which nobody knows what happened.
SILENT = frozenset({"lose_answer", "lose_request", "error_500", "slow", "bad_signature"})
