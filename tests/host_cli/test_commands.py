"""Every command as a user types it: exit code, JSON, sentences, never a traceback."""

from __future__ import annotations

import csv
import importlib
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from host_cli import main as border
from host_cli.main import COMMANDS, main
from host_cli.terminal import cells
from programs.compiler import compile_program
from programs.load import load_program
from programs.profile import load_profile
from sim.lockstep import simulate
from sim.result import DeviceFault, Limited
from tests.host_cli.samples import BREAK

BROKEN = BREAK.replace("intensity = [0.06, 0.12]", "intensity = [0.06, 0.90]").replace(
    "duration_s = 30", "duraton_s = 30"
)


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in, and no files of the user."""
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "short.toml").write_text(BREAK)
    (tmp_path / "broken.toml").write_text(BROKEN)


def told(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = main(args)
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_exists_and_helps(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    module = importlib.import_module(f"host_cli.commands.{COMMANDS[name][0]}")
    assert getattr(module, f"{name.replace('-', '_')}_command").name == name
    code, out, _ = told(capsys, name, "--help")
    assert code == 0
    assert out.startswith(f"Usage: thrum {name}")


def test_the_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "--help")
    assert code == 0
    assert all(f"\n  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["smulate"], 2, "Did you mean 'simulate'?"),
        (["check"], 2, "PROGRAM"),
        (["check", "--nonsense", "x"], 2, "--nonsense"),
        (["simulate", "short.toml", "--seed", "x"], 2, "--seed"),
        (["simulate", "short.toml", "--trace", "nowhere/t.csv"], 2, "does not exist"),
        (["simulate", "short.toml", "--plot", "a.bmp"], 2, "allowed: .svg, .png"),
        (["simulate", "short.toml", "--fault", "nonsense@1"], 2, "nonsense"),
        (["plot", "short.toml", "-o", "."], 2, "is a directory"),
        (["plot", "short.toml", "-o", "x.jpg"], 2, "next: thrum plot short.toml -o x.svg"),
        (["show", "nowhere"], 1, "There is no program"),
        (["show", "evening-sholders"], 1, "Did you mean 'evening-shoulders'?"),
        (["simulate", "broken.toml"], 1, "duraton_s"),
        (["run", "broken.toml"], 1, "duraton_s"),
        (["check", "short.toml", "--profile", "heated-hed"], 1, "Did you mean 'heated-head'?"),
        (["run", "short.toml", "--from-stage", "9"], 2, "stages 1 to 2"),
        (["run", "short.toml", "--port", "/dev/does-not-exist"], 3, "/dev/does-not-exist"),
        (["run", "short.toml", "--gain", "2"], 2, "--gain"),
        (["explain", "R99"], 2, "There is no code 'R99'. The nearest is R9."),
        (["techniques", "petrisage"], 2, "Did you mean 'petrissage'?"),
    ],
)
def test_what_goes_wrong_is_a_sentence(
    args: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    got, out, err = told(capsys, *args)
    assert (got, says in out + err) == (code, True), out + err


def test_check_shows_every_mistake_in_place(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "check", "broken.toml", "short.toml")
    assert code == 1
    assert "broken.toml:14:13" in out, "0.90 stands there"
    assert "broken.toml:21:1" in out, "duraton_s stands there"
    assert "short.toml: all good" in out


def test_check_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "check", "broken.toml", "short.toml", "--json")
    assert code == 1
    broken, short = json.loads(out)["programs"]
    assert (broken["ok"], short["ok"]) == (False, True)
    assert {"severity", "code", "message", "file", "line", "column", "hint"} <= set(broken["diagnostics"][0])


@pytest.mark.parametrize("content", [b"", b"\x00\xff\x00", b"a" * 11_000_000, b"= 1", b'format = "thrum/1"'])
def test_files_that_are_no_program(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.toml").write_bytes(content)
    code, out, _ = told(capsys, "check", "bad.toml")
    assert code == 1
    assert "error[" in out
    assert len(out) < 6000


def test_a_directory_is_no_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "check", ".")[0] == 1


@pytest.mark.parametrize(
    "args",
    [["list"], ["show", "short.toml"], ["ports"], ["explain"], ["techniques"], ["regions"], ["profiles"],
     ["faults"],     ["explain", "r1"], ["techniques", "friction"]],
)  # fmt: skip
def test_reading_commands_speak_json_and_say_what_is_next(
    args: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = told(capsys, *args, "--json")
    assert code == 0
    assert json.loads(out)
    code, out, _ = told(capsys, *args)
    assert code == 0
    assert "next: thrum " in out


def test_list_names_the_users_programs_and_the_broken_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from host_cli.work import user_programs

    user_programs().mkdir(parents=True)
    (user_programs() / "short.toml").write_text(BREAK)
    (user_programs() / "bad.toml").write_text(BROKEN)
    code, out, _ = told(capsys, "list")
    assert code == 0
    assert "short (yours)" in out
    assert "Not listed: " in out
    assert told(capsys, "check", "short")[0] == 0


def test_show_reads_like_a_recipe(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "show", "evening-shoulders")
    assert code == 0
    for words in ("Evening shoulders", "light", "seated", "Steps", "left then right", "next: thrum plot"):
        assert words in out, words


def test_simulate_as_json_has_every_key(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "simulate", "short.toml", "--json", "--seed", "3")
    found = json.loads(out)
    assert code == 0
    assert set(found) >= {
        "outcome", "reason", "program", "profile", "port", "duration_s", "seed", "limited", "peak",
        "exposure", "faults", "device", "wall_s",
    }  # fmt: skip
    assert (found["outcome"], found["seed"], found["port"], found["limited"]) == ("completed", 3, "sim", [])
    assert set(found["peak"]) == {"vibration", "percussion", "pad_c", "skin_c", "current_a"}
    keys = {"hand_a8_m_s2", "hand_points", "cem43_min", "cem43_skin_min", "energy_wh"}
    assert keys <= set(found["exposure"])
    assert set(found["device"]) >= {"ticks", "underruns"}


def test_simulate_writes_what_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "simulate", "short.toml", "--trace", "t.csv", "--plot", "p.svg")
    assert code == 0
    assert "completed" in out
    with (tmp_path / "t.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert {"t_s", "vibration_asked", "vibration_allowed", "vibration_applied", "pad_c"} <= set(rows[0])
    assert len(rows) > 13_000
    assert (tmp_path / "p.svg").read_bytes().startswith(b"<?xml")


def test_a_fault_that_comes_after_the_end_is_not_felt(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = told(capsys, "simulate", "short.toml", "--fault", "link.cut@9999")
    assert code == 4
    assert "was not felt" in err


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("stop.open@20", "at 0:20 (the wire of the stop input breaks): the device latched STOP_INPUT"),
        ("link.drop@10:0.1:5", "the device did not have to act: what was lost was sent again in time"),
        ("host.hang@20:2.5", "later the device paused by itself, its host silent"),
        ("link.cut@20", "the device latched LINK_LOST"),
        ("link.flip@20:0", "not felt: nothing in this run touched what it breaks"),
        ("stop.open@9999", "not felt: it was all over at 2:12"),
    ],
)  # fmt: skip
def test_every_fault_has_a_line_that_says_what_came_of_it(
    fault: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = told(capsys, "simulate", "short.toml", "--fault", fault)
    (line,) = [line for line in _unwrapped(out) if line.startswith("  fault ")]
    assert says in line
    assert (code == 4) == ("not felt" in line)


def _unwrapped(out: str) -> list[str]:
    """The lines of a result with what hangs below them."""
    return re.sub(r"\n {12}", " ", out).splitlines()


def test_people_read_words_and_programs_read_names(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = told(capsys, "simulate", "short.toml", "--fault", "link.cut@20")
    assert "link lost after" in out
    assert "lost_link" not in out
    found = json.loads(told(capsys, "simulate", "short.toml", "--fault", "link.cut@20", "--json")[1])
    assert found["outcome"] == "lost_link"
    assert found["injected"][0]["t_s"] == 20


def test_a_run_that_is_not_as_it_must_be_fails_without_a_fault() -> None:
    from host_cli.commands.simulate import _broken

    profile = load_profile("heated-head")
    good = simulate(compile_program(load_program("short.toml"), profile).timeline, profile)  # type: ignore[arg-type]
    assert _broken(good) == []
    assert _broken(replace(good, outcome="stopped_by_limit", reason="ran for 75 min"))
    assert _broken(replace(good, limited=(Limited(1.0, "vibration", 0.4, 0.3, "slew"),)))
    assert _broken(replace(good, faults=(DeviceFault("LINK_LOST", 1.0, None),)))


def test_thrum_alone_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(capsys)
    assert (code, err) == (0, "")
    assert out.startswith("Usage: thrum ")
    assert "  simulate " in out


@pytest.mark.parametrize(
    "args",
    [["--help"], ["simulate", "--help"], ["check", "broken.toml"], ["show", "evening-shoulders"],
     ["simulate", "short.toml"], ["plot", "short.toml"], ["faults"], ["explain", "R1"]],
)  # fmt: skip
def test_on_a_narrow_terminal_lines_fit(
    args: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    _, out, _ = told(capsys, *args)
    wide = [line for line in out.splitlines() if cells(line) > 40 and not line.startswith("next: ")]
    assert not wide


def test_stages_have_the_same_numbers_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    shown = told(capsys, "show", "short.toml")[1]
    drawn = told(capsys, "plot", "short.toml")[1]
    assert re.search(r"1:12 +2\. Closing sweeps", shown)
    assert re.search(r" 2 +1:12 Closing sweeps, shoulders, left then right", drawn)
    passes = json.loads(told(capsys, "plot", "short.toml", "--json")[1])[0]["passes"]
    assert [each["stage"] for each in passes] == [1, 1, 2, 2]
    passes = json.loads(told(capsys, "show", "short.toml", "--json")[1])["passes"]
    assert [each["stage"] for each in passes] == [1, 1, 2, 2]


def test_joins_are_counted_once_and_marked_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    plain = told(capsys, "show", "short.toml")[1]
    marked = told(capsys, "show", "short.toml", "--joins")[1]
    assert plain.count("ramp") == 1
    assert marked.count("join, ") > 1


def test_check_names_the_first_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = BREAK.replace('posture = "seated"', 'posture = "seated"\n[caps]\nintensity = 0.9')
    (tmp_path / "two.toml").write_text(text.replace("0.06, 0.12", "0.06, 0.45"))
    _, out, _ = told(capsys, "check", "two.toml")
    assert out.index("warning[L7]") < out.index("error[")
    assert not out.rstrip().endswith("thrum explain L7")


def test_a_fault_that_is_felt_is_a_run_that_worked(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "simulate", "short.toml", "--fault", "stop.open@20", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["outcome"] == "fault"
    assert found["faults"][0]["code"] == "STOP_INPUT"
    assert found["faults"][0]["outputs_zero_after_ms"] <= 20


def test_plot_in_the_terminal_and_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "plot", "short.toml")
    assert code == 0
    assert "Closing sweeps" in out
    code, out, _ = told(capsys, "plot", "short.toml", "--json")
    channel = json.loads(out)[0]["channels"]["vibration"]
    assert len(channel["asked"]) == len(channel["allowed"]) == len(channel["applied"])


def test_dry_run_opens_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "run", "short.toml", "--dry-run", "--port", "/dev/does-not-exist")
    assert code == 0
    assert "nothing was opened" in out


def test_demo_says_where_its_files_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "demo")
    assert code == 0
    assert "SIM" in out
    assert [each.name for each in (tmp_path / "thrum-demo").iterdir()] == ["evening-shoulders.svg"]
    assert re.search(r"evening-shoulders\.svg \(\d+ kB\)", out)


def test_demo_writes_the_trace_where_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = told(capsys, "demo", "-o", "here", "--trace")
    assert code == 0
    assert (tmp_path / "here" / "evening-shoulders.csv").stat().st_size > 1e6
    assert re.search(r"evening-shoulders\.csv \(\d+\.\d MB\)", out), "ten megabytes are said"


def test_what_nobody_foresaw_is_called_a_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = border._at_the_border(ZeroDivisionError("division by zero"))
    err = capsys.readouterr().err
    assert code == 4
    assert "This is a bug in thrum (ZeroDivisionError: division by zero)." in err
    report = Path(err.split("details are in ")[1].strip().rstrip("."))
    assert "ZeroDivisionError" in report.read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_output_that_cannot_be_written_is_exit_2() -> None:
    import subprocess
    import sys

    root = str(Path(__file__).parents[2])
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "host_cli", "regions"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            env={**os.environ, "PYTHONPATH": root},
        )  # fmt: skip
    assert done.returncode == 2
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr
