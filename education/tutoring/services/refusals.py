"""Why a lesson with a tutor is not booked or not begun."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused


class TutorNotActive(Refused):
    """No lessons are booked with this tutor now."""

    code = "tutor_not_active"
    message = _("No lessons can be booked with this tutor now.")


class TutorElsewhere(Refused):
    """Tutors teach learners of stations of their own county."""

    code = "tutor_elsewhere"
    status = 422
    message = _("This tutor teaches in another county.")


class SubjectNotTaught(Refused):
    """The tutor does not teach this."""

    code = "subject_not_taught"
    status = 422
    message = _("This tutor does not teach this subject.")


class LearnersWrong(Refused):
    """One to five learners, each once, and the tutor is none of them."""

    code = "learners_wrong"
    status = 422
    message = _("A lesson has 1 to 5 learners, each once, and the tutor is not one of them.")


class TutorDayFull(Refused):
    """The tutor has as many lessons on that day as the tutor gives."""

    code = "tutor_day_full"
    message = _("The tutor has %(most)s lessons on %(day)s: no more on one day.")


class TutorWeekFull(Refused):
    """The tutor has as many lessons in that week as the tutor gives."""

    code = "tutor_week_full"
    message = _("The tutor has %(most)s lessons in the week of %(day)s: no more in one week.")


class TutoringNotNow(Refused):
    """The time of the lesson is not now."""

    code = "tutoring_not_now"
    message = _("This lesson can be begun from 15 minutes before its time until it ends.")


class NoLearnerPresent(Refused):
    """A lesson that took place had somebody who learnt."""

    code = "no_learner_present"
    status = 422
    message = _("Tick who was there. If no learner came, record the lesson as missed.")
