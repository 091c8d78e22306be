"""What the boards can do, restated from their data sheets."""

from __future__ import annotations

import pytest

from firmware_bridge.rigs.boards import BOARDS, CHIPS
from firmware_bridge.rigs.document import BOARDS as NAMED


def test_every_board_that_a_rig_can_name_is_described() -> None:
    assert set(BOARDS) == set(NAMED)


@pytest.mark.parametrize("board", ["pico", "pico-2"])
@pytest.mark.parametrize("n", range(29))
def test_pwm_of_a_pico_is_the_table_of_its_data_sheet(board: str, n: int) -> None:
    """Slices 0 to 7 twice over GP0 to GP15 and GP16 to GP31, two pins each, A then B."""
    table = [(slice_, channel) for slice_ in range(8) for channel in (0, 1)]
    assert BOARDS[board].pins[f"GP{n}"].pwm == table[n % 16]


def test_a_pico_measures_on_three_pins_and_keeps_four_to_itself() -> None:
    pins = BOARDS["pico"].pins
    assert BOARDS["pico"].with_adc() == ["GP26", "GP27", "GP28"]
    assert [pin.name for pin in pins.values() if not pin.header] == ["GP23", "GP24", "GP25", "GP29"]
    assert [pin.name for pin in pins.values() if pin.led] == ["GP25"]


@pytest.mark.parametrize(
    ("pin", "role"),
    [("GP0", "I2C0 SDA"), ("GP1", "I2C0 SCL"), ("GP2", "I2C1 SDA"), ("GP3", "I2C1 SCL"), ("GP4", "I2C0 SDA"),
     ("GP27", "I2C1 SCL")],
)  # fmt: skip
def test_the_i2c_roles_of_a_pico_take_turns(pin: str, role: str) -> None:
    assert BOARDS["pico"].pins[pin].i2c == role


def test_a_pi_4_has_two_pwm_channels_on_four_pins_and_a_pi_5_has_four() -> None:
    of = {
        name: [BOARDS[name].pins[f"GPIO{n}"].pwm for n in (12, 13, 18, 19)]
        for name in ("raspberry-pi-4", "raspberry-pi-5")
    }
    assert of["raspberry-pi-4"] == [(-1, 0), (-1, 1), (-1, 0), (-1, 1)]
    assert of["raspberry-pi-5"] == [(-1, 0), (-1, 1), (-1, 2), (-1, 3)]


@pytest.mark.parametrize("name", ["raspberry-pi-4", "raspberry-pi-5"])
def test_a_pi_has_no_adc_and_one_bus_and_pulls_its_first_pins_up(name: str) -> None:
    board = BOARDS[name]
    assert board.with_adc() == []
    assert board.with_pwm() == ["GPIO12", "GPIO13", "GPIO18", "GPIO19"]
    assert {pin.name: pin.i2c for pin in board.pins.values() if pin.i2c} == {
        "GPIO2": "I2C1 SDA",
        "GPIO3": "I2C1 SCL",
    }
    assert [n for n in range(2, 28) if board.pins[f"GPIO{n}"].pulled_up] == list(range(2, 9))


def test_addresses_of_the_chips() -> None:
    assert {name: (chip.low, chip.high, chip.first) for name, chip in CHIPS.items()} == {
        "pca9685": (0x40, 0x77, 0x40),
        "drv2605": (0x5A, 0x5A, 0x5A),
        "ads1115": (0x48, 0x4B, 0x48),
        "ina219": (0x40, 0x4F, 0x40),
    }
