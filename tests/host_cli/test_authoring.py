"""The authoring loop as a user types it: new, fmt, diff, schema, list, words, check --watch."""

from __future__ import annotations

import contextlib
import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from host_cli.main import main
from host_cli.watching import watched
from host_cli.work import user_programs
from programs.catalog import catalog
from programs.load import LIBRARY
from programs.techniques import TECHNIQUES

EVENING = (LIBRARY / "evening-shoulders.toml").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in, and no files of the user."""
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)


def told(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = main(args)
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def asked(capsys: pytest.CaptureFixture[str], *args: str) -> Any:
    code, out, err = told(capsys, *args, "--json")
    assert code == 0, err
    return json.loads(out)


# new


@pytest.mark.parametrize("source", [[], ["--from", "evening-shoulders"], ["--from", "lower-back-heat"]])
def test_a_new_program_is_explained_and_passes(source: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "new", "my-own", *source)
    path = user_programs() / "my-own.toml"
    assert code == 0
    assert str(path) in out
    assert "next: thrum check my-own" in out
    text = path.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert first.startswith("#:schema ")
    schema = json.loads((path.parent / first.removeprefix("#:schema ")).read_text(encoding="utf-8"))
    jsonschema.validate(tomllib.loads(text), schema)
    assert "# Seconds, on each side." in text
    assert told(capsys, "check", "my-own")[0] == 0
    assert told(capsys, "fmt", "my-own", "--check")[0] == 0


def test_a_copy_means_what_its_source_means(capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "new", "my-own", "--from", "evening-shoulders")
    mine = tomllib.loads((user_programs() / "my-own.toml").read_text(encoding="utf-8"))
    assert mine == {**tomllib.loads(EVENING), "id": "my-own", "title": "My own"}
    assert asked(capsys, "diff", "evening-shoulders", "my-own")["same"]


def test_nothing_is_ever_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.toml").write_text("mine")
    (tmp_path / "thrum-1.schema.json").write_text("{}")
    assert told(capsys, "new", "a", "-o", "a.toml")[0] == 2
    assert told(capsys, "new", "b", "-o", "b.toml")[0] == 0
    assert (tmp_path / "a.toml").read_text() == "mine"
    assert (tmp_path / "thrum-1.schema.json").read_text() == "{}"
    assert told(capsys, "new", "my-own")[0] == 0
    code, _, err = told(capsys, "new", "my-own")
    assert (code, "already" in err) == (2, True)


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["new", "My Own"], 2, "For example: my-own"),
        (["new", "ev\u0435ning"], 2, "lower-case words"),
        (["new", "../a"], 2, "lower-case words"),
        (["new", "evening-shoulders"], 2, "already"),
        (["new", "a", "--from", "evening-shouldrs"], 1, "Did you mean 'evening-shoulders'?"),
        (["new", "a", "-o", "nowhere/a.toml"], 2, "does not exist"),
        (["new", "a", "-o", "a.txt"], 2, "allowed: .toml"),
        (["schema", "-o", "a.txt"], 2, "allowed: .json"),
        (["fmt", "evening-shouldrs"], 1, "Did you mean"),
        (["fmt", "bad.toml"], 1, "not TOML"),
        (["fmt", "data.json"], 1, "only TOML"),
        (["diff", "evening-shoulders"], 2, "PROGRAM_B"),
        (["diff", "evening-shoulders", "bad.toml"], 1, "not TOML"),
        (["list", "--region", "shouldrs"], 2, "shoulders"),
        (["list", "--max-min", "short"], 2, "--max-min"),
        (["profiles", "heated-hed"], 1, "Did you mean 'heated-head'?"),
        (["profiles", "bad.toml"], 1, "not TOML"),
        (["check", "evening-shoulders", "--watch", "--json"], 2, "--watch"),
    ],
)
def test_what_goes_wrong_is_a_sentence(
    args: list[str], code: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.toml").write_text("= 1")
    (tmp_path / "data.json").write_text('{"format": "thrum/1"}')
    got, out, err = told(capsys, *args)
    assert (got, says in out + err) == (code, True), out + err


# fmt


def test_fmt_shows_checks_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ugly.toml"
    ugly = "# mine\n" + EVENING.replace(" = ", "=")
    path.write_text(ugly, encoding="utf-8")
    assert told(capsys, "fmt", "ugly.toml", "--check")[0] == 1
    code, out, _ = told(capsys, "fmt", "ugly.toml", "--diff")
    assert (code, '+id = "evening-shoulders"' in out) == (1, True)
    assert path.read_text(encoding="utf-8") == ugly, "neither writes"
    assert told(capsys, "fmt", "ugly.toml")[0] == 0
    assert path.read_text(encoding="utf-8").startswith("# mine\n")
    assert tomllib.loads(path.read_text(encoding="utf-8")) == tomllib.loads(EVENING)
    assert asked(capsys, "fmt", "ugly.toml", "--check") == [{"file": "ugly.toml", "changed": False}]


def test_fmt_leaves_built_in_programs_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("programs.load.LIBRARY", tmp_path)
    (tmp_path / "built-in.toml").write_text("x=1")
    code, _, err = told(capsys, "fmt", "built-in")
    assert (code, "not rewritten" in err) == (2, True)
    assert (tmp_path / "built-in.toml").read_text() == "x=1"


# diff


def test_diff_tells_what_is_played_otherwise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = EVENING.replace("intensity = [0.20, 0.28]", "intensity = [0.22, 0.31]\nshape = { period_s = 4.0 }")
    text = text.replace("duration_s = 32", "duration_s = 40").replace("Slow circles", "Other words")
    (tmp_path / "b.toml").write_text(text, encoding="utf-8")
    found = asked(capsys, "diff", "evening-shoulders", "b.toml")
    changed = {each["b"]["name"]: each["changes"] for each in found["stages"] if each["changes"]}
    assert {name: [c["what"] for c in changes] for name, changes in changed.items()} == {
        "Press and let go": ["duration_s", "vibration peak"],
        "Knead": ["vibration peak", "vibration rhythm"],
    }
    code, out, _ = told(capsys, "diff", "evening-shoulders", "b.toml")
    assert code == 0
    assert "lasts 12:16 instead of 12:00" in out
    assert "vibration peaks at 31 % instead of 28 %" in out
    assert "sine at 0.25 Hz" in out
    assert "6 of 8 stages play the same." in out


def test_diff_tells_added_stages_and_those_taken_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = EVENING.split("[[stage]]")
    rest = '\ntechnique = "rest"\nduration_s = 40\ncue = "Breathe."\n\n'
    (tmp_path / "b.toml").write_text("[[stage]]".join([*parts[:3], rest, *parts[4:]]), encoding="utf-8")
    found = asked(capsys, "diff", "evening-shoulders", "b.toml")
    alone = [
        (s["a"] and s["a"]["name"], s["b"] and s["b"]["name"])
        for s in found["stages"]
        if not (s["a"] and s["b"])
    ]
    assert sorted(alone, key=str) == [("Warm the shoulder", None), (None, "Rest")]
    code, out, _ = told(capsys, "diff", "evening-shoulders", "b.toml")
    assert code == 0
    assert "+  3. Rest" in out
    assert "-  3. Warm the shoulder" in out


# list


@pytest.mark.parametrize(
    ("args", "fits"),
    [
        (["--region", "shoulders", "--region", "back"], lambda e: {"shoulders", "back"} <= set(e["regions"])),
        (["--strength", "medium"], lambda e: e["strength"] == "medium"),
        (["--technique", "tapotement"], lambda e: "tapotement" in e["techniques"]),
        (["--channel", "heat"], lambda e: "heat" in e["channels"]),
        (["--posture", "lying"], lambda e: e["posture"] == "lying"),
        (["--for", "other", "--max-min", "12"], lambda e: e["recipient"] == "other" and e["minutes"] <= 12),
        (["--min-min", "12.5"], lambda e: e["minutes"] >= 12.5),
        (
            ["--kind", "break", "--style", "shiatsu"],
            lambda e: e["kind"] == "break" and e["style"] == "shiatsu",
        ),
    ],
)
def test_list_keeps_what_fits(args: list[str], fits: Any, capsys: pytest.CaptureFixture[str]) -> None:
    every = asked(capsys, "list")
    assert len(every) == len(catalog().entries)
    assert asked(capsys, "list", *args) == [each for each in every if fits(each)]
    code, out, _ = told(capsys, "list", *args)
    assert code == 0
    assert f"of {len(every)} programs" in out
    assert "next: thrum " in out


# words


@pytest.mark.parametrize("name", TECHNIQUES)
def test_every_technique_is_shown_in_full(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "techniques", name)
    row = TECHNIQUES[name]
    assert code == 0
    assert ("envelope" in out) == (row.draw is not None)
    assert all(f"\n  {each.name} " in out for each in row.parameters)
    assert "Source: " in out
    assert "next: thrum list --technique" in out
    assert max(len(line) for line in out.splitlines()) <= 100


def test_a_profile_is_shown_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "profiles", "heated-head")
    assert code == 0
    for words in ("never     above", "Full scale: 13 W", "a heater head, plays heat", "ohm", "next: thrum "):
        assert words in out, words
    assert asked(capsys, "profiles", "heated-head")["output"][0]["erm"]["start_voltage_v"] > 0


def test_the_schema_is_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "stage" in asked(capsys, "schema")["properties"]
    assert told(capsys, "schema", "-o", "s.json")[0] == 0
    assert json.loads((tmp_path / "s.json").read_text()) == asked(capsys, "schema")


def test_several_programs_are_plotted_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stage = 'technique = "effleurage"\nregion = "shoulders"\nside = "both"\nduration_s = 60\n'
    head = 'format = "thrum/1"\nid = "a"\ntitle = "A"\nsummary = "S"\nkind = "break"\nposture = "seated"\n'
    for name in ("a", "b"):
        text = f"{head}[[stage]]\n{stage}intensity = [0.1, 0.0]\n".replace('"a"', f'"{name}"')
        (tmp_path / f"{name}.toml").write_text(text)
    found = asked(capsys, "plot", "a.toml", "b.toml", "-o", "both.svg")
    assert (tmp_path / "both.svg").read_bytes().startswith(b"<?xml")
    assert [each["caption"].split()[0] for each in found] == ["a", "b"]


# watch


class Edits:
    """Instead of time, an edit passes at each wait; then Ctrl-C."""

    def __init__(self, *edits: Any) -> None:
        self._edits = list(edits)

    def wait(self) -> None:
        if not self._edits:
            raise KeyboardInterrupt
        self._edits.pop(0)()


def test_a_watch_turns_at_every_change_and_at_no_other_time(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text("one")
    pace = Edits(
        lambda: None,
        lambda: path.write_text("three"),
        lambda: None,
        path.unlink,
        lambda: path.write_text("x"),
    )
    turn = -1
    with contextlib.suppress(KeyboardInterrupt):
        for turn in watched(["a.toml"], pace):
            assert turn <= 3
    assert turn == 3


def test_check_watch_ends_with_ctrl_c(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.toml"
    told(capsys, "new", "a", "-o", "a.toml")
    whole = path.read_text(encoding="utf-8")
    pace = Edits(lambda: path.write_text(whole.replace("light", "ligt")), lambda: path.write_text(whole))
    monkeypatch.setattr("host_cli.watching.Pace", lambda _: pace)
    code, out, err = told(capsys, "check", "a.toml", "--watch")
    assert code == 130
    assert err.strip() == "Stopped."
    assert out.count("all good") == 2
    assert out.count("Did you mean 'light'?") == 1
