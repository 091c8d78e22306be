"""Faults of the pad's sensor: an NTC to ground under a resistor; open reads the ADC's top, shorted 0."""

from __future__ import annotations

import math
from collections import deque

from sim.fault_kinds import CHANCE, Bench, Kind, Kinds, Number, Switch
from sim.faults_of.reading import Reading, Stuck
from sim.heat import ADC_TOP, ntc_raw

NO_READING = -1
NOTICED_K = 1.0


class NtcOff(Reading):
    """Its wire is broken: the divider reads its top."""

    def distort(self, raw: int) -> int:
        return ADC_TOP


class NtcShort(Reading):
    """Its wires touch."""

    def distort(self, raw: int) -> int:
        return 0


class NtcSilent(Reading):
    """The converter gives no reading at all."""

    def distort(self, raw: int) -> int:
        return NO_READING


class NtcStuck(Stuck):
    """It keeps its last reading."""


class NtcGarbage(Reading):
    """Any value, another one each time."""

    def distort(self, raw: int) -> int:
        return self._random.randrange(ADC_TOP + 1)


class NtcWrong(Reading):
    """It feels a temperature that is KELVIN beside the pad's."""

    def distort(self, raw: int) -> int:
        heat, heater = self._board.plant.heat, self._board.heater
        if heat is None or heater is None:
            return raw
        shifted = ntc_raw(heat.ntc_c + self.numbers[0], heater) - ntc_raw(heat.ntc_c, heater)
        return min(ADC_TOP, max(0, round(raw + shifted)))


class NtcSlow(Reading):
    """It follows with a lag of SECONDS: a first-order lag on what it would say."""

    def start(self) -> None:
        self._shown = -1.0
        self._read_ms = 0

    def distort(self, raw: int) -> int:
        now_ms = self._board.now_ms
        if self._shown < 0:
            self._shown = float(raw)
        else:
            passed_s = (now_ms - self._read_ms) / 1000
            self._shown += (raw - self._shown) * -math.expm1(-passed_s / self.numbers[0])
        self._read_ms = now_ms
        return round(self._shown)


class NtcDelayed(Reading):
    """It says what it felt SECONDS ago, and so it listens from the start."""

    def prepare(self, bench: Bench) -> None:
        self._past: deque[tuple[int, int]] = deque()
        self._begun = False
        super().begin(bench)

    def begin(self, bench: Bench) -> None:
        self._begun = True

    def distort(self, raw: int) -> int:
        past, now_ms = self._past, self._board.now_ms
        past.append((now_ms, raw))
        while len(past) > 1 and past[1][0] <= now_ms - self.numbers[0] * 1000:
            past.popleft()
        return past[0][1] if self._begun else raw


class NtcIntermittent(Reading):
    """A loose contact: each reading is an open wire with CHANCE."""

    def distort(self, raw: int) -> int:
        return ADC_TOP if self._random.random() < self.numbers[0] else raw


class NtcFallen(Switch):
    """It came off the pad and hangs in the air: every reading is plausible, and wrong."""

    def turn(self, bench: Bench, on: bool) -> None:
        if bench.plant.heat is not None:
            bench.plant.heat.ntc_attached = not on

    def look(self, bench: Bench) -> None:
        heat = bench.plant.heat
        if heat is not None and abs(heat.ntc_c - heat.pad_c) > NOTICED_K:
            self.noticed = True


_BELIEVED = "the readings stayed believable, or the heat was off"
_BESIDE = "a reading is beside the truth by more than the noise (0.2 K)"
_LAG = Number("SECONDS", 0.1, 600.0, "time constant, s")
_DELAY = Number("SECONDS", 0.1, 600.0, "age of what it says, s")
_BY_K = Number("KELVIN", -60.0, 60.0, "how much warmer than the pad it feels, K")

KINDS: Kinds = {
    "ntc.off": Kind(
        NtcOff, "the pad's sensor reads as an open wire", "ntc.off@120", _BESIDE, _BELIEVED, part="heater"
    ),
    "ntc.short": Kind(
        NtcShort, "the pad's sensor reads as a short circuit", "ntc.short@120", _BESIDE, _BELIEVED,
        part="heater",
    ),
    "ntc.silent": Kind(
        NtcSilent, "the pad's sensor gives no readings", "ntc.silent@120", "a reading is missing",
        _BELIEVED, part="heater",
    ),
    "ntc.stuck": Kind(
        NtcStuck, "the pad's sensor keeps its last reading", "ntc.stuck@30", _BESIDE, _BELIEVED,
        part="heater",
    ),
    "ntc.garbage": Kind(
        NtcGarbage, "the pad's sensor says anything", "ntc.garbage@120:10", _BESIDE, _BELIEVED,
        part="heater",
    ),
    "ntc.wrong": Kind(
        NtcWrong, "the pad's sensor reads KELVIN too warm (below zero: too cool)", "ntc.wrong@60:-5",
        _BESIDE, _BELIEVED,
        (_BY_K,), "heater",
    ),
    "ntc.slow": Kind(
        NtcSlow, "the pad's sensor lags by SECONDS", "ntc.slow@10:20", _BESIDE, _BELIEVED, (_LAG,), "heater"
    ),
    "ntc.delayed": Kind(
        NtcDelayed, "the pad's sensor says what it felt SECONDS ago", "ntc.delayed@10:15", _BESIDE,
        _BELIEVED, (_DELAY,), "heater",
    ),
    "ntc.intermittent": Kind(
        NtcIntermittent, "the pad's sensor has a loose contact", "ntc.intermittent@60:0.3:20", _BESIDE,
        "never four bad readings in a row, or the heat was off", (CHANCE,), "heater",
    ),
    "ntc.fallen": Kind(
        NtcFallen, "the pad's sensor comes off and hangs in the air", "ntc.fallen@120",
        "sensor and pad are more than 1 K apart", _BELIEVED, part="heater",
    ),
}  # fmt: skip
