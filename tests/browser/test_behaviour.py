"""What a person at the counter feels: presses, drafts, scanners, the keyboard, a line that comes and goes."""

import pytest
from django.contrib.auth import get_user_model
from PIL import Image
from playwright.sync_api import expect

from core.models import Event
from tests.browser.conftest import DESK, PHONE
from tests.factories.stations import PostFactory, StationFactory

NOTES = {"name": "core.note_written"}


def fill(page, words="for granny"):
    page.get_by_label("Your reasons").fill(words)


def test_pressing_twice_writes_once(console):
    page = console.open("/t/note/", language="en")
    fill(page)
    page.evaluate(
        "() => { for (const time of [1, 2, 3]) document.querySelector('form[data-draft] .primary').click() }",
    )
    page.wait_for_selector("#done")
    assert page.text_content("#done") == "1"
    assert Event.objects.filter(**NOTES).count() == 1


def test_coming_back_and_pressing_again_writes_once(console):
    page = console.open("/t/note/", language="en")
    fill(page)
    key = page.input_value("form[data-draft] [name=key]")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("#done")
    page.go_back()
    fill(page)
    page.evaluate("key => { document.querySelector('form[data-draft] [name=key]').value = key }", key)
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("#done")
    assert Event.objects.filter(**NOTES).count() == 1


def test_while_it_runs_the_button_says_so(console):
    page = console.open("/t/note/", language="en")
    fill(page)
    page.route("**/t/note/", lambda route: None)
    busy = page.evaluate(
        """async () => {
          const button = document.querySelector("form[data-draft] .primary");
          button.click();
          await new Promise((done) => setTimeout(done, 150));
          const shown = getComputedStyle(button.querySelector(".doing")).visibility;
          return [button.getAttribute("aria-busy"), button.getAttribute("aria-disabled"), shown];
        }"""
    )
    assert busy == ["true", "true", "visible"]


def test_a_refusal_gets_the_focus_and_keeps_what_was_typed(console):
    console.forgive("409")
    page = console.open("/t/note/", language="en")
    fill(page, "refuse")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector(".errors")
    assert page.evaluate("document.activeElement.className") == "errors"
    assert page.title().startswith("Error: ")
    assert page.get_by_label("Your reasons").input_value() == "refuse"
    assert Event.objects.filter(**NOTES).count() == 0


def test_a_busy_company_is_asked_again_by_itself_once(console):
    console.forgive("503")
    page = console.open("/t/note/", language="en")
    fill(page, "busy")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("#done", timeout=30_000)
    assert Event.objects.filter(**NOTES).count() == 1


def test_a_draft_survives_a_reload_and_ends_with_the_success(console):
    page = console.open("/t/note/", language="en")
    page.get_by_label("Your reasons").press_sequentially("half a sentence")
    page.wait_for_timeout(1300)
    page.reload()
    page.get_by_role("button", name="Use it").click()
    assert page.get_by_label("Your reasons").input_value() == "half a sentence"
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("#done")
    page.goto(console.address + "/t/note/")
    page.wait_for_timeout(300)
    assert page.get_by_role("button", name="Use it").count() == 0


def test_a_draft_can_be_thrown_away(console):
    page = console.open("/t/note/", language="en")
    page.get_by_label("Your reasons").press_sequentially("no")
    page.wait_for_timeout(1300)
    page.reload()
    page.get_by_role("button", name="Discard").click()
    page.reload()
    page.wait_for_timeout(300)
    assert page.get_by_role("button", name="Use it").count() == 0


def test_another_language_keeps_what_is_typed(console):
    page = console.open("/t/note/", language="en")
    page.get_by_label("Your reasons").press_sequentially("kept")
    page.get_by_role("button", name="中文").click()
    page.wait_for_selector("html[lang=zh-Hans]")
    expect(page.locator("#id_note")).to_have_value("kept")


def test_another_language_waits_for_a_script_that_is_late(console):
    page = console.open("/t/note/", language="en")
    late = []
    page.route("**/drafts*.js", lambda route: route.continue_() if late else late.append(route))
    page.reload()
    page.get_by_label("Your reasons").press_sequentially("kept")
    page.get_by_role("button", name="中文").click()
    late[0].continue_()
    page.wait_for_selector("html[lang=zh-Hans]")
    expect(page.locator("#id_note")).to_have_value("kept")


