"""Checks of SEGMENTS: sequence, epochs, the buffer's cap, records that no device may take, the end."""

from __future__ import annotations

from collections.abc import Sequence

from firmware_bridge.conformance.check import check, expect
from firmware_bridge.conformance.host import Host
from firmware_bridge.conformance.records import record
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s

SETTLE_MS = 150
BUFFER_MOST_MS = 1500


def _armed(host: Host, **arm: int) -> None:
    result = host.arm(**arm)
    expect(result == m.R_DONE, f"ARM should be done, not '{m.RESULTS[result]}'.")


def _refused(host: Host, why: str, *frames: bytes) -> None:
    """None of these is acknowledged, and nothing of them is buffered."""
    before = host.status
    for each in frames:
        host.send(each)
    host.run(SETTLE_MS)
    now = host.status
    expect((now.acked, now.buffered_ms) == (before.acked, before.buffered_ms), f"{why} was taken.")
    expect(now.state == before.state, f"{why} changed the state: {host.told()}.")


def frames_are_taken_in_order(host: Host) -> None:
    """A frame is taken when its number is the next one; a repeat is acknowledged again, never played twice.

    Number 0, 2, 1, 1 again, 2: after each what is acknowledged and buffered."""
    _armed(host)
    one = record({host.motor: 0}, duration_ms=100)
    host.fill(one)
    _refused(host, "A frame that skips a number", host.segments(one, seq=host.seq + 1))
    host.fill(one)
    _refused(host, "A frame that comes again", host.segments(one, seq=(host.seq - 1) & 255))
    host.fill(one)
    expect(host.status.buffered_ms == 300, f"{host.status.buffered_ms} ms are buffered, sent were 300.")


def other_epochs_are_refused(host: Host) -> None:
    """Every flush numbers the next epoch, and frames of another one are refused.

    Looks at the epoch after ARM, PAUSE and STOP; sends frames of the old one and the next."""
    _armed(host)
    one, epochs = record({host.motor: 300}), [host.status.epoch]
    for other in (host.status.epoch - 1, host.status.epoch + 1):
        _refused(host, "A frame of another epoch", host.segments(one, epoch=other & 255))
    host.go(one)
    host.run(100)
    host.source = None
    expect(host.ask(m.PAUSE) == m.R_DONE, "PAUSE should be done.")
    epochs.append(host.until_state(s.PAUSED, 300).status.epoch)
    expect(host.status.acked == 255, "After a flush 255 should be acknowledged: the next frame is number 0.")
    host.new_epoch()
    _refused(host, "A frame of the epoch before the pause", host.segments(one, epoch=epochs[0]))
    host.ask(m.STOP)
    epochs.append(host.until_state(s.SAFE, 300).status.epoch)
    expect(len(set(epochs)) == 3, f"The epochs were {epochs}; each flush should number a new one.")


def the_buffer_has_its_cap(host: Host) -> None:
    """No more than 1500 ms are ever buffered; what is more is refused, and that is no shutdown.

    Sends records of 500 ms until one is refused; STATUS says all the way what it would take."""
    _armed(host)
    one = record({host.motor: 0}, duration_ms=500)
    host.fill(one, one, one)
    _refused(host, "A record beyond 1500 ms", host.segments(one))
    now = host.status
    expect(now.buffered_ms == BUFFER_MOST_MS, f"{now.buffered_ms} ms are buffered, wanted 1500.")
    expect(now.acceptable == now.acked, f"It is full, and says it would take up to {now.acceptable}.")


def bad_records_are_refused_whole(host: Host) -> None:
    """A frame with one unlawful record adds nothing, its lawful records included.

    Too short, too long, above full scale, a region not armed for, waves too fast, cut off, after the last."""
    motor = host.motor
    _armed(host, regions=0b0001100)
    good = record({motor: 100}, duration_ms=100)
    fast = (m.SINE, 4001, 4001, 5000, 5000, 0)
    burst = (m.SQUARE, 10001, 10001, 10000, 5000, 0)
    bad: Sequence[tuple[str, bytes]] = (
        ("A record of 19 ms", record({motor: 100}, duration_ms=19)),
        ("A record of 501 ms", record({motor: 100}, duration_ms=501)),
        ("A level above full scale", record({motor: 10001})),
        ("A region that was not armed for", record({motor: 100}, region=5)),
        ("A region that does not exist", record({motor: 100}, region=7)),
        ("A wave of 4.001 Hz", record({motor: 100}, waves={motor: fast})),
        ("A burst of 10.001 Hz", record({motor: 100}, waves={motor: burst})),
        ("A record that is cut off", record({motor: 100})[:-1]),
        ("A record after the last", record({motor: 100}, last=True) + good),
        ("No record at all", b""),
    )
    for _what, each in bad:
        host.send(host.segments(good, each) if each else host.segments())
    _refused(host, "A frame with an unlawful record")
    if host.status.acked != 255 or host.status.buffered_ms:  # which one it was, for the sentence
        host.ask(m.STOP)
        for what, each in bad:
            _armed(host, regions=0b0001100)
            _refused(host, what, host.segments(good, each) if each else host.segments())
            host.ask(m.STOP)
        expect(False, "A frame with an unlawful record was taken.")
    host.fill(good)


def it_ends_with_the_last_record(host: Host) -> None:
    """When the record marked last has been played the device goes to SAFE: completed, at zero.

    300 ms up and 300 ms down, marked last: enough to begin, though below 600 ms with one of them."""
    _armed(host)
    host.beat()
    host.fill(record({host.motor: 50}, duration_ms=300), record({host.motor: 0}, duration_ms=200, last=True))
    expect(host.ask(m.RESUME) == m.R_DONE, "All up to the last record is buffered: RESUME should be done.")
    begun_ms = host.line.now_ms()
    seen = host.until_state(s.SAFE, 600)
    took_ms = seen.at_ms - begun_ms
    expect(
        seen.status.reason == s.WHY_COMPLETED, f"The reason should be completed: {seen.status.reason_name}."
    )
    expect(seen.status.at_zero, "An output is not at zero.")
    expect(400 - host.line.late_ms <= took_ms, f"It took {took_ms} ms for records of 500 ms.")
    expect(seen.status.underruns == 0, "The end counted as an underrun.")


def the_playhead_keeps_time(host: Host) -> None:
    """The playhead counts milliseconds of this epoch, and never goes back while it plays.

    Plays for a second, and compares the playhead with the time that passed."""
    host.start(300)
    heard = [each for each in host.run(1000) if each.status.state == s.RUNNING]
    places = [each.status.playhead_ms for each in heard]
    expect(places == sorted(places), "The playhead went back.")
    passed_ms, played_ms = heard[-1].at_ms - heard[0].at_ms, places[-1] - places[0]
    host.measured["playhead_off_ms"] = abs(passed_ms - played_ms)
    most = 20 + host.line.late_ms
    expect(abs(passed_ms - played_ms) <= most, f"In {passed_ms} ms the playhead moved {played_ms} ms.")
    expect(host.status.underruns == 0, "It ran dry although it was fed.")


CHECKS = (
    check(frames_are_taken_in_order), check(other_epochs_are_refused), check(the_buffer_has_its_cap),
    check(bad_records_are_refused_whole), check(it_ends_with_the_last_record), check(the_playhead_keeps_time),
)  # fmt: skip
