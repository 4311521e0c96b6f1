"""Table of contents: every noun this app stores."""

from health.appointments.models import Appointment
from health.checkups.models import (
    Campaign,
    CareTask,
    CheckupDay,
    CheckupItem,
    CheckupOrder,
    CheckupPackage,
    CheckupReport,
    CheckupResult,
    ItemRange,
)
from health.chronic.models import (
    Enrolment,
    FollowUpVisit,
    Judgement,
    OutreachCall,
    ProtocolVersion,
    Referral,
    SentVisit,
)
from health.consultations.models import Consultation, ConsultationRules, Message, Prescription
from health.exports.models import Export, ExportFile
from health.hospitals.models import Department, Doctor, Fee, Hospital, HospitalStaff, RegistrationPolicy
from health.promotion.models import (
    AnswerCount,
    Article,
    ArticleReading,
    PromotionCampaign,
    PromotionEvent,
    Question,
    Reach,
)
from health.records.models import (
    AccessGrant,
    Allergy,
    Condition,
    Drug,
    EmergencyAccess,
    Encounter,
    GranteeConsent,
    HealthRecord,
    Medicine,
    Observation,
)
