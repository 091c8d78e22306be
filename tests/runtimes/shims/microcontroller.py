# Stands for CircuitPython's module microcontroller: nvm, watchdog, cpu.

from workshop import bench  # type: ignore[import-not-found]


class _Cpu:
    reset_reason = bench.reset_reason


class _Watchdog:
    @property
    def timeout(self) -> float:
        return bench.watchdog_s  # type: ignore[no-any-return]

    @timeout.setter
    def timeout(self, seconds: float) -> None:
        bench.watchdog_s = seconds

    @property
    def mode(self) -> object:
        return bench.watchdog_mode

    @mode.setter
    def mode(self, mode: object) -> None:
        if not bench.watchdog_s:
            raise ValueError("WatchDogTimer.timeout must be greater than 0")
        bench.watchdog_mode = mode

    def feed(self) -> None:
        bench.fed += 1


def delay_us(us: int) -> None:
    """Time passes on a board."""


cpu = _Cpu()
watchdog = _Watchdog()
nvm = bench.nvm
