"""Pages of online consultations: the station that asks, the clinic that answers, the pharmacist."""

from health.consultations.views.answering import CASE_PAGE
from health.consultations.views.asking import CONSULTATION_PAGE, new
from health.consultations.views.prescribing import PRESCRIPTION_PAGE, slip
