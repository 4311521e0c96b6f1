"""What is done with learners' pages, by phase."""

from education.learners.services.forgetting import forget_pictures
from education.learners.services.pictures import (
    check_pictures,
    forget_pictures_under,
    set_learner_pictures,
    unlock_learner_pictures,
)
from education.learners.services.refusals import (
    ClassNotRunning,
    PageOfAnother,
    PicturesLocked,
    PicturesNotLocked,
    PicturesSpent,
    PicturesTooEasy,
    PicturesWrong,
    ScreenClosed,
    ScreenNotHere,
)
from education.learners.services.screens import (
    end_learner_screen,
    end_left_screens,
    leave_learner_page,
    note_press,
    open_learner_page,
    open_learner_screen,
)
