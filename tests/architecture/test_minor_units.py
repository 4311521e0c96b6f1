"""No amount is written in minor units where its currency is not known: 500_00 is 500.00 yuan and 50.000 dinars."""

import io
import re
import tokenize

from tests.architecture import source

#: How an amount of yuan is written in minor units: 1_00, 500_00, 1_000_000_00.
IN_MINOR_UNITS = re.compile(r"\d[\d_]*_00")
#: The invented provider and the demonstration, which is of one country.
OF_ONE_CURRENCY = ("core/gateways/sandbox/", "ecomnet/demo_data/", "ecomnet/simulation/", "ecomnet/management/")


def amounts_in(path):
    """The numbers of a file that read like minor units, with their lines."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    return [
        (token.start[0], token.string)
        for token in tokens
        if token.type == tokenize.NUMBER and IN_MINOR_UNITS.fullmatch(token.string)
    ]


def test_no_default_and_no_threshold_is_in_minor_units_of_whatever_currency():
    everywhere = {source.named(path): amounts_in(path) for path in source.files()}
    found = {name: amounts for name, amounts in everywhere.items() if amounts and not name.startswith(OF_ONE_CURRENCY)}
    assert found == {}
