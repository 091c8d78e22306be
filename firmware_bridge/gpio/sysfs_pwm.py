"""Hardware PWM of a Raspberry Pi as the kernel shows it, written off past whoever set it.

The PWM package of Blinka refuses a channel that a dead process left exported (its usage guide: "sysfs
exports are not crash-safe leases"), and so cannot switch it off: only these files can. Only channels of
the rig's own pins are touched; a fan's are another controller's.
"""

from __future__ import annotations

from pathlib import Path

# The controller behind the header's PWM pins, by its node in the device tree: BCM2711, and RP1 of a Pi 5.
NODES = ("pwm@7e20c000", "pwm@98000")
# Channels by pin. Source: BCM2711 and RP1 peripherals (Raspberry Pi Ltd), functions of the GPIOs.
CHANNELS = {
    "raspberry-pi-4": {"D12": 0, "D13": 1, "D18": 0, "D19": 1},
    "raspberry-pi-5": {"D12": 0, "D13": 1, "D18": 2, "D19": 3},
}
# What the overlay "pwm" takes for each pin (README of the overlays in the Raspberry Pi firmware).
FUNCTIONS = {"D12": 4, "D13": 4, "D18": 2, "D19": 2}


class SysfsPwm:
    """``root``: /sys/class/pwm, or a tree like it; ``board``: the rig's."""

    def __init__(self, root: Path, board: str) -> None:
        self._root = root
        self._channels = CHANNELS.get(board, {})

    def chip(self) -> Path | None:
        """The folder of the controller; None when it is not switched on."""
        try:
            chips = sorted(self._root.glob("pwmchip*"))
        except OSError:
            return None
        return next((chip for chip in chips if (chip / "device/of_node").resolve().name in NODES), None)

    def silence(self, pin: str) -> None:
        """Duty zero, off, and the channel given back; nothing to do when nobody has it.

        Raises OSError when the kernel does not take it.
        """
        chip = self.chip()
        if chip is None or pin not in self._channels:
            return
        channel = self._channels[pin]
        path = chip / f"pwm{channel}"
        if not path.exists():
            return
        try:
            # Full power is written as duty 0 of an inverted channel on RP1: turned round first.
            if _text(path / "polarity") == "inversed":
                _write(path / "enable", 0)
                _write(path / "polarity", "normal")
            if _text(path / "period") != "0":  # without one the kernel takes no duty, and it is 0
                _write(path / "duty_cycle", 0)  # the pin goes low with the next period, 50 us
        finally:
            if _text(path / "enable") != "0":  # nor does it take this one without a period
                _write(path / "enable", 0)
        if _text(path / "duty_cycle") != "0" or _text(path / "enable") != "0":
            raise OSError(f"{path} does not take 0")
        _write(chip / "unexport", channel)


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()


def _write(path: Path, value: int | str) -> None:
    path.write_text(f"{value}\n", encoding="ascii")
