"""The device code on CPython, on MicroPython (WebAssembly, under node) and checked for CircuitPython."""
