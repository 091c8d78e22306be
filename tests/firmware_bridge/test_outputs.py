"""The last station before the pins: calibration, the last check, ENABLE. Numbers are restated."""

from __future__ import annotations

from typing import Any

import pytest

from firmware_bridge.device.board import MemoryBoard
from firmware_bridge.device.outputs import Outputs
from tests.firmware_bridge.bench import config


class Pins(MemoryBoard):
    """Remembers every word that was said, in order."""

    def __init__(self, outputs: int) -> None:
        super().__init__(outputs, 0)
        self.said: list[tuple[str, int, int]] = []
        self.broken = -1  # the output that cannot be written

    def write_duty(self, output: int, duty_u16: int) -> int:
        super().write_duty(output, duty_u16)
        self.said.append(("duty", output, duty_u16))
        return output + 1 if output == self.broken else 0

    def enable(self, level: int) -> None:
        super().enable(level)
        self.said.append(("enable", level, 0))


def rig(**changes: Any) -> tuple[Outputs, Pins]:
    configuration = config(**changes)
    pins = Pins(len(configuration.heads))
    return Outputs(configuration, pins), pins


def test_an_output_that_cannot_be_written_cuts_the_power_and_is_told() -> None:
    outputs, pins = rig()
    outputs.hold_enable(True)
    pins.broken = 1
    pins.said.clear()
    assert outputs.write(10, [100, 200, 300], True) == 2
    off = [("duty", 0, 0), ("duty", 1, 0), ("duty", 2, 0), ("enable", 0, 0)]
    assert pins.said[-4:] == off
    assert len(pins.said) == 6  # the third was not driven first
    assert not outputs.enabled


def test_at_first_nothing_is_written_and_nothing_enabled() -> None:
    outputs, pins = rig()
    assert (outputs.idle_ms, outputs.enabled, pins.said) == (0, False, [])


def test_off_writes_zero_to_every_pin_and_cuts_the_power() -> None:
    outputs, pins = rig()
    outputs.write(10, [100, 200, 300], True)
    outputs.hold_enable(True)
    pins.said.clear()
    outputs.off()
    assert pins.said == [("duty", 0, 0), ("duty", 1, 0), ("duty", 2, 0), ("enable", 0, 0)]
    assert outputs.enabled is False
    outputs.hold_enable(True)
    assert pins.said[-1] == ("enable", 1, 0)


@pytest.mark.parametrize(
    ("level", "duty"),
    [(-1, 0), (0, 0), (1, 1005), (2, 1011), (5000, 29_500), (9999, 57_994), (10_000, 58_000), (10_001, 0)],
)
def test_calibration_goes_straight_from_start_duty_to_full_duty(level: int, duty: int) -> None:
    outputs, _pins = rig(start_duty=(1000, 0, 0), max_duty=(58_000, 60_000, 65_535))
    assert outputs.duty(0, level) == duty
    assert type(outputs.duty(0, level)) is int


def test_each_output_has_its_own_calibration() -> None:
    outputs, pins = rig(start_duty=(1000, 2000, 3000), max_duty=(11_000, 22_000, 33_000))
    assert outputs.write(10, [1000, 1000, 1000], True) == 0
    assert pins.said == [("duty", 0, 2000), ("duty", 1, 4000), ("duty", 2, 6000)]


def test_an_output_plays_the_highest_of_its_channels() -> None:
    for applied in ([300, 200, 0], [200, 300, 0], [300, 300, 0]):
        outputs, pins = rig(output_of=(0, 0, 1), heads=(1, 2), start_duty=(0, 0), max_duty=(60_000, 65_535))
        outputs.write(10, applied, True)
        assert pins.duties == [1800, 0]
        outputs.write(10, [100, 0, 0], True)
        assert pins.duties == [600, 0]


def test_a_level_of_one_is_a_level() -> None:
    outputs, pins = rig(start_duty=(5, 6, 7), max_duty=(60_000, 60_000, 60_000))
    outputs.write(10, [1, 1, 1], True)
    assert pins.duties == [10, 11, 12]


def test_a_channel_without_output_moves_nothing() -> None:
    outputs, pins = rig(output_of=(0, -1, -1), heads=(0,), start_duty=(0,), max_duty=(10_000,))
    assert outputs.write(10, [0, 5000, 5000], False) == 0
    assert outputs.write(10, [5, 5000, 5000], True) == 0
    assert pins.duties == [5]


@pytest.mark.parametrize("applied", [[1, 0, 0], [0, 1, 0], [0, 0, 1], [5, 6, 7]])
def test_where_nothing_may_be_driven_a_level_is_refused_and_everything_off(applied: list[int]) -> None:
    outputs, pins = rig()
    outputs.write(10, [500, 500, 500], True)
    outputs.hold_enable(True)
    assert outputs.write(10, applied, False) == sum(applied)
    assert pins.duties == [0, 0, 0]
    assert outputs.enabled is False
    assert pins.said[-1] == ("enable", 0, 0)
    assert outputs.idle_ms == 0


def test_zero_may_always_be_written() -> None:
    outputs, pins = rig()
    outputs.write(10, [500, 500, 500], True)
    assert outputs.write(10, [0, 0, 0], False) == 0
    assert pins.duties == [0, 0, 0]


@pytest.mark.parametrize(
    ("full", "refused"), [(59_999, False), (60_000, False), (60_001, True), (65_535, True)]
)
@pytest.mark.parametrize("output", [0, 1])
def test_no_motor_pin_gets_more_than_60000(full: int, refused: bool, output: int) -> None:
    full_duties = [50_000, 50_000, 65_535]
    full_duties[output] = full
    outputs, pins = rig(start_duty=(0, 0, 0), max_duty=tuple(full_duties))
    outputs.hold_enable(True)
    answer = outputs.write(10, [10_000, 10_000, 0], True)
    assert answer == (full if refused else 0)
    assert pins.duties[output] == (0 if refused else full)
    assert outputs.enabled is not refused
    if refused:
        assert pins.duties == [0, 0, 0]


def test_a_heater_may_be_fully_on() -> None:
    outputs, pins = rig(start_duty=(0, 0, 0))
    assert outputs.write(10, [0, 0, 10_000], True) == 0
    assert pins.duties[2] == 65_535


def test_idle_time_counts_while_every_level_is_zero() -> None:
    outputs, _pins = rig()
    outputs.write(10, [0, 0, 0], True)
    outputs.write(7, [0, 0, 0], False)
    assert outputs.idle_ms == 17
    for applied in ([1, 0, 0], [0, 1, 0], [0, 0, 1]):
        outputs.write(10, applied, True)
        assert outputs.idle_ms == 0
        outputs.write(10, [0, 0, 0], True)
        assert outputs.idle_ms == 10


def test_idle_time_stays_small() -> None:
    outputs, _pins = rig()
    outputs.write(9999, [0, 0, 0], True)
    outputs.write(10, [0, 0, 0], True)
    assert outputs.idle_ms == 10_009
    outputs.write(10, [0, 0, 0], True)
    assert outputs.idle_ms == 10_009


def test_enable_changes_with_every_step_while_it_is_wanted() -> None:
    outputs, pins = rig()
    for _ in range(4):
        outputs.hold_enable(True)
        assert outputs.enabled is True
    assert pins.said == [("enable", level, 0) for level in (1, 0, 1, 0)]
    pins.said.clear()
    outputs.hold_enable(True)
    for _ in range(3):
        outputs.hold_enable(False)
        assert outputs.enabled is False
    outputs.hold_enable(True)
    assert [level for _, level, _ in pins.said] == [1, 0, 0, 0, 1]
