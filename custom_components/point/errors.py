"""Translated errors for the user: invalid input, and commands that Minut does not execute."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.update_coordinator import UpdateFailed

from .const import DOMAIN
from .minut.exceptions import (
    MinutError,
    MinutForbiddenError,
    MinutNotConfirmedError,
    MinutUnauthorizedError,
    MinutUnexpectedAnswerError,
    MinutUnreachableError,
    is_retired,
)
from .minut.thresholds import InvalidThresholdsError
from .texts import texts


@contextmanager
def translated_errors[T](
    hass: HomeAssistant,
    entry: ConfigEntry[T],
    subject: str,
    *,
    unexpected: str = "unreachable",
) -> Iterator[None]:
    """Translate the errors of a command, with the texts of `subject`.

    Raises HomeAssistantError for MinutError and ServiceValidationError for InvalidThresholdsError.
    Starts a reauth flow if the login has expired. `unexpected`: the kind of error for an answer
    that is not understood. The command may still have been executed.
    """
    try:
        yield
    except InvalidThresholdsError as error:
        raise invalid(error.reason) from error
    except MinutUnauthorizedError as error:
        entry.async_start_reauth(hass)
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="unauthorized"
        ) from error
    except MinutError as error:
        kind = unexpected if isinstance(error, MinutUnexpectedAnswerError) else _kind(error)
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=f"{subject}_{kind}",
            translation_placeholders={"reason": reason_text(hass, error)},
        ) from error


def update_failed(
    hass: HomeAssistant, error: MinutError, *, retry_after: float | None
) -> UpdateFailed:
    """Return the error of a failed poll. `retry_after`: seconds until the next one, if known."""
    key = "no_api_access" if isinstance(error, MinutForbiddenError) else "cloud_unreachable"
    return UpdateFailed(
        translation_domain=DOMAIN,
        translation_key="api_retired" if is_retired(error) else key,
        translation_placeholders={"reason": reason_text(hass, error)},
        retry_after=retry_after,
    )


@callback
def reason_text(hass: HomeAssistant, error: MinutError) -> str:
    """Return why a request failed, in the language of the system."""
    return error.text(texts(hass, "reason"))


def invalid(key: str, **placeholders: str) -> ServiceValidationError:
    """Return the error for invalid input, with the text of `key`."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders or None,
    )


def _kind(error: MinutError) -> str:
    match error:
        case MinutUnreachableError():
            return "unreachable"
        case MinutForbiddenError():
            return "forbidden"
        case MinutNotConfirmedError():
            return "kept"
        case _:
            return "refused"
