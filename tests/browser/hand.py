"""A hand at the console, whose presses are counted against the budgets."""

import tomllib
from pathlib import Path

from playwright.sync_api import Locator, Page

BUDGET: dict[str, int] = tomllib.loads((Path(__file__).parent / "budgets.toml").read_text())["taps"]


class Hand:
    """Presses, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def press(self, target: Locator) -> None:
        """With the pointer."""
        self.taps += 1
        target.click()

    def enter(self) -> None:
        """Enter, in the field in focus."""
        self.taps += 1
        self.page.keyboard.press("Enter")
