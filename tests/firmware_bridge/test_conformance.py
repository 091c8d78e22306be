"""The conformance suite itself: a good device passes it in memory, and each check can fail.

The same suite on every other placement is in tests/firmware_bridge/test_placements.py.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import pytest

from firmware_bridge.conformance import suite
from firmware_bridge.conformance.check import Check
from firmware_bridge.conformance.line import MemoryLine
from firmware_bridge.device.controller import Controller
from firmware_bridge.errors import LinkLost, NotAMassager, WrongProtocol
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from firmware_bridge.protocol.framing import Decoder, stuff
from programs.profile import load_profile
from sim.device import SimDevice
from sim.person import Person

PROFILES = ("heated-head", "percussion-massager", "vibration-pad")


def device(profile: str = "heated-head", stamped: bool = True) -> SimDevice:
    made = SimDevice(load_profile(profile), 1, Person(contact=0.0), keep_trace=False)
    if not stamped:
        made.board.save_stamp(0)
    return made


def verdicts(report: suite.Report) -> dict[str, str]:
    return {each.name: each.verdict for each in report.results}


@pytest.mark.parametrize("stamped", [True, False])
@pytest.mark.parametrize("profile", PROFILES)
def test_the_device_conforms_in_memory(profile: str, stamped: bool) -> None:
    made = device(profile, stamped)
    report = suite.run(MemoryLine(made))
    bad = [f"{each.name}: {each.detail}" for each in report.results if each.verdict == "failed"]
    assert not bad
    assert report.passed
    assert all(each.detail for each in report.results if each.verdict == "skipped")
    assert ("bench-limits-hold", "skipped") in verdicts(report).items() or not stamped
    assert report.device["kind"] == "SIM"
    assert report.device["commissioned"] == stamped
    assert made.controller.dry
    assert made.controller.state == s.SAFE
    assert not any(made.board._duties)


def test_dry_means_that_power_never_passed() -> None:
    made, powered = device(), []
    tick = made.tick

    def watched(now_ms: int) -> None:
        tick(now_ms)
        powered.append(made.board.powered)

    made.tick = watched  # type: ignore[method-assign]
    suite.run(MemoryLine(made))
    assert len(powered) > 4000
    assert not any(powered)


def test_every_check_says_what_it_shows_and_how() -> None:
    names = [each.name for each in suite.CHECKS]
    assert len(set(names)) == len(names) > 35
    for each in suite.CHECKS:
        assert each.shows.endswith(".")
        assert each.how.endswith(".")


def test_what_took_long_is_marked_slow() -> None:
    report = suite.run(MemoryLine(device()))
    slow = {each.name for each in suite.CHECKS if each.slow}
    for each in report.results:
        assert each.took_ms <= 2100 or each.name in slow, each


def test_silence_is_no_massager() -> None:
    class Mute:
        def receive(self, data: bytes) -> None:
            """Hears nothing."""

        def tick(self, now_ms: int) -> None:
            """Does nothing."""

        def take(self) -> bytes:
            return b""

    with pytest.raises(NotAMassager):
        suite.run(MemoryLine(Mute()))


class NewerLine(MemoryLine):
    """Behind it every word carries the number of the next version, with a right CRC."""

    def read(self, wait_ms: int) -> bytes:
        return b"".join(next_version(kind, payload) for kind, payload in self.words(super().read(wait_ms)))

    def words(self, data: bytes) -> list[tuple[int, bytes]]:
        return [(kind, bytes(payload)) for kind, _seq, _session, payload in Decoder().frames(data)]


def next_version(kind: int, payload: bytes) -> bytes:
    body = bytes([m.VERSION + 1 << 4 | kind, 0, 1, 0]) + payload
    whole = bytearray(body + zlib.crc32(body).to_bytes(4, "little"))
    out = bytearray(2 * len(whole))
    return bytes(out[: stuff(whole, len(whole), out, 0)])


def test_a_device_of_another_version_is_not_taken_for_another_thing() -> None:
    with pytest.raises(WrongProtocol, match="speaks another version of the protocol"):
        suite.run(NewerLine(device()))


def test_a_link_that_breaks_fails_what_was_not_run() -> None:
    line = MemoryLine(device())

    def told(result: suite.Result) -> None:
        line.cut = result.name == "resynchronises"

    report = suite.run(line, told=told)
    found = verdicts(report)
    assert found["resynchronises"] == "passed"
    assert list(found.values())[5:] == ["failed"] * (len(found) - 5)
    assert "Not run: " in report.results[-1].detail


# -- each check can fail: a device with one rule broken, and the check that must notice -------------

Break = Callable[[Any], None]  # of a controller


def no_region_caps(device: Any) -> None:
    governor = device.governor
    honest = governor.set_session

    def without(vibration: int, percussion: int) -> None:
        honest(vibration, percussion)
        governor._cap = [max(governor._cap)] * len(governor._cap)

    governor.set_session = without


def no_session_ceiling(device: Any) -> None:
    honest = device.governor.set_session
    device.governor.set_session = lambda _vibration, _percussion: honest(8500, 8500)


def beats_by_itself(device: Any) -> None:
    honest = device._step

    def step(elapsed_ms: int) -> None:
        device._silence_ms = 0
        honest(elapsed_ms)

    device._step = step


def resumes_by_itself(device: Any) -> None:
    honest = device.token_changed

    def changed() -> None:
        honest()
        if device.state == s.PAUSED:
            device.state = s.RUNNING

    device.token_changed = changed


def clears_at_once(device: Any) -> None:
    device._judge_cause = lambda _elapsed_ms: setattr(device, "_cause_gone_ms", 5000)


def unlatches_at_hello(device: Any) -> None:
    honest = device.new_session

    def new_session() -> None:
        honest()
        device.fault, device.state = s.F_NONE, s.SAFE

    device.new_session = new_session


def forgets_the_estop(device: Any) -> None:
    device.estop = lambda: m.R_DONE


def slow_stop(device: Any) -> None:
    honest = device.governor.start_ramp
    device.governor.start_ramp = lambda ramp_ms: honest(6 * ramp_ms)


def any_boot(device: Any) -> None:
    honest = device.arm
    device.arm = lambda values: honest({**values, "boot_id": device.boot_id})


def any_limits(device: Any) -> None:
    honest = device.arm

    def arm(values: dict[str, int]) -> int:
        return int(honest({**values, "ceiling_vibration": min(values["ceiling_vibration"], 8500)}))

    device.arm = arm


def believes_old_numbers(device: Any) -> None:
    honest = device.link._command

    def command(kind: int, cmd: int) -> None:
        if kind in (m.ARM, m.RESUME) and device.link._ours():
            device.link.cmd = min(device.link.cmd, cmd - 1)
        honest(kind, cmd)

    device.link._command = command


def believes_any_session(device: Any) -> None:
    device.link._ours = lambda: True


def any_epoch(device: Any) -> None:
    honest = device.link._segments

    def segments() -> None:
        device.link.decoder.body[4] = device.epoch
        honest()

    device.link._segments = segments


def any_sequence(device: Any) -> None:
    honest = device.link._segments

    def segments() -> None:
        device.link.decoder.seq = (device.link.acked + 1) & 255
        honest()

    device.link._segments = segments


def endless_buffer(device: Any) -> None:
    player = device.player
    honest = player.enqueue

    def enqueue(*arguments: Any) -> bool:
        real, player.buffered_ms = player.buffered_ms, 0
        taken = bool(honest(*arguments))
        player.buffered_ms += real
        return taken

    player.enqueue = enqueue


def not_dry(device: Any) -> None:
    honest = device.arm
    device.arm = lambda values: honest({**values, "dry": 0})


def starts_empty(device: Any) -> None:
    honest = device.resume

    def resume() -> int:
        real, device.player.buffered_ms = device.player.buffered_ms, 1000
        result = int(honest())
        device.player.buffered_ms = real
        return result

    device.resume = resume


def full_gain(device: Any) -> None:
    device.governor.set_gain = lambda _gain, _gain_max: None


def hard_start(device: Any) -> None:
    governor = device.governor
    honest = governor.begin

    def begin() -> None:
        honest()
        governor._soft = 10_000

    governor.begin = begin


def never_dry(device: Any) -> None:
    device.underrun.begin = lambda _missing_ms: 0


def forgives_underruns(device: Any) -> None:
    honest = device.underrun.begin

    def begin(missing_ms: int) -> int:
        device.underrun._older_ms = 60_000
        return int(honest(missing_ms))

    device.underrun.begin = begin


def rare_status(device: Any) -> None:
    honest = device.link.send_status

    def send() -> None:
        if device.ticks % 17 == 0:
            honest()

    device.link.send_status = send


def deaf_to_bad_crc(device: Any) -> None:
    from firmware_bridge.protocol import framing

    class Any32:
        low = high = 0

        def run(self, _data: bytes, _end: int) -> None:
            body = decoder.body
            self.low = body[_end] | body[_end + 1] << 8
            self.high = body[_end + 2] | body[_end + 3] << 8

    decoder = framing.Decoder()
    decoder._crc = Any32()  # type: ignore[assignment]
    device.link.decoder = decoder


BREAKS: tuple[tuple[Break, str], ...] = (
    (no_region_caps, "every-region-has-its-cap"), (no_region_caps, "a-strong-tail-never-plays-on-the-neck"),
    (no_region_caps, "percussion-keeps-off-the-neck"), (no_session_ceiling, "session-ceilings-hold"),
    (beats_by_itself, "a-token-that-stands-still-is-silence"),
    (beats_by_itself, "silence-latches-after-three-seconds"),
    (resumes_by_itself, "a-token-that-stands-still-is-silence"),
    (beats_by_itself, "heartbeats-of-others-count-for-nothing"),
    (beats_by_itself, "resume-wants-a-sign-of-life"), (clears_at_once, "estop-is-zero-within-a-step"),
    (unlatches_at_hello, "estop-is-zero-within-a-step"), (forgets_the_estop, "estop-is-zero-within-a-step"),
    (slow_stop, "stop-comes-to-zero"), (slow_stop, "pause-ramps-and-waits"),
    (any_boot, "arm-wants-this-boot-and-these-limits"), (any_limits, "arm-wants-this-boot-and-these-limits"),
    (believes_old_numbers, "old-numbers-raise-nothing"),
    (believes_any_session, "stale-sessions-raise-nothing"),
    (any_epoch, "other-epochs-are-refused"), (any_sequence, "frames-are-taken-in-order"),
    (endless_buffer, "the-buffer-has-its-cap"), (not_dry, "dry-holds-enable-off"),
    (starts_empty, "resume-wants-enough-to-play"), (full_gain, "gain-falls-at-once-and-rises-slowly"),
    (hard_start, "it-starts-softly"), (never_dry, "an-underrun-holds-ramps-and-recovers"),
    (slow_stop, "an-underrun-holds-ramps-and-recovers"), (forgives_underruns, "the-third-underrun-latches"),
    (rare_status, "answers-at-once"), (rare_status, "status-comes-ten-times-a-second"),
    (deaf_to_bad_crc, "damaged-frames-do-nothing"),
)  # fmt: skip


@pytest.mark.parametrize(("broken", "name"), BREAKS)
def test_a_broken_rule_is_noticed(broken: Break, name: str) -> None:
    made = device()
    assert isinstance(made.controller, Controller)
    checks: tuple[Check, ...] = tuple(each for each in suite.CHECKS if each.name == name)
    assert len(checks) == 1
    assert suite.run(MemoryLine(made), checks).passed
    made = device()
    broken(made.controller)
    report = suite.run(MemoryLine(made), checks)
    assert not report.passed, "the check did not notice"


def test_bench_limits_that_do_not_hold_are_noticed() -> None:
    made = device(stamped=False)
    made.tick(10)
    made.controller.governor.bench = False
    found = verdicts(suite.run(MemoryLine(made)))
    assert found["bench-limits-hold"] == found["it-says-whether-it-is-commissioned"] == "failed"


def test_the_line_in_memory_breaks_like_a_cable() -> None:
    line = MemoryLine(device())
    line.cut = True
    with pytest.raises(LinkLost):
        line.write(b"x")
    with pytest.raises(LinkLost):
        line.read(10)
