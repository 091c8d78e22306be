"""The table of states against the real controller: every row happens, and nothing else does.

``Watched`` writes down every change of state, wherever in the controller it is made. Times are restated.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from firmware_bridge.device.board import MemoryBoard
from firmware_bridge.device.controller import Controller
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from tests.firmware_bridge.bench import BOOT_ID, Bench, config, raw_at, record

Change = tuple[int, int]
LISTED: set[Change] = {(start, to) for start, _event, to in s.TRANSITIONS if start is not None}
LISTED |= {(start, s.FAULT) for start in range(len(s.STATES)) if start != s.FAULT}  # the last row


class Watched(Controller):
    """The controller, with a list of the changes of its state."""

    @property
    def state(self) -> int:
        return self._state

    @state.setter
    def state(self, new: int) -> None:
        old = self.__dict__.get("_state", new)
        self._state = new
        if new != old:
            self.__dict__.setdefault("changes", []).append((old, new))


def watched(bench: Bench) -> list[Change]:
    """From now on the changes of this device's state."""
    device = bench.device
    device.__dict__["_state"] = device.__dict__.pop("state")
    device.__dict__["changes"] = changes = []
    device.__class__ = Watched
    return changes


def new_bench() -> Bench:
    bench = Bench(config(cells=2))
    bench.board.mv = 8000
    return bench


def reached(state: int) -> Bench:
    """A device in this state, with 1.5 s to play wherever it takes that."""
    bench = new_bench()
    bench.hello()
    if state == s.SAFE:
        return bench
    if state == s.FAULT:
        bench.send(m.ESTOP)
        bench.tick()
        return bench
    assert bench.arm() == m.R_DONE
    bench.beat()
    fill(bench)
    if state == s.ARMED:
        return bench
    assert bench.send(m.RESUME) == m.R_DONE
    bench.run(500)
    fill(bench)
    if state != s.RUNNING:
        bench.send(m.PAUSE if state == s.PAUSED else m.STOP)
        bench.seq = 0
        bench.run(10)
        fill(bench)
    assert bench.device.state == state
    return bench


def fill(bench: Bench) -> None:
    while bench.segments(record(100, vibration=1000)):
        pass


def fed(bench: Bench, ms: int, until: Callable[[], bool] = lambda: False) -> None:
    """Time with a heartbeat and data, until what was waited for has happened."""
    for _ in range(0, ms, 10):
        if bench.device.player.buffered_ms < 1000:
            fill(bench)
        bench.run(10)
        if until():
            return


def command(kind: int) -> Callable[[Bench], None]:
    return lambda bench: void(bench.send(kind))


def void(_result: object) -> None:
    pass


def say_hello(bench: Bench) -> None:
    bench.put(m.HELLO, b"\x01\x00", session=bench.session ^ 1)
    bench.tick()


def fall_silent(bench: Bench) -> None:
    bench.beating = False
    for _ in range(120):
        fed(bench, 10)


def run_long(bench: Bench) -> None:
    bench.device._run_ms = 75 * 60_000 - 50
    fed(bench, 60)


def sag(bench: Bench) -> None:
    bench.board.mv = 5900
    fed(bench, 700, lambda: bench.device.state != s.RUNNING)


def empty_the_bucket(bench: Bench) -> None:
    bench.device.governor.bucket.left_ms = 20
    fed(bench, 40)


def play_out(bench: Bench) -> None:
    while not bench.segments(record(100, last=True)):
        if not bench.device.takes_segments() or bench.device.state != s.RUNNING:
            return
        bench.run(50)
    bench.run(2000)


def clear_later(bench: Bench) -> None:
    for _ in range(520):
        bench.run(10)
        if bench.device.state not in (s.SAFE, s.FAULT):
            return
    bench.send(m.CLEAR)


# What each row's event is; the names are the table's.
EVENTS: dict[str, Callable[[Bench], None]] = {
    "ARM": lambda bench: void(bench.arm()),
    "RESUME": command(m.RESUME),
    "PAUSE": command(m.PAUSE),
    "STOP": command(m.STOP),
    "HELLO of another session": say_hello,
    "no changed token for 1000 ms": fall_silent,
    "60 s": lambda bench: fed(bench, 60_100, lambda: bench.device.state == s.STOPPING),
    "75 min of running": run_long,
    "supply voltage low": sag,
    "motor bucket empty": empty_the_bucket,
    "last record played": play_out,
    "outputs at zero": lambda bench: bench.run(170),
    "CLEAR, cause gone for 5 s": clear_later,
    "fault": command(m.ESTOP),
}
ROWS = [
    (start, event, to)
    for first, event, to in s.TRANSITIONS
    for start in ([first] if first is not None else list(range(1, 6)))
    if start != s.BOOT
]


