"""A program as ``run`` was asked for it, made ready for one profile.

The document is read before any port is opened; the plan is made when the rig's profile is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from host_cli import exits
from host_cli.exits import REFUSED, Quit

if TYPE_CHECKING:
    from host_cli.terminal import Terminal
    from host_cli.work import Ready
    from programs.load import Loaded
    from programs.profile import Profile
    from programs.timeline import Timeline


@dataclass(frozen=True)
class Asked:
    """What was asked for, to be prepared once the rig's profile is known."""

    terminal: Terminal
    program: str
    strength: str | None
    from_stage: int | None

    def prepare(self, profile: str | Profile) -> Prepared:
        """The program for this profile. Raises Rejected with every reason against it."""
        from host_cli.work import make_ready

        ready = make_ready(self.program, profile, strength=self.strength)
        refuse_unchosen(ready, self.program, self.strength)
        _tell_weaker(self.terminal, ready, self.strength)
        how: dict[str, object] = {"strength": self.strength}
        if self.from_stage is not None:
            how["from_stage"] = _index(ready, self.from_stage)
        timeline = compiled_for(ready, **how)
        _tell_warnings(self.terminal, ready)
        return Prepared(ready, timeline, how)


@dataclass(frozen=True)
class Prepared:
    """A program that may start; ``how`` goes to the compiler again when it goes on from the middle."""

    ready: Ready
    timeline: Timeline
    how: dict[str, object]

    def at_strength(self, strength: str) -> Prepared:
        """The same for a lower strength that was chosen meanwhile; never higher than it was."""
        from host_cli.work import ready_of
        from programs.plan import lower_strength

        chosen = lower_strength(self.ready.timeline.strength, strength)
        ready = ready_of(self.ready.loaded, self.ready.profile, strength=chosen)
        how = {**self.how, "strength": chosen}
        return Prepared(ready, compiled_for(ready, **how), how)


def prepared_of(loaded: Loaded, profile: Profile, strength: str | None) -> Prepared:
    """The whole of a program, without a word. Raises Rejected, and Quit for firm that nobody chose."""
    from host_cli.work import ready_of

    ready = ready_of(loaded, profile, strength=strength)
    refuse_unchosen(ready, loaded.program.id, strength)
    return Prepared(ready, ready.timeline, {"strength": strength})


def refuse_unchosen(ready: Ready, program: str, strength: str | None) -> None:
    """Firm is the recipient's choice, so it has to be said. Raises Quit (exit 5)."""
    if ready.loaded.program.strength == "firm" and strength is None:
        raise Quit(
            REFUSED,
            f"{program} is firm, and firm is the recipient's choice; say it, or choose medium or light.",
            f"thrum run {program} --strength firm",
        )


def _tell_weaker(terminal: Terminal, ready: Ready, strength: str | None) -> None:
    """A program never plays stronger than it was written, whatever is chosen."""
    plays = ready.timeline.strength
    if strength not in (None, plays):
        written = ready.loaded.program.strength
        terminal.say(f"It was written as {written} and plays as {plays}: never stronger than written.")


def _index(ready: Ready, number: int) -> int:
    """A stage number as a person counts, as a place in the document."""
    many = len(ready.loaded.program.stages)
    if number > many:
        raise Quit(exits.USAGE, f"--from-stage is {number}; the program has stages 1 to {many}.")
    return number - 1


def compiled_for(ready: Ready, **how: object) -> Timeline:
    """A timeline of the program; raises Rejected with the reasons when there is none."""
    from host_cli.work import errors_only
    from programs.compiler import compile_program
    from programs.errors import Rejected
    from programs.load import place

    compiled = compile_program(ready.loaded.program, ready.profile, **how)  # type: ignore[arg-type]
    if compiled.timeline is None:
        raise Rejected(errors_only(place(compiled.diagnostics, ready.loaded)))
    return compiled.timeline


def _tell_warnings(terminal: Terminal, ready: Ready) -> None:
    from host_cli.findings import print_findings
    from host_cli.terminal import clean

    print_findings(terminal, ready.warnings, {ready.loaded.file: ready.loaded.text}, err=True)
    for each in ready.loaded.program.allow:
        terminal.say(f"Waived by its author: {each.rule}: {clean(each.why)}", err=True)
