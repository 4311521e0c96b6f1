"""No page, form, service or query names a currency: rows say theirs, and a form that has none yet takes the default."""

import ast

from tests.architecture import source

#: ISO 4217 codes that stood, or could stand, where the currency of a row belongs.
CODES = {"CNY", "KWD", "JPY", "USD", "EUR"}
#: Where a code is an example, a default of a column, or the sign of that money.
SHOWN_OR_STORED = ("/api.py", "/api/", "/models.py", "/models/", "/migrations/", "/notices.py")
OF_A_CURRENCY = {
    "core/money.py",
    "core/language/formatting.py",
    "core/web/styleguide.py",
    "ecomnet/settings/base.py",
    "core/gateways/sandbox/countries.py",
}
OF_THE_DEMONSTRATION = ("ecomnet/demo_data/", "ecomnet/management/")


def codes_in(path):
    return sorted(
        node.value
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in CODES
    )


def is_elsewhere(name):
    if name in OF_A_CURRENCY or name.startswith(OF_THE_DEMONSTRATION):
        return True
    return any(part in name for part in SHOWN_OR_STORED)


def test_no_currency_is_written_into_a_form_a_view_a_service_or_a_query():
    everywhere = {source.named(path): codes_in(path) for path in source.files()}
    assert {name: codes for name, codes in everywhere.items() if codes and not is_elsewhere(name)} == {}
