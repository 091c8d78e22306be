"""Records on a real disk: what is written is there, whatever dies; what cannot be written is said."""

from __future__ import annotations

import math
import sqlite3
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_cli.exits import BY_OUTCOME, Quit
from host_cli.guided.events import Event, Sample
from host_cli.records.claims import Claim, claimed
from host_cli.records.packing import pieces, unpacked
from host_cli.records.record import read_record
from host_cli.records.recorder import Recorder
from host_cli.records.store import Store
from host_cli.records.verification import findings
from host_cli.records.words import cut_off_words, ending_words, state_of
from host_cli.records.writer import mark_cut_off
from tests.host_cli.killed import killed_after
from tests.host_cli.recorded import NOON, about, played, write

END = ("completed", "the last stage ended", True)
CUE = Event(1.0, 0.5, "cue", "Slow circles.", {"move": True, "left_s": None})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records" / "sessions.db"


def sample(t_s: float, level: float = 0.2, state: str = "RUNNING") -> Sample:
    levels = (level, 0.35, level, 0.0, 0.35, 0.0, 39.0, 40.0, 0.4)
    return Sample(t_s, t_s, state, *levels, 37.5, 0.5, 12.0, 1.0, 1.0, 900.0)


def recorder(path: Path) -> Recorder:
    return Recorder(Store(path), lambda: NOON)


# --- what is written


def test_a_record_says_what_it_was_told(path: Path) -> None:
    made = recorder(path)
    made.begin(about(operator="anna", gain=0.8, from_stage=2, intake=None))
    handed = [sample(0.1), sample(0.2, state="PAUSED"), sample(0.3)._replace(pad_c=math.nan)]
    for each in handed:
        made.sample(each)
    made.event(CUE)
    made.end("stopped_by_user", "stopped by the user", True)
    made.close()
    assert made.failure == ""
    store = Store(path)
    (session,) = store.sessions()
    assert (session.kind, session.operator, session.gain, session.from_stage) == ("SIM", "anna", 0.8, 2)
    assert (session.outcome, session.reason, session.zero_confirmed) == (
        "stopped_by_user", "stopped by the user", 1,
    )  # fmt: skip
    record = read_record(store, session)
    assert record.events == [CUE]
    assert [each.state for each in record.samples] == ["RUNNING", "PAUSED", "RUNNING"]
    assert record.samples[0] == pytest.approx(handed[0])
    assert math.isnan(record.samples[2].pad_c)
    assert record.program_text == about().program_text
    assert record.profile.hash == about().profile.hash
    assert [(p.stage, p.side, p.start_ms) for p in record.passes] == [
        (p.stage, p.side, p.start_ms) for p in about().passes
    ]


def test_texts_are_kept_once(path: Path) -> None:
    for _ in range(3):
        write(path)
    assert Store(path).db.execute("SELECT count(*) FROM documents").fetchone() == (3,)


def test_half_an_hour_takes_less_than_a_megabyte_and_a_half(path: Path) -> None:
    """A tenth of it: 1800 samples, in the pieces of half a second that a run writes."""
    write(path)
    empty = path.stat().st_size
    write(path, [sample(i / 10, math.sin(i) ** 2) for i in range(1800)], step=5)
    assert 100_000 < path.stat().st_size - empty < 150_000


numbers = st.floats(width=32) | st.just(math.nan)
times = st.integers(0, 100_000_000).map(lambda ms: ms / 1000)


@given(st.lists(st.builds(Sample, times, times, st.sampled_from(["RUNNING", "PAUSED"]), *[numbers] * 15)))
def test_samples_come_back_as_they_were(samples: list[Sample]) -> None:
    back = [each for state, packed in pieces(samples) for each in unpacked(state, packed)]
    assert len(back) == len(samples)
    for one, other in zip(samples, back, strict=True):
        assert one[:3] == other[:3]
        assert other[3:] == pytest.approx(one[3:], nan_ok=True, abs=0)


def test_an_outcome_out_of_the_closed_set_is_refused(path: Path) -> None:
    made = recorder(path)
    made.begin(about())
    with pytest.raises(ValueError, match="allowed: completed"):
        made.end("fine", "", True)
    made.close()


# --- what dies


