"""F27, F31 to F35: every way in means the same, and none of them lets through what another refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from firmware_bridge.device.governor import Governor
from firmware_bridge.protocol import messages as m
from firmware_bridge.rig import device_config
from firmware_bridge.session.checks import misfits
from host_cli.main import main
from programs.compiler import compile_program
from programs.errors import Rejected
from programs.load import load_program, parse_program, program_files
from programs.profile import load_profile, parse_profile, profile_ids
from programs.timeline import Timeline
from sim.lockstep import Run
from tests.firmware_bridge.bench import Bench, record
from tests.firmware_bridge.desk import Desk, ramp
from tests.firmware_bridge.realtime import DeviceThread, Pty
from tests.firmware_bridge.test_session import playing

PROFILES = Path(__file__).parents[2] / "programs" / "profiles"
HALF_SCALE = 5000
TOO_STRONG = """
format = "thrum/1"
id = "strong"
title = "Strong"
summary = "Two minutes, one of them too strong."
kind = "break"
posture = "seated"

[[stage]]
technique = "effleurage"
region = "shoulders"
side = "both"
duration_s = 36
intensity = [0.06, 0.90]
cue = "Glide along the top of the shoulder."

[[stage]]
technique = "closing-sweeps"
region = "shoulders"
side = "both"
duration_s = 30
intensity = [0.12, 0.0]
cue = "Light sweeps; tell them it is over."
"""
SOUND = TOO_STRONG.replace("0.90", "0.12")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "strong.toml").write_text(TOO_STRONG)
    (tmp_path / "sound.toml").write_text(SOUND)
    return tmp_path


# -- F27: what is no number -----------------------------------------------------------------------


@pytest.mark.parametrize("word", ["nan", "-nan", "inf", "-inf", "1e400", "1.0001", "-0.001"])
@pytest.mark.usefixtures("folder")
def test_f27_a_gain_that_is_no_factor_is_refused(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "sound.toml", "--dry-run", f"--gain={word}"]) == 2
    assert "--gain" in capsys.readouterr().err


@pytest.mark.parametrize("gain", [float("nan"), float("inf"), -1e-9, 1.0000001])
def test_f27_a_session_refuses_it_too(gain: float) -> None:
    desk = playing(at_ms=500)
    desk.up.log.clear()
    with pytest.raises(ValueError, match="is not in 0"):
        desk.session.set_gain(gain)
    with pytest.raises(ValueError, match="is not in 0"):
        desk.session.set_gain(0.0, gain)
    desk.run(100)
    assert desk.controller.governor.gain == 10_000


def test_f27_the_governor_takes_what_is_no_number_for_nothing() -> None:
    """On the wire there are integers only; this is for a port to a board that has another player."""
    governor = Governor((8500, 8500), (False, False))
    governor.bench = False
    governor.set_session(8500, 8500)
    nan = float("nan")
    governor.run(10_000, 3, [nan, nan], [10_000, 10_000])  # type: ignore[list-item]
    assert governor.limited_ms == [10_000, 10_000]  # it was seen
    assert governor.applied == [0, 0]


@pytest.mark.parametrize("value", ["nan", "inf", "-1.0", '"12"', "true"])
def test_f27_a_rig_described_with_what_is_no_number_is_refused(value: str) -> None:
    text = (PROFILES / "heated-head.toml").read_text(encoding="utf-8")
    edited = re.sub(r"(?m)^volts = .*$", f"volts = {value}", text)
    assert edited != text
    with pytest.raises(Rejected, match="volts"):
        parse_profile(edited)


# -- F31: what the dry run accepts, the run starts -------------------------------------------------


def pairs() -> Iterator[tuple[str, str]]:
    """Every program on the default rig, some on the others."""
    for at, path in enumerate(program_files()):
        yield path.stem, "heated-head"
        yield path.stem, profile_ids()[at % len(profile_ids())]


@pytest.mark.parametrize(("program", "rig"), sorted(set(pairs())))
@pytest.mark.usefixtures("folder")
def test_f31_dry_run_and_run_agree(program: str, rig: str) -> None:
    loaded, profile = load_program(program), load_profile(rig)
    strength = loaded.program.strength
    compiled = compile_program(loaded, profile, strength=strength)
    code = main(["run", program, "--dry-run", "--profile", rig, "--strength", strength])
    assert code == (0 if compiled.ok else 1)
    if compiled.timeline is None:
        return
    run = Run(compiled.timeline, profile)
    while run.t_ms < 500 and run.clock.now_ms < 5000:
        run.tick()
    assert run.session.phase == "running", run.session.reason
    assert run.session.welcome is not None
    assert misfits(run.session.welcome, compiled.timeline, profile.hash) == []


# -- F32: SIM and REAL ----------------------------------------------------------------------------


@pytest.mark.parametrize(("simulated", "label"), [(0, "REAL"), (1, "SIM"), (2, "REAL"), (255, "REAL")])
def test_f32_only_a_clear_word_counts_as_simulated(simulated: int, label: str) -> None:
    desk = Desk()
    desk.board.simulated = simulated
    desk.session.hello()
    desk.until(lambda: desk.session.welcome is not None, 500)
    assert desk.session.welcome is not None
    assert desk.session.welcome.label == label
    assert desk.session.simulated is (label == "SIM")


@pytest.mark.realtime
@pytest.mark.usefixtures("folder")
def test_f32_a_real_device_is_not_run_without_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    """The address says nothing: it is a pseudo-terminal, as the simulator's is."""
    pty = Pty()
    device = DeviceThread(pty.fd)
    device.board.simulated = 0
    try:
        assert main(["run", "sound.toml", "--port", pty.address, "--profile", "heated-head"]) == 5
        said = capsys.readouterr()
        assert "REAL" in said.out + said.err
        assert device.controller.link.decoder.good > 0
        assert device.board.edges == 0  # it was never armed
    finally:
        device.close()
        pty.close()


