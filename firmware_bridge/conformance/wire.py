"""Checks of the wire itself: frames, resynchronisation, HELLO and what it says, STATUS."""

from __future__ import annotations

from itertools import pairwise

from firmware_bridge.conformance.check import check, expect
from firmware_bridge.conformance.hearing import BEAT_MS
from firmware_bridge.conformance.host import Host
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s

NOISE_BYTES = 2000
OVERLONG_BYTES = 5000
WELCOME_MOST = 250  # bytes on the wire (docs/protocol.md)
STATUS_MS = 100
RATE_MS = 1500  # how long STATUS is counted
# What no device of this protocol may exceed, whatever its profile (docs/protocol.md, limits).
MOST_LEVELS = (8500, 8500, 4100)
MOST_CAPS = (0, 3000, 8500, 8500, 5000, 8500, 5000)
MOST_PERCUSSION = 0b0101100
MOST_RUN_S = 4500


def answers_hello(host: Host) -> None:
    """HELLO is answered by WELCOME, in this version of the protocol, once for each session.

    Says hello twice, with two session numbers."""
    first = host.welcome
    host.hello()
    expect(host.welcome.protocol == m.VERSION, f"It speaks version {host.welcome.protocol}, not {m.VERSION}.")
    expect(host.welcome.boot_id == first.boot_id, "The boot id changed without a reset.")
    size = host.longest_welcome
    expect(size <= WELCOME_MOST, f"WELCOME takes {size} bytes on the wire, allowed {WELCOME_MOST}.")
    expect(host.welcome.channels > 0, "It names no channel that has an output.")


def limits_have_their_crc(host: Host) -> None:
    """The CRC over the limits is the CRC of the limits that arrived.

    Computes it anew over the bytes of WELCOME."""
    expect(host.welcome.limits_good, "The CRC of the limits does not fit the limits of WELCOME.")


def limits_are_lawful(host: Host) -> None:
    """No limit of the device is above what the protocol allows any device.

    Compares ceilings, region caps, percussion regions and the longest run with the table."""
    welcome = host.welcome
    for name, has, most in zip(m.CHANNELS, welcome.max_levels, MOST_LEVELS, strict=True):
        expect(has <= most, f"Its limit for {name} is {has}, allowed {most}.")
    for region, has, most in zip(m.REGIONS, welcome.region_caps, MOST_CAPS, strict=True):
        expect(has <= most, f"Its cap for {region or 'nowhere'} is {has}, allowed {most}.")
    extra = welcome.percussion_regions & ~MOST_PERCUSSION
    expect(not extra, f"It lets percussion work regions that never may be: bits {extra:#b}.")
    expect(0 < welcome.max_run_s <= MOST_RUN_S, f"It runs for {welcome.max_run_s} s, allowed {MOST_RUN_S}.")


def damaged_frames_do_nothing(host: Host) -> None:
    """A frame with one wrong byte is dropped, wherever the byte is; the next good one acts.

    Sends ARM with each of its bytes spoiled in turn, then as it is."""
    good = host.command(m.ARM, **host.arm_values())
    for at in range(1, len(good) - 1):
        spoiled = bytearray(good)
        spoiled[at] ^= 0x55 if spoiled[at] != 0x55 else 0x11  # never to zero: it stays one piece
        host.send(bytes(spoiled))
    host.run(2 * STATUS_MS)
    expect(host.status.state == s.SAFE, f"A damaged ARM was believed: {host.told()}.")
    result = host.repeat(good, host.cmd)
    expect(result == m.R_DONE, f"The good ARM after them should be done, not '{m.RESULTS[result]}'.")


