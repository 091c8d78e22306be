"""Adafruit's Blinka as the platform of a rig: the only module that imports it."""

from __future__ import annotations

from typing import Any

from firmware_bridge.gpio.platform import Computer, Platform


def computer(_argument: str) -> Computer:
    """This one."""
    return Computer()


def platform(_argument: str, _board: str) -> Platform:
    """Blinka's modules. A Raspberry Pi has no analog inputs: a rig that wants one was refused before."""
    import board
    import busio
    import digitalio
    import pwmio

    class Pwm:
        """As pwmio's. What its library calls a RuntimeError is, for a driver, a pin that does not obey."""

        def __init__(self, pin: Any, duty_cycle: int = 0, frequency: int = 500) -> None:
            self._pwm = pwmio.PWMOut(pin, duty_cycle=duty_cycle, frequency=frequency)

        @property
        def duty_cycle(self) -> int:
            return int(self._pwm.duty_cycle)

        @duty_cycle.setter
        def duty_cycle(self, value: int) -> None:
            try:
                self._pwm.duty_cycle = value
            except RuntimeError as error:
                raise OSError(str(error)) from error

    class PwmModule:
        PWMOut = Pwm

    return Platform(board, digitalio, PwmModule, None, busio)
