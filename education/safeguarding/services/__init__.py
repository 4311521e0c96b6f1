"""The verbs of safeguarding, and the checks that every service of education makes before it touches a minor."""

from education.safeguarding.services.child_files import (
    CarerNotGuardian,
    NotAChild,
    forget_child_file,
    record_child_file,
)
from education.safeguarding.services.concerns import (
    acknowledge_concern,
    close_concern,
    escalate_overdue,
    note_concern,
    raise_concern,
    refer_concern,
)
from education.safeguarding.services.consents import hear_withdrawal, remind_of_consents, withdraw_child_consent
from education.safeguarding.services.requiring import (
    AdultNeeded,
    ConsentMissing,
    VettingExpired,
    require_adult_present,
    require_consent,
    require_vetting,
)
from education.safeguarding.services.vettings import (
    VettingDates,
    confirm_vetting,
    record_vetting,
    revoke_vetting,
    warn_of_ending,
)