def test_a_record_without_an_end_is_never_called_completed(path: Path) -> None:
    write(path, [sample(i / 10) for i in range(1921)], about(simulated=False), end=None)
    store = Store(path)
    (gone,) = mark_cut_off(store)
    assert (gone.outcome, state_of(store, gone)) == (None, "cut_off")
    assert cut_off_words(gone) == (
        f"The REAL session 1 (short, {NOON.astimezone():%Y-%m-%d %H:%M}) was cut off at 3:12 of 2:12: "
        "how it ended is not known."
    )
    assert mark_cut_off(store) == []  # said once


@pytest.mark.parametrize("outcome", BY_OUTCOME)
def test_the_record_keeps_the_outcome_and_only_one_of_them_says_completed(path: Path, outcome: str) -> None:
    write(path, end=(outcome, "why", outcome == "completed"))
    (session,) = Store(path).sessions()
    assert session.outcome == outcome
    words = ending_words(session, "ended")
    assert ("completed" in words) == (outcome == "completed")
    assert ("NOT confirmed" in words) == (outcome != "completed")


def test_a_session_that_somebody_writes_is_not_called_cut_off(path: Path) -> None:
    made, other = recorder(path), recorder(path)
    made.begin(about())
    assert other.interrupted() == []
    other.begin(about())  # both record
    made.sample(sample(0.1))
    other.sample(sample(0.1))
    made.end(*END)
    other.close()
    made.close()
    (gone,) = recorder(path).interrupted()
    assert gone.id == 2
    assert list(path.parent.glob("*.writing")) == []


def test_a_claim_ends_with_its_process(tmp_path: Path) -> None:
    claim = Claim(tmp_path, "abc")
    assert claimed(tmp_path, "abc")
    with pytest.raises(OSError):
        Claim(tmp_path, "abc")
    claim.release()
    assert not claimed(tmp_path, "abc")
    (tmp_path / "abc.writing").touch()  # as a process that died leaves it
    assert not claimed(tmp_path, "abc")


@pytest.mark.realtime
def test_a_process_that_is_killed_loses_less_than_a_second(path: Path) -> None:
    for after_s in (0.05, 0.3, 0.7):
        assert killed_after(path, after_s) < 1.0
    store = Store(path)
    assert [state_of(store, each) for each in store.sessions()] == ["cut_off"] * 3
    assert not [each for each in findings(store) if each.broken]


# --- what cannot be written


@pytest.mark.parametrize("room_again", [False, True])
def test_a_full_disk_is_said_and_the_end_is_written_where_there_is_room(path: Path, room_again: bool) -> None:
    store = Store(path)
    made = Recorder(store, lambda: NOON)
    made.begin(about())
    (pages,) = store.db.execute("PRAGMA page_count").fetchone()
    store.db.execute(f"PRAGMA max_page_count = {pages + 1}").fetchone()
    until(made, lambda: made.failure != "")
    assert made.failure == "the record cannot be written: the disk is full"
    if room_again:
        store.db.execute("PRAGMA max_page_count = 1000000").fetchone()
    made.end("stopped_by_limit", made.failure, True)
    made.close()
    (session,) = Store(path).sessions()
    assert (session.outcome, session.reason) == ("stopped_by_limit", made.failure)


def until(made: Recorder, wanted: Callable[[], bool]) -> None:
    """Hands over samples as fast as they are written until then."""
    at = 0
    while not wanted():
        if len(made._waiting) < 50:
            at += 1
            made.event(Event(at / 10, at / 10, "cue", "x" * 1000))
            made._wake.set()
        assert at < 100_000


def test_a_disk_that_is_really_full(small_disk: Path) -> None:
    path = small_disk / "sessions.db"
    made = recorder(path)
    made.begin(about())
    until(made, lambda: made.failure != "")
    assert made.failure == "the record cannot be written: the disk is full"
    made.end("stopped_by_limit", made.failure, True)
    made.close()
    with pytest.raises(Quit, match="disk is full") as caught:
        recorder(path).begin(about(program_text="x" * 300_000))
    assert caught.value.code == 2
    assert not [each for each in findings(Store(path)) if each.broken]


def test_a_disk_that_may_only_be_read(small_disk: Path) -> None:
    path = small_disk / "records" / "sessions.db"
    write(path, [sample(0.1)])
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(Quit, match="cannot be used: read-only file system") as caught:
        recorder(path).begin(about())
    assert caught.value.code == 2
    assert caught.value.hint == f"see that {path.parent} may be written"


