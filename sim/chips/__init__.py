"""Pins, an I2C bus and chips at register level, strict: what the hardware would not do is refused.

Rules kept here:

1. Whatever the real part would refuse, ignore or garble raises :class:`Unlawful`, which no driver
   catches. A missing acknowledge is an OSError, as on a real bus.
2. They say what they drive now (``duty``, ``drive``) and keep every write in order.
3. Written in the Python of a board, so that they also stand behind a bundle on MicroPython.

What they do not model: time on the bus, analog noise, a chip's start-up time.
"""
