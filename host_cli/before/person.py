"""Everything between a device that answered and the first stroke: intake, checklist, consent, plan,
countdown.

Rules kept here: REAL starts only after somebody answered for the one under the device: a person at the
terminal, or a script with ``--none-apply``, which is said; on SIM, where nothing real moves,
all of it is skipped and said to be, unless it is rehearsed; nothing is compiled stronger for an answer.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from host_cli.before.asking import Asker, headed, stopped
from host_cli.before.checklist import checklist
from host_cli.before.contraindications import asked_of, ids_of, listed
from host_cli.before.intake import Answers, Subject, ask
from host_cli.before.plan import Hand, plan_lines, subject_of
from host_cli.exits import REFUSED, Quit
from programs.plan import lower_strength

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from host_cli.before.options import Options
    from host_cli.keys import Keys
    from host_cli.prepared import Prepared
    from host_cli.terminal import Terminal

AnsweredBy = Literal["person", "--none-apply", "skipped: SIM"]
COUNTDOWN_S = 3  # a deliberate moment in which to change one's mind (E)
LOOKS_PER_S = 20  # at the keyboard


@dataclass(frozen=True)
class Before:
    """What came of it: who answered; the program at the strength that was chosen.

    ``answers`` are in memory only; ``intake`` is what the record keeps of them, where that was asked for.
    """

    by: AnsweredBy
    prepared: Prepared
    answers: Answers | None = None
    intake: str | None = None


def prepare_person(
    terminal: Terminal,
    prepared: Prepared,
    label: str,
    options: Options,
    keyboard: Callable[[], AbstractContextManager[Keys]],
    wait: Callable[[], None],
) -> Before:
    """Ask, make ready, agree, show, count down.

    ``label``: SIM or REAL. ``keyboard`` is opened for as long as somebody is asked; ``wait`` lets
    1/20 s pass. Raises Quit: exit 5 when it is refused, 130 when it is stopped.
    """
    if label == "SIM" and not options.rehearse:
        terminal.say("The questions before a massage are skipped: nothing real moves (--rehearse asks them).")
        return Before("skipped: SIM", prepared)
    _refuse_unheard(terminal, label, options)
    if label == "REAL":
        refuse_tired_hand(prepared, options)
    try:
        with keyboard() as keys:
            asker = Asker(terminal, keys, wait)
            if options.none_apply:
                before = _given(asker, prepared, label, options)
            else:
                before = _asked(asker, prepared, label, options)
            if terminal.interactive:
                asker.count_down("Starts in", COUNTDOWN_S, LOOKS_PER_S)
            return before
    except (KeyboardInterrupt, OSError) as error:  # a signal, or a terminal that is gone
        raise stopped() from error


def _refuse_unheard(terminal: Terminal, label: str, options: Options) -> None:
    """Nobody could answer, and silence is no answer."""
    if terminal.interactive:
        return
    if label == "REAL" and not options.answers_come:
        say = "This device is REAL, and a REAL run needs a person at a terminal."
        raise Quit(REFUSED, say, "run it in a terminal")
    if not options.none_apply:
        say = "The questions before a massage need a person at a terminal, or --none-apply to answer them."
        raise Quit(REFUSED, say, "run it in a terminal")


def refuse_tired_hand(prepared: Prepared, options: Options) -> None:
    """A program that would take the operator's hand past the day's action value does not start."""
    from sim.exposure import STOP_POINTS

    hand = Hand.of(options.points_today, prepared.ready, prepared.timeline)
    if hand is not None and not hand.points <= STOP_POINTS:
        say = (
            f"The hand of {options.operator} had {hand.points_today:.0f} of {STOP_POINTS:.0f} exposure "
            f"points today, and this adds about {hand.points_planned:.1f}."
        )
        raise Quit(REFUSED, say, "a shorter program, another person (--operator), or tomorrow")


def _given(asker: Asker, prepared: Prepared, label: str, options: Options) -> Before:
    """Whoever started it has answered for the person beforehand; said, so that it can be denied."""
    subject = subject_of(prepared.ready, prepared.timeline, label)
    ids = ", ".join(ids_of(asked_of(subject.heat)))
    asker.tell(
        f"--none-apply: whoever started this says that none of {ids} applies (C7 and C12 at the "
        f"{listed(subject.regions)}), that the person agreed and knows how to stop, and that all is ready."
    )
    asker.say(_plan(asker, prepared, options))
    return Before("--none-apply", prepared)


def _asked(asker: Asker, prepared: Prepared, label: str, options: Options) -> Before:
    """A person at the terminal."""
    subject = subject_of(prepared.ready, prepared.timeline, label)
    answers = ask(asker, subject)
    _make_ready(asker, prepared.ready.loaded.program.posture, subject.whom, answers.allergies)
    _consent(asker, subject)
    chosen = lower_strength(subject.strength, answers.wanted)
    if chosen != subject.strength:
        prepared = prepared.at_strength(chosen)
    lines = _plan(asker, prepared, options, subject.sore(answers.pain))
    asker.choose(
        "Enter starts, after 3 s; q stops:",
        {"enter": ""},
        ["", *lines],
        otherwise="Press Enter to start, q to leave it.",
    )
    return Before("person", prepared, answers, answers.as_text() if options.keep_intake else None)


def _plan(asker: Asker, prepared: Prepared, options: Options, sore: Sequence[str] = ()) -> list[str]:
    ready, timeline = prepared.ready, prepared.timeline
    return plan_lines(asker.terminal, ready, timeline, sore, Hand.of(options.points_today, ready, timeline))


def _make_ready(asker: Asker, posture: str, whom: str, allergies: bool) -> None:
    lines = ["", *headed(asker.terminal, f"Make ready ({posture})")]
    for each in checklist(posture, whom):
        lines += asker.terminal.wrap(each.say, "  - ")
    if allergies:
        lines += asker.terminal.wrap("An allergy was named: no oil and no scent today.", "  - ")
    asker.choose(
        "Enter when all is ready:", {"enter": ""}, lines, otherwise="Press Enter when it is; q leaves."
    )


def _consent(asker: Asker, subject: Subject) -> None:
    """R17: nothing begins without it."""
    stop = "q, Esc, Ctrl-C or the device's stop button"
    question = (
        f"Do you want this now, and know what stops it at any time ({stop})?  y yes  n no:"
        if subject.whom == "self"
        else f"Have they agreed, and do they know that a word stops it at any time ({stop})?  y yes  n no:"
    )
    answer = asker.choose(question, {"y": "yes", "n": "no"}, otherwise="Press y for yes or n for no.")
    if answer == "n":
        raise Quit(REFUSED, "A massage needs the person's agreement. Nothing was started.")
