"""``thrum log`` as a user types it, over records of real sessions on the simulated rig."""

from __future__ import annotations

import csv
import json
import math
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from host_cli.commands.log import LOG_COMMANDS, log_command
from host_cli.guided.events import Event, Sample
from host_cli.main import main
from host_cli.records.choice import completed_ids
from host_cli.records.store import Store, records_file
from host_cli.records.summary import summary_of
from host_cli.terminal import cells
from tests.host_cli.desk import Desk
from tests.host_cli.recorded import NOON, about, played, write
from tests.host_cli.samples import BREAK
from tests.host_cli.test_guided import spot

OTHER = BREAK.replace("0.12]", "0.16]")
ANSWERED = [
    Event(0.0, 0.0, "stage", "Effleurage, shoulders left."),
    Event(33.0, 33.0, "limited", "vibration is held down by the soft ceiling.", {"pad_c": math.nan}),
    Event(40.0, 40.0, "asked", "Still good?"),
    Event(42.0, 40.0, "answered", "Too strong."),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five sessions: whole; paused at half strength; another program; REAL and stopped; cut off."""
    path = tmp_path_factory.mktemp("records") / "sessions.db"
    day = timedelta(days=1)
    write(path, played(), now=lambda: NOON - 3 * day)
    write(path, [*played(gain=0.5, pause_s=40.0), *ANSWERED], now=lambda: NOON - 2 * day)
    write(path, played(OTHER), about(OTHER), now=lambda: NOON - day)
    stopped = ("stopped_by_user", "stopped by the user", True)
    write(path, played()[:400], about(simulated=False, operator="anna", answered_by="itself"), stopped)
    write(path, played()[:100], end=None)
    return path


@pytest.fixture(autouse=True)
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with those records, and an empty folder to work in."""
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    records_file().parent.mkdir(parents=True)
    shutil.copy(made, records_file())
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = main(["log", *args])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def asked_json(capsys: pytest.CaptureFixture[str], *args: str) -> object:
    code, out, _ = told(capsys, *args, "--json")
    assert code in (0, 4)
    return json.loads(out)


def test_the_list_is_newest_first_and_says_how_each_ended(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "list")
    lines = out.splitlines()
    assert code == 0
    assert [line.split()[0] for line in lines[:5]] == ["5", "4", "3", "2", "1"]
    assert "SIM   cut off" in lines[0]
    assert "REAL  stopped by you" in lines[1]
    assert lines[1].endswith("0:40  short  anna")
    assert "completed" in lines[4]
    assert lines[5] == "next: thrum log show 5"


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (("--limit", "2"), [5, 4]),
        (("--operator", "anna"), [4]),
        (("--program", "short", "--limit", "1"), [5]),
        (("--program", "nothing"), []),
        (("--since", f"{(NOON - timedelta(days=1)).astimezone():%Y-%m-%d}"), [5, 4, 3]),
    ],
)
def test_the_list_is_filtered(
    options: tuple[str, ...], ids: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    found = asked_json(capsys, "list", *options)
    assert isinstance(found, list)
    assert [each["id"] for each in found] == ids


def test_a_session_is_shown_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "show", "2", "--events")
    assert code == 0
    for words in (
        "Session 2: Short (short), SIM", "operator me", "completed at", "outputs at zero",
        "simulated sessions do not count", "CEM43", "1 asked, 1 answered by a person: Too strong",
        "vibration is held down by the soft ceiling", "1 Effleurage, shoulders left", "0:42 answered",
        "x0.50",
    ):  # fmt: skip
        assert words in out, words
    assert all(cells(line) <= 100 for line in out.splitlines())


def test_the_latest_is_meant_when_none_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    for args in (("show",), ("show", "latest")):
        _, out, _ = told(capsys, *args)
        assert "Session 5" in out
        assert "how it ended is not known" in out
        assert "completed" not in out


