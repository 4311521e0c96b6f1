"""The verbs of rosters."""

from education.rosters.services.applying import RosterChanged, apply_roster
from education.rosters.services.checking import check_roster, discard_old_rosters, discard_roster
from education.rosters.services.deciding import (
    ClassElsewhere,
    NotAClass,
    NotAPupil,
    ResidentElsewhere,
    ResidentNamedTwice,
    forget_learner,
    link_class,
    match_pupil,
)
from education.rosters.services.seats import try_waiting_seats
