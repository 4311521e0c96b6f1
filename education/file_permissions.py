"""Who may look at documents of adults who work with children: whoever reads the check."""

from core.files.models import StoredFile
from education.safeguarding.models import Vetting
from stations.accounts.models import User

READ = "education.read_vetting"


def may_see(user: User, file: StoredFile) -> bool:
    """The photo of a document that is to be checked, or was."""
    return Vetting.objects.open_to(user, READ).filter(document=file).exists()
