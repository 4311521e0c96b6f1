"""Administration of this app: a table of contents."""

from education.courses import admin as courses_admin
from education.hotlines import admin as hotlines_admin
from education.libraries import admin as libraries_admin
from education.quizzes import admin as quizzes_admin
from education.safeguarding import admin as safeguarding_admin
from education.skills import admin as skills_admin
from education.statements import admin as statements_admin
from education.supplies import admin as supplies_admin
from education.tutoring import admin as tutoring_admin
