"""Link the simulated account through the same dialogs that a person uses."""

from typing import Any

import aiohttp
from yarl import URL

from .home_assistant import HomeAssistant
from .options import Options
from .processes import GiveUpError, Process, say

DOMAIN = "point"
SECONDS = 45


class Linking:
    """Links an account from a Discovered card or a reauthentication dialog."""

    def __init__(
        self,
        options: Options,
        session: aiohttp.ClientSession,
        home_assistant: HomeAssistant,
        process: Process,
    ) -> None:
        self._options = options
        self._session = session
        self._home_assistant = home_assistant
        self._process = process

    async def link(self) -> None:
        """Ensure that there is a loaded entry.

        The simulator loses its tokens when it stops. After a restart the entry asks for a new login
        with the same kind of dialog as the card.
        """
        dialog = await self._process.until(
            self._dialog_or_done, "a dialog that links the account", seconds=SECONDS
        )
        if dialog == "":
            return
        say("Linking the account")
        await self.walk(dialog)
        await self._process.until(self._loaded, "the account to be loaded", seconds=SECONDS)

    async def _dialog_or_done(self) -> str | None:
        """Return the id of the dialog to submit, "" if the entry is loaded, None if neither."""
        if await self._loaded():
            return ""
        sources = ("reauth", "integration_discovery")
        for flow in await self._home_assistant.flows(DOMAIN):
            if flow["context"]["source"] in sources:
                return str(flow["flow_id"])
        return None

    async def _loaded(self) -> bool | None:
        """Return True once the entry is loaded, None before."""
        entries = await self._home_assistant.entries(DOMAIN)
        return any(entry["state"] == "loaded" for entry in entries) or None

    async def walk(self, flow_id: str) -> None:
        """Submit a dialog up to Minut's page, allow access there, and return."""
        step = await self._home_assistant.flow_step(flow_id)
        while step["type"] in {"form", "menu"}:
            step = await self._home_assistant.submit(flow_id, _first_choices(step))
            if step.get("errors"):
                raise GiveUpError(f"The dialog {step['step_id']} shows an error: {step['errors']}")
        if step["type"] != "external":
            raise GiveUpError(f"The dialog ended without leading to Minut: {step.get('reason')}")
        back = await self._agree(URL(step["url"]))
        async with self._session.get(back) as answer:
            if not answer.ok:
                raise GiveUpError(f"{back.path} answered {answer.status}: {await answer.text()}")
        # An open dialog fetches its next step, which finishes the flow.
        await self._home_assistant.flow_step(flow_id)

    async def _agree(self, page: URL) -> URL:
        """Allow access on Minut's page. Return the URL to which it redirects."""
        answer = {"decision": "allow"}
        async with self._session.post(page, data=answer, allow_redirects=False) as sent:
            if sent.status != 302:
                raise GiveUpError(f"Minut's page answered {sent.status}: {await sent.text()}")
            return URL(sent.headers["Location"])


def _first_choices(step: dict[str, Any]) -> dict[str, Any]:
    """Return values for a form or a menu: the first option of each required choice."""
    if step["type"] == "menu":
        return {"next_step_id": step["menu_options"][0]}
    fields = [field for field in step.get("data_schema") or [] if field.get("required")]
    return {field["name"]: field["options"][0][0] for field in fields if field.get("options")}
