"""The heat supervisor must not cry wolf: its pad on simulated skin, warm and cold, and what people do.

Faster than a whole rig: the supervisor and the pad alone, ten times a second, with the sensor's noise.
"""

from collections.abc import Callable

import pytest

from firmware_bridge.device.heat import Heat
from firmware_bridge.protocol.states import FAULTS
from firmware_bridge.rig import device_config
from programs.profile import load_profile
from sim.board import NTC_NOISE_COUNTS, SimBoard
from sim.heat import PadOnSkin, ntc_raw
from sim.person import Person
from sim.tissue import start_tissue_c

PERSONS = {
    "default": Person(),
    "cold": Person(ambient_c=15.0, perfusion_factor=0.3, air_film_w_m2k=13.0),  # skin 28 C
    "cold room": Person(ambient_c=15.0),
    "warm room": Person(ambient_c=30.0),
    "feverish": Person(ambient_c=30.0, core_c=38.5, perfusion_factor=2.0),
}


class Rig:
    """``run(seconds, target)``: the target in C, or what gives it from the seconds of this run."""

    def __init__(self, person: Person) -> None:
        profile = load_profile("heated-head")
        config = device_config(profile)
        self.heater = next(each.heater for each in profile.outputs if each.heater is not None)
        self.heat = Heat(config.ntc_raw, config.ntc_c100, config.heat_rise_c100, config.heat_hold)
        self.pad = PadOnSkin(self.heater, person, 0.1)
        self._noise = SimBoard(profile, 0, seed=5)._noise
        self._at = 0
        self.step_counts = 0  # of a converter without noise; 0: the board's, with its noise

    def run(self, seconds: float, target: float | Callable[[float], float]) -> None:
        for turn in range(round(seconds * 10)):
            target_c = target(turn / 10) if callable(target) else target
            self.pad.step(self.heater.power_w * self.heat.duty / 10_000)
            self.heat.step(100, self._raw(), round(target_c * 100))

    def _raw(self) -> int:
        raw = ntc_raw(self.pad.ntc_c, self.heater)
        if self.step_counts:
            return int(raw) // self.step_counts * self.step_counts
        self._at = (self._at + 1) % len(self._noise)
        return int(raw + NTC_NOISE_COUNTS * self._noise[self._at])


def steady(rig: Rig) -> None:
    rig.run(600, 40.0)


def lifted_for_10_s(rig: Rig) -> None:
    rig.run(90, 40.0)
    for _ in range(4):
        rig.pad.set_contact(False)
        rig.run(10, 40.0)
        rig.pad.set_contact(True)
        rig.run(50, 40.0)


def lifted_for_minutes(rig: Rig) -> None:
    rig.run(90, 40.0)
    for _ in range(2):
        rig.pad.set_contact(False)
        rig.run(120, 40.0)
        rig.pad.set_contact(True)
        rig.run(150, 40.0)


def warmed_up_in_the_air(rig: Rig) -> None:
    rig.pad.set_contact(False)
    rig.run(200, 40.0)
    rig.pad.set_contact(True)
    rig.run(300, 40.0)


def paused_often(rig: Rig) -> None:
    for on_s, off_s in ((5, 5), (2, 8), (20, 3), (10, 15), (60, 70)):
        for _ in range(200 // (on_s + off_s) + 1):
            rig.run(on_s, 40.0)
            rig.run(off_s, 0.0)


def slow_and_fast_ramps(rig: Rig) -> None:
    for ramp_s in (20, 120, 300):
        for second in range(ramp_s):
            rig.run(1, 30.0 + 10.0 * second / ramp_s)
        rig.run(90, 40.0)
        rig.run(60, 0.0)


def to_and_fro(rig: Rig) -> None:
    rig.run(400, lambda t: 40.0 if t % 40 < 20 else 33.0)
    rig.run(300, lambda t: min(40.0, 34.0 + 1.1 * (t // 55)))


WHAT_PEOPLE_DO = (
    steady,
    lifted_for_10_s,
    lifted_for_minutes,
    warmed_up_in_the_air,
    paused_often,
    slow_and_fast_ramps,
    to_and_fro,
)


@pytest.mark.parametrize("done", WHAT_PEOPLE_DO)
@pytest.mark.parametrize("person", PERSONS)
def test_nothing_that_people_do_is_a_fault(person: str, done: Callable[[Rig], None]) -> None:
    rig = Rig(PERSONS[person])
    done(rig)
    assert FAULTS[rig.heat.fault] == "none"


@pytest.mark.parametrize("bits", [10, 12])
@pytest.mark.parametrize("person", ["default", "cold", "feverish"])
def test_a_pad_that_is_held_on_a_quiet_converter_is_none_either(person: str, bits: int) -> None:
    """Its reading stands still for minutes. The power then waits until it moves, and is back at once."""
    rig = Rig(PERSONS[person])
    rig.step_counts = 1 << 16 - bits
    rig.run(200, 38.0)
    coldest, asked = 38.0, 0
    for _ in range(2000):
        rig.run(0.1, 38.0)
        coldest = min(coldest, rig.pad.ntc_c)
        asked += rig.heat._asked_ms > 0
    assert FAULTS[rig.heat.fault] == "none"
    assert coldest > 37.7
    assert asked > 0 or person == "feverish", "it did stand still"


@pytest.mark.parametrize("person", ["default", "cold", "feverish"])
def test_a_sensor_that_freezes_while_the_pad_is_held_gets_no_more_power_and_is_found(person: str) -> None:
    rig = Rig(PERSONS[person])
    rig.run(300, 40.0)
    raw, spent, powered_s, seconds = ntc_raw(40.0, rig.heater), 0, 0.0, 0.0
    while not rig.heat.fault and seconds < 200:
        spent += rig.heat.duty
        rig.heat.step(100, int(raw), 4000)
        seconds += 0.1
        powered_s = seconds if rig.heat.duty else powered_s
    assert FAULTS[rig.heat.fault] == "NTC_FROZEN"
    assert spent <= 5000 * 50 + 5000, "half of what 10 s at half power are"
    assert 59.9 < seconds - powered_s < 60.3


def test_the_cold_person_is_cold() -> None:
    assert 27.5 < start_tissue_c(PERSONS["cold"])[0] < 28.5
