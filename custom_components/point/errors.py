"""What people are told when what they ask cannot be, or Minut does not do it."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .const import DOMAIN
from .coordinator import PointCoordinator
from .minut.exceptions import (
    MinutError,
    MinutForbiddenError,
    MinutUnauthorizedError,
    MinutUnexpectedAnswerError,
    MinutUnreachableError,
)
from .minut.thresholds import InvalidThresholdsError


@contextmanager
def explained(coordinator: PointCoordinator, subject: str) -> Iterator[None]:
    """Turn what Minut says to a command into words, those of `subject`.

    Raises HomeAssistantError for MinutError, ServiceValidationError for InvalidThresholdsError.
    Starts a reauth flow when the login has ended.
    """
    try:
        yield
    except InvalidThresholdsError as error:
        raise invalid(error.reason) from error
    except MinutUnauthorizedError as error:
        coordinator.config_entry.async_start_reauth(coordinator.hass)
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="unauthorized"
        ) from error
    except MinutError as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=f"{subject}_{_kind(error)}",
            translation_placeholders={"reason": str(error)},
        ) from error


def invalid(key: str, **placeholders: str) -> ServiceValidationError:
    """Return the error of a wish that makes no sense, with the words of `key`."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders or None,
    )


def _kind(error: MinutError) -> str:
    match error:
        case MinutUnreachableError() | MinutUnexpectedAnswerError():  # it may have been done
            return "unreachable"
        case MinutForbiddenError():
            return "forbidden"
        case _:
            return "refused"