def burst(page, code="SC2026001234"):
    """What a scanner does: keys without a pause, then Enter."""
    page.evaluate(
        """code => {
          const at = document.activeElement;
          for (const key of [...code, 'Enter']) {
            const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
            if (at.dispatchEvent(event) && key.length === 1 && 'value' in at) at.value += key;
          }
        }""",
        code,
    )


def test_a_scan_goes_to_the_target_and_leaves_the_field_with_the_cursor_alone(console):
    page = console.open("/t/scan/", language="en")
    page.get_by_label("Other").fill("typed before")
    page.get_by_label("Other").focus()
    burst(page)
    assert page.get_by_label("Code").input_value() == "SC2026001234"
    assert page.get_by_label("Other").input_value() == "typed before"
    assert page.url.endswith("/t/scan/")


def test_a_scan_goes_to_the_search_and_never_submits_another_form(console):
    page = console.open("/t/note/", language="en")
    page.get_by_label("Your reasons").focus()
    burst(page)
    expect(page.locator("#found")).to_have_text("SC2026001234")
    assert Event.objects.filter(**NOTES).count() == 0


def test_slow_typing_is_not_a_scan(console):
    page = console.open("/t/note/", language="en")
    page.get_by_label("Your reasons").press_sequentially("slowly typed", delay=50)
    page.keyboard.press("Enter")
    page.wait_for_selector("#done")
    assert Event.objects.get(**NOTES).payload == {"note": "slowly typed"}


def test_slash_goes_to_the_search_field_but_not_while_typing(console):
    page = console.open("/t/note/", language="en")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.get_by_label("Your reasons").focus()
    page.keyboard.type("a/b")
    assert page.get_by_label("Your reasons").input_value() == "a/b"


def test_a_region_that_asks_again_stops_when_it_is_settled(console):
    asked = []
    page = console.open("/t/poll/", language="en")
    page.on("request", lambda request: asked.append(request.url) if "/t/poll/" in request.url else None)
    expect(page.locator("#state p")).to_have_text("3", timeout=30_000)
    page.wait_for_timeout(2500)
    assert len(asked) == 2


def test_without_scripts_a_note_is_written(console):
    page = console.open("/t/note/", language="en", scripts=False)
    fill(page)
    page.get_by_role("button", name="Save").click()
    assert page.text_content("#done") == "1"


def test_a_large_photo_is_made_small_before_it_is_sent(console, tmp_path):
    large = tmp_path / "large.jpg"
    Image.effect_noise((2400, 1800), 80).convert("RGB").save(large, quality=95)
    page = console.open("/t/note/", language="en")
    page.get_by_label("Photo").set_input_files(large)
    page.wait_for_selector("[data-photo] img")
    size, width = page.evaluate(
        """async () => {
          const file = document.querySelector('[type=file]').files[0];
          return [file.size, (await createImageBitmap(file)).width];
        }"""
    )
    assert size <= 200 * 1024
    assert 720 <= width <= 1280


def test_without_network_the_help_is_there(console):
    console.forgive("ERR_INTERNET_DISCONNECTED", "Failed to load resource")
    page = console.open("/help/", language="en", workers="allow")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.context.set_offline(True)
    page.goto(console.address + "/help/bill/")
    assert "Pay a bill" in page.text_content("h1")
    page.goto(console.address + "/t/note/")
    assert "No network." in page.text_content("h1")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", ["/help/", "/help/bill/", "/nothing/", "/t/note/"])
def test_the_frame_and_its_first_pages_are_accessible(console, axe, shot, path, language):
    console.forgive("404")
    page = console.open(path, language=language, size=DESK)
    shot(page, f"frame{path.replace('/', '-')}{language[:2]}")
    axe(page)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_frame_of_somebody_signed_in_is_accessible(console, axe, shot, size, language):
    partner = PostFactory(role="partner", station=StationFactory(name="桑园村服务站")).user
    get_user_model().objects.filter(pk=partner.pk).update(language=language)
    page = console.open("/help/", language=language, size=size, user=partner)
    shot(page, f"signed-in-{language[:2]}-{size[0]}")
    axe(page)
    if size == PHONE:
        page.locator(".to-menu").click()
        expect(page.locator(".nav")).to_be_visible()
        axe(page)
        shot(page, f"menu-{language[:2]}-{size[0]}")
        page.keyboard.press("Escape")
        expect(page.locator(".nav")).to_be_hidden()
        expect(page.locator(".to-menu")).to_be_focused()
    else:
        expect(page.locator(".nav")).to_be_visible()
    assert page.locator("#sync").is_visible()
