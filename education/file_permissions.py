"""Who may look at files of education: documents of adults who work with children, signed sheets, homework."""

from django.utils.timezone import now

from core.files.models import StoredFile
from education.courses.models.classes import READ_ROLL
from education.homework.models import READ_HOMEWORK, HomeworkSubmission
from education.safeguarding.models import Vetting
from education.skills.models import SignInSheet
from stations.accounts.models import User
from stations.people.services import log_read

READ = "education.read_vetting"


def may_see(user: User, file: StoredFile) -> bool:
    """The photo of a document, for whoever reads the check; a signed sheet, for whoever calls the roll there.

    A page of homework, for the learner's station and the teacher who has set it; that look is written down.
    """
    if Vetting.objects.open_to(user, READ).filter(document=file).exists():
        return True
    homework = HomeworkSubmission.objects.open_to(user, READ_HOMEWORK).filter(photos__photo=file)
    handed_in = homework.select_related("learner").first()
    if handed_in is not None:
        log_read(user=user, person=handed_in.learner, what="homework", at=now())
        return True
    return SignInSheet.objects.open_to(user, READ_ROLL).filter(photo=file).exists()
