"""The rig document ``thrum-rig/1``: a board, its pins, and what hangs on them.

A profile says what the parts can do; a rig says how they are wired. Rules kept here: as strict as a
program; a part is named as the profile names it; a pin is named as its board prints it. Nothing here
opens anything.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field, PrivateAttr

from programs.strict import Line, Prose, Slug, Strict

FORMAT = "thrum-rig/1"
BOARDS = ("pico", "pico-2", "raspberry-pi-4", "raspberry-pi-5")
Pin = Annotated[str, Field(min_length=1, max_length=16)]  # GP2, GPIO18; boards.py knows which there are
Address = Annotated[int, Field(ge=0x08, le=0x77)]  # of a chip on I2C; 0x00-0x07 and 0x78-0x7F are reserved


class Part(Strict):
    """One driven output of the profile, and the driver between it and the board."""

    called: ClassVar[str] = "a part"
    output: Slug  # the name of the output in the profile
    driver: Literal["mosfet", "h-bridge", "pca9685", "drv2605"]
    pin: Pin | None = None  # mosfet: its gate; h-bridge: the forward input
    reverse_pin: Pin | None = None  # h-bridge: the reverse input, held low
    enable_pin: Pin | None = None  # h-bridge: its own enable (BTS7960: R_EN and L_EN joined)
    address: Address | None = None  # pca9685 (0x40) and drv2605 (0x5A)
    channel: Annotated[int, Field(ge=0, le=15)] | None = None  # pca9685


class Adc(Strict):
    """Where the pad's sensor is read."""

    called: ClassVar[str] = "the sensor"
    pin: Pin | None = None  # an ADC pin of the board
    ads1115: Address | None = None  # or a converter (0x48), and
    channel: Annotated[int, Field(ge=0, le=3)] | None = None  # its input


class Current(Strict):
    """An INA219 in the supply line of motors and heater."""

    called: ClassVar[str] = "the current sensor"
    ina219: Address
    shunt_ohm: Annotated[float, Field(ge=0.001, le=1)] = 0.1


class I2c(Strict):
    """The bus of the chips."""

    called: ClassVar[str] = "the I2C bus"
    scl: Pin
    sda: Pin


class Pins(Strict):
    """The lines that every rig has."""

    called: ClassVar[str] = "the pins"
    stop: Pin  # the recipient's stop, normally closed to ground
    enable: Pin | None = None  # to the one-shot; without it no heat, no percussion; on a Pi nothing
    led: Pin | None = None


class Calibration(Strict):
    """What was measured of an output; it takes the place of the profile's figures."""

    called: ClassVar[str] = "a calibration"
    output: Slug
    start_duty: Annotated[float, Field(ge=0, le=0.9)]
    max_duty: Annotated[float, Field(ge=0.01, le=1)]
    note: Prose | None = None  # with what it was measured


class Rig(Strict):
    """A rig."""

    called: ClassVar[str] = "the rig"
    format: Literal["thrum-rig/1"]
    id: Slug
    title: Line
    profile: Annotated[str, Field(min_length=1, max_length=500)]  # an id, or a path beside this file
    board: Literal["pico", "pico-2", "raspberry-pi-4", "raspberry-pi-5"]
    port: Annotated[str, Field(max_length=500)] = (
        ""  # of a microcontroller: a lasting name, or a pyserial URL
    )
    pins: Pins
    i2c: I2c | None = None
    parts: Annotated[tuple[Part, ...], Field(strict=False, alias="part", min_length=1, max_length=3)]
    ntc: Adc | None = None
    current: Current | None = None
    calibrations: Annotated[
        tuple[Calibration, ...], Field(strict=False, alias="calibration", max_length=3)
    ] = ()
    _file: Path | None = PrivateAttr(None)
    _called: str = PrivateAttr("")

    @property
    def file(self) -> Path | None:
        """Where it was read from; a profile named by a path stands beside it."""
        return self._file

    def read_from(self, file: Path, called: str) -> Rig:
        """The same rig, knowing its file and how it was called: by an id or by a path."""
        copy = self.model_copy()
        copy._file, copy._called = file, called
        return copy

    @property
    def ref(self) -> str:
        """How it was called, for a command that is to find it again: its id, or the path of its file."""
        return self._called or self.id

    @property
    def on_a_pi(self) -> bool:
        """Driven by this computer's own pins, in a process of its own."""
        return self.board.startswith("raspberry-pi")

    @property
    def address(self) -> str:
        """What ``--port`` would be given for it."""
        return f"gpio:{self.ref}" if self.on_a_pi else self.port

    @property
    def wiring(self) -> str:
        """8 hex digits over everything that is wired: another pin is another rig (the stamp covers it)."""
        values = self.model_dump(
            mode="json", by_alias=True, include={"board", "pins", "i2c", "parts", "ntc", "current"}
        )
        text = json.dumps(values, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:8]
