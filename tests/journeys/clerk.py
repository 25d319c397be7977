"""A member of staff at the admin site: a browser window that counts what the hand has to do."""

from dataclasses import dataclass, field
from typing import Any

from tests.journeys.visits import Visit


@dataclass
class Clerk:
    """Clicks are presses of buttons, links, ticks and choices; fields that are typed into are counted apart."""

    window: Visit
    clicks: int = 0
    fields: int = 0
    said: list[str] = field(default_factory=list)

    @property
    def page(self) -> Any:
        return self.window.page

    def begin(self) -> None:
        """Every task begins on the first page of the admin site."""
        self.window.go("/admin/")
        self.clicks = self.fields = 0

    def press(self, name: str, role: str = "button", *, exact: bool = True, nth: int = 0) -> None:
        """A button, or a link by `role`."""
        self.clicks += 1
        self.window.click(role, name, exact=exact, nth=nth)

    def follow(self, name: str, *, exact: bool = True, nth: int = 0) -> None:
        """A link."""
        self.press(name, "link", exact=exact, nth=nth)

    def menu(self, name: str) -> None:
        """A page of the menu."""
        self.clicks += 1
        self.page.get_by_role("navigation", name="后台菜单").get_by_role("link", name=name, exact=True).click()
        self.window.look()

    def unfold(self, text: str) -> None:
        """Something folded away."""
        self.clicks += 1
        self.page.locator("summary", has_text=text).first.click()

    def write(self, label: str, text: str, *, exact: bool = True, nth: int = 0) -> None:
        """Type into a field."""
        self.fields += 1
        self.page.get_by_label(label, exact=exact).nth(nth).fill(text)

    def search(self, text: str) -> None:
        """Type into the search box of a list."""
        self.fields += 1
        self.page.get_by_role("searchbox").fill(text)

    def choose(self, label: str, text: str) -> None:
        """One of a list."""
        self.clicks += 1
        self.page.get_by_label(label, exact=True).select_option(label=text)

    def tick(self, label: str, *, exact: bool = True, nth: int = 0) -> None:
        """A box."""
        self.clicks += 1
        self.page.get_by_label(label, exact=exact).nth(nth).check()

    def hang(self, label: str, file: dict[str, Any]) -> None:
        """A file, as the dialog of the system would bring it."""
        self.clicks += 1
        self.page.get_by_label(label, exact=True).first.set_input_files([file])

    def sees(self, text: str) -> None:
        """Wait for the words."""
        self.window.sees(text)
