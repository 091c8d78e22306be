"""Checks of what happens when there is nothing left to play: held, ramped, recovered, latched."""

from __future__ import annotations

from firmware_bridge.conformance.check import check, expect
from firmware_bridge.conformance.hearing import Seen
from firmware_bridge.conformance.host import Host
from firmware_bridge.conformance.records import record
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s

PLAYED = 800  # level, 8 %: below the bench limit too
STEP_MS = 10
HOLD_MS, RAMP_MS, UNDERRUN_MOST_MS = 100, 250, 2000


def an_underrun_holds_ramps_and_recovers(host: Host) -> None:
    """Without records: held for 100 ms, to zero in 250 ms; with new ones it goes on from zero.

    Lets it run dry for 600 ms, then feeds it again."""
    begun, held = _run_dry(host)
    heard = [begun, *host.run(600)]
    for seen in heard:
        age_ms, level = host.device_ms(begun, seen), host.level(seen.status)
        if age_ms <= HOLD_MS - 3 * STEP_MS:
            expect(level == held, f"{age_ms} ms into the underrun it applies {level}, held should be {held}.")
        if age_ms >= HOLD_MS + RAMP_MS + 3 * STEP_MS:
            expect(level == 0, f"{age_ms} ms into the underrun it applies {level}, wanted 0.")
        in_it = bool(seen.status.flags & m.FLAG_UNDERRUN)
        expect(seen.status.state == s.RUNNING and in_it, f"STATUS does not tell of it: {host.told()}.")
    levels = [host.level(seen.status) for seen in heard]
    expect(levels == sorted(levels, reverse=True), "It rose while there was nothing to play.")
    one = record({host.motor: PLAYED})
    host.fill(one)
    host.source = iter(lambda: one, None)
    again = host.until(lambda now: not now.in_underrun, 200, "It should go on.")
    for seen in host.run(300):
        most = 3 * (host.device_ms(again, seen) + 3 * STEP_MS)
        expect(host.level(seen.status) <= most, "It did not rise from zero under the soft ceiling.")
    expect(host.level(host.status) > 0 and host.status.underruns == 1, "It did not recover.")


def _run_dry(host: Host) -> tuple[Seen, int]:
    """Plays a second and sends no more; the first STATUS of the underrun, and the level before."""
    host.start(PLAYED)
    host.source = None
    host.until_moving(PLAYED, 900)
    begun = host.until(lambda now: now.in_underrun, 900, "The underrun should be told.")
    return begun, PLAYED


def a_long_underrun_latches(host: Host) -> None:
    """An underrun of over 2 s latches.

    Sends nothing more, and beats."""
    begun, _level = _run_dry(host)
    seen = host.until_state(s.FAULT, UNDERRUN_MOST_MS + 100)
    took_ms = host.device_ms(begun, seen)
    host.measured["underrun_fault_ms"] = took_ms
    expect(abs(took_ms - UNDERRUN_MOST_MS) <= 5 * STEP_MS, f"It latched after {took_ms} ms, wanted 2000.")
    expect(seen.status.fault == s.F_UNDERRUN, f"The fault should be UNDERRUN: {seen.status.fault_name}.")
    expect(seen.status.at_zero, "An output is above zero.")


def the_third_underrun_latches(host: Host) -> None:
    """Three underruns within 60 s latch.

    Runs dry three times, for half a second each."""
    _run_dry(host)
    for number in (2, 3):
        host.run(400)
        host.fill(record({host.motor: PLAYED}))
        if number == 2:
            say = "The second underrun should come."
            host.until(lambda now: now.underruns == 2 and now.in_underrun, 1500, say)
    seen = host.until_state(s.FAULT, 1500)
    expect(seen.status.fault == s.F_UNDERRUN, f"The fault should be UNDERRUN: {seen.status.fault_name}.")
    expect(seen.status.at_zero and seen.status.underruns == 3, "Not at zero, or not the third.")


CHECKS = (
    check(an_underrun_holds_ramps_and_recovers, slow=True), check(a_long_underrun_latches, slow=True),
    check(the_third_underrun_latches, slow=True),
)  # fmt: skip
