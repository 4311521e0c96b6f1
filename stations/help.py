"""Help with the tasks of those who look after stations and the people in them."""

from django.utils.translation import gettext_lazy as _

from core.web.console import Console
from core.web.help import Topic

APPOINT = Topic(
    "appoint",
    _("Appoint a helper or a colleague"),
    "people",
    _("A post, a first code, and how it ends"),
    steps=(
        _("Open “Posts” and press “Appoint someone”. Enter the sign-in name of the person."),
        _("Choose the role and the station or region. “May approve up to” limits single amounts."),
        _("Issue a login code and read it to the person. It works once, for a short time."),
        _("Is a person leaving? Press “End the post”. It takes effect at once."),
        _("An emergency post ends automatically. Someone else reviews afterwards what was done with it."),
    ),
    verbs=("stations.appoint_post",),
    pages=("accounts:posts", "accounts:post", "accounts:appoint_post", "accounts:emergencies", "accounts:break_glass"),
)
INSPECT = Topic(
    "inspect",
    _("Inspect a station"),
    "eye",
    _("Plan, look, write down, come again"),
    steps=(
        _("On the page of the station press “Plan an inspection” and choose the day."),
        _("There, answer each question by what you see. Add a photo where something is wrong."),
        _("Without network you can write on: what you typed stays on the phone until you send it."),
        _("Set the day of the next review if something has to change, and tell the partner why."),
        _("A support visit opens automatically when a station falls behind. It is for help, not for punishment."),
    ),
    verbs=("stations.make_inspection", "stations.make_support_visit"),
    pages=("inspections:inspections", "inspections:inspection", "inspections:plan", "inspections:visit"),
)
STATION = Topic(
    "station",
    _("Open, pause or close a station"),
    "station",
    _("Trial, holidays, suspension, closing"),
    steps=(
        _("A new station is fitted out, tried and then opened. Its page shows the next step."),
        _("Opening hours and services are changed on the same page; the sign at the door follows."),
        _("A service that fails everywhere is paused for the whole county: counters then say so."),
        _("Suspend a station only with a reason. Nothing is sold; money owed is still refunded."),
        _("Closing permanently takes two persons and names the station that serves the households afterwards."),
    ),
    verbs=("stations.activate_station", "stations.pause_service"),
    pages=("network:county_stations", "network:county_station", "network:close", "network:pause", "network:hours"),
)
MERGE = Topic(
    "merge",
    _("One person, two records"),
    "layers",
    _("Compare, propose, approve, undo"),
    steps=(
        _("Compare both records line by line: date of birth, household, phone."),
        _("In doubt, ask the station. Twins and cousins often share name and house."),
        _("One person proposes the merge, another approves it."),
        _("It was a mistake? “Undo the merge” separates them again, with everything that belonged to each."),
    ),
    verbs=("stations.merge_persons",),
    pages=("duplicates:duplicates", "duplicates:propose", "duplicates:merge"),
)
DEVICE = Topic(
    "lost-phone",
    _("A phone is lost or stolen"),
    "phone",
    _("What to do in the first five minutes"),
    steps=(
        _("Open the post of the person and press the device under “Devices”."),
        _("Suspend it if it may turn up again, deactivate it if it is gone. It is signed out at once."),
        _("Issue a login code for the new phone, and check by voice that it is the right person."),
        _("Look at what was done since the loss, and report what the person does not know of."),
    ),
    verbs=("stations.quarantine_device", "stations.issue_login_code"),
    pages=("accounts:device", "accounts:issue_code"),
)
READS = Topic(
    "reads",
    _("See who read protected data"),
    "lock",
    _("Who looked at whom, by which post, and why"),
    steps=(
        _("In the administration open “Accesses”. Each line is one look at one person."),
        _("Filter by purpose, or search by the number of the person."),
        _("“Reveals” lists who made a hidden number visible, and the reason they gave."),
        _("Ask when a reader has no business with the person, reads many at night, or gives no reason."),
        _("No one can change the list. Your own reads are in it too."),
    ),
    verbs=("stations.read_access_read",),
)

CONSOLE = Console(topics=[APPOINT, STATION, INSPECT, MERGE, DEVICE, READS])
