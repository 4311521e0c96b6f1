"""The keys of personal numbers: `manage.py data_keys note|show|renew|retire`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import now

from core.datakeys.models import DataKey
from core.datakeys.services import BATCH_SIZE, KeyUnfit, known_keys, note_keys, renew_all, retire_key, stored_under

#: Rows that somebody holds are passed by, and found in the next round.
ROUNDS = 10


class Command(BaseCommand):
    help = "Note the keys of the settings, show what stands under them, write everything anew, retire an old key."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("note", help="note the keys of the settings; done by every release")
        verbs.add_parser("show", help="say which keys there are and how many rows stand under each")
        renew = verbs.add_parser("renew", help="write everything anew with the first keys; may be ended at any moment")
        renew.add_argument("--bite", type=int, default=BATCH_SIZE, help="rows of one transaction")
        retire = verbs.add_parser("retire", help="declare an old key unneeded, once nothing stands under it")
        retire.add_argument("kind", choices=DataKey.Kind.values)
        retire.add_argument("number", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['verb']}")(**options)
        except KeyUnfit as unfit:
            raise CommandError(str(unfit)) from unfit

    def _note(self, **options: Any) -> None:
        for key in note_keys(at=now()):
            self.stdout.write(f"{key}{' writes' if key.number == next(iter(known_keys()[key.kind])) else ''}")

    def _show(self, **options: Any) -> None:
        for key in DataKey.objects.order_by("kind", "number"):
            since = f"writes since {key.writes_since:%Y-%m-%d %H:%M}" if key.writes_since else "known"
            state = f"retired {key.retired_at:%Y-%m-%d %H:%M}" if key.retired_at else since
            self.stdout.write(f"{key}  {key.fingerprint}  {state}")
        for name, counts in stored_under().items():
            for (kind, number), rows in sorted(counts.items()):
                self.stdout.write(f"{name}  {kind} {number}  {rows}")

    def _renew(self, **options: Any) -> None:
        note_keys(at=now())
        for _round in range(ROUNDS):
            is_done = True
            for progress in renew_all(bite=options["bite"]):
                is_done = False
                self.stdout.write(f"{progress.name}  {progress.done} of {progress.of}")
                self.stdout.flush()
            if is_done:
                self.stdout.write("Every row is under the keys that write.")
                return
        raise CommandError("Some rows were held by others all the time: run it again.")

    def _retire(self, **options: Any) -> None:
        key = retire_key(kind=options["kind"], number=options["number"], at=now())
        self.stdout.write(f"{key} is retired: take it out of the settings and restart everything.")
