"""The home of each role: which figures and which trend of the slices it shows. What waits is everything that may."""

from dataclasses import dataclass

#: The figure that counts what waits for the reader; it is made of the needs and asks nothing of its own.
WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Home:
    """Four figures by their names, one trend, and perhaps the worst rows of a list."""

    figures: tuple[str, str, str, str]
    trend: str
    board: str = ""


#: Role -> home, for those who work at no counter; a counter has its own (`ecomnet.home`).
HOMES: dict[str, Home] = {
    "county_clerk": Home(("tills.road", "floats.low", "parcels.waiting", "runs.today"), "tills.weeks", "floats.short"),
    "county_manager": Home(
        ("network.open", "hotlines.silent", "tills.differences", "scores.median"), "scores.services", "scores.weakest"
    ),
    "finance_officer": Home(
        ("payments.today", "payments.undecided", "recon.differences", "payouts.due"), "payments.volume"
    ),
    "credit_officer": Home(("loans.waiting", "loans.running", "loans.at_risk", WAITING), "loans.repaid"),
    "claims_assessor": Home(
        ("insurance.claims", "insurance.overdue", "insurance.insured", WAITING), "insurance.by_month"
    ),
    "nurse": Home(("appointments.today", "chronic.overdue", "chronic.due", WAITING), "appointments.days"),
    "teacher": Home(("courses.today", "courses.learners", "courses.in_review", "courses.checked"), "courses.held"),
    "doctor": Home(("appointments.today", "cases.waiting", "checkups.open", WAITING), "appointments.days"),
    "pharmacist": Home(
        ("prescriptions.waiting", "prescriptions.ready", "prescriptions.today", WAITING), "prescriptions.days"
    ),
    "auditor": Home(("ledger.findings", "ledger.last_run", "settlement.closed", "people.reads"), "ledger.by_month"),
    "platform_admin": Home(("jobs.stopped", "jobs.late", "gateways.working", "notices.failed"), "jobs.by_day"),
}
#: The trend of a counter.
COUNTER_TREND = "fees.earned"
