"""What a browser would ask of Home Assistant, asked by this command."""

from collections.abc import Mapping
from typing import Any

import aiohttp

from .processes import GiveUpError

USER = "dev"
PASSWORD = "dev"  # noqa: S105 # for a Home Assistant that only this machine can reach


class HomeAssistant:
    """A client of one Home Assistant."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self._client_id = f"{url}/"
        self._token = ""

    async def state(self) -> str | None:
        """Return "RUNNING" and the like; None while it does not answer properly."""
        async with self._session.get(f"{self._url}/api/config", headers=self._headers()) as answer:
            return (await answer.json())["state"] if answer.ok else None

    async def awaits_user(self) -> bool | None:
        """Return whether it was never onboarded; None while it does not answer properly."""
        async with self._session.get(f"{self._url}/api/onboarding") as answer:
            if answer.status == 404:  # what it says when all is done
                return False
            if not answer.ok:
                return None
            return any(step["step"] == "user" and not step["done"] for step in await answer.json())

    async def onboard(self) -> None:
        """Make the user; the other steps of onboarding were left out (see configuration.py)."""
        user = {
            "name": USER.capitalize(),
            "username": USER,
            "password": PASSWORD,
            "client_id": self._client_id,
            "language": "en",
        }
        await self.post("/api/onboarding/users", user)

    async def log_in(self) -> None:
        """Get a token for all further requests."""
        begin = {
            "client_id": self._client_id,
            "handler": ["homeassistant", None],
            "redirect_uri": self._client_id,
        }
        flow = await self.post("/auth/login_flow", begin)
        credentials = {"client_id": self._client_id, "username": USER, "password": PASSWORD}
        step = await self.post(f"/auth/login_flow/{flow['flow_id']}", credentials)
        if step["type"] != "create_entry":
            raise GiveUpError(f"User {USER} cannot log in. Start anew with --fresh.")
        form = {
            "grant_type": "authorization_code",
            "code": step["result"],
            "client_id": self._client_id,
        }
        async with self._session.post(f"{self._url}/auth/token", data=form) as answer:
            answer.raise_for_status()
            self._token = (await answer.json())["access_token"]

    async def stay_logged_in(self) -> None:
        """Go on with a token that does not end after half an hour."""
        wish = {"client_name": USER, "lifespan": 3650}
        self._token = await self.command({"type": "auth/long_lived_access_token", **wish})

    async def entries(self, domain: str) -> list[dict[str, Any]]:
        """Return the config entries of an integration."""
        return list(await self.command({"type": "config_entries/get", "domain": domain}))

    async def flows(self, domain: str) -> list[dict[str, Any]]:
        """Return the dialogs that wait for a person, such as a Discovered card."""
        flows = await self.command({"type": "config_entries/flow/progress"})
        return [flow for flow in flows if flow["handler"] == domain]

    async def flow_step(self, flow_id: str) -> dict[str, Any]:
        """Return the step that a dialog shows."""
        return dict(await self.get(f"/api/config/config_entries/flow/{flow_id}"))

    async def submit(self, flow_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Press the button of a dialog; returns the next step."""
        return await self.post(f"/api/config/config_entries/flow/{flow_id}", values)

    async def get(self, path: str) -> Any:
        """Return what Home Assistant's REST API has at a path."""
        async with self._session.get(self._url + path, headers=self._headers()) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send something to Home Assistant's REST API."""
        return dict(await self._post(path, body))

    async def act(self, action: str, body: Mapping[str, Any]) -> None:
        """Perform an action, such as `alarm_control_panel.alarm_disarm`."""
        await self._post(f"/api/services/{action.replace('.', '/')}", body)

    async def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        url = self._url + path
        async with self._session.post(url, json=body, headers=self._headers()) as answer:
            if not answer.ok:
                raise GiveUpError(
                    f"Home Assistant refused {path} ({answer.status}): {await answer.text()}"
                )
            return await answer.json()

    async def delete(self, path: str) -> None:
        """Delete what Home Assistant's REST API has at a path."""
        async with self._session.delete(self._url + path, headers=self._headers()) as answer:
            answer.raise_for_status()

    async def command(self, command: Mapping[str, Any]) -> Any:
        """Send one command over the websocket; some things are not to be had otherwise."""
        url = f"{self._url}/api/websocket"
        # A registry of thousands of entities is longer than what aiohttp takes by itself.
        async with self._session.ws_connect(url, max_msg_size=0) as socket:
            await socket.receive_json()  # auth_required
            await socket.send_json({"type": "auth", "access_token": self._token})
            await socket.receive_json()  # auth_ok
            await socket.send_json({"id": 1, **command})
            answer = await socket.receive_json()
        if not answer["success"]:
            raise GiveUpError(f"Home Assistant refused {command}: {answer['error']['message']}")
        return answer["result"]

    def _headers(self) -> dict[str, str]:
        # The integration derives the OAuth redirect from the address in the user's browser.
        headers = {"HA-Frontend-Base": self._url}
        return headers | ({"Authorization": f"Bearer {self._token}"} if self._token else {})