def resynchronises(host: Host) -> None:
    """After noise, half a frame, or a frame in pieces the next whole frame acts.

    Random bytes, then half of an ARM directly followed by the whole; then a STOP byte by byte."""
    host.send(bytes(host.random.randrange(256) for _ in range(NOISE_BYTES)) + b"\0")
    arm = host.command(m.ARM, **host.arm_values())
    host.send(arm[: len(arm) // 2])
    result = host.repeat(arm, host.cmd)
    expect(result == m.R_DONE, f"ARM after half a frame should be done, not '{m.RESULTS[result]}'.")
    host.beating = False  # a heartbeat between two bytes would spoil them
    for byte in host.command(m.STOP):
        host.send(bytes([byte]))
        host.run(10)
    host.until_state(s.SAFE, 500)


def overlong_frames_are_survived(host: Host) -> None:
    """A piece longer than any frame is dropped, and what follows is heard.

    5000 bytes without a zero, then a command."""
    host.send(bytes([0x11]) * OVERLONG_BYTES + b"\0")
    result = host.arm()
    expect(result == m.R_DONE, f"ARM after it should be done, not '{m.RESULTS[result]}'.")


def other_versions_and_sizes_do_nothing(host: Host) -> None:
    """A frame of another version, of an unknown type, or a byte too short or long, does nothing.

    Sends such ARMs, each with a right CRC; then a right one."""
    payload = m.pack(m.MESSAGES[m.ARM][1], {"cmd": host.cmd + 1, **host.arm_values()})
    kinds = ((m.ARM | 0x20, payload), (15, payload), (m.ARM, payload[:-1]), (m.ARM, payload + b"\1"))
    for kind, body in kinds:  # the first is of version 3: the high nibble of the same byte
        host.send(host.frame(kind, body))
    host.run(2 * STATUS_MS)
    expect(host.status.state == s.SAFE, f"One of them was believed: {host.told()}.")
    result = host.arm()
    expect(result == m.R_DONE, f"A right ARM should be done, not '{m.RESULTS[result]}'.")


def noise_stops_nothing(host: Host) -> None:
    """Noise on the line while it runs neither stops the device nor moves it otherwise.

    Plays at 10 % of full scale, with 2000 random bytes in between; frames meanwhile stay within 64 bytes."""
    host.start(1000)
    host.until_moving(900, 1000)
    before = host.status
    for _ in range(10):
        host.send(b"\0" + bytes(1 + host.random.randrange(255) for _ in range(NOISE_BYTES // 10)) + b"\0")
        host.run(30)
    now = host.status
    expect(now.state == s.RUNNING and not now.fault, f"It should still run: {host.told()}.")
    expect(now.playhead_ms > before.playhead_ms, "The playhead stands still.")
    expect(host.level(now) <= 1000, f"It applies {host.level(now)}, asked were 1000.")
    size = host.longest_frame
    expect(size <= m.MAX_RUNNING_FRAME, f"A frame took {size} bytes on the wire, allowed 64.")


def status_comes_ten_times_a_second(host: Host) -> None:
    """STATUS comes every 100 ms by itself, and its ticks count the control steps.

    Listens for 1.5 s without a word."""
    host.beating = False
    host.run(2 * STATUS_MS)
    heard = host.run(RATE_MS)
    wanted = RATE_MS // STATUS_MS
    expect(wanted - 2 <= len(heard) <= wanted + 2, f"{len(heard)} STATUS in {RATE_MS} ms, wanted {wanted}.")
    gaps = [after.at_ms - before.at_ms for before, after in pairwise(heard)]
    host.measured["status_gap_ms"] = max(gaps)
    most = STATUS_MS + 10 + host.line.late_ms
    expect(max(gaps) <= most, f"STATUS was away for {max(gaps)} ms, allowed {most}.")
    ticks = heard[-1].status.ticks - heard[0].status.ticks
    steps_ms = (heard[-1].at_ms - heard[0].at_ms) / max(ticks, 1)
    host.measured["step_us"] = round(1000 * steps_ms)
    expect(1 <= steps_ms <= 50, f"A control step takes {steps_ms:.1f} ms, allowed 1 to 50.")


def answers_at_once(host: Host) -> None:
    """A command is echoed by a STATUS of its own, not with the next periodic one.

    Ten STOPs, at odd moments; the slowest echo counts."""
    slowest = 0
    for number in range(10):
        host.run(10 + 7 * number)
        data, sent_ms = host.command(m.STOP), host.line.now_ms()
        host.send(data)
        cmd = host.cmd
        seen = host.until(lambda now, cmd=cmd: now.cmd == cmd, 500, "STOP should be echoed.")  # type: ignore[misc]
        slowest = max(slowest, seen.at_ms - sent_ms)
    host.measured["echo_ms"] = slowest
    most = 20 + host.line.late_ms
    expect(slowest <= most, f"An echo took {slowest} ms, allowed {most}.")


def heartbeats_of_others_count_for_nothing(host: Host) -> None:
    """A heartbeat with another session number keeps nothing alive.

    ARMs, and beats with a foreign number: SAFE after 1000 ms, as without a beat."""
    expect(host.arm() == m.R_DONE, "ARM should be done.")
    host.beating = False
    armed_ms = host.line.now_ms()
    other = host.session % 0xFFFF + 1
    for number in range(4):
        host.send(host.frame(m.HEARTBEAT, number.to_bytes(2, "little"), session=other))
        host.run(BEAT_MS)
    seen = host.until_state(s.SAFE, 600)
    took_ms = seen.at_ms - armed_ms
    host.measured["armed_silence_ms"] = took_ms
    expect(took_ms <= 1000 + 2 * 10 + host.line.late_ms, f"It took {took_ms} ms, allowed 1000.")
    expect(seen.status.reason == s.WHY_SILENCE, f"The reason should be silence: {seen.status.reason_name}.")


CHECKS = (
    check(answers_hello), check(limits_have_their_crc), check(limits_are_lawful),
    check(damaged_frames_do_nothing), check(resynchronises), check(overlong_frames_are_survived),
    check(other_versions_and_sizes_do_nothing), check(noise_stops_nothing),
    check(status_comes_ten_times_a_second), check(answers_at_once),
    check(heartbeats_of_others_count_for_nothing),
)  # fmt: skip
