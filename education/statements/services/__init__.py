"""The verbs of statements."""

from education.statements.services.collecting import collect_statements, forget_learner
from education.statements.services.sending import NotRefused, begin_batch, end_batch, send_again
