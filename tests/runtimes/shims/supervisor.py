# Stands for CircuitPython's module supervisor: the clock, and whether files that change start it anew.
# Without a port behind it time is what the test says, a millisecond a call.

from workshop import TICKS_MASK, Unplugged, bench  # type: ignore[import-not-found]


class SafeModeReason:
    USER = "supervisor.SafeModeReason.USER"
    HARD_FAULT = "supervisor.SafeModeReason.HARD_FAULT"


class _Runtime:
    safe_mode_reason = ""

    @property
    def autoreload(self) -> bool:
        return bench.autoreload  # type: ignore[no-any-return]

    @autoreload.setter
    def autoreload(self, on: bool) -> None:
        bench.autoreload = on


runtime = _Runtime()


def ticks_ms() -> int:
    if bench.port is None:
        bench.now_ms += 1
        bench.step()
        return bench.now_ms & TICKS_MASK  # type: ignore[no-any-return]
    if bench.port.gone:
        raise Unplugged
    from time import ticks_ms as now_ms  # type: ignore[attr-defined]

    bench.step()
    bench.port.wait(1)
    return now_ms() & TICKS_MASK  # type: ignore[no-any-return]
