"""Quizzes are read; their right answers and who took them stand on their own pages alone."""

from django.contrib import admin

from core.administration import ReadAdmin
from education.quizzes.models import READ_QUIZ, Quiz


@admin.register(Quiz)
class QuizAdmin(ReadAdmin):
    read_verb = READ_QUIZ
    list_display = ("title", "lesson", "purpose", "is_mandatory", "pass_mark_bp", "max_attempts", "status")
    list_filter = ("purpose", "status")
    list_select_related = ("lesson",)
    ordering = ("-id",)
