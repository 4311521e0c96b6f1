"""What becomes of what happens at stations: facts kept, days rolled up, months scored, warnings opened."""

from stations.scores.services.days import roll_station_day
from stations.scores.services.facts import record_fact
from stations.scores.services.months import score_month
from stations.scores.services.warnings import (
    close_warning,
    open_warning,
    open_warnings,
    plan_silent_warnings,
    warn_silent_station,
)
