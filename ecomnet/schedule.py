"""Periodic work: job kind -> how often. The beat inserts one job per tick; the dedupe key makes two beats one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Every:
    """A tick of `seconds`; the job's dedupe key is `<kind>:<tick number>`."""

    seconds: int


SCHEDULE: dict[str, Every] = {
    "gateways.plan_files": Every(600),
    "gateways.forget_old": Every(3600),
}
