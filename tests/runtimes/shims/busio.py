# Stands for CircuitPython's module busio.

from sim.chips.bus import I2C

__all__ = ("I2C",)