def test_nobody_waits_for_a_disk_that_hangs(path: Path) -> None:
    made = recorder(path)
    made.begin(about())
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")  # as long as this lasts, nothing is written
    for at in range(300):
        made.sample(sample(at / 10))
    assert made.failure == "the record cannot be written: the disk takes nothing any more"
    other.execute("ROLLBACK")
    other.close()
    made.end("stopped_by_limit", made.failure, True)
    made.close()
    store = Store(path)
    (session,) = store.sessions()
    assert session.outcome == "stopped_by_limit"
    assert len(read_record(store, session).samples) == 101  # ten seconds of them


def test_a_storm_of_events_is_no_disk_that_hangs(path: Path) -> None:
    made = recorder(path)
    made.begin(about())
    for at in range(2000):
        made.event(Event(at / 1000, 0.0, "answered", "answered: too strong"))
    made.end(*END)
    made.close()
    assert made.failure == ""
    store = Store(path)
    assert len(read_record(store, store.sessions()[0]).events) == 2000


@pytest.mark.parametrize("other", [False, True])
def test_records_that_are_taken_away_while_it_runs_are_missed(path: Path, other: bool) -> None:
    made = recorder(path)
    made.begin(about())
    path.rename(path.with_suffix(".away"))
    if other:
        Store(path).close()
    made.sample(sample(0.1))
    made.end(*END)
    made.close()
    why = "another file is in its place" if other else "no such file or directory"
    assert made.failure == f"the record cannot be written: {why}"


def test_what_another_program_keeps_is_said_with_what_helps(path: Path) -> None:
    Store(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Quit, match="another program kept it") as caught:
        Store(path, busy_s=0.05)
    other.close()
    assert caught.value.hint.startswith("close what keeps it")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda path: path.write_bytes(b"no database" * 500), "not a database"),
        (lambda path: path.mkdir(), "cannot be opened"),
        (lambda path: sqlite3.connect(path).executescript("CREATE TABLE t (x)").close(), "another program"),
    ],
)
def test_what_is_no_record_is_refused_and_left_as_it_is(
    path: Path, spoil: Callable[[Path], None], says: str
) -> None:
    path.parent.mkdir()
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(Quit, match=says) as caught:
        Store(path)
    assert caught.value.code == 2
    assert caught.value.hint
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "records").write_text("a file")
    with pytest.raises(Quit, match="cannot be used"):
        Store(tmp_path / "records" / "sessions.db")


def test_damage_is_found(path: Path) -> None:
    write(path, played()[:50], about(simulated=False))
    write(path, [sample(0.1), sample(2.0), sample(1.9)])
    store = Store(path)
    assert [(each.session, each.broken) for each in findings(store)] == [(2, False), (2, True)]
    store.db.execute(
        "UPDATE documents SET text = text || ' ' WHERE hash = ?", (store.sessions()[0].program_sha256,)
    )
    store.db.execute("UPDATE hand SET points = points + 1")
    store.db.execute("UPDATE samples SET packed = x'00' WHERE session = 2")
    texts = [each.text for each in findings(store) if each.broken]
    assert len(texts) == 3
    assert "not what its hash says" in texts[0]
    assert "cannot be read" in texts[1]
    assert "points of the hand" in texts[2]


def test_what_was_deleted_is_gone_from_the_file(path: Path) -> None:
    from host_cli.records.deletion import delete

    secret = Event(1.0, 1.0, "cue", "a word that nobody else says")
    write(path, [secret, *(sample(i / 10) for i in range(3000))], about(simulated=False))
    write(path)
    store, big = Store(path), path.stat().st_size
    before = store.points_on(NOON.astimezone().date().isoformat(), "me")
    delete(store, [each for each in store.sessions() if each.id == 1])
    assert [each.id for each in store.sessions()] == [2]
    left = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert b"nobody else" not in left
    assert path.stat().st_size < big / 2
    assert store.points_on(NOON.astimezone().date().isoformat(), "me") == before > 0
    assert not list(findings(store))
    assert write(path, now=lambda: NOON + timedelta(days=1)) == 3  # a number is not used again