# -- F33: words that nobody knows -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "unknown"),
    [
        ('technique = "effleurage"', 'technique = "swedish"'),
        ('region = "shoulders"', 'region = "spine"'),
        ('side = "both"', 'side = "middle"'),
        ('posture = "seated"', 'posture = "standing"'),
        ('kind = "break"', 'kind = "nap"'),
        ('kind = "break"', 'kind = "break"\nstrength = "brutal"'),
        ("duration_s = 36", "duration_s = 36\nshape = { tempo = 2 }"),
    ],
)
def test_f33_an_unknown_word_is_refused_and_nothing_is_played(known: str, unknown: str) -> None:
    assert known in SOUND
    with pytest.raises(Rejected, match=r"(?i)did you mean|allowed|one of|it has|there is no|unknown"):
        played(SOUND.replace(known, unknown, 1))


def played(text: str) -> Timeline:
    """The timeline of a program; raises Rejected for whatever is wrong with it."""
    compiled = compile_program(parse_program(text), load_profile("heated-head"))
    if compiled.timeline is None:
        raise Rejected(compiled.diagnostics)
    return compiled.timeline


WAVE = (1, 1000, 1000, 5000, 5000, 0)


@pytest.mark.parametrize(
    "unknown",
    [
        record(500, region=7, vibration=500),
        record(500, region=255, vibration=500),
        record(500, vibration=500, wave=(0, *WAVE[1:])),
        record(500, vibration=500, wave=(6, *WAVE[1:])),
        record(19, vibration=500),
        record(501, vibration=500),
    ],
)
def test_f33_the_device_does_not_guess_either(unknown: bytes) -> None:
    bench = Bench()
    bench.hello()
    bench.arm()
    assert not bench.segments(unknown)
    assert bench.device.link.refused_segments == 1
    assert bench.device.player.buffered_ms == 0
    assert bench.send(m.RESUME) == m.R_BUFFER


def test_f33_a_message_that_nobody_knows_is_counted_and_nothing_more() -> None:
    bench = Bench()
    bench.play(2000, 1000)
    bad = bench.device.link.decoder.bad
    for kind in (0, 12, 13, 14, 15):
        bench.put(kind, b"\x01\x00")
    assert bench.device.link.decoder.bad == bad + 5
    assert bench.state == "RUNNING"


