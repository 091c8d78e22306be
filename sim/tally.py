"""Exposure of any trace, row by row: whatever columns it has, and said of whatever it lacks.

A trace of :mod:`sim.trace` has every column; a record from a rig may know only what was applied.
Rules kept here:

1. A row stands for the time since the row before it; the first for as long as the second.
2. Without a motor's speed the hand gets its full a_hv whenever something was applied: an upper
   bound, and said so. What cannot be worked out at all is None, and said so; never a zero.
3. Over a gap of more than a second the greater of the two rows counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from programs.profile import Output, Profile
from sim.exposure import Handle, cem43_rate, hand_a8_m_s2, hand_points, handle_of

GAP_S = 1.0  # a rig says what it does ten times a second; ten missing are a hole, and said (E)
SPEED = "_speed_rpm"


@dataclass(frozen=True, slots=True)
class Exposed:
    """What a record comes to. None: it does not say."""

    rows: int
    duration_s: float
    hand_a8_m_s2: float | None
    hand_points: float | None
    hand_points_most: float | None  # upper bound: the full a_hv for as long as anything moved
    cem43_min: float | None  # from the pad's temperature, as the limits are
    cem43_skin_min: float | None
    pad_c: float | None  # the greatest
    skin_c: float | None
    energy_wh: float | None  # at the supply
    heater_wh: float | None  # by the heater's duty
    notes: tuple[str, ...]  # what could not be told, and what stands in for it


@dataclass(slots=True)
class _Hand:
    """One motor's part: places of its speed, or of the levels that play on it."""

    handle: Handle
    speed: int
    levels: tuple[int, ...]
    square_s: float = 0.0
    moving_s: float = 0.0

    def add(self, values: Sequence[float], dt_s: float) -> None:
        if self.speed >= 0:
            rpm = abs(values[self.speed])
            if rpm > 0.0:
                self.moving_s += dt_s
                self.square_s += self.handle.a_hv_at(rpm) ** 2 * dt_s
        elif any(values[each] > 0.0 for each in self.levels):
            self.moving_s += dt_s
            self.square_s += self.handle.a_hv_m_s2**2 * dt_s


@dataclass(slots=True)
class _Warm:
    """Dose and greatest temperature at one place; a column of nothing but NaN has no heater."""

    place: int
    dose_s: float = 0.0
    top_c: float | None = None

    def add(self, values: Sequence[float], dt_s: float) -> None:
        warm_c = values[self.place]
        if warm_c == warm_c:  # NaN: no heater
            self.dose_s += cem43_rate(warm_c) * dt_s
            self.top_c = warm_c if self.top_c is None or warm_c > self.top_c else self.top_c


