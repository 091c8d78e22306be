"""``thrum simulate`` as a user types it: the person, many runs, resuming, full disks, Ctrl-C."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.device import machine as machine_module
from host_cli.campaign import _felt
from host_cli.clock import Pacing, monotonic_s
from host_cli.main import main
from tests.host_cli.samples import BREAK

ROOT = Path(__file__).parents[2]
KEPT = "short-seed1.campaign.jsonl"
MANY = ("simulate", "short.toml", "--runs", "2", "--vary", "--seed", "1", "--jobs", "1")


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    Path("short.toml").write_text(BREAK)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What the campaign ``MANY`` keeps, played once."""
    folder = tmp_path_factory.mktemp("played")
    (folder / "short.toml").write_text(BREAK)
    before = Path.cwd()
    os.chdir(folder)
    try:
        assert main(MANY) == 0
        return Path(KEPT).read_bytes()
    finally:
        os.chdir(before)


def told(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = main(args)
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def found(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, Any]:
    code, out, _ = told(capsys, "simulate", "short.toml", *args, "--json")
    assert code == 0
    value: dict[str, Any] = json.loads(out)
    return value


# -- one run ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        ("--press", "-1", "0 to 1000"),
        ("--skin", "44", "5 to 43"),
        ("--perfusion", "nan", "0 to 20"),
        ("--contact", "1.01", "0 to 1"),
        ("--room", "51", "-20 to 50"),
        ("--charge", "1e9", "0 to 1"),
        ("--speed", "0", "0.01 to 1000"),
        ("--runs", "0", "from 1 to 1000000"),
        ("--jobs", "x", "a whole number from 1"),
    ],
)
def test_what_cannot_be_is_refused_with_its_range(
    capsys: pytest.CaptureFixture[str], option: str, value: str, allowed: str
) -> None:
    code, _, err = told(capsys, "simulate", "short.toml", option, value)
    assert code == 2
    assert option in err
    assert allowed in err
    assert "next: thrum simulate --help" in err


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["--runs", "2", "--trace", "t.csv"], "--trace is for one run"),
        (["--runs", "2", "--speed", "1"], "--speed is for one run"),
        (["--keep", "f.jsonl"], "--keep is for many runs"),
        (["--resume"], "--resume is for many runs"),
        (["--jobs", "2"], "--jobs is for many runs"),
        (["--charge", "0.5"], "runs from the mains"),
        (["--report", "r.pdf"], "allowed: .html"),
        (["--report", "nowhere/r.html"], "does not exist"),
    ],
)
def test_what_does_not_go_together_is_a_sentence(
    capsys: pytest.CaptureFixture[str], args: list[str], says: str
) -> None:
    code, _, err = told(capsys, "simulate", "short.toml", *args)
    assert code == 2
    assert says in err


def test_the_person_and_the_room_are_felt(capsys: pytest.CaptureFixture[str]) -> None:
    """Warm skin, in a warm room: what the pad and skin come to without any heat is another number."""
    usual, warm = found(capsys), found(capsys, "--room", "30", "--skin", "36")
    assert warm["peak"]["skin_c"] > usual["peak"]["skin_c"] + 1
    assert warm["peak"]["pad_c"] > usual["peak"]["pad_c"] + 1
    assert usual["violations"] == []


MASSAGER = ("--profile", "percussion-massager")


