"""``thrum rig`` as a maker types it: new, show, check, default, wiring; and what a default rig changes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from host_cli.commands.rig import RIG_COMMANDS
from host_cli.main import main

REFERENCE = Path(__file__).parents[2] / "docs" / "rigs"


@pytest.fixture(autouse=True)
def rigs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, and the user's folder of rigs, which is not there yet."""
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home" / "thrum" / "rigs"


Capture = pytest.CaptureFixture[str]


def told(capsys: Capture, *args: str) -> tuple[int, str, str]:
    code = main(args)
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


@pytest.mark.parametrize("name", RIG_COMMANDS)
def test_every_command_exists_and_helps(name: str, capsys: Capture) -> None:
    code, out, _ = told(capsys, "rig", name, "--help")
    assert code == 0
    assert out.startswith(f"Usage: thrum rig {name}")


def test_the_group_says_what_there_is(capsys: Capture) -> None:
    code, out, _ = told(capsys, "rig")
    assert code == 0
    assert all(f"\n  {name} " in out for name in RIG_COMMANDS)


def test_from_nothing_to_a_rig(rigs: Path, capsys: Capture) -> None:
    code, out, _ = told(capsys, "rig", "show")
    assert (code, "No rigs yet" in out) == (0, True)
    code, out, _ = told(capsys, "rig", "new", "bench")
    assert code == 0
    assert str(rigs / "bench.toml") in out
    assert "next: thrum rig wiring bench" in out
    assert told(capsys, "rig", "check", "bench")[:2] == (0, "bench: all good\nnext: thrum rig wiring bench\n")
    code, out, _ = told(capsys, "rig", "show", "bench")
    assert code == 0
    assert "GP14, normally closed" in out
    assert "bench" in told(capsys, "rig", "show")[1]


def test_a_rig_is_no_port_and_the_sentence_says_so(rigs: Path, capsys: Capture) -> None:
    told(capsys, "rig", "new", "bench")
    code, _, err = told(capsys, "run", "first-time", "--port", "bench")
    assert code == 3
    assert "There is no port 'bench': that is the name of a rig of yours." in err
    assert "next: thrum rig default bench, then the same without --port" in err


def test_the_drawing_of_a_rig_on_a_pi_leads_to_verify(tmp_path: Path, capsys: Capture) -> None:
    told(capsys, "rig", "new", "bench", "--board", "raspberry-pi-5")
    assert "next: thrum rig verify bench" in told(capsys, "rig", "wiring", "bench", "-o", "bench.svg")[1]
    assert "next: thrum rig verify bench" in told(capsys, "rig", "bundle", "bench", "-o", "out")[2]


def test_what_is_missing_or_no_text_is_told_of_the_right_kind_of_file(rigs: Path, capsys: Capture) -> None:
    told(capsys, "rig", "new", "bench")
    path = rigs / "bench.toml"
    path.write_text(path.read_text().replace('"heated-head"', '"gone.toml"'))
    assert "'thrum profiles' shows what there is" in told(capsys, "rig", "check", "bench")[1]
    path.write_bytes(b"\0\0")
    assert "A rig is a TOML or JSON text file." in told(capsys, "rig", "check", "bench")[1]


def test_nothing_is_overwritten(rigs: Path, capsys: Capture) -> None:
    told(capsys, "rig", "new", "bench")
    (rigs / "bench.toml").write_text("mine")
    code, _, err = told(capsys, "rig", "new", "bench", "--board", "raspberry-pi-5")
    assert code == 2
    assert "there already" in err
    assert (rigs / "bench.toml").read_text() == "mine"


def test_a_profile_by_path_is_found_from_anywhere(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(REFERENCE / "profiles" / "warm-pad-12v.toml", tmp_path / "own.toml")
    assert told(capsys, "rig", "new", "mine", "--profile", "own.toml")[0] == 0
    monkeypatch.chdir("/")
    assert told(capsys, "rig", "check", "mine")[0] == 0


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["rig", "nw"], 2, "There is no command 'rig nw'. Did you mean 'new'?"),
        (["rig", "new", "a-rig-by-the-wall"], 2, "at most 16 characters"),
        (["rig", "new", "My Rig"], 2, "For example: my-rig"),
        (["rig", "new", "Böse Größe"], 2, "For example: bose-groe"),
        (["rig", "new", "x", "--board", "arduino"], 2, "pico"),
        (["rig", "new", "x", "--profile", "heated-hed"], 1, "Did you mean 'heated-head'?"),
        (["rig", "new", "x", "-o", "nowhere/x.toml"], 2, "does not exist"),
        (["rig", "check", "nope"], 1, "thrum rig new ID"),
        (["rig", "check"], 2, "RIG"),
        (["rig", "show", "nope"], 1, "There is no rig 'nope'"),
        (["rig", "wiring", "nope"], 1, "There is no rig 'nope'"),
        (["rig", "wiring", "nope", "-o", "x.png"], 2, "allowed: .svg"),
        (["rig", "default", "nope"], 1, "There is no rig 'nope'"),
        (["rig", "default", "x", "--none"], 2, "contradict"),
    ],
)
def test_what_goes_wrong_is_a_sentence(args: list[str], code: int, says: str, capsys: Capture) -> None:
    got, out, err = told(capsys, *args)
    assert got == code
    assert says in out + err


def test_check_tells_place_and_what_to_do(rigs: Path, capsys: Capture) -> None:
    told(capsys, "rig", "new", "bench")
    path = rigs / "bench.toml"
    path.write_text(path.read_text().replace('pin = "GP10"', 'pin = "GP18"'))
    code, out, _ = told(capsys, "rig", "check", "bench")
    assert code == 1
    assert "error[G113]" in out
    assert "bench.toml:" in out
    assert "next: thrum explain G113" in out
    values = json.loads(told(capsys, "rig", "check", "bench", "--json")[1])
    assert [each["code"] for each in values["rigs"][0]["diagnostics"]] == ["G113"]
    assert not values["rigs"][0]["ok"]
    assert told(capsys, "explain", "G113")[0] == 0


def test_warnings_alone_are_no_failure(rigs: Path, capsys: Capture) -> None:
    told(capsys, "rig", "new", "bench")
    path = rigs / "bench.toml"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if "enable =" not in line))
    code, out, _ = told(capsys, "rig", "check", "bench")
    assert code == 0
    assert "warning[G141]" in out


def test_show_as_json_has_what_is_wired(capsys: Capture) -> None:
    code, out, _ = told(capsys, "rig", "show", str(REFERENCE / "pi-pca9685.toml"), "--json")
    values = json.loads(out)
    assert code == 0
    assert values["address"] == f"gpio:{REFERENCE / 'pi-pca9685.toml'}"
    assert [each["channel"] for each in values["part"]] == [0, 1, 2]
    assert values["ok"]


def test_a_rig_that_cannot_be_read_does_not_hide_the_others(rigs: Path, capsys: Capture) -> None:
    told(capsys, "rig", "new", "good")
    (rigs / "bad.toml").write_text("board = ")
    code, out, _ = told(capsys, "rig", "show")
    assert code == 0
    assert "cannot be read: 1 error" in out
    assert "good" in out


def test_the_wiring_as_table_drawing_and_json(tmp_path: Path, capsys: Capture) -> None:
    told(capsys, "rig", "new", "bench")
    code, out, _ = told(capsys, "rig", "wiring", "bench")
    assert code == 0
    assert "recipient's stop" in out
    assert "next: thrum rig wiring bench -o bench.svg" in out
    code, out, _ = told(capsys, "rig", "wiring", "bench", "-o", "bench.svg")
    assert code == 0
    assert (tmp_path / "bench.svg").read_text().startswith("<svg")
    assert "next: thrum rig bundle bench" in out
    values = json.loads(told(capsys, "rig", "wiring", "bench", "--json")[1])
    assert {"pin": "GP15", "to": "trigger of the ENABLE one-shot"} in values["pins"]
    assert any("cut-off" in each["what"] for each in values["parts"])


# -- the default rig


def a_default(rigs: Path, capsys: Capture, profile: str) -> None:
    assert told(capsys, "rig", "new", "bench", "--profile", profile)[0] == 0
    assert told(capsys, "rig", "default", "bench")[0] == 0


def test_the_default_rig_is_shown_set_and_forgotten(rigs: Path, capsys: Capture) -> None:
    assert "There is no default rig" in told(capsys, "rig", "default")[1]
    a_default(rigs, capsys, "vibration-pad")
    values = json.loads(told(capsys, "rig", "default", "--json")[1])
    assert values == {"rig": "bench", "file": str(rigs / "bench.toml"), "port": ""}
    assert "(default)" in told(capsys, "rig", "show")[1]
    assert told(capsys, "rig", "default", "--none")[0] == 0
    assert json.loads(told(capsys, "rig", "default", "--json")[1])["port"] == "sim"


def test_a_default_rig_by_path_is_kept_by_its_whole_path(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(capsys, "rig", "new", "bench", "-o", "bench.toml")
    assert told(capsys, "rig", "default", "bench.toml")[0] == 0
    monkeypatch.chdir("/")
    assert json.loads(told(capsys, "rig", "default", "--json")[1])["rig"] == "bench"


def test_a_rig_with_errors_does_not_become_the_default(rigs: Path, capsys: Capture) -> None:
    told(capsys, "rig", "new", "bench")
    path = rigs / "bench.toml"
    path.write_text(path.read_text().replace('pin = "GP10"', 'pin = "GP2"'))
    assert told(capsys, "rig", "default", "bench")[0] == 1
    assert json.loads(told(capsys, "rig", "default", "--json")[1])["rig"] is None


def test_check_takes_the_profile_of_the_default_rig(rigs: Path, capsys: Capture) -> None:
    assert "on heated-head" in told(capsys, "check", "upper-back-percussion")[1]
    a_default(rigs, capsys, "percussion-massager")
    assert "on percussion-massager" in told(capsys, "check", "upper-back-percussion")[1]
    said = told(capsys, "check", "upper-back-percussion", "--profile", "heated-head")[1]
    assert "on heated-head" in said


def test_what_simulate_says_to_type_again_names_another_profile(rigs: Path, capsys: Capture) -> None:
    from host_cli.conditions import typed

    assert typed("p", "heated-head", (), {}, None) == "thrum simulate p"
    a_default(rigs, capsys, "percussion-massager")
    assert typed("p", "heated-head", (), {}, None) == "thrum simulate p --profile heated-head"
    assert typed("p", "percussion-massager", (), {}, None) == "thrum simulate p"


def test_a_default_rig_that_is_gone_is_said_and_not_passed_over(rigs: Path, capsys: Capture) -> None:
    a_default(rigs, capsys, "vibration-pad")
    (rigs / "bench.toml").unlink()
    for args in (["check", "desk-break-shoulders"], ["rig", "default"]):
        code, out, err = told(capsys, *args)
        assert code == 1
        assert "Your default rig 'bench' is not there any more." in out + err
        assert "thrum rig default --none" in out + err
    assert told(capsys, "rig", "default", "--none")[0] == 0


def test_a_default_rig_that_is_gone_is_not_in_the_way_of_the_simulated_one(
    rigs: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_default(rigs, capsys, "vibration-pad")
    (rigs / "bench.toml").unlink()
    code, out, _ = told(capsys, "run", "desk-break-shoulders", "--port", "sim", "--dry-run")
    assert code == 0
    assert "on heated-head" in out
    code, _, err = told(capsys, "run", "desk-break-shoulders", "--dry-run")
    assert (code, "is not there any more" in err) == (1, True)


def test_a_default_rig_without_a_port_blocks_nothing_that_opens_none(rigs: Path, capsys: Capture) -> None:
    a_default(rigs, capsys, "vibration-pad")
    code, out, _ = told(capsys, "run", "desk-break-shoulders", "--dry-run")
    assert code == 0
    assert "on vibration-pad; nothing was opened" in out
    code, out, err = told(capsys, "run", "nope")
    assert code == 1
    assert "There is no program" in out + err


def test_run_without_a_port_means_the_default_rig(rigs: Path, capsys: Capture) -> None:
    a_default(rigs, capsys, "vibration-pad")
    code, out, err = told(capsys, "run", "desk-break-shoulders")
    assert code == 2
    assert "does not say its port" in out + err
    path = rigs / "bench.toml"
    path.write_text(path.read_text().replace('port = ""', 'port = "/dev/does-not-exist"'))
    code, out, err = told(capsys, "run", "desk-break-shoulders")
    assert code == 3
    assert "/dev/does-not-exist" in out + err
