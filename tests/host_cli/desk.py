"""A conductor on a simulated rig in virtual time: the real session, link, device and plant."""

from __future__ import annotations

from collections.abc import Callable

from host_cli.guided.events import Event as Told
from host_cli.guided.events import Sample
from host_cli.guided.places import striking
from host_cli.guided.run import Run as Guided
from host_cli.in_memory import Direct
from programs.compiler import compile_program
from programs.errors import Rejected
from programs.load import Loaded, load_program
from programs.played import Played
from programs.profile import load_profile
from programs.timeline import Timeline
from sim.lockstep import Run

TURN_MS = 50


class Desk:
    """``run(ms)`` lets time pass; ``press(keys)`` types; ``compiled`` lists what was compiled on the way.

    ``alone``: every question answers itself. ``told`` and ``samples`` are what was told of it.
    """

    def __init__(
        self,
        program: str | Loaded = "evening-shoulders",
        profile: str = "heated-head",
        gain: float = 1.0,
        from_stage: int | None = None,
        alone: bool = True,
    ) -> None:
        self.program = program if isinstance(program, Loaded) else load_program(program)
        self.profile = load_profile(profile)
        self.told: list[Told] = []
        self.samples: list[Sample] = []
        self.compiled: list[tuple[int, Played]] = []
        whole = self._compile()
        begins = self._compile(from_stage=from_stage)
        self.sim = Run(begins, self.profile, begin=False)
        self.guided = Guided(
            Direct(self.sim.session), whole, self._continue,
            striking=striking(self.profile), gain=gain, alone=alone,
        )  # fmt: skip
        self.guided.begin(begins)
        self.conductor = self.guided.conductor
        self._keys: list[str] = []
        self._turn_ms = 0

    def _compile(self, **how: object) -> Timeline:
        compiled = compile_program(self.program, self.profile, **how)  # type: ignore[arg-type]
        if compiled.timeline is None:
            raise Rejected(compiled.diagnostics)
        return compiled.timeline

    def _continue(self, from_ms: int, played: Played) -> Timeline:
        self.compiled.append((from_ms, played))
        return self._compile(resume_at_ms=from_ms, played=played)

    @property
    def applied(self) -> list[int]:
        return list(self.sim.device.controller.applied)

    def press(self, *keys: str) -> None:
        self._keys += keys

    def run(self, ms: int) -> None:
        for _ in range(ms // 10):
            self._tick()

    def until(self, wanted: Callable[[], bool], limit_ms: int = 5000) -> int:
        """Milliseconds until ``wanted()``; fails when the limit comes first."""
        for ms in range(0, limit_ms, 10):
            if wanted():
                return ms
            self._tick()
        raise AssertionError(f"not within {limit_ms} ms; phase {self.phase}, note {self.conductor.note!r}")

    def until_phase(self, phase: str, limit_ms: int = 5000) -> int:
        return self.until(lambda: self.phase == phase, limit_ms)

    @property
    def phase(self) -> str:
        return self.conductor.now.phase

    def _tick(self) -> None:
        self.sim.tick()
        now_ms = self.sim.clock.now_ms
        if now_ms - self._turn_ms >= TURN_MS:
            self._turn_ms = now_ms
            keys, self._keys = self._keys, []
            self.guided.step(now_ms, keys)
            events, samples = self.guided.take()
            self.told += events
            self.samples += samples
