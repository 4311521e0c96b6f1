"""One installation serves many countries: the setting of a country or currency is a default of forms, nothing else."""

import ast

from tests.architecture import source

SETTINGS = {"ECOMNET_COUNTRY", "ECOMNET_CURRENCY"}
#: Where the settings themselves are read.
READERS = {"core/defaults.py"}
#: What a form, or the page that holds it, offers before anybody has chosen.
FORM_DEFAULTS = {
    "finance/countries.py": "countries chosen_country currency_of",
    "finance/fees/forms.py": "AdjustmentForm",
    "finance/fees/lists.py": "_today",
    "finance/fees/views/tariffs.py": "_country_of",
    "finance/payouts/lists.py": "_currency_of",
    "finance/recon/forms.py": "StatementForm",
    "stations/accounts/forms.py": "AppointForm",
}
#: Load is played in the country of the installation.
PLAYED = {"ecomnet/management/commands/play_load.py"}


def mentions(path, names):
    """The top-level definitions of a file in which one of these names stands; `""` outside of any."""
    return sorted(
        {
            getattr(part, "name", "")
            for part in source.tree(path).body
            if not isinstance(part, ast.Import | ast.ImportFrom)
            for node in ast.walk(part)
            if getattr(node, "attr", getattr(node, "id", "")) in names
        }
    )


def test_the_setting_is_read_in_one_file():
    found = {source.named(path) for path in source.files() if mentions(path, SETTINGS)}
    assert found - PLAYED - {"ecomnet/settings/base.py"} == READERS


def test_only_forms_begin_with_the_default_and_no_service_query_or_endpoint_goes_by_it():
    called = {"default_country", "default_currency"}
    found = {source.named(path): set(where) for path in source.files() if (where := mentions(path, called))}
    assert found == {name: set(where.split()) for name, where in FORM_DEFAULTS.items()}
