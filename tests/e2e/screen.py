"""What a tab of the browser shows, and the errors in it."""

from pathlib import Path
import re
from typing import Final
from urllib.parse import urljoin

from playwright.async_api import ConsoleMessage, Error, Locator, Page, Request, Response, expect

LOOKS: Final = 10
BETWEEN_LOOKS: Final = 500
"""Milliseconds between two looks at texts that are not translated yet."""
READ_TEXTS: Final = (Path(__file__).parent / "texts.js").read_text(encoding="utf-8")

UNTRANSLATED: Final = re.compile(
    r"""
      component\.point             # the key of a text in place of the text
    | \bui\.(?:panel|card|common|dialogs|components)\.
    | \bstate_key\b
    | \b(?:undefined|NaN|null)\b
    | \[object\s
    | \{\w+\}                      # a placeholder that nothing filled
    | (?<![\w./-])[a-z]+(?:_[a-z0-9]+)+(?![\w./-])  # a word of programs, but no id of an entity
    """,
    re.VERBOSE,
)

# Errors of Home Assistant itself, and why they are acceptable.
IGNORED: Final = (
    # Images of other integrations come from the internet, which is not available here.
    re.compile(r"/api/brands/integration/(?!point/)"),
    # The descriptions of blueprints name the variables of own actions.
    re.compile(r"/config/automation/edit/new it says: home_device$"),
    # On a busy machine the frontend draws a view before it has loaded its layout, and again after.
    re.compile(r"_layoutElement\.setConfig is not a function$"),
    # It looks up the source of each error.
    re.compile(r"https://raw\.githubusercontent\.com/home-assistant/frontend/"),
    # The frontend throws the answer of the server after it has shown why an action failed.
    re.compile(r"^Error in the page: Object$"),
)


class Screen:
    """One tab of a browser that is logged in to Home Assistant."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url
        self.complaints: list[str] = []
        self.watch(page)

    def watch(self, page: Page) -> None:
        """Record the errors of a tab and of the windows that it opens."""
        page.on("console", self._note_console)
        page.on("pageerror", self._note_error)
        page.on("response", self._note_response)
        page.on("requestfailed", self._note_failure)
        page.on("popup", self.watch)

    async def open(self, path: str) -> None:
        """Check the texts on the screen, then open another page."""
        await self.read()
        url = urljoin(self._url, path)
        try:
            await self.page.goto(url)
        except Error as error:
            # A dialog that closes goes back in the history, which aborts a load that has begun.
            if "net::ERR_ABORTED" not in error.message:
                raise
            await self.page.goto(url)

    async def sees(self, text: str | re.Pattern[str], *, exact: bool = True) -> Locator:
        """Wait for a text, and return its element."""
        place = self.page.get_by_text(text, exact=exact).filter(visible=True).first
        await expect(place).to_be_visible()
        return place

    async def press(self, name: str, *, within: Locator | None = None) -> None:
        """Press a button."""
        await (within or self.page).get_by_role("button", name=name, exact=True).first.click()

    async def read(self) -> None:
        """Check for raw keys and placeholders, except on the simulator's page."""
        if not self.page.url.startswith(self._url):
            return
        # Until the frontend has loaded the texts, it shows their keys.
        for _ in range(LOOKS):
            texts: list[str] = await self.page.evaluate(READ_TEXTS)
            raw = [text for text in texts if UNTRANSLATED.search(text)]
            complaints = [f"On {self.page.url} it says: {text}" for text in raw]
            if all(_is_ignored(complaint) for complaint in complaints):
                return
            await self.page.wait_for_timeout(BETWEEN_LOOKS)
        for complaint in complaints:
            self._complain(complaint)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(f"Console: {message.text} ({message.location.get('url')})")

    def _note_error(self, error: Error) -> None:
        self._complain(f"Error in the page: {error}")

    def _note_response(self, response: Response) -> None:
        if response.status >= 400:
            self._complain(f"{response.request.method} {response.url} → {response.status}")

    def _note_failure(self, request: Request) -> None:
        # Leaving a page aborts its pending requests.
        if request.failure != "net::ERR_ABORTED":
            self._complain(f"{request.method} {request.url}: {request.failure}")

    def _complain(self, text: str) -> None:
        if not _is_ignored(text):
            self.complaints.append(text)


def _is_ignored(complaint: str) -> bool:
    return any(pattern.search(complaint) for pattern in IGNORED)
