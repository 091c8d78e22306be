"""Adafruit's libraries behind our drivers, over strict chips: which register is written when."""

from __future__ import annotations

import pytest

from firmware_bridge.device.heat import Heat
from firmware_bridge.rig import ntc_table
from programs.profile import load_profile
from sim.chips.ads1115 import Ads1115
from sim.chips.drv2605 import Drv2605
from sim.chips.ina219 import Ina219
from sim.chips.pca9685 import Pca9685
from sim.heat import ntc_raw
from tests.firmware_bridge.boards.workbench import BUS, Bench

HALF, CAP = 32768, 55705  # cap: 0.85 of full, the most that a motor is ever driven at
HEAD = (("pca9685", 0x40, 3),)
COIN = (("drv2605", 0x5A),)


# -- PCA9685 --------------------------------------------------------------------------------------


def test_a_pca9685_is_silenced_before_it_is_woken_and_set_to_1_khz() -> None:
    chip = Pca9685()
    bench = Bench((chip,))
    bench.build(i2c=BUS, outputs=HEAD)
    said = bench.written()
    assert said[0] == "40 fd 10"  # every channel full off, while nothing else has been said
    assert "40 fe 05" in said  # 25 MHz / 4096 / (5 + 1) = 1017 Hz
    assert said.index("40 fd 10") < said.index("40 00 00")  # the library wakes it
    assert said[-1] == "40 15 10"  # channel 3: full off
    assert not chip.asleep
    assert [chip.duty(channel) for channel in range(16)] == [0] * 16


@pytest.mark.parametrize(
    ("duty", "registers", "out"),
    [
        (HALF, "40 12 00 00 00 08", 32768),
        (CAP, "40 12 00 00 99 0d", 55696),
        (65535, "40 12 00 10 00 00", 65535),
        (16, "40 12 00 00 01 00", 16),
    ],
)
def test_what_a_duty_is_on_a_pca9685(duty: int, registers: str, out: int) -> None:
    chip = Pca9685()
    bench = Bench((chip,))
    board = bench.build(i2c=BUS, outputs=HEAD)
    bench.written()
    assert board.write_duty(0, duty) == 0
    assert bench.written() == [registers]
    assert chip.duty(3) == out
    assert board.write_duty(0, 0) == 0
    assert bench.written() == ["40 15 10"]  # zero, and so a stop: the full-off bit
    assert chip.duty(3) == 0


def test_two_outputs_share_a_pca9685_and_only_their_own_channels_move() -> None:
    chip = Pca9685()
    bench = Bench((chip,))
    board = bench.build(i2c=BUS, outputs=(("pca9685", 0x40, 0), ("pca9685", 0x40, 15)))
    board.write_duty(0, HALF)
    board.write_duty(1, CAP)
    assert [chip.duty(channel) for channel in (0, 1, 14, 15)] == [32768, 0, 0, 55696]
    board.off()
    assert [chip.duty(channel) for channel in (0, 15)] == [0, 0]


def test_a_running_pca9685_is_off_after_the_controller_restarts() -> None:
    chip = Pca9685()
    bench = Bench((chip,))
    bench.build(i2c=BUS, outputs=HEAD).write_duty(0, CAP)
    assert chip.duty(3)
    bench.reset()
    bench.build(i2c=BUS, outputs=HEAD)
    assert bench.written()[0] == "40 fd 10"
    assert chip.duty(3) == 0


def test_a_pca9685_that_lost_its_supply_is_noticed_while_the_level_stands_still() -> None:
    chip = Pca9685()
    bench = Bench((chip,))
    board = bench.build(i2c=BUS, outputs=HEAD)
    board.write_duty(0, HALF)
    assert chip.duty(3)
    chip.power_cycle()
    assert chip.duty(3) == 0  # it sleeps, so nothing moves
    assert any(board.write_duty(0, HALF) for _ in range(11))
    assert board.trouble == 1
    assert bench.header.GP14.high is False


# -- DRV2605 --------------------------------------------------------------------------------------


def test_a_drv2605_starts_in_standby_as_an_erm_in_open_loop() -> None:
    chip = Drv2605()
    bench = Bench((chip,))
    bench.build(i2c=BUS, outputs=COIN)
    said = bench.written()
    assert said[:2] == ["5a 01 45", "5a 02 00"]
    assert said[-2:] == ["5a 02 00", "5a 01 45"]
    assert (chip.standby, chip.registers[0x1A] & 0x80, chip.registers[0x1D] & 0x20) == (True, 0, 0x20)
    assert chip.drive == 0


