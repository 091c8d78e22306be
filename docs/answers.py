"""What a device answers to each command in each state, asked of the real controller.

Every cell of the table is a device of its own, brought into the state and given one frame. It runs on
pins that only remember, in virtual time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from firmware_bridge.device.limits import BUCKET_RESTART_MS
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from tests.firmware_bridge.bench import Bench, record

STATES = (s.SAFE, s.ARMED, s.RUNNING, s.PAUSED, s.STOPPING, s.FAULT)
NOTHING = "-"  # no answer, no change: the command is another session's, or is not newer
IMPOSSIBLE = ""  # the situation does not exist in this state


def in_state(state: int) -> Bench:
    """A device in ``state``; gain is at 0.5, and where it plays or is about to, enough is queued."""
    bench = Bench()
    bench.hello()
    if state not in (s.SAFE, s.FAULT):
        bench.arm()
        bench.beat()
        fill(bench)
    if state not in (s.SAFE, s.FAULT, s.ARMED):
        bench.send(m.RESUME)
        bench.run(300)
    if state == s.PAUSED:
        bench.send(m.PAUSE)
        bench.seq = 0
        bench.run(200)
        fill(bench)
    elif state == s.STOPPING:
        bench.send(m.STOP)
    elif state == s.FAULT:
        bench.send(m.ESTOP)
    bench.device.governor.set_gain(5000, 10000)
    assert bench.device.state == state
    return bench


def fill(bench: Bench) -> None:
    for _ in range(2):
        bench.segments(record(500, vibration=1000))


class Row(NamedTuple):
    """What is asked: in words, as frames, and what has to be so before."""

    words: str
    ask: Callable[[Bench], int | str]
    before: Callable[[Bench], None] = lambda bench: None
    states: tuple[int, ...] = STATES


def command(kind: int) -> Callable[[Bench], int]:
    return lambda bench: bench.send(kind)


def gain(level: int, most: int) -> Callable[[Bench], int]:
    return lambda bench: bench.send(m.GAIN, gain=level, gain_max=most)


def hello(other: bool) -> Callable[[Bench], str]:
    def ask(bench: Bench) -> str:
        bench.welcome = None
        bench.put(m.HELLO, b"\x01\x00", session=bench.session ^ other)
        bench.tick()
        return "WELCOME" if bench.welcome is not None else "later" if other else "STATUS"

    return ask


def segments(bench: Bench) -> str:
    return "taken" if bench.segments(record(100, vibration=1000)) else "refused"


def late(kind: int, **values: int) -> Callable[[Bench], str]:
    """With a number below the newest."""

    def ask(bench: Bench) -> str:
        newest = bench.device.link.cmd
        before = bench.device.state, bench.device.governor.gain
        bench.send(kind, cmd=newest - 1, **values)
        acted = before != (bench.device.state, bench.device.governor.gain)
        return "acts" if acted else NOTHING

    return ask


def foreign(kind: int) -> Callable[[Bench], str]:
    """From another session."""

    def ask(bench: Bench) -> str:
        before = bench.device.state
        bench.send(kind, session=bench.session ^ 1)
        return "acts" if bench.device.state != before else NOTHING

    return ask


def stop_open(bench: Bench) -> None:
    """It has just proved a STAMP and is still open; anywhere else that would be a fault."""
    bench.send(m.STAMP, config_crc=bench.configuration.crc)
    bench.board.open = True
    bench.tick()


def bucket_locked(bench: Bench) -> None:
    bench.device.governor.bucket.left_ms = BUCKET_RESTART_MS - 1000
    bench.device.governor.bucket.locked = True


def silent(bench: Bench) -> None:
    bench.device._silence_ms = 1000


def emptied(bench: Bench) -> None:
    """As after a flush: less than 600 ms are queued."""
    bench.device.player.flush()


def cause_gone(bench: Bench) -> None:
    bench.run(5000)


def stamp(wrong: int) -> Callable[[Bench], int]:
    return lambda bench: bench.send(m.STAMP, config_crc=bench.configuration.crc ^ wrong)


ROWS = (
    Row("HELLO, new session", hello(other=True)),
    Row("HELLO again, same session", hello(other=False)),
    Row("ARM", lambda bench: bench.arm()),
    Row("ARM, other `boot_id`", lambda bench: bench.arm(boot_id=7)),
    Row("ARM, other `limits_crc`", lambda bench: bench.arm(limits_crc=7)),
    Row("ARM, a ceiling above the device's", lambda bench: bench.arm(ceiling_vibration=8501)),
    Row("ARM, `regions` with bit 0 or 7", lambda bench: bench.arm(regions=0b10000010)),
    Row("ARM, stop input open", lambda bench: bench.arm(), stop_open, (s.SAFE,)),
    Row("ARM, motor bucket locked", lambda bench: bench.arm(), bucket_locked),
    Row("RESUME, 600 ms queued or all", command(m.RESUME)),
    Row("RESUME, less queued", command(m.RESUME), emptied, (s.ARMED, s.PAUSED)),
    Row("RESUME, no changed token for 1000 ms", command(m.RESUME), silent),
    Row("RESUME, motor bucket locked", command(m.RESUME), bucket_locked, (s.ARMED, s.PAUSED)),
    Row("PAUSE", command(m.PAUSE)),
    Row("STOP", command(m.STOP)),
    Row("ESTOP", command(m.ESTOP)),
    Row("CLEAR, cause gone for 5 s", command(m.CLEAR), cause_gone, (s.FAULT,)),
    Row("CLEAR, sooner", command(m.CLEAR)),
    Row("STAMP", stamp(wrong=0)),
    Row("STAMP, other `config_crc`", stamp(wrong=1)),
    Row("STAMP, stop input open", stamp(wrong=0), stop_open, (s.SAFE,)),
    Row("GAIN, lower or higher", gain(9000, 10000)),
    Row("GAIN, `gain` above its own `gain_max`", gain(9000, 8000)),
    Row("GAIN, either above the device's `gain_max`", gain(10001, 10000)),
    Row("SEGMENTS, the next one", segments),
    Row("older number: RESUME", late(m.RESUME)),
    Row("older number: PAUSE", late(m.PAUSE)),
    Row("older number: GAIN, lower", late(m.GAIN, gain=1000, gain_max=10000)),
    Row("older number: GAIN, higher", late(m.GAIN, gain=9000, gain_max=10000)),
    Row("another session: PAUSE", foreign(m.PAUSE)),
    Row("another session: STOP", foreign(m.STOP)),
    Row("another session: ESTOP", foreign(m.ESTOP)),
)


def cell(row: Row, state: int) -> str:
    """The result's code or word, and the state that follows at once."""
    if state not in row.states:
        return IMPOSSIBLE
    bench = in_state(state)
    row.before(bench)
    answer = str(row.ask(bench))
    after = bench.device.state
    return answer if after == state else f"{answer}, {s.STATES[after]}"


def table() -> str:
    """All of it in Markdown."""
    head = "| | " + " | ".join(s.STATES[state] for state in STATES) + " |"
    rows = ("| " + " | ".join([row.words, *(cell(row, state) for state in STATES)]) + " |" for row in ROWS)
    return "\n".join([head, "|---" * (len(STATES) + 1) + "|", *rows])


if __name__ == "__main__":
    print(table())
