"""How packages and what learners did in them read on pages."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from education.packages.models import ContentPackage, ScormState

BASIS_POINTS_OF_A_PERCENT, SECONDS_OF_A_MINUTE = 100, 60


def status_of_package(package: ContentPackage) -> str:
    """The colour of a package."""
    return {"draft": "info", "offered": "ok", "blocked": "bad"}.get(package.status, "wait")


def status_of_state(state: ScormState | None) -> str:
    """The colour of where a learner is."""
    return {"passed": "ok", "completed": "ok", "failed": "bad"}.get(state.status, "wait") if state else "info"


def words_of_state(state: ScormState | None) -> str:
    """Where the learner is, with the score if there is one, and the minutes once there are any."""
    if state is None:
        return _("not opened")
    words = [str(state.get_status_display())]
    if state.score_bp is not None:
        words.append(_("%(share)s %%") % {"share": state.score_bp // BASIS_POINTS_OF_A_PERCENT})
    minutes = state.seconds_spent // SECONDS_OF_A_MINUTE
    if minutes:
        words.append(ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes})
    return " · ".join(words)
