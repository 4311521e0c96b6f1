"""Who reads a claim reads of somebody's illness: every look leaves a row."""

import datetime as dt

from finance.insurance.models import Claim
from stations.accounts.models import User
from stations.people.queries import post_opening
from stations.people.services import log_read

READ = "finance.read_claim"


def log_claim_read(*, claim: Claim, user: User, at: dt.datetime) -> None:
    """This person's claim was opened."""
    log_read(user=user, person=claim.person, what="claim", at=at, post=post_opening(user, READ, claim.station))
