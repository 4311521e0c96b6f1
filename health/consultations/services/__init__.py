"""The verbs of consultations and prescriptions."""

from health.consultations.services.answering import (
    REJECTED_BECAUSE,
    accept_case,
    answer_case,
    claim_case,
    complete_case,
    refer_case,
    reject_case,
)
from health.consultations.services.clocks import end_all_of, run_clock
from health.consultations.services.merging import follow_record
from health.consultations.services.prescribing import (
    dispense_prescription,
    end_prescriptions,
    prescribe_drug,
    release_prescription,
    return_prescription,
    stop_prescription,
)
from health.consultations.services.reading import record_case_reads, record_prescription_reads, record_reads
from health.consultations.services.requesting import (
    cancel_consultation,
    quote_consultation,
    refuse_unserved,
    request_consultation,
    send_message,
)
