"""The public register as people see it."""


def test_a_number_with_a_slip_of_the_pen_says_so(console, shot):
    console.forgive("422")
    page = console.open("/r/321324000710004216")
    assert "18 位" in page.inner_text("main")
    shot(page, "register-mistyped")
