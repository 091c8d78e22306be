"""``python -m tests.bench [NAME...]``: what is fast and what is not, on the machine it runs on.

Times of whole processes are taken in turn with the bare interpreter, so that the ratio holds on a
machine that is busy with other things. Nothing is asserted: these machines are shared.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable

from tests.bench import (
    busy,
    campaign,
    gpio,
    keys,
    loss,
    plant,
    playback,
    programs,
    records,
    runtimes,
    screen,
    simulation,
    startup,
    stop,
    wire,
    zero,
)

SECTIONS: dict[str, Callable[[argparse.Namespace], None]] = {
    "startup": startup.main,
    "programs": programs.main,
    "simulation": simulation.main,
    "plant": plant.main,
    "campaign": campaign.main,
    "screen": screen.main,
    "stop": stop.main,
    "keys": keys.main,
    "loss": loss.main,
    "playback": playback.main,
    "busy": busy.main,
    "wire": wire.main,
    "zero": zero.main,
    "records": records.main,
    "gpio": gpio.main,
    "runtimes": runtimes.main,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"sections to run: {', '.join(SECTIONS)} (default: all)")
    parser.add_argument("--runs", type=int, default=10, help="runs of each whole process (default: 10)")
    parser.add_argument(
        "--stops", type=int, default=50, help="stops and injuries of each kind over the PTY (default: 50)"
    )
    parser.add_argument(
        "--deaths", type=int, default=50, help="deaths of each kind of a Pi's processes (default: 50)"
    )
    parser.add_argument(
        "--play-s", type=int, default=0, help="seconds of playing over the PTY (default: none)"
    )
    parser.add_argument(
        "--kills", type=int, default=40, help="processes killed while recording (default: 40)"
    )
    parser.add_argument("--trials", type=int, default=200, help="stops at each loss rate (default: 200)")
    parser.add_argument("--playbacks", type=int, default=10, help="ten-minute playbacks (default: 10)")
    parser.add_argument(
        "--busy-s", type=int, default=20, help="seconds of playing on a busy machine (default: 20)"
    )
    parser.add_argument(
        "--full", action="store_true", help="as many of everything as it takes to be sure (an hour)"
    )
    parser.add_argument("--campaign-runs", type=int, default=12, help="runs of a campaign (default: 12)")
    args = parser.parse_args()
    if args.full:
        args.runs, args.stops, args.play_s, args.trials = 10, 50, 600, 300
        args.kills = 500
        args.playbacks, args.busy_s, args.campaign_runs = 100, 600, 100
    unknown = set(args.names) - set(SECTIONS)
    if unknown:
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    for name in args.names or SECTIONS:
        print(f"\n== {name} ==")
        SECTIONS[name](args)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
