"""The verbs of credit, which loans call."""

from finance.credit.services.assessments import (
    PhotosMissing,
    RelationshipUnclear,
    SameStation,
    record_assessment,
)
from finance.credit.services.conflicts import RecommenderIsBorrower, check_conflicts
from finance.credit.services.exposures import (
    CapReached,
    hold_exposures,
    release_exposure,
    release_exposures,
    reserve_exposure,
    restore_exposure,
)
from finance.credit.services.scoring import (
    SCORECARD,
    ScorecardIncomplete,
    activate_scorecard,
    draft_scorecard,
    record_fact,
    score_application,
)
from finance.credit.services.vintages import (
    NotSuspended,
    RecommendingSuspended,
    ReinstatementDecided,
    approve_reinstatement,
    asked_reinstatement,
    demand_recommending,
    is_suspended,
    is_suspended_meanwhile,
    propose_reinstatement,
    record_vintages,
    reject_reinstatement,
)
