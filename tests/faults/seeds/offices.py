"""Who works behind the counters of a seed, and what is left on their desks in the evening."""

from collections.abc import Sequence
from dataclasses import dataclass

from ecomnet.simulation.acts.claims import CLAIM
from ecomnet.simulation.claims import await_claim_payments, decide_claims
from ecomnet.simulation.client import Client
from ecomnet.simulation.counter import CounterOfDay
from finance.models import Claim


@dataclass(frozen=True, slots=True)
class Offices:
    """Two officers of finance, the county's clerk, two assessors of the insurer, two officers of the lender."""

    officers: tuple[Client, Client]
    clerk: Client
    assessors: tuple[Client, Client]
    lenders: tuple[Client, Client]

    def decide(self, counters: Sequence[CounterOfDay]) -> None:
        """The claims of the day are assessed, approved and sent to the bank."""
        decide_claims(counters[0], assessors=self.assessors, officer=self.officers[0])

    def see_claims_paid(self, edition: str) -> None:
        """The bank has said everything: what it refused or sent back is sent once more, and paid."""
        officer = self.officers[0]
        for case in officer.diary.cases:
            if case.trade != CLAIM or case.end:
                continue
            status = officer.get("look at a claim", f"claims/{case.id}/").body.get("status")
            if status == Claim.Status.VALUATED:
                officer.post("pay a claim", f"claims/{case.id}/pay/", key=f"{edition}.{case.id}.pay-again")
        await_claim_payments(officer=officer)
