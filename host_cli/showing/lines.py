"""A session as plain lines: for a pipe, a screen reader, or whoever likes them better than a screen.

What *is* comes from the views, so that nothing the screen shows is missing here; what *happens*
comes from the events. Rules kept here: a line is whole by itself and says SIM or REAL and when; only
what is new is said, and once a minute where it stands. Where it is too long for a terminal it goes on
below, further in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from host_cli.terminal import clean, clock_text

if TYPE_CHECKING:
    from host_cli.guided.events import Event, Sample
    from host_cli.guided.prompt import Prompt
    from host_cli.showing.view import Bar, View
    from host_cli.terminal import Terminal

TOLD = {"next", "cue", "answered", "unanswered", "strength", "device"}  # the other kinds are in the views
EVERY_S = 60.0  # how often it says where it stands


class PlainLines:
    """``show`` a view every turn, then hand on every ``event``: it says what is new."""

    def __init__(self, terminal: Terminal, simulated: bool) -> None:
        self._terminal = terminal
        self._kind = "SIM" if simulated else "REAL"
        self._state = ""
        self._stage: tuple[object, ...] = ()
        self._rules: tuple[str, ...] = ()
        self._prompt: tuple[str, bool] | None = None
        self._left_s = 0.0  # of the program, when it last said where it stands

    def __enter__(self) -> PlainLines:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def event(self, event: Event) -> None:
        """A line for what happened."""
        if event.kind in TOLD:
            mark = "MOVE ON: " if event.data.get("move") else "cue: " if event.kind == "cue" else ""
            self._say(event.at_s, mark + event.say)

    def sample(self, sample: Sample) -> None:
        """Nothing: levels are said with the stage, and once a minute."""

    def show(self, view: View) -> None:
        """Lines for a new state, stage, question or limit, and once a minute for where it stands."""
        if view.state != self._state:
            self._state = view.state
            self._say(view.at_s, state_line(view))
            if view.ended:
                self._say(view.at_s, hand_line(view))
        if view.state == "RUNNING":
            self._standing(view)
        self._ask(view.at_s, view.prompt)

    def _standing(self, view: View) -> None:
        """A new stage, limits, and once a minute where it stands."""
        at_s, stage = view.at_s, (view.step, view.name, view.region, view.side)
        if view.step and stage != self._stage:
            self._stage, self._left_s = stage, view.left_s
            for line in (*stage_lines(view), standing_line(view)):
                self._say(at_s, line)
        elif abs(self._left_s - view.left_s) >= EVERY_S:
            self._left_s = view.left_s
            for line in (standing_line(view), hand_line(view)):
                self._say(at_s, line)
        rules = tuple(f"{bar.channel} held down: {bar.rule}" for bar in view.bars if bar.rule)
        if rules != self._rules:
            self._rules = rules
            for rule in rules:
                self._say(at_s, rule)

    def _ask(self, at_s: float, prompt: Prompt | None) -> None:
        """A question, when it opens and when it becomes urgent."""
        now = (prompt.question, prompt.urgent) if prompt is not None else None
        if prompt is not None and now != self._prompt:
            self._say(at_s, question_line(prompt))
        self._prompt = now

    def _say(self, at_s: float, text: str) -> None:
        for line in self._terminal.wrap(clean(text), f"{self._kind} {clock_text(at_s):>6}  "):
            self._terminal.say(line)
        self._terminal.flush()


def state_line(view: View) -> str:
    """The state, and what the operator should know about it."""
    state = view.state.lower()
    if not view.note or view.note.lower().startswith(state):
        return view.note or state
    return f"{state}: {view.note}"


def stage_lines(view: View) -> list[str]:
    """Which stage, where, how long, which way the hand goes, what comes after."""
    name = view.name or view.technique
    made_by = f" ({view.technique})" if view.technique and view.technique != name.lower() else ""
    stage = f"stage {view.step} of {view.steps}: {name}{made_by}; {view.where}; "
    lines = [stage + f"{clock_text(view.stage_left_s)} left in it"]
    if view.direction:
        lines.append(f"way: {view.direction}")
    if view.passes:
        lines.append(f"count {view.passes} passes")
    if view.upcoming:
        lines.append(f"then {view.upcoming}")
    return lines


def standing_line(view: View) -> str:
    """Time left, levels, temperature, strength."""
    left = f"{clock_text(view.left_s)} of {clock_text(view.duration_s)} left"
    counted = f", pass {view.pass_now} of {view.passes}" if view.passes else ""
    most = f", at most x{view.gain_max:.2f}" if view.gain_max < 1.0 else ""
    levels = [_level(bar) for bar in view.bars]
    if view.heat_asked_c is not None:
        pad = "no reading" if view.pad_c is None else f"{view.pad_c:.1f} °C"
        levels.append(
            f"pad {pad}, " + (f"asked {view.heat_asked_c:.1f}" if view.heat_asked_c else "heat off")
        )
    return "; ".join([left + counted, *levels, f"strength x{view.gain:.2f}{most}"])


def _level(bar: Bar) -> str:
    applied, asked, allowed = (round(level * 100) for level in (bar.applied, bar.asked, bar.allowed))
    return f"{bar.channel} {applied} % of {asked} asked, {allowed} allowed"


def hand_line(view: View) -> str:
    """The operator's exposure."""
    return f"your hand has had {view.hand_points:.1f} of 100 points today"


def question_line(prompt: Prompt) -> str:
    """The question with its keys, and what happens without an answer."""
    keys = ", ".join(f"{key} {says}" for key, says in prompt.keys)
    mark = "URGENT QUESTION" if prompt.urgent else "QUESTION"
    line = f"{mark}: {prompt.question} Keys: {keys}."
    if not prompt.then:
        return line
    when = f" Without an answer, in {max(0, int(prompt.left_s))} s: " if prompt.left_s is not None else " "
    return f"{line}{when}{prompt.then}"
