"""Checks of everything that ends motion: PAUSE, STOP, ESTOP, silence; nothing comes back by itself."""

from __future__ import annotations

from firmware_bridge.conformance.check import check, expect
from firmware_bridge.conformance.hearing import Seen
from firmware_bridge.conformance.host import CLEAR_MS, Host
from firmware_bridge.conformance.records import record
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s

PLAYED = 800  # level, 8 %: below the bench limit too
STEP_MS = 10
SETTLE_MS = 300
PAUSE_RAMP_MS = STOP_RAMP_MS = 150
SILENCE_PAUSE_MS, SILENCE_RAMP_MS, SILENCE_FAULT_MS = 1000, 200, 3000


def _playing(host: Host) -> None:
    host.start(PLAYED)
    host.until_moving(PLAYED, 1000)


def _zero_within(host: Host, since_ms: int, most_ms: int, name: str) -> Seen:
    """The first STATUS with every output at zero; how long it took is kept as ``name``."""
    seen = host.until(lambda now: now.at_zero, most_ms + 10 * STEP_MS, "Every output should be at zero.")
    took_ms = seen.at_ms - since_ms
    host.measured[name] = took_ms
    # the first STATUS with zero may be a periodic one: 100 ms after the step that did it
    most_ms += 2 * STEP_MS + host.line.late_ms + 100
    expect(took_ms <= most_ms, f"Zero was seen {took_ms} ms later, allowed {most_ms}.")
    return seen


def pause_ramps_and_waits(host: Host) -> None:
    """PAUSE brings the motors to zero in 150 ms, empties the buffer, freezes the playhead, and waits.

    A RESUME without records is refused; records alone move nothing; RESUME then rises from zero."""
    _playing(host)
    host.source = None
    asked_ms = host.line.now_ms()
    expect(host.ask(m.PAUSE) == m.R_DONE, "PAUSE should be done.")
    _zero_within(host, asked_ms, PAUSE_RAMP_MS, "pause_zero_ms")
    first = host.status
    expect(first.state == s.PAUSED and first.reason == s.WHY_PAUSE, f"It should be PAUSED: {host.told()}.")
    expect(first.buffered_ms == 0 and first.playhead_ms > 0, "The buffer should be empty, the playhead kept.")
    expect(host.ask(m.RESUME) == m.R_BUFFER, "RESUME without records should be refused.")
    host.new_epoch()
    one = record({host.motor: PLAYED})
    host.beat()
    host.fill(one, one)
    for seen in host.run(SETTLE_MS):
        quiet = seen.status.state == s.PAUSED and seen.status.at_zero
        expect(quiet and seen.status.playhead_ms == first.playhead_ms, "It moved before RESUME.")
    expect(host.ask(m.RESUME) == m.R_DONE, "RESUME should be done.")
    _rises_softly(host, host.run(SETTLE_MS))
    expect(host.status.state == s.RUNNING and host.level(host.status) > 0, "It should run again.")


def _rises_softly(host: Host, heard: list[Seen]) -> None:
    """From zero at 0.30 of full scale a second at most, by the playhead that began at 0 with it."""
    for seen in heard:
        most = 3 * (seen.status.playhead_ms + 2 * STEP_MS)
        level = host.level(seen.status)
        if seen.status.state == s.RUNNING:
            expect(
                level <= most,
                f"{seen.status.playhead_ms} ms after the start it applies {level} ({most} allowed).",
            )


def it_starts_softly(host: Host) -> None:
    """After a start the level rises at 0.30 of full scale a second at most, whatever was asked for.

    Asks for full scale at once, in a region without a cap of its own."""
    host.start(m.FULL_SCALE)
    heard = host.run(900)
    _rises_softly(host, heard)
    expect(host.level(host.status) >= min(1500, host.top(host.motor, 3)), "It hardly moved.")


def stop_comes_to_zero(host: Host) -> None:
    """STOP brings every output to zero in 150 ms, from RUNNING, PAUSED and ARMED, and ends in SAFE.

    Stops three times; the first is measured."""
    _playing(host)
    host.source = None
    asked_ms = host.line.now_ms()
    expect(host.ask(m.STOP) == m.R_DONE, "STOP should be done.")
    _zero_within(host, asked_ms, STOP_RAMP_MS, "stop_zero_ms")
    seen = host.until_state(s.SAFE, 200)
    expect(seen.status.reason == s.WHY_STOP, f"The reason should be the command: {seen.status.reason_name}.")
    expect(host.arm() == m.R_DONE, "ARM should be done.")
    host.go(record({host.motor: PLAYED}))
    host.source = None
    host.ask(m.PAUSE)
    host.ask(m.STOP)
    host.until_state(s.SAFE, 200)
    expect(host.arm() == m.R_DONE, "ARM should be done.")
    host.ask(m.STOP)
    host.until_state(s.SAFE, 200)


