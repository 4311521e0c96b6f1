"""A code in front of the camera: it goes where a scanner's would."""

import segno
from barcode import EAN13
from barcode.writer import SVGWriter
from playwright.sync_api import expect

from core.models import Event
from logistics.parcels.barcodes import code_128

BUTTON = "Scan with the camera"


def photo(page, drawing, path):
    """A picture of what is drawn, as a phone takes it: with some table around."""
    page.set_content(f"<div style='padding: 60px; width: fit-content; background: #ddd'>{drawing}</div>")
    page.locator("div").screenshot(path=path)
    return path


def test_a_code_on_a_photo_fills_the_field_and_one_after_the_other_sends_the_form_where_no_camera_is(console, tmp_path):
    console.forgive("status of 409")
    page = console.open("/t/scan/", language="en")
    darkroom = page.context.new_page()
    drawn = {
        "SC2026001234": code_128("SC2026001234"),
        "6901234567892": EAN13("6901234567892", writer=SVGWriter()).render({"module_width": 0.5}).decode(),
        "https://ecomnet.example/s/7": segno.make("https://ecomnet.example/s/7").svg_inline(scale=6),
    }
    for number, (code, drawing) in enumerate(drawn.items()):
        page.get_by_role("button", name=BUTTON).click()
        expect(page.get_by_role("status")).to_contain_text("No camera can be used here")
        page.get_by_label("Or a photo of the code").set_input_files(
            photo(darkroom, drawing, tmp_path / f"{number}.png")
        )
        expect(page.get_by_label("Code", exact=True)).to_have_value(code)
        expect(page.get_by_role("button", name=BUTTON)).to_be_focused()
    page.goto(console.address + "/t/scans/")
    page.get_by_role("button", name=BUTTON).press("Enter")
    for code, kind in (("SC2026001234", "taken"), ("refuse", "refused"), ("SC2026005678", "taken")):
        shown = photo(darkroom, code_128(code), tmp_path / f"{code}.png")
        page.get_by_label("Or a photo of the code").set_input_files(shown)
        expect(page.locator("#camera li").first).to_contain_text(code)
        expect(page.locator("#camera .row").first).to_have_class(f"row {kind}")
    page.keyboard.press("Escape")
    expect(page.locator("#camera")).to_have_count(0)
    written = Event.objects.filter(name="core.note_written").order_by("pk").values_list("payload__note", flat=True)
    assert list(written) == ["SC2026001234", "SC2026005678"]
