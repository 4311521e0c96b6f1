"""The forms in which banks write their statements; each reads one into lines, or refuses it whole."""

from finance.recon.formats import camt053, csv_lines, mt940
from finance.recon.formats.line import ReadLine, StatementFaulty


def read_statement(content: bytes, *, currency: str) -> tuple[str, list[ReadLine]]:
    """The format that these bytes have, and their lines in order. Raises `StatementFaulty`; nothing of it counts then.

    A document in XML is camt.053, one that begins with field 20 (or a SWIFT block before it) MT940, all else our CSV.
    """
    text = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(b"<"):
        return "camt053", camt053.read(text, currency=currency)
    if text.startswith((b":20:", b"{1:")) or b"\n:20:" in text[:200]:
        return "mt940", mt940.read(text, currency=currency)
    return "csv", csv_lines.read(content, currency=currency)
