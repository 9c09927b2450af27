"""Endpoints of users and organizations (API notes 3.1 and 11)."""

from simulator.api.call import ORGANIZATION_ID, Call, Reply, Route
from simulator.api.serializers import user_json
from simulator.formats import ApiError, Json


def _read_me(call: Call) -> Reply:
    return Reply(user_json(call.account))


def _read_user(call: Call) -> Reply:
    if call.path["user_id"] != call.account.user_id:
        raise ApiError(403, "forbidden", "not your account")
    return _read_me(call)


def _list_organizations(call: Call) -> Reply:
    """Return the account's organization; a private account belongs to none."""
    organizations: list[Json] = []
    if call.cloud.switches.account_in_organization:
        organizations.append({"id": ORGANIZATION_ID, "name": "Example Rentals"})
    return Reply({"organizations": organizations})


ROUTES = (
    Route("GET", "/users/me", _read_me, kind="user"),
    Route("GET", "/users/{user_id}", _read_user, kind="user"),
    Route("GET", "/organizations", _list_organizations, kind="organizations"),
)
