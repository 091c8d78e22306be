"""The intake: pain, the strength wanted, allergies, contraindications (R16, R17), on one screen.

Rules kept here: no key answers two questions in a row, so that one held down, or pressed twice, does not
go through; the strength is the recipient's and only lowers; a "yes" to any contraindication refuses
with its reason (exit 5); pain never raises anything. The answers are handed back and kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from host_cli.before.asking import headed
from host_cli.before.contraindications import Contraindication, asked_of, ids_of, listed
from host_cli.exits import REFUSED, Quit
from host_cli.terminal import cells
from programs.plan import lower_strength
from programs.vocabulary import STRENGTHS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from host_cli.before.asking import Asker
    from host_cli.terminal import Terminal

SORE_PLACES = ("neck", "shoulders", "upper-back", "lower-back", "hips")
WHOLE_BACK = ("shoulders", "upper-back", "lower-back")  # what strokes along the back run over
SHORT = 22  # letters of a contraindication that shares its line
DOCTOR = "ask a doctor first. Nothing was started."


@dataclass(frozen=True)
class Subject:
    """What the questions are about.

    ``regions``: those that the program works; ``strength``: what it would play at; ``heat``: the rig can
    warm; ``whom``: "other" or "self".
    """

    title: str
    kind: str  # SIM or REAL
    regions: tuple[str, ...]
    strength: str
    heat: bool
    whom: str

    def sore(self, pain: Sequence[str]) -> tuple[str, ...]:
        """The painful places that the program works.

        >>> Subject("", "SIM", ("back",), "light", False, "other").sore(["neck", "shoulders"])
        ('shoulders',)
        """
        worked = {*self.regions, *(WHOLE_BACK if "back" in self.regions else ())}
        return tuple(each for each in pain if each in worked)


@dataclass(frozen=True)
class Answers:
    """What was answered. ``wanted``: the strength that the recipient would like."""

    pain: tuple[str, ...]
    wanted: str
    allergies: bool
    none_of: tuple[str, ...]  # ids of the contraindications of which none applies

    def as_text(self) -> str:
        """For the record, where it is wanted there.

        >>> Answers(("neck",), "light", False, ("C1", "C7")).as_text()
        'pain: neck; strength wanted: light; allergies: no; none of C1, C7'
        """
        pain = listed(self.pain) if self.pain else "nowhere"
        allergies = "yes" if self.allergies else "no"
        return (
            f"pain: {pain}; strength wanted: {self.wanted}; allergies: {allergies}; "
            f"none of {', '.join(self.none_of)}"
        )


def ask(asker: Asker, subject: Subject) -> Answers:
    """Ask all of it. Raises Quit: exit 5 for a contraindication, 130 when it is stopped."""
    whom = "yourself" if subject.whom == "self" else "the person"
    asker.say(
        headed(asker.terminal, f"{subject.kind}: {subject.title}. Before the first stroke, ask {whom}:")
    )
    pain = _pain(asker)
    wanted = _strength(asker, subject, subject.sore(pain))
    allergies = _allergies(asker)
    none_of = _contraindications(asker, subject)
    return Answers(pain, wanted, allergies, none_of)


def _pain(asker: Asker) -> tuple[str, ...]:
    def named(digits: str) -> str | None:
        return listed(_places(digits)) if all(1 <= int(each) <= len(SORE_PLACES) for each in digits) else None

    places = ", ".join(f"{number} {listed([place])}" for number, place in enumerate(SORE_PLACES, 1))
    answer = asker.choose(
        f"Pain? 0 nowhere, {places}:",
        {"0": "nowhere"},
        numbers=named,
        otherwise="Press 0 for nowhere; or the numbers where it hurts, as 13, and then Enter.",
    )
    return () if answer == "0" else _places(answer)


def _places(digits: str) -> tuple[str, ...]:
    return tuple(place for number, place in enumerate(SORE_PLACES, 1) if str(number) in digits)


def _strength(asker: Asker, subject: Subject, sore: Sequence[str]) -> str:
    """The strength wanted; what it will play at is said where that differs."""
    if sore:
        asker.warn(f"Sore where it works: {listed(sore)}. Choose light; - lowers, s skips a stage.")
    answer = asker.choose(
        f"Strength wanted? l light, m medium, f firm ({subject.strength} at most plays):",
        {name[0]: name for name in STRENGTHS},
        otherwise="Press l for light, m for medium or f for firm: the choice of whoever is massaged.",
    )
    wanted = next(each for each in STRENGTHS if each.startswith(answer))
    plays = lower_strength(subject.strength, wanted)
    if plays != wanted:
        asker.tell(f"It plays {plays}: nothing here makes a program stronger.")
    return wanted


def _allergies(asker: Asker) -> bool:
    answer = asker.choose(
        "Allergies, sensitive skin (asked before oil or scent)? 0 none, a some:",
        {"0": "none", "a": "some"},
        otherwise="Press 0 for none or a for some.",
    )
    return answer == "a"


def _contraindications(asker: Asker, subject: Subject) -> tuple[str, ...]:
    asked = asked_of(subject.heat)
    by_number = {str(each.number): each for each in asked}
    answer = asker.choose(
        "n none of these today, y one of them; or its number and Enter:",
        {"n": "none of these", "y": "yes"},
        contraindication_lines(asker.terminal, asked, subject.regions),
        early="y",
        numbers=lambda digits: by_number[digits].words if digits in by_number else None,
        otherwise="Press n when none of them applies; y, or the number of the one that does and Enter.",
    )
    if answer == "y":
        raise Quit(REFUSED, f"One of these applies: {DOCTOR}")
    if answer != "n":
        raise refused(by_number[answer], subject.regions)
    return ids_of(asked)


def contraindication_lines(
    terminal: Terminal, asked: Sequence[Contraindication], regions: Sequence[str]
) -> list[str]:
    """The list, each with its number; what is asked of the places that are worked under their names."""
    out = headed(terminal, "Does any of these apply today? One is enough to ask a doctor first.")
    local = False
    flow = False  # short ones share a line
    for each in asked:
        if each.local and not local:
            out += terminal.wrap(f"At the {listed(regions)}:")
            local = True
        lines = terminal.wrap(each.words, f"  {each.number:>2} ")
        short = len(each.words) <= SHORT
        if flow and short and cells(out[-1] + lines[0]) <= terminal.width:
            out[-1] += lines[0]
        else:
            out += lines
        flow = short
    sources = dict.fromkeys(each.source for each in asked)
    who = "; ".join(
        source if at == 0 else f"{', '.join(str(e.number) for e in asked if e.source == source)}: {source}"
        for at, source in enumerate(sources)
    )
    return [*out, *terminal.wrap(f"Source: {who}.")]


def refused(found: Contraindication, regions: Sequence[str]) -> Quit:
    """Why nothing starts, with the reason by name."""
    where = f" at the {listed(regions)}" if found.local else ""
    return Quit(REFUSED, f"{found.words[0].upper()}{found.words[1:]}{where} ({found.id}): {DOCTOR}")
