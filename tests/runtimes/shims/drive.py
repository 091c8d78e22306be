# Runs a bundle as a board does, boot.py and then code.py, on a bench; prints what became of it.
# ruff: noqa: T201  (what it prints is its result)

import gc
import json

from workshop import Unplugged, bench  # type: ignore[import-not-found]

BUILT_IN = ("analogio", "board", "busio", "digitalio", "microcontroller", "os", "pwmio", "storage")
BUILT_IN += ("supervisor", "usb_cdc", "watchdog")


def power_up(*, stop_open: bool = False) -> dict[str, object]:
    """boot.py, as at power-up; returns the namespace that code.py is run in."""
    bench.stop.outside = None if stop_open else False
    run("/boot.py", {"__name__": "__main__"})
    return {"__name__": "__main__"}


def run(path: str, names: dict[str, object]) -> None:
    with open(path) as source:
        exec(source.read(), names)


class Watch:
    """Called once round: keeps peaks, may pull the cable at a time."""

    def __init__(self, until_ms: int = 0) -> None:
        self.peaks = [0] * len(bench.duties())
        self.until_ms = until_ms
        self.script = {}  # type: ignore[var-annotated]

    def __call__(self) -> None:
        duties = bench.duties()
        for output in range(len(duties)):
            self.peaks[output] = max(self.peaks[output], duties[output])
        if bench.port is None:
            if self.until_ms and bench.now_ms >= self.until_ms:
                raise Unplugged
            act = self.script.get(bench.now_ms)
            if act is not None:
                act()


def serve() -> None:
    """Behind node's port, until it is closed."""
    import js  # type: ignore[import-not-found]

    watch = Watch()
    bench.step = watch
    bench.nvm[0:64] = stamped()
    names = power_up()
    bench.port = js.port
    print("ready")
    try:
        run("/code.py", names)
    except Unplugged:
        pass
    tell(names["main"], watch)


def stamped() -> bytes:
    """The memory of a board that was commissioned: its stamp, and no fault."""
    from thrum_rig import CONFIG, PLAN  # type: ignore[import-not-found]

    from firmware_bridge.boards.drivers.memory import packed
    from firmware_bridge.boards.plan import configuration

    return packed((configuration(CONFIG, PLAN).crc,)) + packed((0, 0, 0, 0))


def alone(until_ms: int, *, stop_open: bool = False, break_bus_ms: int = 0) -> None:
    """Without a host, in time of its own."""
    watch = Watch(until_ms)
    bench.step = watch
    if break_bus_ms:
        watch.script[break_bus_ms] = wedge
    names = power_up(stop_open=stop_open)
    try:
        run("/code.py", names)
    except Unplugged:
        pass
    tell(names["main"], watch)


def safe_mode(reason: str, fault=()) -> None:  # type: ignore[no-untyped-def]
    """After a crash that left every chip driving: safemode.py alone."""
    import supervisor  # type: ignore[import-not-found]
    from thrum_rig import PLAN  # type: ignore[import-not-found]

    from firmware_bridge.boards.drivers.memory import packed, unpacked

    for part in PLAN["outputs"]:
        if part[0] == "pca9685":
            leave_on(bench.chips[part[1]], part[2])
    before = bench.duties()
    if fault:
        bench.nvm[32:64] = packed(fault)
    supervisor.runtime.safe_mode_reason = getattr(supervisor.SafeModeReason, reason)
    run("/safemode.py", {"__name__": "__main__"})
    found = {"before": before, "duties": bench.duties(), "fault": unpacked(bench.nvm[32:64])}
    print(json.dumps(found))


def leave_on(chip, channel: int) -> None:  # type: ignore[no-untyped-def]
    """A PCA9685 awake, half on."""
    chip.registers[0] = 0x21
    for at, value in enumerate((0, 0, 0, 8)):
        chip.registers[6 + 4 * channel + at] = value


def wedge() -> None:
    bench.wire.wedged = True


def tell(main, watch: Watch) -> None:  # type: ignore[no-untyped-def]
    controller = main.controller
    print(
        json.dumps(
            {
                "state": controller.state,
                "reason": controller.reason,
                "fault": controller.fault,
                "fault_value": controller.fault_value,
                "ticks": controller.ticks,
                "late_ticks": controller.late_ticks,
                "underruns": controller.underruns,
                "bench_limits": controller.governor.bench,
                "fed": bench.fed,
                "watchdog": [bench.watchdog_s, bench.watchdog_mode],
                "autoreload": bench.autoreload,
                "cdc": bench.cdc,
                "host_writes": bench.host_writes,
                "peaks": watch.peaks,
                "duties": bench.duties(),
                "trouble": main.board.trouble,
                "floating": [name for name in bench.header.pins if _floats(bench.header.pins[name])],
            }
        )
    )


def _floats(pin) -> bool:  # type: ignore[no-untyped-def]
    """Nobody took it: neither driven nor an input with a pull, a sensor or a bus."""
    return pin.user is None


def memory_shims() -> None:
    """What a board has built in, before anything is measured."""
    for name in BUILT_IN:
        __import__(name)
    gc.collect()


def memory_build():  # type: ignore[no-untyped-def]
    """Imports the bundle and makes its board; returns bytes in use before, and its main program."""
    before = gc.mem_alloc()  # type: ignore[attr-defined]
    bench.step = Watch(1)
    names = power_up()
    try:
        run("/code.py", names)
    except Unplugged:
        pass
    peak = gc.mem_alloc()  # type: ignore[attr-defined]
    gc.collect()
    return before, peak, names["main"]


def memory_ticks(before: int, peak: int, main) -> None:  # type: ignore[no-untyped-def]
    """Bytes in use afterwards, and what each tick leaves for the collector."""
    used = gc.mem_alloc() - before  # type: ignore[attr-defined]
    bench.step = None
    for tick in range(200):
        main.turn(tick * 10)
    first = gc.mem_alloc()  # type: ignore[attr-defined]
    for tick in range(200, 700):
        main.turn(tick * 10)
    last = gc.mem_alloc()  # type: ignore[attr-defined]
    print(json.dumps({"used": used, "with_garbage": peak - before, "per_tick": (last - first) / 500}))