def test_the_figures_are_those_of_the_samples(capsys: pytest.CaptureFixture[str]) -> None:
    found = asked_json(capsys, "show", "1", "--events")
    assert isinstance(found, dict)
    running = [each for each in played() if each.state == "RUNNING"]
    (levels,) = found["summary"]["levels"]
    assert levels["asked_peak"] == pytest.approx(max(each.vibration_asked for each in running))
    assert levels["applied_mean"] == pytest.approx(
        sum(each.vibration_applied for each in running) / len(running), abs=1e-6
    )
    passes = found["summary"]["passes"]
    assert [(each["stage"], each["title"]) for each in passes] == [
        (1, "Effleurage, shoulders left"), (1, "Effleurage, shoulders right"),
        (2, "Closing sweeps, shoulders left"), (2, "Closing sweeps, shoulders right"),
    ]  # fmt: skip
    assert sum(each["played_s"] for each in passes) == pytest.approx(132, abs=0.5)


def test_curves_are_drawn_and_written(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "plot", "2")
    assert code == 0
    assert "SIM session 2 of" in out
    assert "applied" in out
    assert "1  0:00 Effleurage, shoulders, left then right" in out
    found = asked_json(capsys, "plot", "2")
    assert isinstance(found, dict)
    assert len(found["t_s"]) == len(found["channels"]["vibration"]["applied"]) > 1200
    assert [each["stage"] for each in found["passes"]] == [1, 1, 2, 2]
    assert told(capsys, "plot", "1", "-o", "one.svg")[0] == 0
    assert Path("one.svg").read_text().lstrip().startswith("<?xml")


