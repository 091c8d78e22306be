"""Records and stream: what goes over the wire is the timeline, and never more than the device takes.

The decoder of the records here is the device's own player, so both ends are held together.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.device.player import Player
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from firmware_bridge.session.records import RecordEncoder
from firmware_bridge.session.status import Status
from firmware_bridge.session.stream import Stream
from programs.timeline import Segment, Wave
from tests.firmware_bridge.desk import ramp, timeline

ALL_REGIONS = 0b1111111
NOTHING = Status(*([0] * 30))


def status(**values: int) -> Status:
    return NOTHING._replace(**{"state": s.ARMED, "acked": 255, "acceptable": 2, **values})


def test_a_channel_that_does_not_change_costs_nothing() -> None:
    still = Segment(0, 500, "back", (0, 0, 0), (None, None, None))
    assert RecordEncoder().encode(still) == bytes.fromhex("f4 01 06 00")


def test_a_new_wave_at_the_same_level_is_sent_and_its_end_too() -> None:
    wave = Wave("square", 1500, 1500, 10_000, 5000, 0)
    encoder = RecordEncoder()
    first = encoder.encode(Segment(0, 500, "hips", (0, 0, 0), (None, wave, None)))
    assert len(first) == 4 + 2 + 11
    after = encoder.encode(Segment(500, 500, "hips", (0, 0, 0), (None, None, None)))
    assert after == bytes.fromhex("f4 01 05 04 00 00")  # named, modulator none


@pytest.mark.parametrize("change", ["shape", "depth", "duty", "rate_start_mhz", "phase_ut"])
def test_a_wave_that_differs_in_anything_is_sent_anew(change: str) -> None:
    values = {
        "shape": "sine",
        "rate_start_mhz": 1000,
        "rate_end_mhz": 1000,
        "depth": 5000,
        "duty": 5000,
        "phase_ut": 0,
    }
    encoder = RecordEncoder()
    first = Wave(**values)  # type: ignore[arg-type]
    encoder.encode(Segment(0, 500, "back", (100, 0, 0), (first, None, None)))
    values["phase_ut"] = 500_000
    same = Wave(**values)  # type: ignore[arg-type]
    values[change] = "triangle" if change == "shape" else values[change] + 200  # type: ignore[operator]
    other = Wave(**values)  # type: ignore[arg-type]
    changed = encoder.encode(Segment(500, 500, "back", (100, 0, 0), (other, None, None)))
    assert len(changed) == 4 + 2 + 11
    fresh = RecordEncoder()
    fresh.encode(Segment(0, 500, "back", (100, 0, 0), (first, None, None)))
    assert len(fresh.encode(Segment(500, 500, "back", (100, 0, 0), (same, None, None)))) == 4


@pytest.mark.parametrize("duration_ms", [0, 19, 501, 70_000])
def test_a_duration_that_the_wire_does_not_carry_is_an_error(duration_ms: int) -> None:
    with pytest.raises(ValueError, match=r"allowed 20..500"):
        RecordEncoder().encode(Segment(0, duration_ms, "back", (0, 0, 0), (None, None, None)))


@pytest.mark.parametrize("level", [-1, 10_001])
def test_a_level_that_the_wire_does_not_carry_is_an_error(level: int) -> None:
    with pytest.raises(ValueError, match=r"outside 0..10000"):
        RecordEncoder().encode(Segment(0, 500, "back", (level, 0, 0), (None, None, None)))


waves = st.none() | st.builds(
    lambda shape, start, end, depth, duty, phase: Wave(shape, start, end, depth, duty, phase),
    st.sampled_from(["sine", "triangle", "saw_up", "saw_down"]),
    st.integers(1, 4000),
    st.integers(1, 4000),
    st.integers(0, 10_000),
    st.integers(100, 9900),
    st.integers(0, 999_999),
)


@st.composite
def segment_lists(draw: st.DrawFn) -> list[Segment]:
    """Segments whose waves are new, none, or go on by the device's own arithmetic."""
    segments: list[Segment] = []
    start_ms = 0
    for _ in range(draw(st.integers(1, 12))):
        duration_ms = draw(st.integers(20, 500))
        pair = []
        for motor in range(2):
            before = segments[-1] if segments else None
            was = before.waves[motor] if before else None
            if was is not None and before is not None and draw(st.booleans()):
                phase_ut = was.phase_after_ut(before.duration_ms, before.duration_ms)
                rate = was.rate_end_mhz
                pair.append(Wave(was.shape, rate, rate, was.depth, was.duty, phase_ut))
            else:
                pair.append(draw(waves))
        levels = tuple(draw(st.sampled_from([0, 1, 1000, 10_000])) for _ in range(3))
        region = draw(st.sampled_from([None, "neck", "back"]))
        segments.append(Segment(start_ms, duration_ms, region, levels, (*pair, None)))  # type: ignore[arg-type]
        start_ms += duration_ms
    return segments


