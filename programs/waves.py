"""Modulators as integers: rates in mHz, phases in micro-turns that go on from segment to segment.

Rules kept here: a constant rate goes on by the device's own arithmetic (:meth:`Wave.phase_after_ut`)
and is set anew only when it has drifted too far from the exact phase; a keyframed rate is set anew
in each segment; what is set anew is a whole number of 1/10 000 turns, because the wire carries no
more.
"""

from __future__ import annotations

from programs import limits
from programs.curves import Modulation
from programs.timeline import FULL_SCALE, Wave

TURN_UT = 1_000_000
_GRAIN_UT = 100  # one unit of phase on the wire
_INSIDE_MS = 0.51  # a time rounded to ms is off by half of one at most
_MOST_SHIFT = 0.004  # turns; a jump of 8 Hz half a ms away


class WaveTrain:
    """The modulator of one channel through one pass; times are ms from the start of the pass."""

    def __init__(self, modulation: Modulation, offset_ms: int = 0) -> None:
        self._modulation = modulation
        self._offset_ms = offset_ms  # of the pass in its stage
        self._depth = round(modulation.depth * FULL_SCALE)
        self._duty = round(modulation.duty * FULL_SCALE)
        self._rate = modulation.rate_hz
        self._steady_mhz = round(self._rate.values[0] * 1000) if self._rate.is_constant else None
        steep = modulation.steepness * modulation.depth
        self._drift = min(limits.PHASE_TOLERANCE, limits.WAVE_TOLERANCE / steep if steep else 1.0)
        self._exact = (
            self._steady_mhz is not None and abs(self._rate.values[0] * 1000 - self._steady_mhz) < 1e-9
        )
        self._phase_ut: int | None = None
        self._jumps = "hold" in self._rate.interps
        self._astray = 0.0  # turns, where a jump of the rate could not be the end of a segment

    def breaks(self, start_ms: int, end_ms: int) -> tuple[list[int], list[int]]:
        """Where segments between these times should end, and where they must.

        They must where the modulator starts and where its rate jumps.
        """
        soft: list[float] = []
        hard = [self._modulation.from_s]
        if self._steady_mhz is None:
            soft += self._rate.vertices(limits.RATE_TOLERANCE_HZ)
            hard += [t for k, t in enumerate(self._rate.times[1:]) if self._rate.interps[k] == "hold"]
        return self._inside(soft, start_ms, end_ms), self._inside(hard, start_ms, end_ms)

    def _inside(self, times_s: list[float], start_ms: int, end_ms: int) -> list[int]:
        local = (round(t * 1000) - self._offset_ms for t in times_s)
        return [t for t in local if start_ms < t < end_ms]

    def next(self, start_ms: int, end_ms: int) -> Wave | None:
        """The wave over one segment; segments come in order of time."""
        t0 = start_ms + self._offset_ms
        if t0 + limits.MIN_SEGMENT_MS <= round(self._modulation.from_s * 1000):
            return None
        if self._steady_mhz is None:
            return self._moving(t0, end_ms + self._offset_ms)
        rate = self._steady_mhz
        phase = self._phase_ut
        if phase is None or (not self._exact and self._drifted(phase, t0, end_ms - start_ms)):
            phase = self._anchor(t0)
        wave = Wave(self._modulation.shape, rate, rate, self._depth, self._duty, phase)
        self._phase_ut = (phase + rate * (end_ms - start_ms)) % TURN_UT
        return wave

    def _moving(self, t0: int, t1: int) -> Wave:
        """A wave of changing rate whose phase is exact at both ends.

        Rates are read just inside, because a jump of the rate falls between two milliseconds; the
        pair is then shifted so that its mean is the true one. Where a jump had to stay further
        inside (it stood too close to something else), the mean alone is used.
        """
        inside = _INSIDE_MS if self._jumps else 0.0
        first = self._rate.at((t0 + inside) / 1000.0) * 1000.0
        final = self._rate.at((t1 - inside) / 1000.0) * 1000.0
        turns = self._modulation.turns(t1 / 1000.0) - self._modulation.turns(t0 / 1000.0)
        mean = turns / (t1 - t0) * TURN_UT
        shift = mean - (first + final) / 2.0
        if abs(shift) * (t1 - t0) / TURN_UT > _MOST_SHIFT:
            self._astray = max(self._astray, abs(first - final) * (t1 - t0) / TURN_UT)
            first = final = mean
            shift = 0.0
        return Wave(
            self._modulation.shape,
            self._lawful_mhz(first + shift),
            self._lawful_mhz(final + shift),
            self._depth,
            self._duty,
            self._anchor(t0),
        )

    def _lawful_mhz(self, rate_mhz: float) -> int:
        """Whole mHz, inside what was written: rounding must not step over a limit."""
        low, high = min(self._rate.values) * 1000.0, max(self._rate.values) * 1000.0
        return round(min(max(rate_mhz, low), high))

    def _anchor(self, t_ms: int) -> int:
        turns = self._modulation.turns(t_ms / 1000.0)
        return round((turns % 1.0) * TURN_UT / _GRAIN_UT) * _GRAIN_UT % TURN_UT

    def _drifted(self, phase_ut: int, t_ms: int, duration_ms: int) -> bool:
        """Whether at the end of this segment the integer phase would be too far off."""
        assert self._steady_mhz is not None
        then_ut = phase_ut + self._steady_mhz * duration_ms
        exact = self._modulation.turns((t_ms + duration_ms) / 1000.0)
        off = (then_ut / TURN_UT - exact + 0.5) % 1.0 - 0.5
        return abs(off) > self._drift

    @property
    def phase_error(self) -> float:
        """Turns by which the phase may be off."""
        grain = _GRAIN_UT / TURN_UT / 2.0
        if self._steady_mhz is None:
            return grain + 0.0012 + self._astray  # rates rounded and straightened, over at most 500 ms
        return grain if self._exact else max(self._drift, grain + 0.00025)

    @property
    def error(self) -> float:
        """How far the factor may be off, away from jumps."""
        return self.phase_error * self._modulation.steepness * self._modulation.depth + 0.0001

    @property
    def edge_ms(self) -> float:
        """How far a jump of the shape may be off in time."""
        if self._modulation.shape not in ("square", "saw_up", "saw_down"):
            return 0.0
        return self.phase_error / min(self._rate.values) * 1000.0 + 1.0
