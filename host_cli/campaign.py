"""``thrum simulate --runs``: many runs in processes, kept as they are done, and the worst of them."""

from __future__ import annotations

import shlex
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from host_cli import exits
from host_cli.campaign_file import FORMAT, Kept, thrum_version
from host_cli.clock import monotonic_s
from host_cli.exits import Quit
from host_cli.progress import Progress
from host_cli.terminal import clock_text

if TYPE_CHECKING:
    from host_cli.terminal import Terminal
    from sim.campaign import Row, Setup

NAMES = {
    "skin_c": "hottest skin", "pad_c": "hottest pad", "cem43_min": "thermal dose", "zero_ms": "slowest zero",
    "current_a": "most current", "underruns": "underruns",
}  # fmt: skip
BROKEN_SHOWN = 10  # of the runs that must not be; all are in the file


@dataclass(frozen=True)
class Campaign:
    """What was asked. ``command`` is the command without seed and what belongs to many runs."""

    setup: Setup
    seed: int
    runs: int
    jobs: int
    keep: Path
    resume: bool
    command: str

    def replay(self, seed: int) -> str:
        """The command that plays one run again, exactly."""
        return f"{self.command} --seed {seed}{' --vary' if self.setup.vary else ''}"

    @property
    def again(self) -> str:
        """The command that goes on with it."""
        keep = shlex.quote(str(self.keep))
        return f"{self.replay(self.seed)} --runs {self.runs} --keep {keep} --resume"

    @property
    def header(self) -> dict[str, Any]:
        from sim.campaign import program_hash

        setup = self.setup
        settled = {"faults": list(setup.faults), "person": setup.person, "charge": setup.charge}
        return {
            "thrum": FORMAT,
            "version": thrum_version(),
            "program": setup.timeline.program_id,
            "program_hash": program_hash(setup.timeline),
            "profile": setup.profile.id,
            "profile_hash": setup.profile.hash,
            "seed": self.seed,
            "runs": self.runs,
            "vary": setup.vary,
            "settled": settled,
        }


def default_keep(program_id: str, seed: int) -> Path:
    """Where a campaign is kept when nobody says: here, under a name that tells what it is."""
    return Path(f"{program_id}-seed{seed}.campaign.jsonl")


def play_campaign(terminal: Terminal, campaign: Campaign, as_json: bool) -> int:
    """Play what is not there yet, say what came of all; the exit code."""
    from host_cli.terminal import say_json
    from sim.campaign import broken

    begun_s = monotonic_s()
    with Kept(campaign.keep, campaign.header, campaign.resume, campaign.again) as kept:
        before = len(kept.rows)
        try:
            _play(terminal, campaign, kept)
        except KeyboardInterrupt:
            done = sum(row["run"] < campaign.runs for row in kept.rows)
            say = f"Stopped after {done} of {campaign.runs} runs; they are in {campaign.keep}."
            raise Quit(exits.STOPPED, say, campaign.again) from None
        except BrokenProcessPool:
            say = f"A process of the campaign ended by itself: out of memory? {len(kept.rows)} runs are kept."
            raise Quit(exits.FAILED, say, campaign.again) from None
        rows = sorted((row for row in kept.rows if row["run"] < campaign.runs), key=lambda row: row["run"])
        played = len(kept.rows) - before
    found = _summary(campaign, rows, played, monotonic_s() - begun_s)
    if as_json:
        say_json(found)
    else:
        for line in _lines(terminal, found):
            terminal.say(line)
        terminal.next(found["worst"][0]["command"] if found["worst"] else campaign.command)
    return exits.FAILED if any(broken(row) for row in rows) else exits.DONE


def _play(terminal: Terminal, campaign: Campaign, kept: Kept) -> None:
    from sim.campaign import play_all

    there = {row["run"] for row in kept.rows}
    todo = [index for index in range(campaign.runs) if index not in there]
    jobs = max(1, min(campaign.jobs, len(todo)))
    total_s = len(todo) * campaign.setup.timeline.duration_ms / 1000
    rows = play_all(campaign.setup, campaign.seed, todo, jobs)
    with Progress(terminal, f"{len(todo)} runs", total_s, plain=True) as progress, closing(rows):
        for done, row in enumerate(rows, 1):
            kept.add(row)
            progress(done / len(todo))


