"""`manage.py messages`: keep the translations complete, without system gettext."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.language import catalogues


class Command(BaseCommand):
    help = "Collect every marked sentence into the catalogue of its app. Fill in what is empty, then --check."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if a translation is missing")
        parser.add_argument("--compile", action="store_true", help="only make the files that are read at run time")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["compile"]:
            self.stdout.write(f"{catalogues.compile_all(settings.BASE_DIR)} catalogues compiled.")
        elif options["check"]:
            self._check()
        else:
            self._update()

    def _check(self) -> None:
        faults = [fault for folder in _folders() for fault in catalogues.faults_of(folder)]
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write("Every sentence is translated.")

    def _update(self) -> None:
        known: catalogues.Translations = {}
        for folder in _folders():
            known.update({m: forms for m, forms in catalogues.read(catalogues.path_of(folder)).items() if all(forms)})
        for folder in _folders():
            translations = catalogues.update(folder, known)
            empty = sum(not all(forms) for forms in translations.values())
            if translations:
                self.stdout.write(f"{folder.name}: {len(translations)} sentences, {empty} to translate")
        catalogues.compile_all(settings.BASE_DIR)


def _folders() -> list[Path]:
    folders = [Path(app.path) for app in apps.get_app_configs()]
    return [folder for folder in folders if folder.parent == settings.BASE_DIR]