class Tally:
    """Adds up rows. ``wanted`` are the columns that count, in the order that ``add`` takes their
    values in; ``foreign`` are columns of motors that the profile does not have."""

    def __init__(self, profile: Profile, columns: Sequence[str]) -> None:
        self._profile = profile
        self._have = set(columns)
        self.wanted: list[str] = []
        self.notes: list[str] = []
        self._hands = list(self._find_hands())
        self._pad = self._find_warm("pad_c")
        self._skin = self._find_warm("skin_c")
        self._current = self._place("current_a")
        self._volts = self._place("supply_v")
        self._heat = self._place("heat_applied") if "heat" in profile.channels else -1
        self._supply_j = self._heater_j = 0.0
        self._rows = self._gaps = 0
        self._last_s = self._duration_s = 0.0
        self._before: tuple[float, ...] = ()

    @property
    def foreign(self) -> list[str]:
        motors = {_column(each) for each in self._profile.outputs if each.motor is not None}
        return sorted(name for name in self._have if name.endswith(SPEED) and name not in motors)

    def _place(self, name: str) -> int:
        """Where ``add`` will find a column; -1 when there is none."""
        if name not in self._have:
            return -1
        if name not in self.wanted:
            self.wanted.append(name)
        return self.wanted.index(name)

    def _find_hands(self) -> Iterator[_Hand]:
        for output in self._profile.outputs:
            handle = handle_of(output, self._profile.supply.volts)
            if handle is None:
                continue
            levels = tuple(self._place(f"{channel}_applied") for channel in output.channels)
            known = tuple(each for each in levels if each >= 0)
            speed = self._place(_column(output))
            if speed < 0 and not known:
                say = f"no {_column(output)}, and no level of {output.name}: it is not counted"
                self.notes.append(say)
                continue
            if speed < 0:
                bound = f"{output.name} counts in full whenever it was driven (an upper bound)"
                self.notes.append(f"no {_column(output)}: {bound}")
            yield _Hand(handle, speed, known)

    def _find_warm(self, name: str) -> _Warm | None:
        place = self._place(name)
        return _Warm(place) if place >= 0 else None

    def add(self, t_s: float, values: tuple[float, ...]) -> None:
        """One row: its time, and the values of ``wanted``. Times must go up."""
        dt_s, before = t_s - self._last_s, self._before
        self._last_s, self._before = t_s, values
        self._rows += 1
        if self._rows == 1:
            return
        if self._rows == 2:  # the first row, of which nobody knows how long it lasted
            self._add(before, min(dt_s, GAP_S))
        if dt_s > GAP_S:
            self._gaps += 1
            values = tuple(map(max, values, before))
        self._add(values, dt_s)

    def _add(self, values: tuple[float, ...], dt_s: float) -> None:
        self._duration_s += dt_s
        for hand in self._hands:
            hand.add(values, dt_s)
        for warm in (self._pad, self._skin):
            if warm is not None:
                warm.add(values, dt_s)
        volts = values[self._volts] if self._volts >= 0 else self._profile.supply.volts
        if self._current >= 0:
            self._supply_j += values[self._current] * volts * dt_s
        if self._heat >= 0 and values[self._heat] > 0.0:
            self._heater_j += self._heater_w(values[self._heat], volts) * dt_s

    def _heater_w(self, level: float, volts: float) -> float:
        output = self._profile.output_for("heat")
        if output is None or output.heater is None:
            return 0.0
        duty = output.start_duty + (output.max_duty - output.start_duty) * level
        return duty * output.heater.power_w * (volts / self._profile.supply.volts) ** 2

    def result(self) -> Exposed:
        """What it came to so far."""
        notes = [*self.notes, *self._more_notes()]
        uses = [(1.0, sum(each.square_s for each in self._hands))]
        most = [(each.handle.a_hv_m_s2, each.moving_s) for each in self._hands]
        known = bool(self._hands)
        pad, skin = self._pad, self._skin
        return Exposed(
            rows=self._rows,
            duration_s=self._duration_s,
            hand_a8_m_s2=hand_a8_m_s2(uses) if known else None,
            hand_points=hand_points(uses) if known else None,
            hand_points_most=hand_points(most) if known else None,
            cem43_min=pad.dose_s / 60.0 if pad is not None else None,
            cem43_skin_min=skin.dose_s / 60.0 if skin is not None else None,
            pad_c=pad.top_c if pad is not None else None,
            skin_c=skin.top_c if skin is not None else None,
            energy_wh=self._supply_j / 3600.0 if self._current >= 0 else None,
            heater_wh=self._heater_j / 3600.0 if self._heat >= 0 else None,
            notes=tuple(notes),
        )

    def _more_notes(self) -> Iterator[str]:
        if self._rows == 1:
            yield "a single row lasts no time: nothing could be counted"
        if self._gaps:
            what = "a gap" if self._gaps == 1 else f"{self._gaps} gaps"
            yield f"{what} of more than {GAP_S:g} s: the greater of the rows on either side counts"
        if "heat" in self._profile.channels:
            if self._pad is None:
                yield "no pad_c: the dose at the pad is not known"
            if self._skin is None:
                yield "no skin_c: the dose at the skin is not known"
        if self._current < 0:
            yield "no current_a: the energy is not known"
        elif self._volts < 0:
            yield f"no supply_v: {self._profile.supply.volts:g} V is taken, as the profile says"


def _column(output: Output) -> str:
    return f"{output.name.replace('-', '_')}{SPEED}"