@pytest.mark.parametrize(("duty", "value"), [(HALF, 64), (CAP, 108), (65535, 127), (300, 1)])
def test_what_a_duty_is_on_a_drv2605(duty: int, value: int) -> None:
    chip = Drv2605()
    bench = Bench((chip,))
    board = bench.build(i2c=BUS, outputs=COIN)
    bench.written()
    board.write_duty(0, duty)
    assert bench.written() == [f"5a 02 {value:02x}", "5a 01 05"]  # the value first, then it wakes
    assert chip.drive == value
    board.write_duty(0, 33300)
    assert bench.written() == ["5a 02 41"]  # awake already
    board.write_duty(0, 0)
    assert bench.written() == ["5a 02 00", "5a 01 45"]
    assert (chip.drive, chip.standby) == (0, True)


def test_a_drv2605_that_lost_its_supply_is_noticed() -> None:
    chip = Drv2605()
    bench = Bench((chip,))
    board = bench.build(i2c=BUS, outputs=COIN)
    board.write_duty(0, HALF)
    chip.power_cycle()
    assert chip.drive == 0
    assert any(board.write_duty(0, HALF) for _ in range(11))
    assert board.trouble == 1


# -- sensors --------------------------------------------------------------------------------------


def test_an_ads1115_measures_the_divider_against_3_3_v() -> None:
    chip = Ads1115()
    bench = Bench((chip,))
    chip.inputs_mv = [0, 0, 1145, 0]
    board = bench.build(i2c=BUS, ntc=("ads1115", 0x48, 2))
    assert chip.continuous
    assert chip.registers[1] == 0x6283  # AIN2 to ground, 4.096 V, continuous, 128/s, no comparator
    for mv in (0, 165, 1145, 1650, 3299):
        chip.inputs_mv[2] = mv
        assert abs(board.ntc_raw() - mv * 65535 / 3300) < 4
    assert bench.wire.felt == 0


@pytest.mark.parametrize(("percent", "off_c"), [(1, 0.45), (2, 0.9), (5, 2.2)])
@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("pad_c", [32.0, 38.0, 42.0])
def test_a_rail_that_is_off_reads_as_the_rigs_page_says(
    percent: int, off_c: float, sign: int, pad_c: float
) -> None:
    """The divider's 3.3 V are taken for granted: high reads cold. Within 2 % it stays under 1 K."""
    heater = next(each.heater for each in load_profile("heated-head").outputs if each.heater is not None)
    chip = Ads1115()
    share = ntc_raw(pad_c, heater) / 65535
    chip.inputs_mv = [round(3300 * (1 + sign * percent / 100) * share), 0, 0, 0]
    board = Bench((chip,)).build(i2c=BUS, ntc=("ads1115", 0x48, 0))
    found_c = Heat(*ntc_table(heater), 900, 3000).c100(board.ntc_raw()) / 100
    assert 0.8 * off_c < -sign * (found_c - pad_c) < off_c


def test_an_ads1115_that_restarted_gives_no_reading_instead_of_an_old_one() -> None:
    chip = Ads1115()
    bench = Bench((chip,))
    chip.inputs_mv = [1000] * 4
    board = bench.build(i2c=BUS, ntc=("ads1115", 0x48, 0))
    assert board.ntc_raw() > 0
    chip.power_cycle()
    assert [board.ntc_raw() for _ in range(3)] == [-1, -1, -1]
    assert board.trouble == 0  # the heat supervisor judges that: NTC_STALE


def test_an_ads1115_that_never_converts_holds_nobody_up() -> None:
    chip = Ads1115()
    chip.never_done = True
    board = Bench((chip,)).build(i2c=BUS, ntc=("ads1115", 0x48, 0))
    assert board.ntc_raw() == 0  # a frozen zero is a short, and refused as one


@pytest.mark.parametrize(("raw", "said"), [(0, 0), (31000, 31000), (65535, 65535)])
def test_an_adc_pin_is_read_as_it_is(raw: int, said: int) -> None:
    bench = Bench()
    bench.header.GP26.analog = raw
    assert bench.build(ntc=("pin", "GP26")).ntc_raw() == said


@pytest.mark.parametrize(
    ("shunt_uohm", "ma", "read"),
    [(100_000, 1234, 1234), (100_000, -1234, 1234), (10_000, 9000, 9000), (100_000, 5000, 3200)],
)
def test_an_ina219_measures_with_any_shunt_and_either_way_round(shunt_uohm: int, ma: int, read: int) -> None:
    chip = Ina219(0x41, shunt_uohm)
    bench = Bench((chip,))
    board = bench.build(i2c=BUS, current=(0x41, shunt_uohm))
    chip.ma, chip.mv = ma, 11_640
    assert abs(board.current_ma() - read) <= 1
    assert board.supply_mv() == 11_640


def test_an_ina219_that_lost_its_supply_measures_on() -> None:
    chip = Ina219()
    bench = Bench((chip,))
    board = bench.build(i2c=BUS, current=(0x40, 100_000))
    chip.ma = 700
    chip.power_cycle()
    assert board.current_ma() == 700
