"""Checks of what is applied while it runs: caps, regions, gain, bursts, bench limits."""

from __future__ import annotations

from collections.abc import Iterator

from firmware_bridge.conformance.check import NotMet, Skipped, check, expect
from firmware_bridge.conformance.hearing import Seen
from firmware_bridge.conformance.host import BENCH_LEVEL, Host
from firmware_bridge.conformance.records import record
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s

PLAYED = 800  # level, 8 %: below the bench limit too
STEP_MS = 10
OPEN = 3  # upper-back: no cap of its own, and percussion may work it
SOFT_MS = 3500  # until the ceiling that rises from zero is above any other
ON_BENCH = (
    "The bench limits of a device that is not commissioned stand below it; commission, then verify again."
)


def session_ceilings_hold(host: Host) -> None:
    """A session's own ceiling holds, whatever the records ask for, and STATUS names it.

    ARMs with a ceiling of 6 %, asks for 10 %."""
    field = "ceiling_percussion" if host.motor else "ceiling_vibration"
    host.start(1000, **{field: 600})
    host.until_moving(600, 1000)
    for seen in host.run(300):
        level, rule = host.level(seen.status), seen.status.rules[host.motor]
        expect(level <= 600, f"It applies {level}, the session's ceiling is 600.")
        expect(rule == "session ceiling", f"STATUS names '{rule}', not the session's ceiling.")
        expect(seen.status.allowed[host.motor] <= 600, "STATUS says that more is allowed.")


def a_strong_tail_never_plays_on_the_neck(host: Host) -> None:
    """The region of each record caps it: no tail of a strong record plays on the tender place after it (F38).

    40 % on the back's upper part, then the same on the neck: there every STATUS stays at its cap."""
    if host.bench:
        raise Skipped(ON_BENCH)
    if not host.top(host.motor, OPEN) > host.top(host.motor, 1):
        raise Skipped("This device allows the neck as much as any other place.")
    strong, neck = (record({host.motor: 4000}, region=region) for region in (OPEN, 1))
    _feed_from(host, iter([strong] * 4 + [neck] * 2))
    _compare(host, _heard_until(host, 2900), [OPEN] * 4 + [1] * 2)


