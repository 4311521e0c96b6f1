"""Why no page opens."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class PicturesTooEasy(Refused):
    """Everybody would try these first."""

    code = "pictures_too_easy"
    status = 422
    message = _("Choose three different pictures, and not the one beside the name.")


class PicturesNotLocked(Refused):
    """There are tries left."""

    code = "pictures_not_locked"
    message = _("These pictures are not locked.")


class PicturesSpent(Refused):
    """Twenty wrong orders since they were chosen: who unlocks on and on lets a neighbour guess on and on."""

    code = "pictures_spent"
    message = _("Twenty wrong orders were tapped. Choose new pictures together with the learner.")


class PicturesWrong(Refused):
    """Another order than the learner's; the try is used up."""

    code = "pictures_wrong"
    status = 422
    message = _("These were not your pictures. Try again: %(tries_left)s more.")
    keeps_changes = True


class PicturesLocked(Refused):
    """Five wrong orders, or no pictures yet."""

    code = "pictures_locked"
    status = 422
    message = _("Ask the grown-up in the room: your pictures do not open your page now.")


class ScreenNotHere(Refused):
    """The browser is no device of this station, or was suspended."""

    code = "screen_not_of_station"
    message = _("This device is not registered at the station of the class.")


class ClassNotRunning(Refused):
    """Before its first lesson and after its last one."""

    code = "class_not_under_way"
    message = _("Learners open their pages while the class is running.")


class ScreenClosed(Refused):
    """Nobody has opened this screen, or somebody has ended it."""

    code = "learner_screen_closed"
    message = _("This screen is closed. Ask the grown-up in the room.")


class PageOfAnother(Refused):
    """The form stood in a window that the learner before left open."""

    code = "page_of_another_learner"
    message = _("The learner before you opened this page. Nothing was stored. Go back to your own page.")
