"""Check an account at Minut without Home Assistant.

    MINUT_CLIENT_ID=… MINUT_CLIENT_SECRET=… python -m custom_components.point.minut --check

Prints what works, and a fingerprint of Minut's answers without what they say. Apart from the token,
which Minut grants to the client, everything is read with GET.
"""

from argparse import ArgumentParser
import asyncio
from collections.abc import Callable, Mapping
import json
import os
from pathlib import Path
import sys
from typing import Any, Final

from aiohttp import ClientError, ClientSession
from yarl import URL

from .assumptions import judged
from .check import check
from .client import API_ROOT, MinutClient
from .connection import is_loopback
from .exceptions import MinutError
from .findings import Finding, Findings, Result, lines
from .parsing import JsonObject, text
from .token_request import MAX_TOKEN, RequestFormat, request_token, token_object

CLIENT_ID: Final = "MINUT_CLIENT_ID"
CLIENT_SECRET: Final = "MINUT_CLIENT_SECRET"  # noqa: S105 # the name of a variable
API_URL: Final = "MINUT_API_URL"
TEXTS: Final = Path(__file__).parents[1] / "translations" / "en.json"
NOT_ACCEPTED: Final = "Minut does not accept this client ID and secret, or cannot be reached."


async def run(environment: Mapping[str, str], show: Callable[[str], None] = print) -> int:
    """Check the account of an API client. Return the exit code: 0 if nothing fails."""
    client_id, secret = environment.get(CLIENT_ID), environment.get(CLIENT_SECRET)
    root = URL(environment.get(API_URL) or API_ROOT)
    if not client_id or not secret:
        show(f"Set {CLIENT_ID} and {CLIENT_SECRET} to the id and the secret of an API client.")
        return 2
    if root.scheme != "https" and not is_loopback(root):
        show(f"{API_URL} must start with https, as the secret is sent there.")
        return 2
    async with ClientSession() as session:
        granted = await _token(session, root, client_id, secret)
        token = text(granted.get("access_token"), max_length=MAX_TOKEN)
        if token is None:
            show(NOT_ACCEPTED)
            return 1

        async def access_token() -> str:
            return token

        client = MinutClient(session, access_token, root=str(root))
        client.contract.granted(granted)
        findings = await check(client)
    for line in lines(findings, _texts()):
        show(line)
    show(_fingerprint(client, findings))
    return int(any(finding.result is Result.FAILS for finding in findings.values()))


async def _token(session: ClientSession, root: URL, client_id: str, secret: str) -> JsonObject:
    """Return a token in the first format that Minut accepts; empty if it accepts none."""
    for request_format in RequestFormat:
        try:
            _, answer = await request_token(
                session,
                str(root / "oauth/token"),
                {"grant_type": "client_credentials"},
                client=(client_id, secret),
                request_format=request_format,
            )
        except ClientError, MinutError, TimeoutError:
            continue
        if token := token_object(answer):
            is_first = request_format is RequestFormat.FORM
            return token if is_first else {**token, "request_format": request_format}
    return {}


def _texts() -> dict[str, Any]:
    selectors: Mapping[str, Any] = json.loads(TEXTS.read_text(encoding="utf-8"))["selector"]
    names = ("check", "check_result", "check_reason", "reason")
    return {name: selectors[name]["options"] for name in names}


def _fingerprint(client: MinutClient, findings: Findings) -> str:
    report = {
        "checks": {check: _shown(finding) for check, finding in findings.items()},
        "assumptions": judged(client.contract.facts()),
        "endpoints": client.contract.report(),
        "left_out": client.unreadable,
    }
    return f"\n```json\n{json.dumps(report, indent=1)}\n```"


def _shown(finding: Finding) -> str:
    return f"{finding.result}: {finding.reason}"


def main() -> None:
    """Parse the arguments and run the check."""
    parser = ArgumentParser(description="Check an account at Minut without Home Assistant.")
    parser.add_argument(
        "--check",
        action="store_true",
        required=True,
        help=f"read what there is to read, with the client in {CLIENT_ID} and {CLIENT_SECRET}",
    )
    parser.parse_args()
    sys.exit(asyncio.run(run(os.environ)))


if __name__ == "__main__":
    main()