def every_region_has_its_cap(host: Host) -> None:
    """In every region no more is applied and allowed than the limits that HELLO told.

    Full scale on every region in turn, once the soft ceiling is out of the way."""
    if host.bench:
        raise Skipped(ON_BENCH)
    regions = [OPEN] * 7 + [5, 4, 1, 6, 2, 2, 0, OPEN]
    _feed_from(host, (record({host.motor: m.FULL_SCALE}, region=region) for region in regions))
    heard = _heard_until(host, 500 * len(regions) - 300)
    _compare(host, heard, regions)
    for at, region in enumerate(regions[7:13], 7):
        if region == regions[at + 1]:
            continue  # still rising, at 1.0 a second
        levels = [seen.status.applied[host.motor] for seen in heard if seen.status.playhead_ms // 500 == at]
        top = host.top(host.motor, region)
        expect(max(levels, default=0) >= top * 9 // 10, f"On {m.REGIONS[region]} it never came near {top}.")


def _feed_from(host: Host, records: Iterator[bytes]) -> None:
    """ARM, the first two records, RESUME, the others as they are wanted."""
    expect(host.arm() == m.R_DONE, "ARM should be done.")
    host.beat()
    host.fill(next(records), next(records))
    expect(host.ask(m.RESUME) == m.R_DONE, "RESUME should be done.")
    host.source = records


def _heard_until(host: Host, playhead_ms: int) -> list[Seen]:
    first = len(host.seen)
    host.until(
        lambda now: now.playhead_ms >= playhead_ms, playhead_ms + 500, "The playhead should get there."
    )
    return host.seen[first:]


def _compare(host: Host, heard: list[Seen], regions: list[int]) -> None:
    """Nowhere more than the cap of the record that the playhead is in."""
    for seen in heard:
        now = seen.status
        at = now.playhead_ms // 500
        if now.state != s.RUNNING or now.playhead_ms % 500 < 2 * STEP_MS or at >= len(regions):
            continue  # between two records
        top = host.top(host.motor, regions[at])
        name, level, allowed = (
            m.REGIONS[regions[at]] or "nowhere",
            now.applied[host.motor],
            now.allowed[host.motor],
        )
        expect(level <= top, f"On {name} it applies {level}, its cap there is {top}.")
        expect(allowed <= top, f"On {name} STATUS says {allowed} is allowed, its cap there is {top}.")


def percussion_keeps_off_the_neck(host: Host) -> None:
    """A percussive head does not move on neck, lower back and back, whatever its channel is called.

    Asks for 8 % on each of them, then where it may."""
    channel = _percussive(host)
    regions = [1, 4, 6, OPEN, OPEN]
    _feed_from(host, (record({channel: PLAYED}, region=region) for region in regions))
    for seen in _heard_until(host, 2200):
        at, level = seen.status.playhead_ms // 500, seen.status.applied[channel]
        if at < 3:
            name = m.REGIONS[regions[at]]
            expect(level == 0, f"Percussion at {level} on {name}, where it never may be.")
    expect(host.status.applied[channel] > 0, "It does not move on the upper back either.")


def _percussive(host: Host) -> int:
    for channel in (m.PERCUSSION, m.VIBRATION):
        has = host.welcome.channels >> channel & 1
        if has and (channel == m.PERCUSSION or host.welcome.heads >> channel & 1):
            return channel
    raise Skipped("This device has no percussive head.")


def gain_falls_at_once_and_rises_slowly(host: Host) -> None:
    """GAIN lowers at once, rises at 0.25 a second at most, and its ceiling only ever falls.

    Half, then back to full; then a ceiling of 60 %, above which nothing is accepted any more."""
    if host.bench:
        raise Skipped(ON_BENCH)
    host.start(1000)
    host.until_moving(1000, 1000)
    expect(host.ask(m.GAIN, gain=5000, gain_max=10000) == m.R_DONE, "GAIN should be done.")
    half = host.until(lambda now: now.gain == 5000, 100, "STATUS should tell the gain.")
    expect(host.level(half.status) <= 500, f"At half the gain it applies {host.level(half.status)} of 1000.")
    expect(host.ask(m.GAIN, gain=10000, gain_max=10000) == m.R_DONE, "GAIN should be done.")
    begun = host.seen[-1]
    for seen in host.run(600):
        most = 500 + 25 * (host.device_ms(begun, seen) + 3 * STEP_MS + 100) // 100
        level = host.level(seen.status)
        expect(level <= most, f"The gain rises too fast: {level} applied, {most} allowed.")
    expect(host.level(host.status) > 550, "The gain does not rise.")
    expect(host.ask(m.GAIN, gain=5000, gain_max=6000) == m.R_DONE, "GAIN should be done.")
    result = host.ask(m.GAIN, gain=7000, gain_max=10000)
    expect(result == m.R_ABOVE, f"A gain above its ceiling was answered '{m.RESULTS[result]}'.")
    now = host.status
    expect((now.gain_max, now.gain <= 6000) == (6000, True), f"Gain {now.gain}, ceiling {now.gain_max}.")


def bursts_stay_below_their_envelope(host: Host) -> None:
    """A modulator only ever lowers its envelope.

    Bursts of 2 Hz, full depth, at 8 %: the level is seen at zero and at 8 %, never above."""
    motor = host.motor
    wave = (m.SQUARE, 2000, 2000, 10000, 5000, 0)
    expect(host.arm() == m.R_DONE, "ARM should be done.")
    host.go(record({motor: PLAYED}, waves={motor: wave}))
    host.source = iter(lambda: record({motor: PLAYED}, waves={motor: wave}), None)
    levels = [host.level(seen.status) for seen in host.run(1500)][4:]
    expect(max(levels) <= PLAYED, f"It applies {max(levels)}, the envelope is {PLAYED}.")
    expect(min(levels) == 0 and max(levels) > PLAYED // 2, f"No bursts: {min(levels)} to {max(levels)}.")


def it_says_whether_it_is_commissioned(host: Host) -> None:
    """STATUS says that bench limits are in force exactly when the stamp is not that of the configuration.

    Compares the flag with stamp and CRC of WELCOME; a STAMP over another CRC is refused."""
    host.until(lambda now: True, 200, "STATUS should come.")
    flag = bool(host.status.flags & m.FLAG_BENCH)
    expect(flag == host.bench, f"The flag says {flag}, stamp and configuration say {host.bench}.")
    result = host.ask(m.STAMP, config_crc=host.welcome.config_crc ^ 1)
    expect(result == m.R_CONFIG, f"A STAMP over another configuration was answered '{m.RESULTS[result]}'.")
    expect(host.arm() == m.R_DONE, "ARM should be done.")
    result = host.ask(m.STAMP, config_crc=host.welcome.config_crc)
    expect(result == m.R_STATE, f"A STAMP in ARMED was answered '{m.RESULTS[result]}'.")


def bench_limits_hold(host: Host) -> None:
    """Not commissioned: at most 10 %, in pulses of at most 2 s with as long a rest.

    Asks for full scale for five seconds."""
    if not host.bench:
        raise Skipped("This device is commissioned: its bench limits are not in force.")
    host.start(m.FULL_SCALE)
    moving = host.until_moving(BENCH_LEVEL * 9 // 10, 1000)
    heard = host.run(4500)
    most = max(host.level(seen.status) for seen in heard)
    expect(most <= BENCH_LEVEL, f"It applies {most}, allowed {BENCH_LEVEL} before it is commissioned.")
    expect(
        any(seen.status.rules[host.motor].startswith("bench") for seen in heard),
        "STATUS names no bench limit.",
    )
    off = next((seen for seen in heard if not host.level(seen.status)), None)
    if off is None:
        raise NotMet("It went on for 5 s, allowed 2 s.")
    pulse_ms = off.at_ms - moving.at_ms
    expect(pulse_ms <= 2000 + host.line.late_ms, f"A pulse took {pulse_ms} ms, allowed 2000.")
    rest = [seen for seen in heard if off.at_ms <= seen.at_ms <= off.at_ms + 1800]
    expect(not any(host.level(seen.status) for seen in rest), "It did not rest for 2 s.")


CHECKS = (
    check(it_says_whether_it_is_commissioned), check(session_ceilings_hold),
    check(percussion_keeps_off_the_neck, slow=True), check(a_strong_tail_never_plays_on_the_neck, slow=True),
    check(gain_falls_at_once_and_rises_slowly), check(bursts_stay_below_their_envelope),
    check(every_region_has_its_cap, slow=True),
    check(bench_limits_hold, slow=True),
)  # fmt: skip
