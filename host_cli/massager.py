"""A massager for programs: opened, played, answered, closed. What :mod:`thrum` calls ``open``.

Rules kept here: the session is alive only while its events are iterated, so an application that hangs
goes silent and the device goes to zero; on a REAL device questions are answered by somebody, the record
is kept, and the application has to say that nothing rules a massage out; nothing here prints.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from weakref import ref

from firmware_bridge.errors import Refused
from host_cli.before.options import LABEL_MOST, Options, is_label
from host_cli.exits import Quit
from host_cli.guided.events import Event, Sample
from host_cli.prepared import Prepared, prepared_of
from host_cli.records.about import ITSELF, ME, PERSON, About
from host_cli.wishes import Answers, Wishes, factor
from programs.load import Loaded
from programs.profile import Profile

if TYPE_CHECKING:
    from firmware_bridge.session import Welcome
    from host_cli.beginning import Opened
    from host_cli.guided.prompt import Prompt
    from host_cli.guided.run import Run
    from host_cli.records.recorder import Recorder
    from programs.diagnostics import Diagnostic

LEFT = "the application left the session"


class Massager(Wishes):
    """An open device, for one session: ``with thrum.open() as massager``. Leaving the block means off.

    ``play`` gives events and samples as they happen. The other methods say what is wanted; they act at the
    next turn of that iteration and may be called from any thread. ``session_id`` is that of the record,
    None where there is none.

    >>> import thrum
    >>> with thrum.open("sim", fast=True) as massager:
    ...     items = list(massager.play("desk-break-shoulders", answers="itself"))
    >>> [item.say for item in items if isinstance(item, thrum.Event) and item.kind == "stage"][:2]
    ['stage 1 of 3: Arrive, shoulders left', 'stage 1 of 3: Arrive, shoulders right']
    >>> massager.outcome, massager.reason
    ('completed', 'the last stage ended')
    """

    def __init__(
        self,
        device: Opened,
        profile: Profile,
        turn: Callable[[], int],
        address: str = "sim",
        seed: int | None = None,
        fast: bool = False,
    ) -> None:
        """``turn`` lets a turn's time pass and says what time it is, in ms. Use ``open_massager``."""
        super().__init__()
        self.profile = profile
        self.session_id: int | None = None
        self.holds = ExitStack()  # what is closed with it
        self._device, self._address, self._seed, self._fast = device, address, seed, fast
        self._turn = turn
        self._closed = False
        self._run: Run | None = None
        # Not kept alive from here: whoever leaves the loop lets go of it, and that stops the session.
        self._playing: ref[Generator[Event | Sample, None, None]] | None = None

    def __enter__(self) -> Massager:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop, see the device at zero, let go. Any number of times."""
        self._closed = True
        with suppress(ValueError):  # another thread iterates: what follows stops that, too
            playing = self._playing() if self._playing is not None else None
            if playing is not None:
                playing.close()
        self.holds.close()

    # --- asked

    @property
    def welcome(self) -> Welcome:
        """What the device said it is: SIM or REAL (``label``), board, firmware, rig, limits."""
        return self._device.welcome

    @property
    def outcome(self) -> str:
        """How it ended, one of the outcomes of ``docs/session.md``; "" before."""
        return (self._run.conductor.now.outcome or "") if self._run is not None else ""

    @property
    def reason(self) -> str:
        """Why, in words; "" before."""
        return self._run.conductor.now.reason if self._run is not None else ""

    @property
    def prompt(self) -> Prompt | None:
        """The question that is open now."""
        return self._run.prompt if self._run is not None else None

    def check(self, program: str | Path | Loaded) -> list[Diagnostic]:
        """All that is to be said about a program on this device, in the order of its text; none: all good.

        Raises ProgramError for a text that cannot be read at all.
        """
        from host_cli.work import findings_of

        return findings_of(_loaded(program), self.profile)[0]

    # --- played

    def play(
        self,
        program: str | Path | Loaded,
        *,
        strength: Literal["light", "medium", "firm"] | None = None,
        gain: float = 1.0,
        answers: Answers = None,
        record: bool | None = None,
        none_apply: bool = False,
        operator: str = ME,
    ) -> Iterator[Event | Sample]:
        """Play a program (an id, a path, or what ``thrum.load`` returns), once.

        Iterate it to the end: ten samples a second, and events when something happens. Whoever does not
        come back within a second pauses the device, within three it latches a fault; whoever leaves the
        loop has stopped.

        ``strength`` is the recipient's choice and only lowers; ``gain`` 0..1 a factor on the motors.
        ``answers``: a function that is given the open Prompt at every turn and returns an answer, or None
        while there is none (it must not wait); "itself", on SIM only: every question answers itself; None:
        the methods answer. ``record``: keep a record; by default that of a REAL session, which cannot do
        without. ``none_apply``: whoever calls says that no contraindication applies, that the person agreed
        and knows how to stop; REAL needs it. ``operator``: a label for the hand that holds the device.

        Raises Rejected for a program with errors, Refused for what may not be as things stand, ValueError.
        """
        factor(gain)
        if not (answers is None or answers == "itself" or callable(answers)):
            raise ValueError(f'answers is {answers!r}; allowed: a function, "itself" or None.')
        if not is_label(operator):
            raise ValueError(f"operator is {operator!r}; it is a label of 1 to {LABEL_MOST} characters.")
        if self._playing is not None or self._closed:
            raise Refused(self._address, "A massager plays once, while it is open: open it again.")
        with refusing(self._address):
            prepared = prepared_of(_loaded(program), self.profile, strength)
        self._refuse_real(answers, record, none_apply)
        with refusing(self._address):
            self._refuse_device(prepared, operator)
        alone, simulated = answers == "itself", self.welcome.simulated
        about = None
        if record or not simulated:
            about = About.of(
                prepared.ready, self.welcome, self._address, operator=operator, gain=gain,
                seed=self._seed, answered_by=ITSELF if alone else PERSON,
            )  # fmt: skip
        by = "--none-apply" if none_apply else "skipped: SIM"
        playing = self._turns(prepared, about, answers, gain, by)
        self._playing = ref(playing)
        return playing

    def _refuse_real(self, answers: Answers, record: bool | None, none_apply: bool) -> None:
        """What a device that moves something asks of the application."""
        if self.welcome.simulated:
            return
        if answers == "itself":
            say = "a question of a REAL session is answered by somebody: give a function, or use the methods"
        elif record is False:
            say = "a REAL session is always on record: the day of the operator's hand is counted from it"
        elif not none_apply:
            say = (
                "a REAL session needs none_apply=True: that somebody asked the person, that nothing rules it "
                "out today, that they agreed and know how to stop it"
            )
        else:
            return
        raise Refused(self._address, f"{self._address} is REAL, and {say}. Nothing was started.")

    def _refuse_device(self, prepared: Prepared, operator: str) -> None:
        from host_cli.before.admission import refuse_bench, refuse_latched, refuse_warm
        from host_cli.before.person import refuse_tired_hand
        from host_cli.records.recorder import Recorder

        refuse_bench(self.welcome, self._address)
        refuse_latched(self._device, self._address)
        refuse_warm(prepared, self.welcome.bucket_s)
        if not self.welcome.simulated:
            with closing(Recorder.open()) as recorder:
                points = recorder.points_today(operator)
            refuse_tired_hand(prepared, Options(operator, points_today=points))

    def _turns(
        self, prepared: Prepared, about: About | None, answers: Answers, gain: float, by: str
    ) -> Generator[Event | Sample, None, None]:
        from host_cli.beginning import begin_run
        from host_cli.records.kept import Kept

        with ExitStack() as stack:
            recorder = self._recorder(stack, about)
            alone = answers == "itself"
            run = begin_run(self._device, self._address, prepared, by, gain=gain, alone=alone)
            self._run = run
            kept = Kept(run, recorder, self.welcome.simulated)
            stack.callback(kept.end)
            try:
                while not run.over:
                    run.step(self._turn(), self.keys(run, answers))
                    kept.heed()
                    events, samples = kept.take()
                    yield from samples
                    yield from events
                    if recorder is not None and self._fast:
                        recorder.catch_up()
            finally:
                if not run.over:
                    run.conductor.stop(f"stopped: {LEFT}")
                while not run.over:
                    run.step(self._turn(), [])
                    kept.take()

    def _recorder(self, stack: ExitStack, about: About | None) -> Recorder | None:
        if about is None:
            return None
        from host_cli.records.recorder import Recorder

        with refusing(self._address):
            recorder = stack.enter_context(closing(Recorder.open()))
            recorder.begin(about)
        self.session_id = recorder.session_id
        return recorder


@contextmanager
def refusing(address: str) -> Iterator[None]:
    """What ends a command is an error of this family here."""
    try:
        yield
    except Quit as error:
        raise Refused(address, f"{error} Next: {error.hint}." if error.hint else str(error)) from error


def _loaded(program: str | Path | Loaded) -> Loaded:
    if isinstance(program, Loaded):
        return program
    from host_cli.work import user_programs
    from programs.load import load_program

    return load_program(program, user_programs())
