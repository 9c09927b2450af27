"""Compare core's `point`, this integration and the floor in real Home Assistant processes.

They run in alternating rounds with the same simulated account, each time in a new process. The
floor is a minimal integration that only has the same entities. History import is disabled: core has
none. Requires Linux's /proc.
"""

import argparse
import asyncio
from dataclasses import replace
from pathlib import Path
import signal
import sys

from benchmarks.account.goals import verdicts
from benchmarks.account.results import ROUNDS, Results
from benchmarks.account.run import QUICK, Plan, measure
from benchmarks.account.table import IDLE, table
from benchmarks.cloud import Account
from benchmarks.comparison import BEYOND_CORE, FEW, JUDGED, LARGEST, MANY
from benchmarks.comparison.command_line import account, environment
from benchmarks.comparison.host import CORE, EMPTY, OURS, SAME, Integration

ACCOUNTS = (FEW, MANY, JUDGED, LARGEST)
QUICK_ACCOUNTS = (FEW, Account(homes=10, points=20))
SIGNS = {True: "✓", False: "✗", None: "—"}
INTEGRATIONS = {integration.name: integration for integration in (CORE, OURS, EMPTY, SAME)}


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
    parser.add_argument("--rounds", type=int, metavar="N", help=f"rounds to measure ({ROUNDS})")
    parser.add_argument(
        "--result",
        type=Path,
        default=Path("performance.json"),
        metavar="FILE",
        help="result file, written after each process (%(default)s)",
    )
    parser.add_argument("--page", type=int, metavar="N", help="homes or Points per page (all)")
    parser.add_argument(
        "--only", choices=INTEGRATIONS, nargs="+", help="integrations to measure (all possible)"
    )
    return parser.parse_args(arguments)


def plan_of(options: argparse.Namespace) -> tuple[tuple[Account, ...], Plan]:
    """Return the accounts and how to measure them."""
    plan, accounts = (QUICK, QUICK_ACCOUNTS) if options.quick else (Plan(), ACCOUNTS)
    if options.idle is not None:
        plan = replace(plan, idle=options.idle)
    if options.rounds is not None:
        plan = replace(plan, rounds=options.rounds)
    return tuple(options.homes or accounts), replace(plan, page=options.page)


def integrations_for(measured: Account, only: list[str] | None) -> tuple[Integration, ...]:
    """Return the requested integrations that can be measured with an account."""
    return tuple(
        integration
        for integration in INTEGRATIONS.values()
        if (not only or integration.name in only)
        and (integration is not CORE or measured.points < 2 * BEYOND_CORE)
        and (integration is not SAME or measured == FEW)
    )


async def run(options: argparse.Namespace) -> bool:
    """Measure and print. Return whether no goal is missed."""
    accounts, plan = plan_of(options)
    results = Results(environment())
    for each in accounts:
        async for measured in measure(integrations_for(each, options.only), each, plan):
            results.runs.append(measured)
            results.write(options.result)
        print("\n", *(f"{line}\n" for line in table(results, each)), sep="", flush=True)
    judged = verdicts(results)
    print(*(f"{SIGNS[goal.is_met]} {goal.text}: {goal.result}" for goal in judged), sep="\n")
    return all(goal.is_met is not False for goal in judged)


def main() -> int:
    """Return the exit status: 1 if a goal is missed."""
    # Handle SIGTERM like Ctrl-C, so that the child processes are stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return 0 if asyncio.run(run(parse())) else 1


if __name__ == "__main__":
    sys.exit(main())
