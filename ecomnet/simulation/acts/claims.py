"""Insurance claims: filed at the counter with photos, by families whose cover runs; some are withdrawn."""

from io import BytesIO
from random import Random
from typing import Any

from django.utils.timezone import now
from PIL import Image

from core.days import day_in
from ecomnet.simulation.acts.act import Act
from ecomnet.simulation.acts.consents import agree
from ecomnet.simulation.acts.looks import look_around
from ecomnet.simulation.acts.presses import twice
from ecomnet.simulation.cast import Villager
from ecomnet.simulation.counter import CounterOfDay
from ecomnet.simulation.diary import CANCELLED, Case
from ecomnet.simulation.plan import Arrival

CLAIM = "claim"
PURPOSE = "insurance_data"
#: What happened, and the papers that prove it (of the preset "Poverty Reduction 100").
PERIL, GRADE = "natural_disaster", "slight"
PAPERS = ("damage_photo", "damage_photo", "damage_photo", "village_certificate")
WITHDRAWN_OF = 4
GRAIN, PHOTO = (9, 8), (180, 160)


def file_claim(counter: CounterOfDay, arrival: Arrival) -> None:
    """A hailstorm: whoever is insured files a claim; whoever is not looks around."""
    cover = counter.partner.get("look at cover", "policies/").body.get("results", [])
    policies = {row["person"]: row["id"] for row in cover if row["status"] == "active"}
    insured = [each for each in counter.stage.villagers if str(each.id) in policies]
    if not insured:
        look_around(counter, arrival)
        return
    villager = arrival.dice().choice(insured)
    policy = policies[str(villager.id)]
    body = _body(counter, villager, policy)
    started = twice(counter, "start a claim", "claims/", body, key=counter.key(arrival, "claim"))
    if started.code:
        return
    case = counter.diary.open_case(Case(CLAIM, started["id"], villager))
    for number, kind in enumerate(PAPERS):
        _prove(counter, arrival, case, kind, number)
    if arrival.luck % WITHDRAWN_OF == 0 or not _enter(counter, arrival, case):
        _withdraw(counter, arrival, case)


ACTS = (Act("file an insurance claim", 6, file_claim),)


def _body(counter: CounterOfDay, villager: Villager, policy: str) -> dict[str, Any]:
    return {
        "policy": policy,
        "peril": PERIL,
        "grade": GRADE,
        "event_date": day_in(counter.land.zone.key, now()).isoformat(),
        "payee": str(villager.id),
        "bank_code": "ABC",
        "account_no": f"622848{villager.id.int % 10**13:013}",
        "holder_name": villager.name,
    }


def _prove(counter: CounterOfDay, arrival: Arrival, case: Case, kind: str, number: int) -> None:
    photo = picture(f"{arrival.luck}-{case.id}-{number}")
    stored = counter.partner.send_photo("store a photo", photo, key=counter.key(arrival, f"photo-{number}"))
    if stored.code:
        return
    body = {"kind": kind, "file": stored["id"]}
    key = counter.key(arrival, f"paper-{number}")
    counter.partner.post("add a paper", f"claims/{case.id}/evidence/", body, key=key)


def picture(seed: str) -> bytes:
    """A picture like no other."""
    width, height = GRAIN
    grey = Image.frombytes("L", GRAIN, Random(seed).randbytes(width * height))  # noqa: S311 - a picture, not a secret
    drawn = BytesIO()
    grey.resize(PHOTO, Image.Resampling.NEAREST).save(drawn, "JPEG")
    return drawn.getvalue()


def _enter(counter: CounterOfDay, arrival: Arrival, case: Case) -> bool:
    """File it; who has not agreed that insurance data are looked at does that first."""
    path = f"claims/{case.id}/enter/"
    entered = twice(counter, "file a claim", path, {}, key=counter.key(arrival, "enter"))
    if entered.code == "insurance_consent_missing" and agree(counter, arrival, case.villager, PURPOSE):
        entered = twice(counter, "file a claim", path, {}, key=counter.key(arrival, "enter-agreed"))
    return not entered.code


def _withdraw(counter: CounterOfDay, arrival: Arrival, case: Case) -> None:
    key = counter.key(arrival, "withdraw")
    ended = twice(counter, "withdraw a claim", f"claims/{case.id}/withdraw/", {}, key=key)
    if ended.code:
        counter.diary.note_trouble(f"{case.id}: a claim is not withdrawn: {ended.body}")
        return
    case.end = CANCELLED
