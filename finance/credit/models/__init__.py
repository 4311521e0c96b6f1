"""The nouns of credit."""

from finance.credit.models.assessments import Assessment, ConflictCheck
from finance.credit.models.exposures import ExposureCounter, ExposureEntry, ExposureLimit
from finance.credit.models.facts import CreditFact
from finance.credit.models.reasons import Reason
from finance.credit.models.scorecards import Scorecard, ScorecardAttribute, ScorecardBin, ScoreLine, ScoreRun
from finance.credit.models.vintages import PartnerVintage, RecommendationStanding, Reinstatement
