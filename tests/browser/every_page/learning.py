"""Learning: children's files, concerns, checks of adults."""

from education.models import ChildFile, Concern, Vetting
from stations.models import Person
from tests.browser.every_page.page import Pages, Story, one


class Learning(Story):
    """Children, concerns and checked adults of the story's station."""

    def child(self) -> Person:
        return ChildFile.objects.filter(child__home_station=self.station).order_by("pk")[0].child

    def concern(self, status: str) -> Concern:
        return Concern.objects.filter(station=self.station, status=status)[0]

    def vetting(self, status: str) -> Vetting:
        return Vetting.objects.filter(person__home_station=self.station, status=status)[0]


PAGES: Pages = {
    "safeguarding:children": lambda house: [
        one("partner", "safeguarding:children"),
        one("manager", "safeguarding:children"),
    ],
    "safeguarding:child": lambda house: [
        one("partner", "safeguarding:child", house.child().pk),
        one("manager", "safeguarding:child", house.child().pk),
        one("partner", "safeguarding:child", house.payer.pk),
    ],
    "safeguarding:report": lambda house: [one("partner", "safeguarding:report", house.child().pk)],
    "safeguarding:reported": lambda house: [one("partner", "safeguarding:reported")],
    "safeguarding:concerns": lambda house: [one("manager", "safeguarding:concerns")],
    "safeguarding:concern": lambda house: [
        one("manager", "safeguarding:concern", house.concern(status).pk) for status in ("open", "acknowledged")
    ],
    "safeguarding:vettings": lambda house: [one("clerk", "safeguarding:vettings")],
    "safeguarding:new-vetting": lambda house: [
        one("clerk", "safeguarding:new-vetting"),
        one("clerk", "safeguarding:new-vetting", query=f"?person={house.payer.pk}"),
    ],
    "safeguarding:vetting": lambda house: [
        one("manager", "safeguarding:vetting", house.vetting(status).pk) for status in ("draft", "valid")
    ],
}
NOT_PAGES: set[str] = set()
