"""Outputs on the board's own pins, over strict pins."""

from __future__ import annotations

import pytest

from firmware_bridge.boards.drivers.pins import PWM_HZ
from tests.firmware_bridge.boards.workbench import Bench

BRIDGE = (("h-bridge", "GP6", "GP7", "GP8"),)


def test_a_mosfet_follows_its_duty_at_20_khz() -> None:
    bench = Bench()
    board = bench.build()
    pin = bench.header.GP2
    assert pin.log == [0]  # driven low from the first moment
    for duty in (32768, 55705, 65535, 0):
        assert board.write_duty(0, duty) == 0
        assert pin.drives == duty
    assert pin.pwm is not None
    assert (pin.pwm.frequency, PWM_HZ) == (20_000, 20_000)


def test_a_bridge_drives_forward_only_and_coasts_when_off() -> None:
    bench = Bench()
    board = bench.build(outputs=BRIDGE)
    forward, reverse, enable = (bench.header.pins[name] for name in ("GP6", "GP7", "GP8"))
    assert (forward.drives, reverse.drives, enable.drives) == (0, 0, 0)
    board.write_duty(0, 32768)
    assert (forward.drives, reverse.drives, enable.drives) == (32768, 0, 65535)
    board.write_duty(0, 0)
    assert (forward.drives, reverse.drives, enable.drives) == (0, 0, 0)
    assert set(reverse.log) == {0}  # never high


class Stuck:
    """A pin that takes nothing any more."""

    def __setattr__(self, _name: str, _value: object) -> None:
        raise OSError("gone")


@pytest.mark.parametrize(
    ("stuck", "lows"), [("_pwm", ("GP7", "GP8")), ("_reverse", ("GP6", "GP8")), ("_enable", ("GP6", "GP7"))]
)
def test_one_pin_of_a_bridge_that_does_not_obey_keeps_no_other_up(stuck: str, lows: tuple[str, ...]) -> None:
    bench = Bench()
    board = bench.build(outputs=BRIDGE)
    board.write_duty(0, 32768)
    setattr(board._outputs[0], stuck, Stuck())
    assert board.write_duty(0, 0) == 1
    assert [bench.header.pins[name].drives for name in lows] == [0, 0]


def test_a_bridge_without_an_enable_line() -> None:
    bench = Bench()
    board = bench.build(outputs=(("h-bridge", "GP6", "GP7", None),))
    board.write_duty(0, 55705)
    assert bench.header.GP6.drives == 55705
    board.off()
    assert (bench.header.GP6.drives, bench.header.GP7.drives) == (0, 0)


def test_the_enable_line_is_down_before_any_output_exists() -> None:
    bench = Bench()
    board = bench.build()
    line = bench.header.GP14
    assert line.log == [0]
    for level in (1, 0, 1):
        board.enable(level)
    assert line.log == [0, 65535, 0, 65535]
    board.off()
    assert line.drives == 0


def test_the_stop_input_is_pulled_up_and_open_is_a_stop() -> None:
    bench = Bench()
    board = bench.build()
    pin = bench.header.GP15
    assert pin.pull == "up"
    assert not board.stop_open()
    pin.outside = None  # the wire breaks
    assert board.stop_open()


@pytest.mark.parametrize("pins", [("GP2", "GP18"), ("GP2", "GP2")])
def test_two_outputs_on_one_pwm_channel_are_refused(pins: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="in use"):
        Bench().build(outputs=tuple(("mosfet", pin) for pin in pins))


def test_the_led_tells_rest_power_and_trouble() -> None:
    bench = Bench()
    board = bench.build()
    led = bench.header.LED

    def seen(ticks: int, toggle: bool) -> int:
        lit = 0
        for tick in range(ticks):
            if toggle:
                board.enable(tick & 1)
            board.feed_watchdog()
            lit += led.high
        return lit

    assert seen(100, False) == 5
    assert seen(100, True) == 100
    assert bench.dog.fed == 200
