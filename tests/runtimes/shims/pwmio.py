# Stands for CircuitPython's module pwmio.

from sim.chips.pins import PWMOut

__all__ = ("PWMOut",)
