"""The verbs of trainings."""

from education.skills.services.outcomes import note_outcome
from education.skills.services.renewing import remind_of_renewals
from education.skills.services.signing_in import (
    AlreadySignedIn,
    NoLearnerMeant,
    NotATraining,
    OpIdUsed,
    PhotoUsed,
    SeveralMeant,
    TrainingFull,
    keep_sign_in_sheet,
    learner_meant,
    sign_in_learner,
)