def estop_is_zero_within_a_step(host: Host) -> None:
    """ESTOP is zero within one control step, latched; nothing but CLEAR after 5 s lifts it.

    While it plays; then ARM, an early CLEAR and a new session, all without effect; then CLEAR."""
    _playing(host)
    host.source = None
    asked_ms = host.line.now_ms()
    host.send(host.command(m.ESTOP))
    seen = host.until_state(s.FAULT, STEP_MS)
    host.measured["estop_zero_ms"] = seen.at_ms - asked_ms
    expect(seen.status.at_zero, "An output is above zero in the first STATUS with the fault.")
    expect(seen.status.fault == s.F_ESTOP, f"The fault should be ESTOP: {seen.status.fault_name}.")
    expect(host.arm() == m.R_FAULT, "ARM should be refused: a fault is latched.")
    expect(host.ask(m.CLEAR) == m.R_CAUSE, "CLEAR should be refused before 5 s.")
    host.hello()
    expect(host.welcome.last_fault == s.F_ESTOP, "WELCOME does not tell the fault.")
    still = host.until(lambda now: True, 200, "STATUS should come.")
    expect(still.status.state == s.FAULT, "A new session lifted the fault.")
    host.clear()
    cleared_ms = host.line.now_ms() - asked_ms
    host.measured["clear_ms"] = cleared_ms
    expect(cleared_ms >= CLEAR_MS - 2 * STEP_MS, f"CLEAR was done after {cleared_ms} ms, allowed from 5000.")
    seen = host.until_state(s.SAFE, 100)
    expect(seen.status.at_zero, "After CLEAR an output is above zero.")


def a_token_that_stands_still_is_silence(host: Host) -> None:
    """Heartbeats whose token does not change are silence: to zero after 1000 ms, then PAUSED (F1).

    Goes on beating with the same token, and feeding records; then beats anew: nothing resumes by itself."""
    _playing(host)
    _silence(host)
    host.source = None
    host.token_moves = True
    for seen in host.run(SETTLE_MS):
        expect(seen.status.state == s.PAUSED and seen.status.at_zero, f"It resumed by itself: {host.told()}.")


def _silence(host: Host) -> int:
    """From now on the token stands still; when that began."""
    host.beat()
    begun_ms = host.line.now_ms()
    host.token_moves = False
    seen = host.until_state(s.PAUSED, SILENCE_PAUSE_MS + 100)
    took_ms = seen.at_ms - begun_ms
    host.measured["silence_pause_ms"] = took_ms
    least, most = SILENCE_PAUSE_MS - 2 * STEP_MS, SILENCE_PAUSE_MS + 2 * STEP_MS + host.line.late_ms
    expect(least <= took_ms <= most, f"It paused {took_ms} ms after the last new token, wanted 1000.")
    expect(seen.status.reason == s.WHY_SILENCE, f"The reason should be silence: {seen.status.reason_name}.")
    _zero_within(host, begun_ms, SILENCE_PAUSE_MS + SILENCE_RAMP_MS, "silence_zero_ms")
    return begun_ms


def silence_latches_after_three_seconds(host: Host) -> None:
    """Without a changed token for 3000 ms LINK_LOST is latched, at zero.

    Says nothing at all while it plays."""
    _playing(host)
    host.source = None
    host.fill(record({host.motor: PLAYED}))  # what is buffered must not end before the silence counts
    host.beating = False
    begun_ms = _silence(host)
    seen = host.until_state(s.FAULT, 2 * SILENCE_PAUSE_MS + 100)
    took_ms = seen.at_ms - begun_ms
    host.measured["silence_fault_ms"] = took_ms
    least, most = SILENCE_FAULT_MS - 2 * STEP_MS, SILENCE_FAULT_MS + 2 * STEP_MS + host.line.late_ms
    expect(least <= took_ms <= most, f"It latched {took_ms} ms after the last new token, wanted 3000.")
    expect(seen.status.fault == s.F_LINK_LOST, f"The fault should be LINK_LOST: {seen.status.fault_name}.")
    host.beating = True


CHECKS = (
    check(it_starts_softly), check(pause_ramps_and_waits), check(stop_comes_to_zero),
    check(a_token_that_stands_still_is_silence), check(estop_is_zero_within_a_step, slow=True),
    check(silence_latches_after_three_seconds, slow=True),
)  # fmt: skip
