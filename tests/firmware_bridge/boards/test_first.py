"""Everything off before the firmware is imported, and a recorded session on real drivers."""

from __future__ import annotations

from firmware_bridge.boards.first import driven_pins, everything_off
from firmware_bridge.device.controller import Controller
from sim.chips.bus import BusModule
from sim.chips.drv2605 import Drv2605
from sim.chips.pca9685 import Pca9685
from sim.chips.pins import DigitalModule
from tests.firmware_bridge.boards.workbench import BUS, PLAN, Bench
from tests.runtimes import golden
from tests.runtimes.scripts.replay import Replay

CHIPS = PLAN | {"i2c": BUS, "outputs": (("pca9685", 0x40, 3), ("drv2605", 0x5A), ("mosfet", "GP2"))}


def test_running_chips_are_off_and_nothing_stays_claimed() -> None:
    fan, coin = Pca9685(), Drv2605()
    bench = Bench((fan, coin))
    board = bench.build(i2c=BUS, outputs=CHIPS["outputs"])
    for output in range(3):
        board.write_duty(output, 40_000)
    bench.reset()  # of the processor alone: the chips go on
    assert fan.duty(3)
    assert coin.drive
    everything_off(CHIPS, bench.header, DigitalModule, BusModule)
    assert bench.written() == ["40 fd 10", "5a 01 45", "5a 02 00"]
    assert (fan.duty(3), coin.drive) == (0, 0)
    assert all(pin.user is None for pin in bench.header.pins.values())
    assert bench.header.GP14.log[-2:] == [0, None]  # driven low, then left to its resistor
    assert driven_pins(CHIPS) == ["GP14", "GP2", "LED"]


def test_a_dead_bus_does_not_keep_the_pins_from_going_low() -> None:
    bench = Bench((Pca9685(),))
    bench.wire.wedged = True
    everything_off(CHIPS, bench.header, DigitalModule, BusModule)
    assert bench.header.GP2.log == [0, None]


def test_a_recorded_session_puts_the_same_duties_on_real_pins() -> None:
    """The golden tape's first 40 s, on MOSFETs over strict pins beside the board that only remembers."""
    plan = {"outputs": (("mosfet", "GP2"), ("mosfet", "GP4"), ("mosfet", "GP6")), "ntc": ("pin", "GP26")}
    tape = golden.tape_of("evening-shoulders")
    wanted, replay = Replay(tape, 0), Replay(tape, 0)
    bench = Bench()
    board = bench.build(**plan)
    board.save_stamp(replay.config.crc)
    replay.controller = Controller(replay.config, board, wanted.controller.boot_id)
    sensors = replay.board
    board._current = Given(sensors)
    board._ntc = Given(sensors)
    peak = 0
    for _ in range(4000):
        wanted.step()
        replay.step()
        duties = [pin.drives for pin in (bench.header.GP2, bench.header.GP4, bench.header.GP6)]
        assert duties == wanted.board.duties
        peak = max(peak, *wanted.board.duties)
    assert peak > 3000


class Given:
    """The sensors of a tape."""

    def __init__(self, board: object) -> None:
        self._board = board

    def read(self) -> int:
        return int(self._board.ntc)  # type: ignore[attr-defined]

    def current_ma(self) -> int:
        return int(self._board.ma)  # type: ignore[attr-defined]

    def supply_mv(self) -> int:
        return int(self._board.mv)  # type: ignore[attr-defined]