# -- F34: one cap, every entry --------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "check strong.toml",
        "plot strong.toml",
        "simulate strong.toml",
        "run strong.toml",
        "run strong.toml --dry-run",
        "run strong.toml --from-stage 2",
        "run strong.toml --gain 0.1",
    ],
)
@pytest.mark.usefixtures("folder")
def test_f34_what_exceeds_a_cap_is_refused_by_every_command(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command.split()) == 1
    said = capsys.readouterr()
    assert re.search(r"L\d", said.out + said.err)
    assert "0.9" in said.out + said.err


def test_f34_continuations_and_strengths_keep_the_cap() -> None:
    program, profile = load_program("evening-shoulders"), load_profile("heated-head")
    whole = compile_program(program, profile).timeline
    assert whole is not None
    for how in ({"from_stage": 2}, {"resume_at_ms": whole.duration_ms // 2}, {"strength": "firm"}):
        again = compile_program(program, profile, **how).timeline
        assert again is not None
        assert max(max(each.levels[:2]) for each in again.segments) <= 3500
        assert all(a <= b for a, b in zip(again.ceilings, whole.ceilings, strict=True))


@pytest.mark.parametrize("way", ["primed", "running", "resumed"])
def test_f34_the_device_caps_a_record_whenever_it_came(way: str) -> None:
    bench = Bench()
    neck = record(500, region=1, vibration=8000)
    bench.start(neck, neck)
    if way == "resumed":
        bench.run(200)
        bench.send(m.PAUSE)
        bench.run(300)
        bench.seq = 0
        assert bench.segments(neck)
        assert bench.segments(neck)
        assert bench.send(m.RESUME) == m.R_DONE
    for _ in range(200):
        if way != "primed" and bench.device.player.buffered_ms <= 1000:
            bench.segments(neck)
        bench.run(10)
    assert bench.peak[0] <= 3000
    assert bench.peak[0] >= (2900 if way != "primed" else 2500)


# -- F35: the same number means the same ----------------------------------------------------------


def test_f35_one_and_one_point_zero_and_json_are_the_same_program() -> None:
    whole = played(SOUND)
    floats = re.sub(r"(duration_s = \d+)", r"\1.0", SOUND).replace("0.0]", "0]")
    assert floats != SOUND
    assert played(floats) == whole
    stages = [
        {"technique": "effleurage", "duration_s": 36, "intensity": [0.06, 0.12]},
        {"technique": "closing-sweeps", "duration_s": 30, "intensity": [0.12, 0]},
    ]
    cues = ["Glide along the top of the shoulder.", "Light sweeps; tell them it is over."]
    document = {
        "format": "thrum/1",
        "id": "strong",
        "title": "Strong",
        "summary": "Two minutes, one of them too strong.",
        "kind": "break",
        "posture": "seated",
        "stage": [
            {**stage, "region": "shoulders", "side": "both", "cue": cue}
            for stage, cue in zip(stages, cues, strict=True)
        ],
    }
    assert played(json.dumps(document)) == whole


@pytest.mark.parametrize("name", profile_ids())
def test_f35_full_scale_is_a_physical_quantity_and_half_of_it_is_half_way(name: str) -> None:
    profile = load_profile(name)
    built = device_config(profile)
    for output in profile.outputs:
        assert re.search(r"\d.*(m/s2|per minute|Hz|W\b|C\b|N\b|mm|rpm|g\b)", output.full_scale), output.name
    for channel, index in enumerate(built.output_of[:2]):
        if index < 0:
            continue
        bench = Bench(built)
        start, full = built.start_duty[index], built.max_duty[index]
        assert bench.device.outputs.duty(index, HALF_SCALE) == pytest.approx((start + full) / 2, abs=1)
        assert bench.device.outputs.duty(index, 0) == 0
        assert channel in (0, 1)


def test_f35_levels_that_a_person_chose_arrive_as_chosen() -> None:
    desk = Desk()
    desk.session.play(ramp(8000, top=3000))
    desk.until_phase("running")
    desk.run(4000)
    assert desk.controller.applied[0] == 3000
