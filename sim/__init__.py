"""The simulator: virtual time, link, plant, faults, traces; the device code in it is the real one."""
