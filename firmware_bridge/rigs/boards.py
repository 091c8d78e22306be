"""The boards: which pins they have, and what each pin can do.

A pin is named as its board prints it (GP2, GPIO18). Sources, in words:

- RP2040 and RP2350: their data sheets (Raspberry Pi Ltd), tables of GPIO functions and of PWM channels:
  GPIO n is on slice (n / 2) mod 8, channel A when n is even, B when it is odd; slices have one frequency
  each; the ADC reads GPIO 26 to 28; I2C0 and I2C1 take turns by pairs of pins, SDA first.
- Pico and Pico 2: their data sheets, pin-out: GP0 to GP22 and GP26 to GP28 are on the header; GP25 is the
  LED on the board; GP23, GP24 and GP29 serve its own supply.
- Raspberry Pi 4: BCM2711 peripherals: PWM0 on GPIO 12 and 18, PWM1 on GPIO 13 and 19, no ADC; at power-on
  GPIO 0 to 8 are pulled up, the others down. Raspberry Pi 5: RP1 peripherals: PWM channels 0 to 3 on
  GPIO 12, 13, 18 and 19. Both: I2C1 on GPIO 2 (SDA) and 3 (SCL) with 1.8 kohm pull-ups on the board;
  GPIO 0 and 1 belong to the identification of an add-on board.
"""

from __future__ import annotations

from typing import NamedTuple


class Pin(NamedTuple):
    """One pin. ``pwm`` is the hardware behind it: (slice, channel), or (-1, channel) on a Pi, where all
    channels count as one frequency group each; None: it has no PWM that Thrum uses."""

    name: str
    pwm: tuple[int, int] | None = None
    adc: bool = False
    i2c: str = ""  # "I2C0 SDA"
    pulled_up: bool = False  # at power-on, before any program runs
    header: bool = True  # can be wired; else it is used on the board
    led: bool = False  # there is an LED on the board at it
    used_for: str = ""  # what the board itself uses it for
    system: str = ""  # what the operating system may use it for, with levels of its own


class Board(NamedTuple):
    """A board. ``supply_v`` is what its pins put out."""

    name: str
    title: str
    pins: dict[str, Pin]
    example: str  # a pin name, for hints
    usb: str  # how it is powered and reached
    pull_down_ohm: int  # what holds a gate low while the board starts
    i2c_pull_ups: bool  # on the board

    def with_pwm(self) -> list[str]:
        """Names of the pins that can drive."""
        return [pin.name for pin in self.pins.values() if pin.pwm is not None and pin.header]

    def with_adc(self) -> list[str]:
        """Names of the pins that can measure."""
        return [pin.name for pin in self.pins.values() if pin.adc]


PIN_V = 3.3  # V: a high pin of every board here
PWM_PINS_OF_A_PI = (12, 13, 18, 19)
PULLED_UP_ON_A_PI = range(9)
UART_OF_A_PI = (14, 15)  # its console, when switched on: TX is high, and toggles with every message
SPI_CE_OF_A_PI = (7, 8)  # chip selects: pulled up, and toggled by whoever speaks SPI
PICO_ON_BOARD = {23: "its own supply", 24: "sensing USB power", 25: "its LED", 29: "measuring its supply"}
# 4.7 kohm: the RP2350 needs 8.2 kohm or less (its erratum E9: an input may hold itself at 2.1 V), and on a
# Pi it has to win against a pull-up of 50 kohm; it costs a driven pin 0.7 mA.
PULL_DOWN_OHM = 4700


def pico_pin(n: int) -> Pin:
    """GPIO ``n`` of an RP2040 or RP2350A.

    >>> pico_pin(2).pwm, pico_pin(18).pwm, pico_pin(5).i2c
    ((1, 0), (1, 0), 'I2C0 SCL')
    """
    role = f"I2C{(n // 2) % 2} {'SCL' if n % 2 else 'SDA'}"
    return Pin(
        f"GP{n}",
        pwm=((n // 2) % 8, n % 2),
        adc=26 <= n <= 28,
        i2c=role,
        header=n not in PICO_ON_BOARD,
        led=n == 25,
        used_for=PICO_ON_BOARD.get(n, ""),
    )


def pi_pin(n: int, own_channels: bool) -> Pin:
    """GPIO ``n`` of a Raspberry Pi's header; a Pi 5 has a PWM channel for each of its four PWM pins.

    >>> pi_pin(18, False).pwm == pi_pin(12, False).pwm, pi_pin(18, True).pwm == pi_pin(12, True).pwm
    (True, False)
    """
    place = PWM_PINS_OF_A_PI.index(n) if n in PWM_PINS_OF_A_PI else -1
    return Pin(
        f"GPIO{n}",
        pwm=None if place < 0 else (-1, place if own_channels else place % 2),
        i2c={2: "I2C1 SDA", 3: "I2C1 SCL"}.get(n, ""),
        pulled_up=n in PULLED_UP_ON_A_PI,
        system="UART" if n in UART_OF_A_PI else "SPI" if n in SPI_CE_OF_A_PI else "",
    )


def _pico(name: str, title: str) -> Board:
    pins = {pin.name: pin for pin in map(pico_pin, range(30))}
    return Board(name, title, pins, "GP2", "USB", PULL_DOWN_OHM, False)


def _pi(name: str, title: str, own_channels: bool) -> Board:
    pins = {pin.name: pin for pin in (pi_pin(n, own_channels) for n in range(2, 28))}
    return Board(name, title, pins, "GPIO18", "its own supply", PULL_DOWN_OHM, True)


BOARDS: dict[str, Board] = {
    "pico": _pico("pico", "Raspberry Pi Pico"),
    "pico-2": _pico("pico-2", "Raspberry Pi Pico 2"),
    "raspberry-pi-4": _pi("raspberry-pi-4", "Raspberry Pi 4", own_channels=False),
    "raspberry-pi-5": _pi("raspberry-pi-5", "Raspberry Pi 5", own_channels=True),
}


class Chip(NamedTuple):
    """A chip on I2C: which addresses it can have (its data sheet), which one it has at first."""

    title: str
    low: int
    high: int
    first: int


CHIPS = {
    "pca9685": Chip("PCA9685", 0x40, 0x77, 0x40),  # NXP: six address pins; 0x78 up is reserved on I2C
    "drv2605": Chip("DRV2605", 0x5A, 0x5A, 0x5A),  # Texas Instruments: fixed
    "ads1115": Chip("ADS1115", 0x48, 0x4B, 0x48),  # Texas Instruments: one address pin
    "ina219": Chip("INA219", 0x40, 0x4F, 0x40),  # Texas Instruments: two address pins
}
ALL_CALL = 0x70  # a PCA9685 listens here too, until it is told not to (NXP)
DRV2605_LOAD_OHM = 8.0  # ohm, the least that it drives (Texas Instruments, recommended operating conditions)
DRV2605_SUPPLY_V = 5.2  # V, the most it is to be supplied with (the same table)
INA219_BUS_V = 26.0  # V, the most at its inputs (Texas Instruments)
INA219_SHUNT_V = 0.32  # V across the shunt, its widest range (Texas Instruments)
PCA9685_MOST_HZ = 1526.0  # NXP: 25 MHz / 4096 / (3 + 1)