def test_a_head_that_stands_still_is_told_and_no_massager_is_suggested(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    args = ("simulate", "short.toml", *MASSAGER, "--press", "130")
    code, out, _ = told(capsys, *args, "--report", "r.html")
    said = " ".join(out.split())
    assert code == 0
    assert re.search(r"stalled head stood still for (\d:\d\d) of \1 driven, first at 0:0\d, winding", said)
    assert "with pressed with 130 N" in said
    assert "CEM43" not in said, "there is no pad"
    assert "next: thrum simulate short.toml --profile percussion-massager --press 130.0 --trace" in said
    page = (tmp_path / "r.html").read_text()
    assert "a shaft stood still under it" in page
    assert "played what the program asked" not in page
    assert "<h2>Conditions</h2>" in page
    assert "<td>130 N</td>" in page
    result = found(capsys, *MASSAGER)
    (head,) = result["motors"]
    assert head["driven_s"] > 60
    assert (head["still_s"], head["still_from_s"]) == (0.0, None)
    assert result["exposure"]["cem43_min"] is None
    assert (result["conditions"]["press_n"], result["conditions"]["charge"]) == (15.0, 0.5)


def test_an_empty_battery_says_so_and_is_no_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = told(
        capsys, "simulate", "short.toml", *MASSAGER, "--charge", "0.001", "--report", "r.html"
    )
    said = " ".join(out.split())
    assert code == 4
    assert re.search(r"\(the battery was empty: its own protection opened at 0:\d\d, and the rig went", said)
    assert "unplug" not in said
    assert "run did not complete" in " ".join(err.split())
    assert "thrum run" not in said
    assert "Nothing up to 0:" in (tmp_path / "r.html").read_text()


def test_what_is_next_repeats_what_was_typed(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = told(capsys, "simulate", "short.toml", "--fault", "device.hang@20", "--skin", "30")
    said = " ".join(out.split())
    assert "stopped by a reset (watchdog) after 0:2" in said
    assert "next: thrum simulate short.toml --fault device.hang@20 --skin 30.0 --trace trace.csv" in said
    _, out, _ = told(capsys, "simulate", "short.toml", "--seed", "7", "--trace", "t.csv")
    assert out.endswith("next: thrum run short.toml\n")


@pytest.mark.parametrize(
    ("program", "plays"), [("short.toml",) * 2, ("lower-back-heat", "upper-back-percussion")]
)
def test_a_charge_on_the_mains_shows_a_rig_and_a_program_that_it_plays(
    capsys: pytest.CaptureFixture[str], program: str, plays: str
) -> None:
    _, _, err = told(capsys, "simulate", program, "--charge", "0.5")
    assert f"next: thrum simulate {plays} --profile percussion-massager --charge 0.5" in err


def test_a_varied_run_is_the_same_again_and_names_what_it_drew(capsys: pytest.CaptureFixture[str]) -> None:
    once, again = (found(capsys, "--seed", "5", "--vary") for _ in range(2))
    once.pop("wall_s"), again.pop("wall_s")
    assert once == again
    drawn = once["conditions"]
    assert drawn["press_n"] != 15.0
    assert drawn["latency_ms"] >= 1
    assert all(0.4 < factor < 2.1 for factor in drawn["rig"].values())
    assert len(drawn["rig"]) > 10
    assert once["peak"] != found(capsys, "--seed", "5")["peak"]


def test_a_broken_device_is_a_bug_with_the_command_that_shows_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine_module, "SILENCE_PAUSE_MS", 100_000)
    args = ("simulate", "short.toml", "--fault", "host.hang@20:8", "--press", "20")
    code, _, err = told(capsys, *args)
    assert code == 4
    said = " ".join(err.split())
    assert "dead_man of motors" in said
    assert "This is a bug in thrum" in said
    again = "thrum simulate short.toml --fault host.hang@20:8 --press 20.0 --seed 0"
    assert again in said
    code, out, _ = told(capsys, *args, "--json")
    assert code == 4
    assert json.loads(out)["violations"][0]["invariant"] == "dead_man"


def test_the_report_is_written_where_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = told(capsys, "simulate", "short.toml", "--report", "r.html")
    assert code == 0
    assert "r.html" in out
    assert "</html>" in (tmp_path / "r.html").read_text()


def test_pacing_holds_to_the_wall_clock() -> None:
    """0.2 s of virtual time at ten times real time is 20 ms; what is late is made up for."""
    begun_s = monotonic_s()
    pace = Pacing(10.0)
    for now_ms in range(0, 201, 50):
        pace(now_ms)
    spent_s = monotonic_s() - begun_s
    assert spent_s >= 0.02
    pace(201)
    assert monotonic_s() - begun_s < 5


def test_speed_paces_a_run_whose_host_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    """A host that stands still for good: time goes on, and the device stops by itself."""
    begun_s = monotonic_s()
    code, out, _ = told(capsys, "simulate", "short.toml", "--fault", "host.stall@2", "--speed", "60")
    assert code == 0
    assert "LINK_LOST" in out
    assert monotonic_s() - begun_s >= 5 / 60


# -- many runs ----------------------------------------------------------------------------------


def test_many_runs_are_kept_counted_and_played_again(
    played: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(KEPT).write_bytes(played)
    code, out, _ = told(capsys, *MANY, "--resume", "--json")
    assert code == 0
    campaign = json.loads(out)
    assert campaign["played"] == 0
    assert sum(campaign["outcomes"].values()) == 2
    assert campaign["broken"] == []
    assert campaign["kept"] == KEPT
    header, *rows = [json.loads(line) for line in Path(KEPT).read_text().splitlines()]
    assert (header["seed"], header["runs"], header["vary"], header["program"]) == (1, 2, True, "short")
    assert sorted(row["run"] for row in rows) == [0, 1]
    worst = next(each for each in campaign["worst"] if each["what"] == "pad_c")
    assert worst["command"] == f"thrum simulate short.toml --seed {worst['seed']} --vary"
    replayed = found(capsys, *worst["command"].split()[3:])
    kept = next(row for row in rows if row["seed"] == worst["seed"])
    felt, after = campaign["felt"], campaign["after_the_end"]
    assert 0 <= felt + after <= campaign["injected"]
    for key in ("outcome", "reason", "duration_s", "peak", "exposure", "device", "violations", "conditions"):
        assert replayed[key] == kept[key], key
    faults = [{each["fault"] for each in one["injected"]} for one in (kept, replayed)]
    assert faults[0] == faults[1]


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ((29, 13, 12), "13 felt, 12 were due after the end, 4 not felt"),
        ((2, 2, 0), "2 felt, 0 not felt"),
        ((3, 1, 1), "1 felt, 1 was due after the end, 1 not felt"),
        ((0, 0, 0), "none"),
    ],
)
def test_the_faults_of_a_campaign_in_words(counts: tuple[int, int, int], says: str) -> None:
    assert _felt(dict(zip(("injected", "felt", "after_the_end"), counts, strict=True))) == says


