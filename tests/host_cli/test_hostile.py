"""Hostile documents at the command line: a few sentences, soon, in little memory, never a traceback."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from host_cli.main import main
from host_cli.work import findings_of
from programs.load import examine_text, parse_program
from programs.profile import load_profile
from tests.programs.test_schema import changed

RIG = load_profile("heated-head")
HEAD = 'format = "thrum/1"\nid = "a"\ntitle = "A"\nsummary = "S"\nposture = "seated"\n'
STAGE = '[[stage]]\ntechnique = "effleurage"\nregion = "back"\nduration_s = 60\n'
TRACK = '[[stage.track]]\nchannel = "vibration"\n'
HOSTILE = {
    "nested lists": "x = " + "[" * 100_000,
    "nested tables": "x = " + "{a = " * 50_000,
    "closed lists": HEAD + "x = " + "[" * 400 + "]" * 400 + "\n" + STAGE,
    "long string": HEAD.replace('"A"', '"' + "A" * 300_000 + '"') + STAGE,
    "long comment": HEAD + "#" * 300_000 + "\n" + STAGE,
    "a million keyframes": HEAD + STAGE + TRACK + "keyframes = [" + "{t=1,v=0}," * 1_000_000 + "]",
    "as many as fit": HEAD + STAGE + TRACK + "keyframes = [" + "{t=1,v=0}," * 9_000 + "]",
    "all at one time": HEAD + STAGE + TRACK + "keyframes = [" + "{t=1,v=0.1}," * 3_000 + "]",
    "backwards": HEAD + STAGE + TRACK + "keyframes = [{t=50,v=0.1},{t=1,v=0.3}]",
    "Cyrillic id": HEAD.replace('"a"', '"ev\u0435ning"') + STAGE,
    "right to left": HEAD.replace('"A"', '"A\u202etxt.exe"') + STAGE,
    "escape in a title": HEAD.replace('"A"', '"\\u001b]0;owned\\u0007"') + STAGE,
    "line ends of all kinds": HEAD.replace("\n", "\r\n") + STAGE,
    "lone line ends": HEAD.replace("\n", "\r") + STAGE,
    "two marks": "\ufeff\ufeff" + HEAD + STAGE,
    "only quotes": '"' * 100_000,
    "half a million comments": HEAD + "x = 1\n" + "#\n" * 500_000 + STAGE,
    "as many comments as fit": HEAD + "x = 1\n" + "#\n" * 90_000 + STAGE,
    "a megabyte of escapes": HEAD.replace('"A"', '"' + "\\n" * 450_000 + '"') + STAGE,
    "nine thousand deep keys": HEAD + "".join(f"a{n}.b.c.d.e.f.g.h = 1\n" for n in range(9000)) + STAGE,
    "a hundred days of strokes": HEAD + (STAGE.replace("60", "7200") + 'side = "both"\n') * 500,
}


COMMANDS = (
    ["check", "a.toml"], ["fmt", "--diff", "a.toml"], ["new", "b", "--from", "a.toml"],
    ["diff", "a.toml", "a.toml"], ["show", "a.toml"], ["profiles", "a.toml"],
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", HOSTILE)
def test_every_reading_command_answers_in_sentences(
    name: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.toml").write_bytes(HOSTILE[name].encode())
    for args in COMMANDS if len(HOSTILE[name]) < 10_000 else COMMANDS[:2]:
        code = main(args)
        out, err = capsys.readouterr()
        assert code in (0, 1), (args, out, err)
        assert "bug" not in err
        assert "Traceback" not in out + err
        assert "\x1b" not in out + err
        assert "\u202e" not in out + err
        assert args[0] == "fmt" or len(out + err) < 40_000


@pytest.mark.skipif(sys.platform == "win32", reason="no resource limits there")
def test_all_of_them_are_checked_in_time_and_in_little_memory(folder: Path) -> None:
    names = []
    for at, text in enumerate(HOSTILE.values()):
        names.append(f"{at}.toml")
        (folder / names[-1]).write_bytes(text.encode())
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *names], capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(folder)},
    )  # fmt: skip
    assert done.stderr == ""
    most_kib = int(done.stdout.splitlines()[-1])
    assert most_kib < 200 * 1024
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 2.0 * len(names)


# On Linux ru_maxrss of a child is at least what its parent had when it was started; VmHWM is its own.
MEASURED = """
import pathlib, resource, sys
from host_cli.main import main
main(["check", *sys.argv[1:]])
most_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)
status = pathlib.Path("/proc/self/status")
if status.exists():
    most_kib = int(status.read_text().split("VmHWM:")[1].split()[0])
print(most_kib)
"""


@given(changed())
def test_whatever_is_wrong_the_rest_is_checked_too(data: dict[str, Any]) -> None:
    findings_of(examine_text(json.dumps(data)), RIG)


def test_a_curve_that_runs_backwards_does_not_hide_a_level_too_high() -> None:
    backwards = TRACK + "keyframes = [{t = 50, v = 0.1}, {t = 20, v = 0.2}]\n"
    text = HEAD + STAGE + "intensity = [0.1, 0.9]\n" + STAGE + backwards
    found, timeline = findings_of(examine_text(text), RIG)
    assert timeline is None
    assert {"D130", "L1"} <= {each.code for each in found}


def test_what_is_in_order_stays_as_it_is() -> None:
    from programs.repair import in_order

    program = parse_program(HEAD + STAGE + TRACK + "keyframes = [{t = 1, v = 0.1}, {t = 2, v = 0.1}]").program
    assert in_order(program) is program
