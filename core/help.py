"""Help with the tasks of those who operate the system: jobs, providers, and who is told about what."""

from django.utils.translation import gettext_lazy as _

from core.web.console import Console
from core.web.help import Topic

CONSOLE = Console(
    topics=[
        Topic(
            "job",
            _("Run a failed job again"),
            "pulse",
            _("Why it stopped, and when to discard it"),
            steps=(
                _("In the administration open “Jobs” and filter by state “failed”."),
                _("Read the last error. If a company or the network was down, wait until it is back."),
                _("Tick the job, choose “Try again now”, write the reason beside it and press “Run”."),
                _("A job runs at most once to the end, even if you press twice."),
                _("Discard only what must never happen. The reason stays in the history."),
            ),
            verbs=("core.retry_job",),
            pages=(),
        ),
        Topic(
            "provider",
            _("A company does not answer"),
            "globe",
            _("The breaker, its queries and its daily file"),
            steps=(
                _("After several failures in a row the breaker opens: nothing is sent until a test query succeeds."),
                _("Open “Instructions” to see what was sent and when the next query is due."),
                _("“Check with the company now” asks again about the ticked ones. It never pays a second time."),
                _("If the daily file is missing, open the provider and fetch yesterday’s file."),
                _("Tell the counties that wait for it: what is pending stays pending, and no money is lost."),
            ),
            verbs=("core.ask_provider",),
            pages=("recon:files",),
        ),
    ]
)
