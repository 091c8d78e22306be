# Stands for CircuitPython's module analogio.

from sim.chips.pins import AnalogIn

__all__ = ("AnalogIn",)
