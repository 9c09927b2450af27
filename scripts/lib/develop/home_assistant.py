"""A client of Home Assistant's REST and websocket API, as its frontend uses them."""

from collections.abc import Mapping
from typing import Any

import aiohttp

from .processes import GiveUpError

USER = "dev"
PASSWORD = "dev"  # noqa: S105 # of a Home Assistant on loopback


class HomeAssistant:
    """A client of one Home Assistant."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self._client_id = f"{url}/"
        self._token = ""

    async def state(self) -> str | None:
        """Return the state such as "RUNNING"; None while it does not answer properly."""
        async with self._session.get(f"{self._url}/api/config", headers=self._headers()) as answer:
            return (await answer.json())["state"] if answer.ok else None

    async def needs_onboarding(self) -> bool | None:
        """Return whether there is no user yet; None while it does not answer properly."""
        async with self._session.get(f"{self._url}/api/onboarding") as answer:
            if answer.status == 404:  # onboarding is complete
                return False
            if not answer.ok:
                return None
            return any(step["step"] == "user" and not step["done"] for step in await answer.json())

    async def onboard(self) -> None:
        """Create the user; the other steps of onboarding are skipped (see configuration.py)."""
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
            raise GiveUpError(f"User {USER} cannot log in. Start over with --fresh.")
        form = {
            "grant_type": "authorization_code",
            "code": step["result"],
            "client_id": self._client_id,
        }
        async with self._session.post(f"{self._url}/auth/token", data=form) as answer:
            answer.raise_for_status()
            self._token = (await answer.json())["access_token"]

    async def stay_logged_in(self) -> None:
        """Switch to a token that does not expire after half an hour."""
        request = {"client_name": USER, "lifespan": 3650}
        self._token = await self.command({"type": "auth/long_lived_access_token", **request})

    async def entries(self, domain: str) -> list[dict[str, Any]]:
        """Return the config entries of an integration."""
        return list(await self.command({"type": "config_entries/get", "domain": domain}))

    async def flows(self, domain: str) -> list[dict[str, Any]]:
        """Return the flows in progress, such as a Discovered card."""
        flows = await self.command({"type": "config_entries/flow/progress"})
        return [flow for flow in flows if flow["handler"] == domain]

    async def flow_step(self, flow_id: str) -> dict[str, Any]:
        """Return the current step of a flow."""
        return dict(await self.get(f"/api/config/config_entries/flow/{flow_id}"))

    async def submit(self, flow_id: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Submit the current step of a flow. Return the next step."""
        return await self.post(f"/api/config/config_entries/flow/{flow_id}", values)

    async def get(self, path: str) -> Any:
        """Send a GET request to the REST API."""
        async with self._session.get(self._url + path, headers=self._headers()) as answer:
            answer.raise_for_status()
            return await answer.json()

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send a POST request to the REST API."""
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
        """Send a DELETE request to the REST API."""
        async with self._session.delete(self._url + path, headers=self._headers()) as answer:
            answer.raise_for_status()

    async def command(self, command: Mapping[str, Any]) -> Any:
        """Send one command to the websocket API."""
        url = f"{self._url}/api/websocket"
        # A registry of thousands of entities exceeds aiohttp's default limit.
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
