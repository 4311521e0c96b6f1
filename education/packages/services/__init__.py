"""The verbs of content packages."""

from education.packages.services.bringing import (
    PackageKnown,
    add_package,
    close_package,
    offer_package,
)
from education.packages.services.forgetting import forget_data
from education.packages.services.playing import NotInThisCourse, StateOutdated, save_scorm_state, start_package
from education.packages.services.reviewing import (
    approve_package,
    block_package,
    return_package,
    unblock_package,
)
