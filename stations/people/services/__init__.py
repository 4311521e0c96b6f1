"""What can be done with residents: one module per noun, all verbs offered here."""

from stations.people.services.archiving import archive_person, take_up_person
from stations.people.services.cards import issue_card, revoke_card
from stations.people.services.codes import (
    confirm_phone,
    send_consent_code,
    send_loan_code,
    send_phone_code,
    send_plan_code,
    send_receipt_code,
    send_single_consent_code,
)
from stations.people.services.consents import record_consent, record_signed_consent, withdraw_consent
from stations.people.services.deaths import record_death, undo_death
from stations.people.services.guardians import end_guardianship, record_guardianship
from stations.people.services.households import move_person, name_head, register_household, settle_household
from stations.people.services.reading import (
    log_look,
    log_read,
    log_reads,
    log_refused_read,
    log_refused_reads,
    log_search,
)
from stations.people.services.registration import edit_person, mark_served, move_residents, register_person
from stations.people.services.reveals import reveal_person
from stations.people.services.sealing import check_access_seals, seal_access_log