def _summary(campaign: Campaign, rows: list[Row], played: int, wall_s: float) -> dict[str, Any]:
    """What ``--json`` prints."""
    from sim.campaign import broken, outcomes, worst

    injected = [each for row in rows for each in row.get("injected", ())]
    header = campaign.header
    return {
        **{key: header[key] for key in header if key != "thrum"},
        "jobs": campaign.jobs,
        "played": played,
        "outcomes": outcomes(rows),
        "injected": len(injected),
        "felt": sum(each["felt"] for each in injected),
        "after_the_end": sum(_after_the_end(row) for row in rows),
        "worst": [
            {"what": what, "unit": unit, "value": value, "run": row["run"], "seed": row["seed"],
             "command": campaign.replay(row["seed"])}
            for what, unit, value, row in worst(rows)
        ],
        "broken": [
            {"run": row["run"], "seed": row["seed"], "why": _why(row),
             "command": campaign.replay(row["seed"])}
            for row in rows if broken(row)
        ],
        "kept": str(campaign.keep),
        "wall_s": round(wall_s, 3),
    }  # fmt: skip


def _after_the_end(row: Row) -> int:
    """How many faults were due when it was all over."""
    from sim.faults import parse_fault

    return sum(
        not each["felt"] and parse_fault(each["fault"]).at_s > row["duration_s"]
        for each in row.get("injected", ())
    )


def _felt(found: dict[str, Any]) -> str:
    if not found["injected"]:
        return "none"
    after, felt = found["after_the_end"], found["felt"]
    missed = found["injected"] - felt - after
    parts = [f"{felt} felt", f"{after} {'was' if after == 1 else 'were'} due after the end"]
    return ", ".join([*parts[: 1 + bool(after)], f"{missed} not felt"])


def _why(row: Row) -> list[str]:
    """What was broken in a run, in words."""
    if row.get("crashed"):
        return [f"it ended in an error ({row['reason']})"]
    out = [
        f"{each['invariant']} of {each['channel']} at {clock_text(each['t_s'])}: "
        f"{each['value']:.6g}, allowed {each['allowed']:.6g}"
        for each in row["violations"]
    ]
    if row["never_zero"]:
        out.append("the outputs were never at zero after a fault")
    if row["limited"] and not row["injected"]:
        out.append("the device limited a program that passed the checks")
    return out


def _lines(terminal: Terminal, found: dict[str, Any]) -> list[str]:
    rate = found["played"] / found["wall_s"] if found["wall_s"] else 0.0
    varied = "rig, person, link and faults vary" if found["vary"] else "only the seed varies"
    head = (
        f"SIM {found['program']} on {found['profile']}, seed {found['seed']}: {found['runs']} runs, {varied}"
    )
    out = terminal.wrap(head, "", "  ")
    outcomes = ", ".join(
        f"{count} {exits.IN_WORDS.get(outcome, outcome)}" for outcome, count in found["outcomes"].items()
    )
    rows = [
        ("outcomes", outcomes),
        ("faults", _felt(found)),
        ("took", f"{clock_text(found['wall_s'])} for {found['played']} runs on {found['jobs']} processes, "
                 f"{rate:.2f} a second"),
        ("kept in", found["kept"]),
    ]  # fmt: skip
    for name, text in rows:
        out += terminal.wrap(text, f"  {name:<14}")
    for each in found["worst"]:
        amount = f"{each['value']:.4g} {each['unit']}".strip()
        out += terminal.wrap(f"{amount:<11} {each['command']}", f"  {NAMES[each['what']]:<14}")
    for each in found["broken"][:BROKEN_SHOWN]:
        for why in each["why"]:
            told = terminal.wrap(f"{why}; this is a bug in thrum: {each['command']}", f"  {'BROKEN':<14}")
            out += [told[0].replace("BROKEN", terminal.paint("BROKEN", "bold red"), 1), *told[1:]]
    more = len(found["broken"]) - BROKEN_SHOWN
    return [*out, f"  {'':<14}and {more} more, in {found['kept']}"] if more > 0 else out