def test_a_kept_file_is_never_written_over_and_can_be_gone_on_with(
    played: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(KEPT).write_bytes(played)
    code, _, err = told(capsys, *MANY)
    assert code == 2
    assert "is there already" in err
    assert f"--keep {KEPT} --resume" in err
    assert Path(KEPT).read_bytes() == played
    header, first, second = played.splitlines(keepends=True)
    Path(KEPT).write_bytes(header + first + second[:40])  # a torn last line
    code, out, _ = told(capsys, *MANY, "--resume", "--json")
    assert code == 0
    assert json.loads(out)["played"] == 1
    assert Path(KEPT).read_bytes() == played


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("--seed", "2", "--keep", KEPT), "of another seed"),
        (("--press", "30"), "of another choice of faults and person"),
        (("--profile", "vibration-pad"), "of another"),
        (("--runs", "5", "other.toml"), "of another program"),
    ],
)
def test_the_file_of_another_campaign_is_refused(
    played: bytes, capsys: pytest.CaptureFixture[str], change: tuple[str, ...], says: str
) -> None:
    Path(KEPT).write_bytes(played)
    args = [*MANY, "--resume", *change]
    if "other.toml" in args:
        Path("other.toml").write_text(BREAK.replace("0.06, 0.12", "0.06, 0.11"))
        args = [each for each in args if each not in ("short.toml", "other.toml")]
        args.insert(1, "other.toml")
    code, _, err = told(capsys, *args)
    assert code == 2
    assert says in err
    assert Path(KEPT).read_bytes() == played


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no header"),
        ("hello\n", "Line 1 of"),
        ("[]\n", "Line 1 of"),
        ("{}\n", "of another format"),
    ],
)
def test_a_file_that_is_no_campaign_is_refused(
    capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    Path(KEPT).write_text(text)
    code, _, err = told(capsys, *MANY, "--resume")
    assert code == 2
    assert says in err
    assert Path(KEPT).read_text() == text


def test_nothing_to_resume_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = told(capsys, *MANY, "--resume")
    assert code == 2
    assert "nothing to resume" in err
    assert not Path(KEPT).exists()


def test_a_line_that_was_spoilt_in_the_middle_is_named(
    played: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    header, _, second = played.splitlines(keepends=True)
    Path(KEPT).write_bytes(header + b"half a line\n" + second)
    code, _, err = told(capsys, *MANY, "--resume")
    assert code == 2
    assert f"Line 2 of {KEPT}" in err


def test_a_campaign_with_a_broken_device_fails_and_says_how_to_see_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine_module, "SILENCE_PAUSE_MS", 100_000)
    args = ("simulate", "short.toml", "--runs", "1", "--jobs", "1", "--fault", "host.hang@20:8")
    code, out, _ = told(capsys, *args)
    assert code == 4
    said = " ".join(out.split())
    assert "BROKEN dead_man of motors" in said
    assert "thrum simulate short.toml --fault host.hang@20:8 --seed" in said


# -- in a process of its own ----------------------------------------------------------------------


def thrum(*args: str, most_bytes: int | None = None) -> subprocess.Popen[str]:
    """``most_bytes``: no file may grow beyond, as on a disk that is full."""

    def limit() -> None:
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    return subprocess.Popen(
        [sys.executable, "-m", "host_cli", *args],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=limit,
        start_new_session=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in out + err
    return process.returncode, out, err


def test_a_disk_that_fills_up_leaves_nothing_half_written(tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    code, _, err = ended(thrum("simulate", "short.toml", "--trace", "t.csv", most_bytes=50_000))
    assert code == 2
    assert "t.csv" in err
    assert "too large" in err.lower()
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_disk_that_fills_up_in_a_campaign_keeps_whole_lines() -> None:
    code, _, err = ended(thrum(*MANY, "--keep", "k.jsonl", most_bytes=1500))
    assert code == 2
    assert "k.jsonl cannot be written" in err
    assert "--resume" in err
    data = Path("k.jsonl").read_bytes()
    assert data.endswith(b"\n")
    assert all(json.loads(line) for line in data.splitlines())


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on() -> None:
    """The whole group gets it, as at a terminal: processes that are still starting included."""
    process = thrum(
        "simulate", "short.toml", "--runs", "500", "--vary", "--seed", "1", "--keep", "k.jsonl", "--jobs", "2"
    )
    pace = Pacing(1.0)
    for turn in range(600):
        if Path("k.jsonl").exists() and Path("k.jsonl").read_bytes().count(b"\n") >= 3:
            break
        pace(turn * 50)
    os.killpg(process.pid, signal.SIGINT)
    code, _, err = ended(process)
    assert code == 130
    assert "of 500 runs; they are in k.jsonl" in err
    assert "--resume" in err
    rows = [json.loads(line) for line in Path("k.jsonl").read_text().splitlines()]
    assert len(rows) >= 3


def test_ctrl_c_in_one_run_says_how_far_it_came(tmp_path: Path) -> None:
    process = thrum("simulate", "short.toml", "--speed", "1", "--trace", "t.csv")
    pace = Pacing(1.0)
    for turn in range(40):  # 2 s: long enough to have begun, far from the end
        pace(turn * 50)
    process.send_signal(signal.SIGINT)
    code, _, err = ended(process)
    assert code == 130
    assert "Stopped" in err
    assert not (tmp_path / "t.csv").exists()
