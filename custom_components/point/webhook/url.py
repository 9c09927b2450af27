"""URL at which Minut reaches Home Assistant (API notes 6.1: public https)."""

from collections.abc import Callable
from enum import Enum, auto
from ipaddress import ip_address
import logging

from homeassistant.components import webhook
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.network import NoURLAvailableError
from yarl import URL

from ..minut.connection import is_loopback

_LOGGER = logging.getLogger(__name__)

PRIVATE_SUFFIXES = (".local", ".localhost", ".internal", ".home.arpa", ".lan", ".home")


class NoUrl(Enum):
    """Why Minut cannot reach Home Assistant."""

    NONE = auto()
    INSECURE = auto()
    CLOUD_UNAVAILABLE = auto()
    """Home Assistant Cloud has a subscription, but returned no cloudhook."""


async def async_webhook_url(
    hass: HomeAssistant, webhook_id: str, *, api_root: str, registered: str | None
) -> str | NoUrl:
    """Return the cloudhook with a subscription, else the webhook at the external URL.

    While Home Assistant Cloud is not connected, a cloudhook that is `registered` stays: after a
    start it takes a moment to connect. An API on loopback, such as the simulator, reaches us there.
    """
    is_unavailable = False
    if "cloud" in hass.config.components:
        from homeassistant.components import cloud  # noqa: PLC0415 # only where it is loaded

        try:
            if cloud.async_active_subscription(hass):
                return await cloud.async_get_or_create_cloudhook(hass, webhook_id)
        except Exception as error:  # noqa: BLE001 # its libraries raise anything
            _LOGGER.debug("Home Assistant Cloud returned no cloudhook: %s", type(error).__name__)
            if registered and not registered.endswith(webhook.async_generate_path(webhook_id)):
                return registered
            is_unavailable = True
    url = _external_url(hass, webhook_id, is_local=is_loopback(URL(api_root)))
    return NoUrl.CLOUD_UNAVAILABLE if is_unavailable and isinstance(url, NoUrl) else url


def _external_url(hass: HomeAssistant, webhook_id: str, *, is_local: bool) -> str | NoUrl:
    try:
        address = webhook.async_generate_url(
            hass,
            webhook_id,
            allow_internal=is_local,
            allow_ip=True,
            prefer_external=not is_local,
        )
    except NoURLAvailableError:
        return NoUrl.NONE
    if is_local:
        return address
    url = URL(address)
    if not _is_public(url.host or ""):
        return NoUrl.NONE
    return address if url.scheme == "https" else NoUrl.INSECURE


def _is_public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(PRIVATE_SUFFIXES)


@callback
def async_listen_url_change(
    hass: HomeAssistant, webhook_id: str, on_change: Callable[[], None]
) -> list[CALLBACK_TYPE]:
    """Call `on_change` whenever the URL may have changed. Return the callbacks that stop it."""
    stop = [hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, callback(lambda _event: on_change()))]
    if "cloud" in hass.config.components:
        from homeassistant.components import cloud  # noqa: PLC0415 # as above

        changed = callback(lambda _what: on_change())
        stop.append(cloud.async_listen_connection_change(hass, changed))
        stop.append(cloud.async_listen_cloudhook_change(hass, webhook_id, changed))
    return stop


async def async_delete_cloudhook(hass: HomeAssistant, webhook_id: str) -> None:
    """Delete the cloudhook, if there is one."""
    if "cloud" not in hass.config.components:
        return
    from homeassistant.components import cloud  # noqa: PLC0415 # as above

    try:
        await cloud.async_delete_cloudhook(hass, webhook_id)
    except Exception as error:  # noqa: BLE001 # as above; usually there is none
        _LOGGER.debug("No cloudhook was deleted: %s", type(error).__name__)
