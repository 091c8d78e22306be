"""The board that joins real parts: what it tells the controller when a part does not answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.boards.drivers.memory import PLACE_BYTES, NvmMemory, packed
from firmware_bridge.boards.drivers.memory_file import FileMemory
from firmware_bridge.boards.pinboard import DAMAGED, ENABLE, FAULT, MONITOR, RETRY_TICKS, STAMP, PinBoard
from firmware_bridge.device.config import DeviceConfig
from firmware_bridge.device.controller import Controller
from firmware_bridge.protocol import states
from firmware_bridge.session import Session
from sim.chips.bus import Chip
from sim.chips.drv2605 import Drv2605
from sim.chips.ina219 import Ina219
from sim.chips.pca9685 import Pca9685
from tests.firmware_bridge.boards.workbench import BUS, Bench
from tests.firmware_bridge.desk import desk_device, ramp

CHIPS = (("pca9685", 0x40, 3), ("drv2605", 0x5A))
NOT_MEASURED = 65535


def rig(*more: Chip, **plan: Any) -> tuple[Bench, PinBoard, Pca9685, Drv2605]:
    """Two motors on two chips."""
    fan, coin = Pca9685(), Drv2605()
    bench = Bench((fan, coin, *more))
    return bench, bench.build(i2c=BUS, outputs=CHIPS, **plan), fan, coin


class Playing:
    """The real controller on a board, a session in front of it, playing."""

    def __init__(self, board: PinBoard, bench: Bench) -> None:
        self.bench = bench
        config: DeviceConfig = desk_device(1)[0].config
        board.save_stamp(config.crc)
        self.controller = Controller(config, board, 5)
        self.session = Session(3)
        self.now_ms = 0
        self.session.play(ramp(20_000))
        self.run_ms(2500)
        assert self.controller.state == states.RUNNING

    def run_ms(self, ms: int) -> None:
        for _ in range(ms // 10):
            self.now_ms += 10
            self.session.beat()
            said = self.session.poll(self.now_ms)
            controller = self.controller
            controller.receive(said, len(said))
            controller.tick(self.now_ms)
            self.session.receive(bytes(controller.tx[: controller.tx_length]), self.now_ms)
            controller.sent(controller.tx_length)


@pytest.mark.parametrize("how", ["wedged", "lost"])
def test_an_output_that_cannot_be_written_is_a_latched_fault_and_everything_else_is_off(how: str) -> None:
    bench, board, fan, coin = rig()
    playing = Playing(board, bench)
    assert fan.duty(3) or coin.drive
    if how == "wedged":
        bench.wire.wedged = True
    else:
        bench.wire.lost.add(0x40)
    playing.run_ms(150)
    assert bench.wire.felt
    controller = playing.controller
    assert (controller.state, controller.fault) == (states.FAULT, states.F_OUTPUT_CHECK)
    assert controller.fault_value == board.trouble
    assert board.trouble == (1 if how == "lost" else 2)  # an output, counted from 1
    assert not bench.header.GP14.high  # ENABLE stands still: the one-shot drops
    if how == "lost":
        assert coin.drive == 0
    assert board.load_fault()[0] == states.F_OUTPUT_CHECK
    assert playing.session.outcome == "fault"  # the host was told, the link lives
    fed = bench.dog.fed
    playing.run_ms(100)
    assert bench.dog.fed == fed + 10


def test_off_is_said_again_until_the_bus_is_back_and_nothing_resumes() -> None:
    bench, board, fan, coin = rig()
    playing = Playing(board, bench)
    before = fan.duty(3)
    bench.wire.wedged = True
    playing.run_ms(1000)
    assert fan.duty(3) == before or coin.drive  # nobody could tell it: that is what ENABLE is for
    bench.wire.wedged = False
    playing.run_ms(600)
    assert (fan.duty(3), coin.drive, board.trouble) == (0, 0, 2)
    playing.controller.clear()
    playing.run_ms(6000)
    assert (playing.controller.state, fan.duty(3)) == (states.FAULT, 0)
    for level in (0, 1, 0, 1):
        board.enable(level)
        assert not bench.header.GP14.high


def test_one_broken_transaction_is_enough() -> None:
    bench, board, fan, _coin = rig()
    board.write_duty(0, 30_000)
    bench.wire.fail = 1
    assert board.write_duty(0, 40_000) == 1
    assert bench.wire.felt == 1
    assert fan.duty(3) == 0  # the bus was there for "off"
    assert board.write_duty(0, 0) == 1


def test_a_level_that_stands_still_is_written_again_so_that_a_dead_bus_is_noticed() -> None:
    bench, board, _fan, _coin = rig()
    board.write_duty(1, 30_000)
    bench.wire.wedged = True
    assert [board.write_duty(1, 30_000) for _ in range(12)].count(0) == 10


@pytest.mark.parametrize("gone", [0x40, 0x5A])
def test_a_chip_that_is_not_there_at_the_start_is_told_and_the_others_are_off(gone: int) -> None:
    fan, coin = Pca9685(), Drv2605()
    bench = Bench((fan, coin))
    bench.build(i2c=BUS, outputs=CHIPS).write_duty(0, 30_000)
    bench.reset()
    bench.wire.lost.add(gone)
    board = bench.build(i2c=BUS, outputs=CHIPS)
    assert board.trouble == (1 if gone == 0x40 else 2)
    assert coin.drive == 0
    if gone != 0x40:
        assert fan.duty(3) == 0
    controller = Controller(desk_device(1)[0].config, board, 5)
    controller.tick(0)
    assert controller.fault == states.F_OUTPUT_CHECK


@pytest.mark.parametrize("disabled", [False, True])
@pytest.mark.parametrize("how", ["wedged", "no pull-ups", "lost"])
def test_a_chip_that_missed_its_off_at_the_start_is_told_when_the_bus_is_back(
    how: str, disabled: bool
) -> None:
    bench, board, fan, coin = rig()
    board.write_duty(0, 30_000)
    board.write_duty(1, 30_000)
    bench.reset()
    bench.wire.wedged = how == "wedged"
    bench.wire.pull_ups = how != "no pull-ups"
    bench.wire.lost.update((0x40, 0x5A) if how == "lost" else ())
    board = bench.build(i2c=BUS, outputs=CHIPS, disabled=disabled)
    for _ in range(3 * RETRY_TICKS):
        board.feed_watchdog()
    assert fan.duty(3), "nobody could tell it"
    assert coin.drive
    assert (board.trouble, board.write_duty(0, 20_000)) == (1, 1)
    bench.wire.wedged, bench.wire.pull_ups = False, True
    bench.wire.lost.clear()
    for _ in range(RETRY_TICKS):
        board.feed_watchdog()
    assert (fan.duty(3), coin.drive) == (0, 0)
    assert (board.trouble, board.write_duty(0, 20_000), fan.duty(3)) == (1, 1, 0), "only a reset ends it"


class Stubborn:
    """A line or a pin that takes nothing any more, and says so in its own way."""

    def __init__(self, error: Exception) -> None:
        self.__dict__["error"] = error

    def __setattr__(self, _name: str, _value: object) -> None:
        raise self.__dict__["error"]

    def off(self) -> None:
        raise self.__dict__["error"]


@pytest.mark.parametrize("error", [OSError("gpiod"), RuntimeError("library"), TypeError("a mistake")])
def test_whatever_one_part_raises_the_others_are_off(error: Exception) -> None:
    bench = Bench()
    board = bench.build(outputs=(("mosfet", "GP2"), ("mosfet", "GP4"), ("mosfet", "GP6")))
    for output in range(3):
        board.write_duty(output, 40_000)
    board.enable(1)
    board._outputs[1] = Stubborn(error)
    board.off()
    assert [pin.drives for pin in (bench.header.GP2, bench.header.GP6, bench.header.GP14)] == [0, 0, 0]
    assert board.trouble == 2


def test_an_enable_line_that_does_not_obey_keeps_no_output_on() -> None:
    bench = Bench()
    board = bench.build()
    board.write_duty(0, 40_000)
    board._enable = Stubborn(OSError("gpiod"))
    board.off()
    assert (bench.header.GP2.drives, board.trouble) == (0, ENABLE)


def test_a_bus_without_pull_ups_is_told_too() -> None:
    bench = Bench((Pca9685(), Drv2605()))
    bench.wire.pull_ups = False
    assert bench.build(i2c=BUS, outputs=CHIPS, current=(0x41, 100_000)).trouble == 1


def test_a_supply_monitor_may_miss_a_reading_but_not_stay_silent() -> None:
    monitor = Ina219(0x41)
    bench, board, _fan, _coin = rig(monitor, current=(0x41, 100_000))
    monitor.ma = 500
    bench.wire.lost.add(0x41)
    assert [board.current_ma() for _ in range(3)] == [NOT_MEASURED] * 3
    bench.wire.lost.clear()
    assert (board.current_ma(), board.trouble) == (500, 0)
    bench.wire.lost.add(0x41)
    for _ in range(2):
        assert (board.current_ma(), board.supply_mv()) == (NOT_MEASURED, NOT_MEASURED)
    assert board.trouble == MONITOR
    assert board.write_duty(0, 20_000) == MONITOR


def test_without_sensors_nothing_is_measured() -> None:
    board = Bench().build()
    assert (board.ntc_raw(), board.current_ma(), board.supply_mv()) == (-1, NOT_MEASURED, NOT_MEASURED)


def test_a_disabled_board_drives_nothing_and_counts_as_stopped() -> None:
    fan, coin = Pca9685(), Drv2605()
    bench = Bench((fan, coin))
    board = bench.build(disabled=True, i2c=BUS, outputs=CHIPS)
    board.write_duty(0, 60_000)
    board.write_duty(1, 60_000)
    board.enable(1)
    assert (fan.duty(3), coin.drive, bench.header.GP14.high) == (0, 0, False)
    assert board.stop_open()


def test_the_name_fits_the_wire_and_a_real_board_says_so() -> None:
    board = Bench().build(name="a-name-that-is-far-too-long", reset_cause=1)
    assert (len(board.name), board.simulated, board.reset_cause) == (16, 0, 1)


# -- memory ---------------------------------------------------------------------------------------


def test_stamp_and_fault_outlast_a_reset() -> None:
    bench = Bench()
    board = bench.build()
    assert (board.load_stamp(), board.load_fault()) == (0, (0, 0, 0, 0))
    board.save_stamp(0xFFFF_FFFE)
    board.save_fault(9, 123_456, 2, 65_535)
    bench.reset()
    again = bench.build()
    assert (again.load_stamp(), again.load_fault()) == (0xFFFF_FFFE, (9, 123_456, 2, 65_535))


@pytest.mark.parametrize("filled", [0, 255])
def test_a_torn_write_is_not_stamped(filled: int) -> None:
    """Cut at every byte, over an older stamp as well as over erased flash."""
    whole = packed((0xC0FFEE,))
    for old in (packed((0xBADCAFE,)), bytes([filled]) * PLACE_BYTES):
        for cut in range(PLACE_BYTES):
            torn = whole[:cut] + old[cut:]
            found = NvmMemory(bytearray(torn + bytes(PLACE_BYTES))).load(STAMP)
            assert found in ((), (0xC0FFEE,), (0xBADCAFE,))
            assert found == () or torn[:9] in (whole[:9], old[:9])


@pytest.mark.parametrize("old", [packed((0, 0, 0, 0)), bytes(PLACE_BYTES), b"\xff" * PLACE_BYTES])
def test_a_torn_fault_is_a_fault(old: bytes) -> None:
    whole, bench = packed((12, 5, 2, 100)), Bench()
    for cut in range(PLACE_BYTES + 1):
        bench.nvm[PLACE_BYTES : 2 * PLACE_BYTES] = torn = whole[:cut] + old[cut:]
        found = bench.build().load_fault()
        bench.reset()
        sound, same = torn[:21] == whole[:21], torn == old  # 21: what four values take of a place
        assert found == ((12, 5, 2, 100) if sound else (0, 0, 0, 0) if same else DAMAGED)


def test_a_fault_with_a_flipped_bit_is_latched_as_an_internal_one() -> None:
    pins: dict[str, Any] = {"outputs": (("mosfet", "GP2"), ("mosfet", "GP4"))}
    for bit in range(21 * 8):
        bench = Bench()
        bench.build().save_fault(12, 5, 2, 100)
        bench.reset()
        bench.nvm[PLACE_BYTES + bit // 8] ^= 1 << bit % 8
        board = bench.build(**pins)
        assert (board.load_fault(), board.load_stamp()) == (DAMAGED, 0)
    controller = Controller(desk_device(1)[0].config, board, 5)
    controller.tick(0)
    assert (controller.state, controller.fault) == (states.FAULT, states.F_INTERNAL)


@pytest.mark.parametrize("held", [(), (12,), (12, 5, 2)])
def test_a_record_of_another_shape_is_a_fault_too(held: tuple[int, ...]) -> None:
    bench = Bench()
    NvmMemory(bench.nvm).save(FAULT, held)
    assert bench.build().load_fault() == DAMAGED


@pytest.mark.parametrize(
    "content", [b"", packed((12, 5, 2, 100))[:-1], packed((12, 5, 2, 100)) + b"\0", bytes(PLACE_BYTES)]
)
def test_a_damaged_file_is_a_fault_and_no_stamp(tmp_path: Path, content: bytes) -> None:
    memory = FileMemory(tmp_path)
    assert (memory.load(FAULT), memory.load(STAMP)) == ((), ())
    for name in ("fault", "stamp"):
        (tmp_path / name).write_bytes(content)
    assert (memory.load(FAULT), memory.load(STAMP)) == (DAMAGED, ())


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "fault").mkdir()
    assert FileMemory(tmp_path).load(FAULT) == DAMAGED


def test_one_flipped_bit_is_not_stamped() -> None:
    whole = packed((0xC0FFEE,))
    for bit in range(9 * 8):
        bad = bytearray(whole)
        bad[bit // 8] ^= 1 << bit % 8
        assert NvmMemory(bad).load(STAMP) == ()


class Worn(bytearray):
    """A memory that counts its writes."""

    writes = 0

    def __setitem__(self, at: Any, value: Any) -> None:
        self.writes += 1
        super().__setitem__(at, value)


def test_flash_is_not_worn_by_saying_the_same_again() -> None:
    nvm = Worn(256)
    memory = NvmMemory(nvm)
    for _ in range(5):
        memory.save(FAULT, (4, 5, 6, 7))
    assert (nvm.writes, memory.load(FAULT), memory.load(STAMP)) == (1, (4, 5, 6, 7), ())


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    memory = FileMemory(tmp_path / "rig")
    assert memory.load(STAMP) == ()
    memory.save(STAMP, (77,))
    assert (memory.load(STAMP), memory.load(FAULT)) == ((77,), ())
    assert [path.name for path in (tmp_path / "rig").iterdir()] == ["stamp"]
    (tmp_path / "rig" / "stamp").write_bytes(packed((77,))[:-1])
    assert memory.load(STAMP) == ()


def test_what_cannot_be_kept_is_not_pretended(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    board = Bench().build()
    board._memory = FileMemory(tmp_path / "file")
    board.save_stamp(5)
    assert (board.memory_failed, board.load_stamp()) == (True, 0)
