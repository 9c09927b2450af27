"""Compare core's `point`, this integration and the floor in real Home Assistant processes.

They run one after the other with the same simulated account. The floor is a minimal integration
that only has the same entities. History import is disabled: core has none. Requires Linux's /proc.
"""

import argparse
import asyncio
from dataclasses import replace
import os
import signal
import sys

from benchmarks.account.host import CORE, EMPTY, OURS, Integration
from benchmarks.account.run import QUICK, Plan, log, measure
from benchmarks.account.table import FEW, IDLE, JUDGED, LARGEST, Figures, table, verdicts
from benchmarks.cloud import Account

HOST = Account(homes=25, points=30)
ACCOUNTS = (FEW, Account(homes=40, points=80), JUDGED, LARGEST, HOST)
QUICK_ACCOUNTS = (FEW, Account(homes=10, points=20))
BEYOND_CORE = 281
"""Homes with two Points each for which core exceeds Home Assistant's limit of entities."""
INTEGRATIONS = {integration.name: integration for integration in (CORE, OURS, EMPTY)}


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench account", description=__doc__)
    parser.add_argument(
        "--homes",
        type=account,
        nargs="+",
        metavar="N[:POINTS]",
        help="accounts to measure, by number of homes; default: two Points in each home",
    )
    parser.add_argument("--quick", action="store_true", help="small accounts and few deliveries")
    parser.add_argument(
        "--idle", type=float, metavar="SECONDS", help=f"idle time to measure ({IDLE:g}; 0: none)"
    )
    parser.add_argument("--page", type=int, metavar="N", help="homes or Points per page (all)")
    parser.add_argument(
        "--only", choices=INTEGRATIONS, nargs="+", help="integrations to measure (all possible)"
    )
    return parser.parse_args(arguments)


def account(text: str) -> Account:
    """Parse `25` (homes with two Points each) or `25:30` (homes and Points)."""
    homes, _, points = text.partition(":")
    parsed = Account(homes=int(homes), points=int(points) if points else 2 * int(homes))
    if not 0 < parsed.homes <= parsed.points:
        raise ValueError
    return parsed


def plan_of(options: argparse.Namespace) -> tuple[tuple[Account, ...], Plan]:
    """Return the accounts and how to measure them."""
    plan, accounts = (QUICK, QUICK_ACCOUNTS) if options.quick else (Plan(), ACCOUNTS)
    if options.idle is not None:
        plan = replace(plan, idle=options.idle)
    return tuple(options.homes or accounts), replace(plan, page=options.page)


def integrations_for(measured: Account, only: list[str] | None) -> tuple[Integration, ...]:
    """Return the requested integrations that can be measured with an account."""
    return tuple(
        integration
        for integration in INTEGRATIONS.values()
        if (not only or integration.name in only)
        and (integration is not CORE or measured.points < 2 * BEYOND_CORE)
    )


async def run(options: argparse.Namespace) -> bool:
    """Measure and print. Return whether all goals are met."""
    accounts, plan = plan_of(options)
    measured: dict[Account, dict[str, Figures]] = {}
    for each in accounts:
        log(f"{each.name} (load average: {os.getloadavg()[0]:.1f})")
        measured[each] = dict(await measure(integrations_for(each, options.only), each, plan))
        print("\n", *(f"{line}\n" for line in table(each, measured[each])), sep="", flush=True)
    lines, is_good = verdicts(measured)
    print(*lines, sep="\n")
    return is_good


def main() -> int:
    """Return the exit status: 1 if a goal is missed."""
    # Handle SIGTERM like Ctrl-C, so that the child processes are stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return 0 if asyncio.run(run(parse())) else 1


if __name__ == "__main__":
    sys.exit(main())