@pytest.mark.parametrize("session", ["1", "2", "3"])
def test_a_record_agrees_with_the_simulation_of_its_program(
    session: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = asked_json(capsys, "diff", session, "sim")
    assert isinstance(found, dict)
    assert found["same"]
    by_name = {each["column"]: each for each in found["levels"]}
    assert by_name["vibration_asked"]["most"] < 0.001
    assert by_name["vibration_applied"]["most"] < 0.02
    assert by_name["pad_c"]["most"] < 0.5
    assert found["samples"] > 1200
    assert (found["set_aside_s"] > 5) == (session == "2")


def test_a_pad_that_was_warm_before_is_not_compared_and_that_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write(records_file(), [each._replace(pad_c=each.pad_c + 3.0) for each in played()])
    found = asked_json(capsys, "diff", "latest", "sim")
    assert isinstance(found, dict)
    assert found["same"]
    assert found["pad_off_at_start_c"] == pytest.approx(3.0, abs=0.2)
    assert "pad_c" not in {each["column"] for each in found["levels"]}
    said = " ".join(told(capsys, "diff", "latest", "sim")[1].split())
    assert "°C from the simulation's when the session began" in said


def test_two_programs_differ_where_they_do(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "diff", "1", "3")
    assert code == 0
    assert "+intensity = [0.06, 0.16]" in out
    assert "The levels differ" in out
    found = asked_json(capsys, "diff", "1", "3")
    assert isinstance(found, dict)
    assert set(found["facts"]) == {"program text"}
    applied = next(each for each in found["levels"] if each["column"] == "vibration_applied")
    assert 0.02 < applied["most"] < 0.05
    assert 5 < applied["first_at_s"] < 36


def test_a_session_agrees_with_itself(capsys: pytest.CaptureFixture[str]) -> None:
    found = asked_json(capsys, "diff", "2", "2")
    assert isinstance(found, dict)
    assert found["same"]
    assert {each["most"] for each in found["levels"]} == {0.0}


def test_what_has_no_counterpart_is_said_and_does_not_agree(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = told(capsys, "diff", "1", "5")  # the second was cut off after 10 s
    assert "at places that only session 1 played" in out
    write(records_file())
    _, out, _ = told(capsys, "diff", "1", "latest")
    assert "No level could be compared" in out
    assert "agree" not in out
    found = asked_json(capsys, "diff", "1", "latest")
    assert isinstance(found, dict)
    assert (found["same"], found["samples"]) == (False, 0)


def test_what_waited_is_compared_where_it_went_on(capsys: pytest.CaptureFixture[str]) -> None:
    """For 5 s at 20 s the program's clock stands, and nothing is applied."""
    before, after = [[each for each in played() if (each.t_s < 20) is early] for early in (True, False)]
    waits = [
        before[-1]._replace(t_s=20 + n / 10, vibration_applied=0.0 if n > 2 else before[-1].vibration_applied)
        for n in range(50)
    ]
    write(records_file(), [*before, *waits, *(each._replace(t_s=each.t_s + 5) for each in after)])
    found = asked_json(capsys, "diff", "latest", "sim")
    assert isinstance(found, dict)
    assert found["same"]
    assert 14 < found["set_aside_s"] < 16


def test_a_session_that_warmed_up_first_agrees_too(capsys: pytest.CaptureFixture[str]) -> None:
    """From its second stage on: a warm-up comes first, for which the program has no time."""
    text = spot(60).text
    desk = Desk(spot(60), from_stage=1)
    desk.until(lambda: desk.conductor.at_ms > 130_000, 120_000)
    desk.press("q")
    desk.until_phase("ended")
    assert [each.at_s for each in desk.samples[:200]] == [100.0] * 200, "it warms up"
    write(records_file(), desk.samples, about(text, from_stage=2))
    found = asked_json(capsys, "diff", "latest", "sim")
    assert isinstance(found, dict)
    assert found["same"]
    assert found["samples"] > 150


def test_a_level_that_was_not_applied_is_seen(capsys: pytest.CaptureFixture[str]) -> None:
    weak = [each._replace(vibration_applied=0.0) if 20 < each.t_s < 21 else each for each in played()]
    write(records_file(), weak)
    found = asked_json(capsys, "diff", "latest", "sim")
    assert isinstance(found, dict)
    assert not found["same"]
    applied = next(each for each in found["levels"] if each["column"] == "vibration_applied")
    assert 19 < applied["first_at_s"] < 21


def test_every_record_and_file_says_sim_or_real(capsys: pytest.CaptureFixture[str]) -> None:
    for session, kind, other in (("1", "SIM", "REAL"), ("4", "REAL", "SIM")):
        for args in (("show", session), ("plot", session), ("diff", session, session)):
            _, out, _ = told(capsys, *args)
            assert kind in out, args
            assert other not in out, args
        for name in (f"{session}.csv", f"{session}.json"):
            assert told(capsys, "export", session, "-o", name)[0] == 0
        rows = list(csv.DictReader(Path(f"{session}.csv").read_text().splitlines()))
        assert {row["kind"] for row in rows} == {kind}
        assert json.loads(Path(f"{session}.json").read_text())["kind"] == kind
    _, out, _ = told(capsys, "list")
    assert [line.split()[3] for line in out.splitlines()[:5]] == ["SIM", "REAL", "SIM", "SIM", "SIM"]


def test_everything_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "verify")
    assert code == 0
    assert "note: session 5: cut off at" in out


def test_damage_is_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    store = Store(records_file())
    store.db.execute("UPDATE documents SET text = 'x'")
    code, out, _ = told(capsys, "verify")
    assert code == 4
    assert "damaged" in out
    found = asked_json(capsys, "verify")
    assert isinstance(found, dict)
    assert found["whole"] is False
    assert told(capsys, "show", "1")[0] in (1, 2)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("show", "77"), "There is no session 77; the newest is 5."),
        (("show", "five"), "'five' is no session"),
        (("show", "9" * 30), "is no session"),
        (("plot", "-1"), ""),
        (("list", "--since", "yesterday"), "'yesterday' is no day."),
        (("list", "--limit", "0"), "--limit"),
        (("export", "1", "-o", "a.xml"), "allowed: .csv, .json"),
        (("export", "1", "-o", "no/a.csv"), "does not exist"),
        (("delete",), "Say which"),
        (("delete", "1", "--before", "2026-01-01"), "Say which"),
        (("delete", "1"), "nobody can be asked"),
        (("delete", "1", "78", "--yes"), "There is no session 78"),
        (("plot", "1", "-o", "a.bmp"), "allowed: .svg, .png"),
        (("what",), "There is no command 'log what'"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    args: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = told(capsys, *args)
    assert code == 2
    assert says in err
    assert "next: " in err
    assert len(told(capsys, "list")[1].splitlines()) == 6


def test_ids_are_completed() -> None:
    def completed(begun: str) -> list[str]:
        return [each.value for each in completed_ids(None, None, begun)]  # type: ignore[arg-type]

    assert completed("") == ["latest", "5", "4", "3", "2", "1"]
    assert completed("la") == ["latest"]
    records_file().write_bytes(b"nothing" * 1000)
    assert completed("") == []


def test_an_export_is_read_by_exposure(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "export", "4", "-o", "four.csv")
    assert code == 0
    assert "next: thrum exposure four.csv --profile heated-head" in out
    assert main(["exposure", "four.csv", "--profile", "heated-head", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    shown = asked_json(capsys, "show", "4")
    assert isinstance(shown, dict)
    assert found["cem43_min"] == pytest.approx(shown["summary"]["cem43_min"], rel=0.05)
    assert 0 < shown["summary"]["hand_points"] < found["hand_points_most"]


def test_an_export_has_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "export", "2", "-o", "two.json")[0] == 0
    found = json.loads(Path("two.json").read_text())
    assert found["program_text"] == BREAK
    assert found["profile"]["id"] == "heated-head"
    assert [each["kind"] for each in found["events"]] == ["stage", "limited", "asked", "answered"]
    assert found["events"][1]["pad_c"] is None
    assert list(found["samples"]) == list(Sample._fields)
    assert len(found["samples"]["t_s"]) == len(played(gain=0.5, pause_s=40.0))


def test_an_export_overwrites_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine.csv").write_text("mine")
    code, _, err = told(capsys, "export", "1", "-o", "mine.csv")
    assert code == 2
    assert "is there already; it was left as it is" in err
    assert Path("mine.csv").read_text() == "mine"


def test_deleting_keeps_the_day_of_the_hand(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "delete", "4", "1", "4", "--yes")
    assert code == 0
    assert out.startswith("Deleted 2 records. What they added to the day of a hand stays.")
    store = Store(records_file())
    assert len(store.sessions()) == 3
    assert store.db.execute("SELECT operator, session, points > 0 FROM hand").fetchall() == [
        ("anna", None, 1)
    ]
    assert told(capsys, "verify")[0] == 0


def test_all_before_a_day_are_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    day = f"{(NOON - timedelta(days=1)).astimezone():%Y-%m-%d}"
    assert told(capsys, "delete", "--before", day, "--yes")[0] == 0
    found = asked_json(capsys, "list")
    assert isinstance(found, list)
    assert [each["id"] for each in found] == [5, 4, 3]
    assert "There is none" in told(capsys, "delete", "--before", day)[1]


def test_a_session_that_is_running_is_not_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    from host_cli.records.recorder import Recorder

    made = Recorder.open()
    made.begin(about())
    try:
        assert "still running" in told(capsys, "list")[1]
        code, _, err = told(capsys, "delete", "6", "--yes")
        assert code == 2
        assert "Session 6 is still running: nothing was deleted." in err
    finally:
        made.close()


def test_without_records_everything_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "nobody"))
    assert told(capsys, "list")[:2] == (0, "No sessions yet.\nnext: thrum run evening-shoulders\n")
    assert asked_json(capsys, "list") == []
    for args in (("show",), ("plot",), ("verify",), ("delete", "1")):
        code, _, err = told(capsys, *args)
        assert code == 2
        assert "There are no records yet." in err
    assert not records_file().exists()


@pytest.mark.parametrize("name", LOG_COMMANDS)
def test_every_command_of_the_group_helps(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, name, "--help")
    assert code == 0
    assert out.startswith(f"Usage: thrum log {name}")
    assert log_command.name == "log"


def test_a_record_of_nothing_has_a_summary(tmp_path: Path) -> None:
    from host_cli.records.record import read_record

    write(tmp_path / "sessions.db")
    store = Store(tmp_path / "sessions.db")
    found = summary_of(read_record(store, store.sessions()[0]))
    assert (found.levels, found.passes, found.pad_c, found.hand_points) == ((), (), None, 0.0)
