"""An account in real Home Assistant processes: core's `point`, this integration, and the floor.

One after the other, on the same simulated cloud. The floor is an integration that does nothing but
have the same entities. The import of history is off: core has none. Needs Linux's /proc.
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
"""So many homes with two Points each are more entities than Home Assistant lets core add."""
INTEGRATIONS = {each.name: each for each in (CORE, OURS, EMPTY)}


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench account", description=__doc__)
    parser.add_argument(
        "--homes",
        type=account,
        nargs="+",
        metavar="N[:POINTS]",
        help="accounts of so many homes; without POINTS, two Points in each",
    )
    parser.add_argument("--quick", action="store_true", help="small accounts, few deliveries")
    parser.add_argument(
        "--idle", type=float, metavar="SECONDS", help=f"({IDLE:g}; 0: not measured)"
    )
    parser.add_argument("--page", type=int, metavar="N", help="homes or Points in an answer (all)")
    parser.add_argument("--only", choices=INTEGRATIONS, nargs="+", help="(all that can)")
    return parser.parse_args(arguments)


def account(text: str) -> Account:
    """Read `25` (homes, with two Points each) or `25:30` (homes and Points)."""
    homes, _, points = text.partition(":")
    found = Account(homes=int(homes), points=int(points) if points else 2 * int(homes))
    if not 0 < found.homes <= found.points:
        raise ValueError
    return found


def plan_of(options: argparse.Namespace) -> tuple[tuple[Account, ...], Plan]:
    """Return the accounts and how to measure them."""
    plan, accounts = (QUICK, QUICK_ACCOUNTS) if options.quick else (Plan(), ACCOUNTS)
    if options.idle is not None:
        plan = replace(plan, idle=options.idle)
    return tuple(options.homes or accounts), replace(plan, page=options.page)


def integrations_for(measured: Account, only: list[str] | None) -> tuple[Integration, ...]:
    """Return what can be measured with an account, of that what is wanted."""
    return tuple(
        each
        for each in INTEGRATIONS.values()
        if (not only or each.name in only)
        and (each is not CORE or measured.points < 2 * BEYOND_CORE)
    )


async def run(options: argparse.Namespace) -> bool:
    """Measure and print; tell whether no goal is missed."""
    accounts, plan = plan_of(options)
    found: dict[Account, dict[str, Figures]] = {}
    for each in accounts:
        log(f"{each.name} (load of the machine: {os.getloadavg()[0]:.1f})")
        found[each] = dict(await measure(integrations_for(each, options.only), each, plan))
        print("\n", *(f"{line}\n" for line in table(each, found[each])), sep="", flush=True)
    lines, is_good = verdicts(found)
    print(*lines, sep="\n")
    return is_good


def main() -> int:
    """Return the exit status: 1 where a goal is missed."""
    # Told to end, it ends what it has started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return 0 if asyncio.run(run(parse())) else 1


if __name__ == "__main__":
    sys.exit(main())
