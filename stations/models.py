"""Table of contents: every noun this app stores."""

from stations.accounts.models import CodeAsks, Device, DevicePin, DeviceToken, LoginCode, Post, SignInTries, User
from stations.archive.models import ArchiveProposal
from stations.contracts.models import Termination
from stations.duplicates.models import PersonMerge
from stations.inspections.models import Inspection, InspectionQuestion, SupportVisit
from stations.network.models import (
    OpeningException,
    OpeningHours,
    RegisterMiss,
    SeenSpan,
    Service,
    ServicePause,
    Station,
    StationClosing,
    StationService,
)
from stations.people.models import (
    AccessRead,
    AccessSeal,
    AccessSealCheck,
    Consent,
    ConsentText,
    Death,
    Guardianship,
    Household,
    Membership,
    NameKey,
    Person,
    PersonKey,
    PhoneCode,
    ResidentCard,
    Reveal,
    SurnameReading,
)
from stations.places.models import BusinessDay, Division, DivisionName, DivisionSuccession, NameEnding
from stations.recruitment.models import Certificate, Contract, CourseReport, RegisterLookUps, RegisterReport
from stations.rights.models import PersonRequest
from stations.scores.models import EarlyWarning, KpiScore, StationDay, StationFact
