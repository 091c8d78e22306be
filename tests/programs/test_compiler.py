"""The Timeline against the exact curves, everywhere; segments, phases, bucket, continuations."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs.bucket import bucket_after
from programs.compiler import NOTHING, compile_program, cut
from programs.plan import MOTORS, PlannedPass, build_plan
from programs.played import Played
from programs.sampling import Sampler
from programs.segments import apart
from programs.timeline import CHANNELS, Segment, Timeline
from tests.programs.examples import GOOD, any_program, good, inserted, rig, track, with_stage

RISE, FALL, GAP_MS = 0.25, 0.50, 3000.0
WORST = 0.01  # of full scale: what any timeline must state at most


def exact(each: PlannedPass, channel: str, t_ms: float) -> tuple[float, float]:
    """Envelope and factor by the definition; every pass begins and ends at zero here."""
    voice = each.voices[channel]
    t = t_ms / 1000.0
    if channel == "heat":
        return voice.curve.at(t) / 100.0, 1.0
    gap = GAP_MS if each.moved else 0.0
    rise = RISE * (t_ms - gap) / 1000.0
    fall = FALL * (each.duration_ms - t_ms) / 1000.0
    envelope = max(0.0, min(voice.curve.at(t), rise, fall))
    return envelope, voice.modulation.factor(t) if voice.modulation is not None else 1.0


def near_edge(each: PlannedPass, channel: str, t_ms: float, edge_ms: int) -> bool:
    """Whether a square or a saw jumps within ``edge_ms``."""
    modulation = each.voices[channel].modulation
    if modulation is None or modulation.shape in ("sine", "triangle"):
        return False
    jumps = {0.0, modulation.duty} if modulation.shape == "square" else {0.0}
    a, b = (modulation.turns((t_ms + d) / 1000.0) for d in (-edge_ms, edge_ms))
    return any(math.floor(b - jump) != math.floor(a - jump) for jump in jumps)


@settings(max_examples=40)
@given(any_program(), st.integers(0, 1000))
def test_within_the_stated_error_everywhere(program: Any, seed: int) -> None:
    chance = random.Random(seed)
    plan = build_plan(program, rig())
    timeline = cut(plan)
    assert timeline.max_error <= WORST
    sampler = Sampler(timeline)
    for each in plan.passes:
        for channel in each.lines:
            times = [chance.uniform(0.0, each.duration_ms) for _ in range(60)]
            times += [
                min(max(0.0, t + d), each.duration_ms) for t in each.lines[channel].times for d in (-9, 0, 9)
            ]
            got = sampler.asked(channel, [each.start_ms + t for t in times])
            for t, value in zip(times, got, strict=True):
                envelope, factor = exact(each, channel, t)
                if channel == "heat":
                    if timeline.max_edge_ms < t < each.duration_ms:
                        assert value / 100.0 == pytest.approx(envelope, abs=timeline.max_error)
                elif not near_edge(each, channel, t, timeline.max_edge_ms):
                    assert value == pytest.approx(envelope * factor, abs=timeline.max_error)


@settings(max_examples=40)
@given(any_program())
def test_segments_are_what_the_wire_takes(program: Any) -> None:
    plan = build_plan(program, rig())
    timeline = cut(plan)
    check_shape(timeline)
    assert timeline.duration_ms == plan.duration_ms
    passes = {each.start_ms for each in timeline.passes}
    assert passes <= {each.start_ms for each in timeline.segments}


def check_shape(timeline: Timeline) -> None:
    at_ms, before = 0, (0, 0, 0)
    for each in timeline.segments:
        assert each.start_ms == at_ms
        assert 20 <= each.duration_ms <= 500
        assert each.last == (each is timeline.segments[-1])
        if each.region is None:
            assert each.levels[:2] == before[:2] == (0, 0)
            assert each.waves == (None, None, None)
        for level, ceiling in zip(each.levels, timeline.ceilings, strict=True):
            assert 0 <= level <= ceiling
        for wave in each.waves[:2]:
            if wave is not None:
                assert 0 <= wave.phase_ut < 1_000_000
                assert min(wave.rate_start_mhz, wave.rate_end_mhz) >= 500 or wave.shape != "square"
                assert max(wave.rate_start_mhz, wave.rate_end_mhz) <= (
                    10_000 if wave.shape == "square" else 4000
                )
        at_ms, before = each.end_ms, each.levels
    assert before[:2] == (0, 0)


@settings(max_examples=40)
@given(any_program())
def test_phases_go_on_or_are_set_to_what_the_wire_can_say(program: Any) -> None:
    timeline = cut(build_plan(program, rig()))
    for c in range(2):
        for a, b in pairwise(timeline.segments):
            before, after = a.waves[c], b.waves[c]
            if after is None:
                continue
            goes_on = before is not None and after.phase_ut == before.phase_after_ut(
                a.duration_ms, a.duration_ms
            )
            assert goes_on or after.phase_ut % 100 == 0
            same_pass = timeline.pass_at(a.start_ms) is timeline.pass_at(b.start_ms)
            if before is not None and same_pass:
                then = before.phase_after_ut(a.duration_ms, a.duration_ms)
                off = (after.phase_ut - then + 500_000) % 1_000_000 - 500_000
                assert abs(off) <= 4000  # 0.004 turns


def test_a_whole_rate_never_needs_to_be_set_anew() -> None:
    compiled = compile_program(good(), rig())
    assert compiled.timeline is not None
    anew = 0
    for a, b in pairwise(compiled.timeline.segments):
        before, after = a.waves[0], b.waves[0]
        if after is not None and (
            before is None or after.phase_ut != before.phase_after_ut(a.duration_ms, a.duration_ms)
        ):
            anew += 1
    assert anew <= len(compiled.timeline.passes)


def test_what_is_checked_is_in_the_timeline() -> None:
    compiled = compile_program(good(track=[track("heat", (0.0, 36.0))]), rig())
    timeline = compiled.timeline
    assert timeline is not None
    check_shape(timeline)
    assert timeline.ceilings == (3500, 3500, 4000)
    assert timeline.regions == ("shoulders", "upper-back")
    assert (timeline.program_id, timeline.profile_id, timeline.strength) == ("good", "heated-head", "light")
    assert [each.stage for each in timeline.passes] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert {each.levels[2] for each in timeline.segments} == {3600}
    assert timeline.max_error <= WORST


def test_levels_never_rise_faster_than_the_device_follows() -> None:
    timeline = compile_program(good(), rig()).timeline
    assert timeline is not None
    for a, b in pairwise((Segment(0, 20, None, (0, 0, 0), (None, None, None)), *timeline.segments)):
        for c in range(2):
            assert b.levels[c] - a.levels[c] <= 0.30 * 10 * b.duration_ms  # the soft ceiling's rise
            assert a.levels[c] - b.levels[c] <= 0.55 * 10 * b.duration_ms


def test_compiling_is_deterministic_and_the_order_of_keys_does_not_matter() -> None:
    turned = good(stage=[dict(reversed(list(each.items()))) for each in GOOD["stage"]])
    assert compile_program(good(), rig()).timeline == compile_program(turned, rig()).timeline


def test_a_rejected_program_has_no_timeline() -> None:
    compiled = compile_program(with_stage(1, intensity=[0.2, 0.9]), rig())
    assert not compiled.ok
    assert compiled.timeline is None
    assert [each.code for each in compiled.errors] == ["L1"]


def test_a_check_does_not_load_numpy() -> None:
    code = (
        "import sys; from programs.load import load_program; from programs.profile import load_profile; "
        "from programs.compiler import compile_program; "
        "assert compile_program(load_program('evening-shoulders'), load_profile('heated-head')).ok; "
        "sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(st.lists(st.integers(1, 200), max_size=40), st.integers(40, 4000), st.integers(20, 3000))
def test_times_apart(steps: list[int], end: int, pin: int) -> None:
    pin = min(pin, end)
    times = sorted({0, end, pin, *(min(int(t), end) for t in np.cumsum(steps))})
    kept = apart(times, [0, end, pin])
    assert kept[0] == 0
    assert kept[-1] == end
    assert all(b - a >= 20 for a, b in pairwise(kept))
    if pin <= end - 20:
        assert pin in kept
    for t in times:
        assert min(abs(t - k) for k in kept) <= 20


# Bucket


def segments_of(*spans: tuple[int, int]) -> list[Segment]:
    """(seconds, level) as segments of half a second."""
    out, at_ms = [], 0
    for seconds, level in spans:
        for _ in range(2 * seconds):
            out.append(Segment(at_ms, 500, None, (level, 0, 0), (None, None, None)))
            at_ms += 500
    return out


def test_the_bucket_empties_and_fills() -> None:
    run = bucket_after(segments_of((100, 1000), (50, 0)))
    assert run.empty_at_ms is None
    assert run.lowest_s == pytest.approx(799.5)
    assert run.end_s == pytest.approx(849.0)
    assert bucket_after(segments_of((897, 1000))).empty_at_ms is None
    assert bucket_after(segments_of((899, 1000))).empty_at_ms is not None


def test_a_program_that_empties_it_is_refused_with_the_reason() -> None:
    names = ["petrissage", "rolling", "vibration"] * 4
    long = [{"technique": name, "region": "shoulders", "duration_s": 120} for name in names]
    compiled = compile_program(inserted(1, *long), rig())
    assert [each.code for each in compiled.errors] == ["L9"]
    assert compiled.bucket_wait_s == 0  # no wait can help: it is full at the start
    assert "rest" in compiled.errors[0].hint


def test_a_bucket_too_empty_at_the_start_says_how_long_to_wait() -> None:
    compiled = compile_program(good(), rig(), bucket_s=100)
    assert [each.code for each in compiled.errors] == ["L9"]
    assert "Wait" in compiled.errors[0].hint
    wait_s = compiled.bucket_wait_s
    assert wait_s > 0
    assert compile_program(good(), rig(), bucket_s=100 + wait_s).ok
    assert not compile_program(good(), rig(), bucket_s=100 + wait_s - 3).ok


# Strength


def test_a_strength_below_the_written_one_scales_levels_and_ceilings() -> None:
    medium = good(strength="medium")
    as_written, light = (compile_program(medium, rig(), strength=each).timeline for each in (None, "light"))
    assert as_written is not None
    assert light is not None
    assert light.strength == "light"
    assert light.ceilings[:2] == (3500, 3500)
    assert max(s.levels[0] for s in light.segments) < max(s.levels[0] for s in as_written.segments) <= 6000
    assert compile_program(medium, rig(), strength="firm").timeline == as_written


# Continuations


@pytest.mark.parametrize("resume_at_ms", [0, 1, 45_000, 92_000, 200_500, 420_700, 570_000, 599_999])
def test_a_resumed_program_goes_on_from_zero(resume_at_ms: int) -> None:
    whole = compile_program(good(), rig()).timeline
    assert whole is not None
    played = Played().and_then(whole, resume_at_ms)
    rest = compile_program(good(), rig(), resume_at_ms=resume_at_ms, played=played).timeline
    assert rest is not None
    check_shape(rest)
    assert abs(rest.origin_ms - resume_at_ms) <= 20
    assert rest.origin_ms + rest.duration_ms == whole.duration_ms
    light = [s.levels[0] for s in rest.segments if s.end_ms <= 10_000]
    assert max(light, default=0) <= 2000
    late = [k for k in range(rest.duration_ms) if k % 997 == 0 and k > 45_000]
    if late:
        ours = Sampler(rest).asked("vibration", late)
        theirs = Sampler(whole).asked("vibration", [k + rest.origin_ms for k in late])
        assert ours == pytest.approx(theirs, abs=2 * WORST)


def test_skipping_to_deep_work_warms_up_first_and_says_so() -> None:
    spot = {"technique": "friction", "region": "shoulders", "side": "both", "duration_s": 45}
    program = inserted(2, spot)
    skipped = compile_program(program, rig(), from_stage=2).timeline
    assert skipped is not None
    check_shape(skipped)
    warm = skipped.passes[0]
    assert (warm.stage, warm.technique, warm.region) == (-1, "effleurage", "shoulders")
    assert warm.end_ms == 60_000
    assert max(s.levels[0] for s in skipped.segments if s.end_ms <= 60_000) <= 2000
    assert "not warm" in skipped.notes[-1]
    assert skipped.passes[1].stage == 2
    assert skipped.origin_ms == 360_000


SPOT = {"technique": "friction", "region": "shoulders", "side": "both", "duration_s": 45}


def continuation(program: Any, played: Played = NOTHING, **how: int) -> Timeline:
    timeline = compile_program(program, rig(), played=played, **how).timeline  # type: ignore[arg-type]
    assert timeline is not None
    check_shape(timeline)
    return timeline


def warm_up_s(timeline: Timeline) -> float:
    """Seconds of warm-up that were put in."""
    return sum(each.end_ms - each.start_ms for each in timeline.passes if each.stage < 0) / 1000


@pytest.mark.parametrize(("seconds", "missing"), [(0.0, 60), (4.0, 56), (30.5, 30), (59.9, 1), (60.0, 0)])
@pytest.mark.parametrize("where", ["shoulders", "back"])
def test_only_what_was_played_counts_as_warm_and_the_rest_is_put_in(
    where: str, seconds: float, missing: int
) -> None:
    program = inserted(2, SPOT)
    played = Played(300.0, {where: seconds})
    for how in ({"resume_at_ms": 370_000}, {"from_stage": 2}):
        rest = continuation(program, played, **how)
        assert warm_up_s(rest) == missing
        assert bool(rest.notes) == bool(missing)


def test_a_place_late_in_a_program_is_no_warm_up_by_itself() -> None:
    rest = continuation(inserted(2, SPOT), resume_at_ms=370_000)
    assert warm_up_s(rest) == 60
    assert max(s.levels[0] for s in rest.segments if s.end_ms <= 60_000) <= 2000


@pytest.mark.parametrize(("played_s", "held_s"), [(0.0, 30), (12.0, 18), (25.0, 10), (300.0, 10)])
def test_the_start_level_holds_for_motor_time_and_not_for_time(played_s: float, held_s: int) -> None:
    warm = {"shoulders": 60.0, "back": 60.0}
    rest = continuation(good(), Played(played_s, warm), resume_at_ms=239_000)  # a gap after one second
    on_ms, level = 0, 0
    for segment in rest.segments:
        now = segment.levels[0]
        if on_ms + segment.duration_ms <= held_s * 1000:
            assert now <= 2000
        on_ms += segment.duration_ms if now or level else 0
        level = now
    late = [s.levels[0] for s in rest.segments if held_s * 1000 + 15_000 < s.start_ms < 60_000]
    assert max(late) > 2000


@pytest.mark.parametrize("ends_on_back", [False, True])
def test_a_warm_up_is_put_where_the_session_is_armed_for(ends_on_back: bool) -> None:
    """Several cold regions are warmed on the back, but only where the rest of the program goes there."""
    hips = {"technique": "friction", "region": "hips", "side": "both", "duration_s": 45}
    glide = {"technique": "effleurage", "region": "hips", "side": "both", "duration_s": 60}
    close = {"technique": "closing-sweeps", "region": "back", "side": "both", "duration_s": 30}
    program = inserted(1, glide, SPOT, hips)
    if ends_on_back:
        program = good(stage=[each.model_dump(exclude_unset=True) for each in program.stages[:-1]] + [close])
    for stage in range(len(program.stages)):
        rest = continuation(program, from_stage=stage)
        assert set(rest.regions) <= {each.region for each in program.stages[stage:]}
    both = continuation(program, from_stage=2)
    put_in = [(each.region, each.end_ms - each.start_ms) for each in both.passes if each.stage < 0]
    assert put_in == ([("back", 60_000)] if ends_on_back else [("shoulders", 60_000), ("hips", 60_000)])


def test_a_cut_pass_says_again_what_was_being_done() -> None:
    cues = [{"t": 0, "say": "First."}, {"t": 30, "say": "Second.", "move": True}, {"t": 60, "say": "Third."}]
    rest = compile_program(with_stage(0, cues=cues), rig(), resume_at_ms=40_000).timeline
    assert rest is not None
    said = [(cue.at_ms, cue.say, cue.move) for cue in rest.passes[0].cues]
    assert said == [(0, "Second.", False), (20_000, "Third.", False)]


def test_heat_goes_on_where_the_program_is() -> None:
    heated = good(track=[track("heat", (0.0, 34.0), (400.0, 38.0))])
    rest = compile_program(heated, rig(), resume_at_ms=200_000).timeline
    assert rest is not None
    assert rest.segments[0].levels[2] == pytest.approx(3600, abs=2)


@pytest.mark.parametrize(
    "wrong", [{"from_stage": 5}, {"from_stage": -1}, {"resume_at_ms": 600_000}, {"resume_at_ms": -1}]
)
def test_impossible_continuations_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="allowed 0"):
        compile_program(good(), rig(), **wrong)


def test_every_channel_has_a_name() -> None:
    assert CHANNELS[:2] == MOTORS
