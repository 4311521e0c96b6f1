"""The verbs of check-ups."""

from health.checkups.services.arriving import record_arrival, release_no_shows, revoke_order, revoke_orders_of
from health.checkups.services.campaigns import (
    BudgetTooSmall,
    CampaignPeriodWrong,
    DayOutsideCampaign,
    DayOver,
    DayToCome,
    DayTooShort,
    PackageNotApproved,
    open_campaign,
    open_checkup_day,
)
from health.checkups.services.files import FileFaulty, Recorded, record_result_file
from health.checkups.services.finishing import ItemsMissing, NothingExamined, finish_order
from health.checkups.services.moving import DayBegun, move_checkup_day
from health.checkups.services.packages import (
    FirstRevision,
    Limits,
    RangeWrong,
    approve_checkup_package,
    discard_checkup_draft,
    propose_range,
)
from health.checkups.services.reminding import chase_reports, chase_tasks
from health.checkups.services.reporting import ReportNotReleased, release_report, tell_resident
from health.checkups.services.results import (
    NothingEntered,
    OrderNotFound,
    Reading,
    ReadingRefused,
    Verdict,
    record_results,
)
from health.checkups.services.rostering import (
    AlreadyListed,
    BudgetUsedUp,
    NoPlaceLeft,
    NotEligible,
    Rostered,
    roster_eligible,
    roster_resident,
)
from health.checkups.services.tasks import complete_task