@given(segment_lists())
@settings(max_examples=150, deadline=None)
def test_the_player_plays_what_the_segments_say(segments: list[Segment]) -> None:
    encoder, player = RecordEncoder(), Player()
    for segment in segments:
        record = encoder.encode(segment)
        assert len(record) <= 52
        assert player.enqueue(record, 0, len(record), ALL_REGIONS)
        player.advance(segment.duration_ms - 1)
        assert player.region == m.REGIONS.index(segment.region)
        assert tuple(player._end) == segment.levels
        for motor, wave in enumerate(segment.waves[:2]):
            assert (player._shape[motor] == 0) == (wave is None)
            if wave is not None:
                apart_ut = (player._phase[motor] - wave.phase_ut) % 1_000_000
                assert min(apart_ut, 1_000_000 - apart_ut) <= 150
        player.advance(1)


@given(
    st.lists(st.sampled_from([20, 35, 100, 499, 500]), min_size=1, max_size=60),
    st.lists(st.integers(0, 3), min_size=60, max_size=60),
)
@settings(max_examples=100, deadline=None)
def test_every_record_arrives_once_in_order_whatever_is_lost(durations: list[int], fate: list[int]) -> None:
    """fate: 0 and 1 the frame and its acknowledgement arrive, 2 the frame is lost, 3 the answer is."""
    segments, start_ms = [], 0
    for at, duration_ms in enumerate(durations):
        last = at == len(durations) - 1
        levels = (at + 1, 0, 0)
        segments.append(Segment(start_ms, duration_ms, "back", levels, (None, None, None), last))
        start_ms += duration_ms
    stream, player = Stream(timeline(*segments), 9), Player()
    acked, now_ms, played_ms, told = 255, 0, 0, status(acceptable=2)
    for turn in range(3000):
        if stream.all_acked:
            break
        now_ms += 10
        frame = stream.take(now_ms, priming=False)
        chance = fate[turn % len(fate)]
        if frame is not None and chance != 2:
            seq, payload = frame
            assert payload[0] == 9
            assert len(payload) <= 53
            if seq == (acked + 1) & 255:
                assert player.enqueue(payload, 1, len(payload), ALL_REGIONS), (
                    "more than the device may buffer"
                )
                acked = seq
            else:
                assert seq == acked, "a frame was skipped"
        player.advance(10)
        played_ms += 10
        told = status(
            state=s.RUNNING,
            acked=acked,
            acceptable=(acked + max(0, 1500 - player.buffered_ms) // 500) & 255,
            playhead_ms=player.playhead_ms,
        )
        if chance != 3:
            stream.acknowledge(told)
    assert stream.all_acked
    player.advance(1500)
    assert player.finished
    assert player.playhead_ms == sum(durations)


def test_only_one_frame_is_under_way_while_running_and_more_while_priming() -> None:
    long = ramp(60_000)
    running = Stream(long, 0)
    running.acknowledge(status(acceptable=5))
    assert running.take(0, priming=False) is not None
    assert running.take(0, priming=False) is None
    priming = Stream(timeline(*[_busy(at) for at in range(60)]), 0)
    priming.acknowledge(status(acceptable=2))
    taken = [priming.take(0, priming=True) for _ in range(5)]
    assert [frame[0] for frame in taken if frame] == [0, 1, 2]


def _busy(at: int) -> Segment:
    """20 ms with a new wave every time: few fit in a frame."""
    wave = Wave("sine", 1000 + at, 1000 + at, 5000, 5000, 0)
    return Segment(20 * at, 20, "back", (at, at, at), (wave, wave, None))


def test_an_unacknowledged_frame_goes_again_after_60_ms_unchanged() -> None:
    stream = Stream(ramp(60_000), 0)
    first = stream.take(100, priming=False)
    assert stream.take(159, priming=False) is None
    assert stream.due_ms(159, priming=False) == 160
    assert stream.take(160, priming=False) == first


def test_nothing_is_sent_that_the_device_does_not_accept() -> None:
    stream = Stream(ramp(60_000), 0)
    stream.acknowledge(status(acked=255, acceptable=255))
    assert stream.take(0, priming=False) is None
    stream.acknowledge(status(acked=255, acceptable=0))
    assert stream.take(0, priming=False) is not None


def test_sequence_numbers_pass_255() -> None:
    stream = Stream(timeline(*[_busy(at) for at in range(2000)]), 0)
    acked = 255
    for at in range(400):
        stream.acknowledge(
            status(state=s.RUNNING, acked=acked, acceptable=(acked + 1) & 255, playhead_ms=99_999)
        )
        frame = stream.take(at, priming=False)
        assert frame is not None
        assert frame[0] == at % 256
        acked = frame[0]


def test_a_frame_that_is_never_taken_is_noticed() -> None:
    stream = Stream(ramp(60_000), 0)
    for now_ms in range(0, 1500, 10):
        stream.take(now_ms, priming=False)
        assert not stream.refused
    for now_ms in range(1500, 3000, 10):
        stream.take(now_ms, priming=False)
    assert stream.refused
