# What runs on MicroPython as well as on CPython: CircuitPython subset, like the device code.
