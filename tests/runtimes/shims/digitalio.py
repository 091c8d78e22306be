# Stands for CircuitPython's module digitalio.

from sim.chips.pins import DigitalInOut, Direction, Pull

__all__ = ("DigitalInOut", "Direction", "Pull")
