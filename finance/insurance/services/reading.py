"""Who reads a claim reads of somebody's illness: every look leaves a row."""

import datetime as dt
from collections.abc import Iterable

from finance.insurance.models import Claim
from stations.accounts.models import User
from stations.people.models import Person
from stations.people.queries import post_opening
from stations.people.services import log_reads

READ = "finance.read_claim"


def log_claim_read(*, claim: Claim, user: User, at: dt.datetime, beside: Iterable[Person] = ()) -> None:
    """This person's claim was opened, and with it papers of the claims of others (`beside`)."""
    people = {person.pk: person for person in (claim.person, *beside)}
    post = post_opening(user, READ, claim.station)
    log_reads(user=user, people=people.values(), what="claim", at=at, post=post)
