"""Insurance: who is insured, enrolments in each state, and funds."""

from finance.models import (
    Appeal,
    Claim,
    EnrolmentBatch,
    Fund,
    IndexFile,
    IndexPayout,
    IndexSource,
    IndexWindow,
    Policy,
    PremiumStatement,
)
from tests.browser.every_page.page import Pages, Story, one, plain


class Insurance(Story):
    """What there is of insurance at the story's station and in its county."""

    def policies(self) -> list[Policy]:
        """One policy of each state."""
        rows = Policy.objects.filter(station=self.station)
        return list(rows.order_by("status", "-pk").distinct("status"))

    def claims(self) -> list[Claim]:
        """One claim of each state and review."""
        rows = Claim.objects.filter(station=self.station)
        return list(rows.order_by("status", "review", "-pk").distinct("status", "review"))

    def appeals(self) -> list[Appeal]:
        """One appeal of each state."""
        return list(Appeal.objects.order_by("status", "-pk").distinct("status"))

    def enrolments(self) -> list[EnrolmentBatch]:
        """One enrolment of each state."""
        return list(EnrolmentBatch.objects.order_by("status", "-pk").distinct("status"))

    def premium_statements(self) -> list[PremiumStatement]:
        """One statement of premiums of each state."""
        return list(PremiumStatement.objects.order_by("status", "-pk").distinct("status"))

    def index_files(self) -> list[IndexFile]:
        """One file of readings of each state."""
        return list(IndexFile.objects.order_by("status", "-pk").distinct("status"))

    def index_payouts(self) -> list[IndexPayout]:
        """One payout of each state."""
        rows = IndexPayout.objects.filter(policy__station=self.station)
        return list(rows.order_by("status", "-pk").distinct("status"))

    def index_windows(self) -> list[IndexWindow]:
        """One window of each state."""
        return list(IndexWindow.objects.order_by("status", "-pk").distinct("status"))


PAGES: Pages = {
    "insurance:claims": lambda house: [
        one("partner", "insurance:claims"),
        one("claims", "insurance:claims"),
        one("finance", "insurance:claims"),
    ],
    "insurance:new_claim": lambda house: [
        one("partner", "insurance:new_claim"),
        *(
            one("partner", "insurance:new_claim", query=query)
            for policy in house.policies()
            if policy.status == "active"
            for query in (
                f"?person={policy.person_id}",
                *(
                    f"?person={policy.person_id}&policy={policy.pk}&benefit={benefit.pk}"
                    for benefit in policy.version.benefits.all()
                ),
            )
        ),
    ],
    "insurance:claim": lambda house: [
        one(user, "insurance:claim", each.pk)
        for each in house.claims()
        for user in ("partner", "claims2", "finance", "manager")
    ],
    "insurance:appeals": plain("claims", "insurance:appeals"),
    "insurance:appeal": lambda house: [
        one(user, "insurance:appeal", each.pk) for each in house.appeals() for user in ("partner", "claims", "claims3")
    ],
    "insurance:policies": lambda house: [one("partner", "insurance:policies"), one("claims", "insurance:policies")],
    "insurance:policy": lambda house: [
        *(one("partner", "insurance:policy", each.pk) for each in house.policies()),
        *(one("manager", "insurance:policy", each.pk) for each in house.policies()),
    ],
    "insurance:enrolments": lambda house: [
        one("manager", "insurance:enrolments"),
        one("finance", "insurance:enrolments"),
    ],
    "insurance:enrol": plain("manager", "insurance:enrol"),
    "insurance:enrol_person": lambda house: [
        one("manager", "insurance:enrol_person"),
        one("manager", "insurance:enrol_person", query=f"?person={house.payer.pk}"),
    ],
    "insurance:enrolment": lambda house: [
        one(user, "insurance:enrolment", each.pk) for each in house.enrolments() for user in ("manager", "finance")
    ],
    "register:register": plain("", "register:register"),
    "insurance:premium_statements": plain("finance", "insurance:premium_statements"),
    "insurance:draw_premiums": plain("finance", "insurance:draw_premiums"),
    "insurance:premium_statement": lambda house: [
        one(user, "insurance:premium_statement", each.pk)
        for each in house.premium_statements()
        for user in ("finance", "auditor")
    ],
    "insurance:index_windows": plain("finance", "insurance:index_windows"),
    "insurance:propose_window": plain("finance", "insurance:propose_window"),
    "insurance:index_window": lambda house: [
        one("finance", "insurance:index_window", each.pk) for each in house.index_windows()
    ],
    "insurance:index_payouts": plain("partner", "insurance:index_payouts"),
    "insurance:index_payout": lambda house: [
        one(user, "insurance:index_payout", each.pk)
        for each in house.index_payouts()
        for user in ("partner", "manager")
    ],
    "insurance:index_sources": plain("claims", "insurance:index_sources"),
    "insurance:index_source": lambda house: [
        one("finance", "insurance:index_source", each.pk) for each in IndexSource.objects.all()
    ],
    "insurance:index_files": plain("finance", "insurance:index_files"),
    "insurance:load_file": plain("finance", "insurance:load_file"),
    "insurance:index_file": lambda house: [
        one("finance", "insurance:index_file", each.pk) for each in house.index_files()
    ],
    "insurance:funds": plain("partner", "insurance:funds"),
    "insurance:fund": lambda house: [
        *(one("partner", "insurance:fund", fund.pk) for fund in Fund.objects.all()),
        *(one("finance", "insurance:fund", fund.pk) for fund in Fund.objects.all()),
    ],
}
NOT_PAGES = {"register:payouts-file"}
