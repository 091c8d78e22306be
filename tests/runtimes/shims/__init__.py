# CircuitPython's modules for a bundle on MicroPython: strict pins and chips behind the same names.
# Each file stands for the module of its name; `workshop` holds what they share. CircuitPython subset.