def test_every_event_of_the_table_is_driven_here() -> None:
    assert set(EVENTS) | {"self-test passed"} == {event for _start, event, _to in s.TRANSITIONS}


@pytest.mark.parametrize(
    ("start", "event", "to"), ROWS, ids=[f"{s.STATES[a]}-{e}-{s.STATES[b]}" for a, e, b in ROWS]
)
def test_every_row_happens(start: int, event: str, to: int) -> None:
    bench = reached(start)
    changes = watched(bench)
    EVENTS[event](bench)
    assert changes[:1] == [(start, to)]
    assert set(changes) <= LISTED


@pytest.mark.parametrize("state", range(1, 7), ids=s.STATES[1:])
@pytest.mark.parametrize("event", EVENTS)
def test_no_event_leads_anywhere_else(event: str, state: int) -> None:
    bench = reached(state)
    changes = watched(bench)
    EVENTS[event](bench)
    rows = [(state, to) for start, each, to in s.TRANSITIONS if each == event and start in (state, None)]
    if rows and state != s.FAULT:
        assert changes[:1] == rows
    elif state == s.STOPPING:  # its ramp ends meanwhile
        assert changes in ([], [(s.STOPPING, s.SAFE)])
    elif event != "CLEAR, cause gone for 5 s":
        assert changes == []
    assert set(changes) <= LISTED


@pytest.mark.parametrize(("heads", "to"), [((0, 1, 2), s.SAFE), ((0, 1), s.FAULT)])
def test_the_self_test_leads_out_of_boot(heads: tuple[int, ...], to: int) -> None:
    configuration = config(heads=heads)
    device = Watched(configuration, MemoryBoard(3, configuration.crc), BOOT_ID)
    device.tick(10)
    changes = [change for change in device.__dict__["changes"] if change[0] != change[1]]
    assert changes[0][0] == s.BOOT
    assert changes[-1][1] == to
    assert set(changes) <= LISTED


def wild_step(bench: Bench, chance: random.Random) -> None:
    """Something that may happen, in any order with everything else."""
    kind = chance.randrange(20)
    if bench.device.state == s.FAULT:
        bench.board.open, bench.board.mv, bench.board.ntc = False, 8000, raw_at(30)
        bench.run(5200)
        bench.hello()
        bench.send(m.CLEAR)
    elif bench.device.state in (s.SAFE, s.ARMED) and kind < 12:
        bench.beating = True
        bench.hello()
        bench.arm()
        bench.beat()
        fill(bench)
        bench.send(m.RESUME)
    elif kind < 8:
        bench.send(chance.choice((m.PAUSE, m.RESUME, m.STOP, m.CLEAR, m.RESUME, m.CLEAR)))
    elif kind < 12:
        fill(bench)
    elif kind == 12:
        bench.send(m.HELLO, session=chance.choice((bench.session, 7, 8)))
    elif kind == 13:
        bench.hello()
    elif kind == 14:
        bench.send(m.ESTOP) if chance.random() < 0.2 else bench.arm()
    elif kind == 15:
        bench.beating = chance.random() < 0.8
    elif kind == 16:
        bench.board.open = chance.random() < 0.1
    elif kind == 17:
        bench.board.mv = chance.choice((8000, 8000, 5900, 5000))
    elif kind == 18:
        bench.board.ntc = raw_at(chance.choice((30, 30, 30, 44)))
    else:
        bench.segments(record(40, last=True))
    bench.run(chance.choice((10, 10, 30, 200, 700, 5100 if kind == 19 else 50)))


@pytest.mark.parametrize("seed", range(12))
def test_nothing_happens_that_is_not_in_the_table(seed: int) -> None:
    chance = random.Random(seed)
    bench = new_bench()
    changes = watched(bench)
    bench.hello()
    for _ in range(250):
        wild_step(bench, chance)
    assert len(set(changes)) >= 10
    assert set(changes) <= LISTED
