"""Documents and timelines: how long they take to read, check and sample, and how many bytes they are.

Sampling stands beside plain ``numpy.interp`` over the same points, which knows no modulators. Sizes
stand beside setpoints at 100 Hz in Firmata (3 bytes for each channel that the program uses).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np

from firmware_bridge.session.records import RecordEncoder
from programs.catalog import catalog
from programs.compiler import Compiled, compile_program, cut
from programs.load import load_program, parse_program
from programs.plan import build_plan
from programs.profile import Profile, load_profile
from programs.sampling import Sampler
from programs.timeline import CHANNELS, Timeline
from tests.bench.figures import row

HEAD = 'format = "thrum/1"\nid = "long"\ntitle = "Long"\nsummary = "For the bench."\nposture = "lying"\n'
FIRMATA_BYTES = 3
SETPOINTS_HZ = 100


STAGE = '[[stage]]\ntechnique = "{}"\nregion = "{}"\nside = "both"\nduration_s = {}\n'
REST = '[[stage]]\ntechnique = "rest"\nduration_s = {}\ncue = "Rest."\n'


def hour() -> str:
    """Sixty minutes that the rules accept: rests keep the motor bucket from running out."""
    work = "".join(
        STAGE.format(technique, region, 60)
        for technique, region in (
            ("effleurage", "back"),
            ("petrissage", "shoulders"),
            ("compression", "upper-back"),
        )
    )
    return (
        HEAD + (work + REST.format(240)) * 5 + REST.format(480) + STAGE.format("closing-sweeps", "back", 45)
    )


def many_keyframes(count: int) -> str:
    """Ten stages of two minutes with so many keyframes between them, and a gentle beginning and end."""
    length_s, stages = 120, 10
    keys = count // stages
    text = HEAD + STAGE.format("effleurage", "back", 60)
    for number in range(stages):
        region = ("shoulders", "upper-back")[number % 2]
        curve = ", ".join(
            f'{{t = {length_s * k / keys:.2f}, v = {0.15 + 0.01 * (k % 2)}, interp = "smooth"}}'
            for k in range(keys)
        )
        text += (
            f'[[stage]]\ntechnique = "petrissage"\nregion = "{region}"\nduration_s = {length_s}\n'
            f'[[stage.track]]\nchannel = "vibration"\nkeyframes = [{curve}]\n'
        )
        if number == 5:
            text += REST.format(600)
    return text + STAGE.format("closing-sweeps", "back", 45)


def timed(what: Callable[[], object], runs: int) -> list[float]:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        what()
        times.append((time.perf_counter() - start) * 1000)
    return times


def half_hour(waves: bool) -> Timeline:
    """Thirty minutes on three channels, with modulators on both motors or without."""
    text = HEAD
    wave = 'modulate = {shape = "sine", rate_hz = 1.1, depth = 0.8}\n' if waves else ""
    curve = 'keyframes = [{t = 0, v = %s}, {t = 30, v = %s, interp = "smooth"}, {t = 60, v = %s}]\n'
    for _ in range(30):
        text += '[[stage]]\ntechnique = "custom"\nregion = "shoulders"\nduration_s = 60\n'
        for channel in ("vibration", "percussion"):
            text += f'[[stage.track]]\nchannel = "{channel}"\n' + curve % (0.1, 0.2, 0.05) + wave
        text += '[[stage.track]]\nchannel = "heat"\n' + curve % (30.0, 35.0, 30.0)
    return cut(build_plan(parse_program(text).program, load_profile("heated-head")))


def main(args: argparse.Namespace) -> None:
    profile = load_profile("heated-head")
    hour_text = hour()
    compiled = accepted(hour_text, profile)
    minutes = compiled.plan.program.stage_time_s / 60
    row(
        f"parse + check + compile, {minutes:.0f} min",
        timed(lambda: compile_program(parse_program(hour_text), profile), args.runs),
        "ms",
    )
    keyframes = many_keyframes(7000)
    accepted(keyframes, profile)
    row(
        "the same, 7000 keyframes",
        timed(lambda: compile_program(parse_program(keyframes), profile), args.runs),
        "ms",
    )
    for waves in (False, True):
        sampling(half_hour(waves), waves, args.runs)
    sizes()


def accepted(text: str, profile: Profile) -> Compiled:
    """What is measured must be the whole way: a program that is rejected would be done sooner."""
    compiled = compile_program(parse_program(text), profile)
    assert compiled.ok, compiled.errors
    return compiled


def sampling(timeline: Timeline, waves: bool, runs: int) -> None:
    sampler = Sampler(timeline)
    ends = np.array([each.end_ms for each in timeline.segments], dtype=float)
    levels = [np.array([each.levels[c] for each in timeline.segments], dtype=float) for c in range(3)]
    times = np.arange(0, timeline.duration_ms, 1, dtype=float)
    floor = timed(lambda: [np.interp(times, ends, level) for level in levels], runs)
    ours = timed(sampler.grid, runs)
    row("numpy.interp, 30 min, 3 channels, 1 kHz", floor, "ms")
    row(f"Sampler.grid, {'with' if waves else 'no'} modulators", ours, "ms", floor)


def sizes() -> None:
    """Bytes of records for each program of the library, beside 100 Hz setpoints."""
    print(f"{'program':<28} {'min':>5} {'segments':>9} {'bytes':>8} {'setpoints':>10} {'ratio':>6}")
    for entry in catalog().entries:
        for name in ("heated-head", "percussion-massager", "vibration-pad"):
            timeline = compile_program(load_program(entry.id), load_profile(name)).timeline
            if timeline is not None:
                break
        else:
            continue
        used = [c for c in range(3) if any(each.levels[c] for each in timeline.segments)]
        setpoints = timeline.duration_ms * SETPOINTS_HZ // 1000 * FIRMATA_BYTES * len(used)
        size = wire_bytes(timeline)
        minutes = timeline.duration_ms / 60_000
        print(
            f"{entry.id:<28} {minutes:5.1f} {len(timeline.segments):9d} {size:8d} {setpoints:10d} "
            f"{size / setpoints:6.3f}  {'+'.join(CHANNELS[c] for c in used)}"
        )


def wire_bytes(timeline: Timeline) -> int:
    """Bytes of records, without frames: what the program itself takes."""
    encoder = RecordEncoder()
    return sum(len(encoder.encode(each)) for each in timeline.segments)
