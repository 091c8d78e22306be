"""The fakes refuse what the hardware would not do; a fake that accepts it would prove nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sim.chips.ads1115 import Ads1115
from sim.chips.bus import I2C, Chip, Wire
from sim.chips.drv2605 import Drv2605
from sim.chips.errors import Unlawful
from sim.chips.ina219 import Ina219
from sim.chips.pca9685 import Pca9685
from sim.chips.pins import GONE, AnalogIn, DigitalInOut, Header, PWMOut


def test_one_slice_has_one_frequency_and_each_channel_one_user() -> None:
    header = Header()
    first = PWMOut(header.GP2, frequency=20_000)
    PWMOut(header.GP3, frequency=20_000)
    with pytest.raises(ValueError, match="in use"):
        PWMOut(header.GP18, frequency=20_000)  # the same channel
    with pytest.raises(ValueError, match="in use"):
        DigitalInOut(header.GP2)
    header.GP3.user.deinit()  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="another frequency"):
        PWMOut(header.GP19, frequency=1000)
    first.deinit()
    with pytest.raises(ValueError, match=GONE[:20]):
        first.duty_cycle = 0
    assert header.GP2.drives is None
    PWMOut(header.GP19, frequency=1000)


@pytest.mark.parametrize("duty", [-1, 65_536, 0.5])
def test_a_duty_is_a_whole_number_of_16_bits(duty: int) -> None:
    pwm = PWMOut(Header().GP2)
    with pytest.raises((ValueError, TypeError)):
        pwm.duty_cycle = duty


def test_pins_do_only_what_they_can() -> None:
    header = Header()
    with pytest.raises(ValueError, match="Invalid pin"):
        AnalogIn(header.GP2)
    with pytest.raises(AttributeError, match="no pin GP99"):
        _ = header.GP99
    line = DigitalInOut(header.GP7)
    with pytest.raises(AttributeError, match="input"):
        line.value = True
    with pytest.raises(Unlawful, match="floats"):
        _ = line.value
    with pytest.raises(ValueError, match="Invalid pins"):
        I2C(header.GP4, header.GP5)
    with pytest.raises(RuntimeError, match="pull up"):
        I2C(header.GP5, header.GP4)


def bus(*chips: Chip) -> I2C:
    header = Header()
    Wire(*chips).solder(header.GP5, header.GP4)
    return I2C(header.GP5, header.GP4, frequency=400_000)


def test_a_bus_needs_its_lock_and_an_answer() -> None:
    i2c = bus(Drv2605())
    with pytest.raises(RuntimeError, match="lock"):
        i2c.writeto(0x5A, b"\x02\x00")
    assert i2c.try_lock()
    assert not i2c.try_lock()
    with pytest.raises(OSError, match="acknowledges"):
        i2c.writeto(0x40, b"\x00")
    with pytest.raises(Unlawful, match="reserved"):
        i2c.writeto(0x00, b"\x06")
    with pytest.raises(Unlawful, match="two chips"):
        Wire(Pca9685(0x40), Ina219(0x40))


@pytest.mark.parametrize(
    ("chip", "data"),
    [
        (Pca9685, b"\x50\x00"),  # no such register
        (Pca9685, b"\x06\x00\x00\x00\x08"),  # several bytes without auto-increment
        (Pca9685, b"\x00\x40"),  # EXTCLK
        (Pca9685, b"\xfe\x02"),  # a prescaler that the chip does not make
        (Pca9685, b"\x09\x20"),  # reserved bits
        (Pca9685, b"\x09\x08"),  # a level while it sleeps
        (Drv2605, b"\x23\x00"),
        (Drv2605, b"\x00\x00"),  # read only
        (Drv2605, b"\x01\x48"),  # reserved bits
        (Drv2605, b"\x01\x05\x00"),  # two registers at once
        (Drv2605, b"\x0c\x01"),  # GO in standby
        (Ads1115, b"\x04\x00\x00"),
        (Ads1115, b"\x01\x00"),  # half a register
        (Ads1115, b"\x00\x00\x00"),  # read only
        (Ina219, b"\x06\x00\x00"),
        (Ina219, b"\x01\x00\x00"),  # read only
        (Ina219, b"\x00\x79\x9f"),  # a reserved bit
        (Ina219, b"\x05\x00"),
    ],
)
def test_a_chip_refuses(chip: Callable[[], Chip], data: bytes) -> None:
    with pytest.raises(Unlawful):
        chip().write(data)


@pytest.mark.parametrize(("chip", "count"), [(Pca9685, 2), (Drv2605, 2), (Ads1115, 1), (Ina219, 3)])
def test_a_read_has_the_length_of_a_register(chip: Callable[[], Chip], count: int) -> None:
    part = chip()
    part.write(b"\x01")
    with pytest.raises(Unlawful):
        part.read(count)


def test_pre_scale_is_not_taken_awake_and_equal_counts_are_refused() -> None:
    chip = Pca9685()
    chip.write(b"\x00\x20")
    with pytest.raises(Unlawful, match="PRE_SCALE"):
        chip.write(b"\xfe\x05")
    with pytest.raises(Unlawful, match="same count"):
        chip.write(b"\x06\x00\x01\x00\x01")
