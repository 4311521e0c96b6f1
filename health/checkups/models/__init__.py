"""What is stored of check-ups."""

from health.checkups.models.campaigns import Campaign, CheckupDay
from health.checkups.models.orders import CheckupOrder, CheckupReport
from health.checkups.models.packages import CheckupItem, CheckupPackage, ItemRange
from health.checkups.models.results import CareTask, CheckupResult
