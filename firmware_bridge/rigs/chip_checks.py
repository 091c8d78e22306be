"""Chips on I2C: a bus where there are chips, addresses that they can have, one chip at each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from firmware_bridge.rigs.boards import ALL_CALL, CHIPS
from firmware_bridge.rigs.document import Rig
from firmware_bridge.rigs.findings import error, warning
from programs.diagnostics import Diagnostic, Where


class OnBus(NamedTuple):
    """A chip at its place in the document."""

    chip: str  # a key of CHIPS
    address: int
    where: Where


def chips_of(rig: Rig) -> list[OnBus]:
    """Every chip that the rig names; a PCA9685 once for each part behind it."""
    chips = [
        OnBus(part.driver, part.address, ("part", index, "address"))
        for index, part in enumerate(rig.parts)
        if part.driver in CHIPS and part.address is not None
    ]
    if rig.ntc is not None and rig.ntc.ads1115 is not None:
        chips.append(OnBus("ads1115", rig.ntc.ads1115, ("ntc", "ads1115")))
    if rig.current is not None:
        chips.append(OnBus("ina219", rig.current.ina219, ("current", "ina219")))
    return chips


def mistakes(rig: Rig) -> Iterator[Diagnostic]:
    """Everything about the bus and what is on it."""
    chips = chips_of(rig)
    if chips and rig.i2c is None:
        title = CHIPS[chips[0].chip].title
        say = f"The {title} at 0x{chips[0].address:02X} is on I2C, but the rig has no [i2c] table."
        lines = 'scl = "GPIO3", sda = "GPIO2"' if rig.on_a_pi else 'scl = "GP5", sda = "GP4"'
        yield error("G121", say, chips[0].where, f"Add [i2c] with {lines}.")
    if rig.i2c is not None and not chips:
        yield warning("G122", "There is an I2C bus, but no chip on it.", ("i2c",), "Take [i2c] out.")
    yield from _check_addresses(chips)
    yield from _check_channels(rig)


def _check_addresses(chips: list[OnBus]) -> Iterator[Diagnostic]:
    first: dict[int, OnBus] = {}
    for each in chips:
        chip = CHIPS[each.chip]
        if not chip.low <= each.address <= chip.high:
            yield error("G123", _cannot_have(each), each.where, f"As bought it is at 0x{chip.first:02X}.")
            continue
        other = first.setdefault(each.address, each)
        if other.chip != each.chip or (other is not each and each.chip == "drv2605"):
            say = f"Address 0x{each.address:02X} is taken by the {CHIPS[other.chip].title} already."
            yield error("G120", say, each.where, _another(each, set(first)))
    expanders = [each for each in chips if each.chip == "pca9685"]
    for each in expanders:
        elsewhere = [other.address for other in expanders if other.address != ALL_CALL]
        if each.address == ALL_CALL and elsewhere:
            say = f"0x{ALL_CALL:02X} is where every PCA9685 listens, the one at 0x{elsewhere[0]:02X} too:"
            hint = _another(each, {ALL_CALL, *(chip.address for chip in chips)})
            yield error("G120", f"{say} both would play what one is told.", each.where, hint)
            return


def _cannot_have(each: OnBus) -> str:
    chip = CHIPS[each.chip]
    may = (
        f"0x{chip.low:02X} to 0x{chip.high:02X}"
        if chip.high > chip.low
        else f"0x{chip.low:02X} only, it is fixed"
    )
    article = "An" if chip.title[0] in "AI" else "A"
    return f"{article} {chip.title} cannot be at 0x{each.address:02X}; it can be at {may}."


def _another(each: OnBus, taken: set[int]) -> str:
    chip = CHIPS[each.chip]
    free = [address for address in range(chip.low, chip.high + 1) if address not in taken]
    if not free:
        return "Only one of them fits on a bus."
    return f"Set its address pins to 0x{free[0]:02X} and write that."


def _check_channels(rig: Rig) -> Iterator[Diagnostic]:
    """One part on each channel of a PCA9685."""
    first: dict[tuple[int, int], int] = {}
    for index, part in enumerate(rig.parts):
        if part.driver != "pca9685" or part.address is None or part.channel is None:
            continue
        other = first.setdefault((part.address, part.channel), index)
        if other != index:
            chip = f"the PCA9685 at 0x{part.address:02X}"
            say = f"Channel {part.channel} of {chip} drives part {other + 1} already."
            yield error("G124", say, ("part", index, "channel"), "Use another of its 16 channels.")
