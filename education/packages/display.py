"""How packages and what learners did in them read on pages."""

from django.utils.translation import gettext as _

from education.packages.models import ContentPackage, ScormState

BASIS_POINTS_OF_A_PERCENT = 100


def status_of_package(package: ContentPackage) -> str:
    """The colour of a package."""
    return {"draft": "info", "offered": "ok"}.get(package.status, "wait")


def status_of_state(state: ScormState | None) -> str:
    """The colour of where a learner is."""
    return {"passed": "ok", "completed": "ok", "failed": "bad"}.get(state.status, "wait") if state else "info"


def words_of_state(state: ScormState | None) -> str:
    """Where the learner is, with the score if there is one."""
    if state is None:
        return _("not begun")
    if state.score_bp is None:
        return str(state.get_status_display())
    share = state.score_bp // BASIS_POINTS_OF_A_PERCENT
    return _("%(status)s · %(share)s %%") % {"status": state.get_status_display(), "share": share}
