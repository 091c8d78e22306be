"""A Pico's header, a wire with chips, and the maker that builds a rig's board from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from firmware_bridge.boards.drivers.memory import NvmMemory
from firmware_bridge.boards.make import Maker
from firmware_bridge.boards.pinboard import PinBoard
from sim.chips.bus import BusModule, Chip, Wire
from sim.chips.pins import AnalogModule, DigitalModule, Header, PwmModule

PLAN: dict[str, Any] = {
    "name": "pico",
    "stop": "GP15",
    "enable": "GP14",
    "led": "LED",
    "i2c": None,
    "outputs": (("mosfet", "GP2"),),
    "ntc": None,
    "current": None,
}
BUS = ("GP5", "GP4")


@dataclass
class Dog:
    """A watchdog that counts."""

    fed: int = 0

    def feed(self) -> None:
        self.fed += 1


@dataclass
class Bench:
    """What a rig is wired on. Start it with ``build``; ``reset`` lets every pin go, chips go on."""

    chips: tuple[Chip, ...] = ()
    header: Header = field(default_factory=Header)
    nvm: bytearray = field(default_factory=lambda: bytearray(256))
    dog: Dog = field(default_factory=Dog)

    def __post_init__(self) -> None:
        self.wire = Wire(*self.chips)
        self.wire.solder(self.header.GP5, self.header.GP4)
        self.header.GP15.outside = False  # the stop input, closed to ground

    def build(self, disabled: bool = False, reset_cause: int = 0, **plan: Any) -> PinBoard:
        maker = Maker(PLAN | plan, self.header, DigitalModule, PwmModule, AnalogModule, BusModule)
        return maker.make(NvmMemory(self.nvm), self.dog, reset_cause, disabled)

    def reset(self) -> None:
        self.header.reset()
        self.wire.writes.clear()

    def written(self) -> list[str]:
        """What went over the wire since the last time, as hex."""
        out = [f"{address:02x} {data.hex(' ')}" for address, data in self.wire.writes]
        self.wire.writes.clear()
        return out
