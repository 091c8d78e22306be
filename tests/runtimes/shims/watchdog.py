# Stands for CircuitPython's module watchdog.


class WatchDogMode:
    RAISE = "raise"
    RESET = "reset"
