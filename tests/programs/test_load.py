"""Loading: every way in which a file can be wrong is one sentence with a place, never a traceback."""

from __future__ import annotations

import json
import os
import string
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.catalog import catalog
from programs.diagnostics import Diagnostic
from programs.errors import Rejected
from programs.load import LIBRARY, examine_text, load_program, parse_program

HEAD = 'format = "thrum/1"\nid = "a"\ntitle = "A"\nsummary = "S"\nposture = "seated"\n'
STAGE = '[[stage]]\ntechnique = "effleurage"\nregion = "back"\nduration_s = 60\n'
WHOLE = HEAD + STAGE


def rejected(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(Rejected) as caught:
        parse_program(text, "a.toml")
    return caught.value.diagnostics


def one(text: str) -> Diagnostic:
    found = rejected(text)
    assert len(found) == 1, [str(each) for each in found]
    return found[0]


def test_a_whole_program_loads() -> None:
    loaded = parse_program(WHOLE)
    assert loaded.program.stages[0].technique == "effleurage"
    assert loaded.warnings == ()


def test_the_same_program_as_json() -> None:
    import tomllib

    text = json.dumps(tomllib.loads(WHOLE), indent=2)
    assert parse_program(text).program == parse_program(WHOLE).program


@pytest.mark.parametrize("change", [lambda t: "\ufeff" + t, lambda t: t.replace("\n", "\r\n")])
def test_byte_order_mark_and_crlf_change_nothing(change: object, tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(change(WHOLE).encode())  # type: ignore[operator]
    assert load_program(path).program == parse_program(WHOLE).program


def test_order_of_keys_never_matters() -> None:
    lines = HEAD.splitlines()
    assert parse_program("\n".join(reversed(lines)) + "\n" + STAGE).program == parse_program(WHOLE).program


# A blank, no-break blank, soft hyphen, joiner, filler, tag, variation selector, vowel separator; marks alone.
BLANKS = [
    "   ",
    "\u00a0",
    "\u00ad",
    "\u200d",
    "\u3164",
    "\U000e0041",
    "\ufe0f",
    "\u180e",
    "\u0301",
    "!?",
    "\u2800",
]
MISTAKES = [
    (HEAD + STAGE + 'colour = "red"\n', "D120", 10, 1, "Unknown key"),
    (HEAD + STAGE.replace("duration_s", "duration"), "D120", 9, 1, "Did you mean 'duration_s'?"),
    (HEAD + STAGE.replace("60", '"60"'), "D122", 9, 14, "without quotes"),
    (HEAD + STAGE.replace("60", "true"), "D122", 9, 14, "is true"),
    (HEAD + STAGE.replace("60", "nan"), "D125", 9, 14, "finite"),
    (HEAD + STAGE.replace("60", "inf"), "D125", 9, 14, "finite"),
    (HEAD + STAGE.replace("60", "-5"), "D124", 9, 14, "is -5; it must be a number above 0 and at most 7200"),
    (HEAD + STAGE.replace("60", "0"), "D124", 9, 14, "above 0"),
    (HEAD + STAGE.replace("effleurage", "efleurage"), "D123", 7, 13, "Did you mean 'effleurage'?"),
    (HEAD + STAGE.replace("effleurage", "kneading"), "D123", 7, 13, "Did you mean 'petrissage'?"),
    (HEAD + STAGE.replace('"back"', '"spine"'), "D123", 8, 10, "never worked"),
    (HEAD + STAGE.replace('"back"', '"kidneys"'), "D123", 8, 10, "never worked"),
    (HEAD + STAGE + "intensity = 0.2\n", "D122", 10, 13, "Write [0.2, 0.2]"),
    (HEAD + STAGE + "intensity = [0.2]\n", "D127", 10, 13, "a list of 2 numbers"),
    (WHOLE + "intensity = []\n", "D127", 10, 13, "0 entries"),
    (HEAD + STAGE + "intensity = [0.1, 0.2, 0.3]\n", "D127", 10, 13, "has 3 entries"),
    (HEAD.replace('"a"', '"Evening Shoulders"') + STAGE, "D126", 2, 6, 'Write "evening-shoulders"'),
    (HEAD.replace('"a"', '"ev\u0435ning"') + STAGE, "D126", 2, 6, "lower-case words"),
    (HEAD.replace("thrum/1", "thrum/2") + STAGE, "D123", 1, 10, '"thrum/1"'),
    (HEAD.replace('"A"', '""') + STAGE, "D126", 3, 9, "0 characters"),
    (HEAD.replace('"A"', '"\\u001b[2J"') + STAGE, "D126", 3, 9, "cannot be shown"),
    (HEAD, "D121", 1, 1, "no stage"),
    ('format = "thrum/1"\n' + STAGE, "D121", 1, 1, "no id, title, summary and posture"),
    (HEAD + "[caps]\nintensity = 2\n" + STAGE, "D124", 7, 13, "from 0 to 1"),
    (HEAD + "stage = 3\n", "D122", 6, 9, "a list"),
    (HEAD + 'allow = [{rule = "9", why = "x"}]\n' + STAGE, "D135", 6, 18, "such as R9"),
    (WHOLE + '  [[stage.track]]\n  channel = "heat"\n  keyframes = []\n', "D127", 12, 15, "0 entries"),
    ("", "D106", 0, 0, "empty"),
    (" \r\n\t", "D106", 0, 0, "empty"),
    ("# only a comment\n", "D106", 0, 0, "nothing"),
    (HEAD + "x = \n", "D110", 6, 5, "not TOML"),
    (HEAD + "x = off\n", "D110", 6, 5, "not TOML"),
    (HEAD + 'id = "b"\n', "D110", 6, 1, "\"id\" is written twice"),
    (HEAD + 'title2 = "no end\n', "D110", 6, 17, "quote"),
    ("x = 1" + "0" * 5000, "D110", 1, 5, "digits"),
    ("x = " + "[" * 100_000, "D111", 1, 37, "nested"),
    ("[" + "a." * 1000 + "a]", "D111", 1, 1, "levels"),
    ('{"a": ' * 50_000, "D111", 1, 193, "nested"),
    ('{"format": "thrum/1",}', "D110", 1, 22, "not JSON"),
    (HEAD.replace('"A"', "1979-05-27") + STAGE, "D122", 3, 9, "title is the date 1979-05-27"),
    (HEAD.replace('"A"', "07:32:00") + STAGE, "D122", 3, 9, "title is the time 07:32:00"),
    (HEAD + STAGE.replace("60", "-0.0"), "D124", 9, 14, "duration_s is 0; it must be"),
    (HEAD.replace('"a"', '"' + "a" * 65 + '"') + STAGE, "D126", 2, 6, "id has 65 characters"),
    *((HEAD.replace('"A"', f'"{each}"') + STAGE, "D126", 3, 9, "no letter and no digit") for each in BLANKS),
    (HEAD + "[caps]\n[caps]\n", "D110", 7, 6, "cannot declare [caps] twice"),
    (HEAD + "y = " + "[" * 40 + "]" * 40, "D111", 6, 36, "at most 6 levels"),
    ('{"format": "thrum/1", "\\ud800": 1}', "D126", 1, 1, "half of a pair"),
    (HEAD + STAGE + "intensity = 0x" + "f" * 9000 + "\n", "D122", 10, 13, "a huge number"),
    (HEAD.replace('"a"', "0x" + "f" * 9000) + STAGE, "D122", 2, 6, "a huge number"),
    (HEAD + 'allow = [{rule = "D120", why = "x"}]\n' + STAGE, "D135", 6, 18, "no rule D120"),
    (HEAD + STAGE.replace("60", "7200") * 2, "D127", 6, 1, "240 min; at most 120"),
    ('{"id": 1, "id": 2}', "D110", 1, 11, "\"id\" is written twice"),
    (HEAD + "y = [" + "1," * 20_000 + "]\n", "D127", 6, 5, "20000 entries"),
    ("x" * (1 << 20) + "x", "D104", 0, 0, "larger than 1 MiB"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "says"), MISTAKES, ids=[f"{m[1]}-{i}" for i, m in enumerate(MISTAKES)]
)
def test_each_mistake_is_one_sentence_with_its_place(
    text: str, code: str, line: int, column: int, says: str
) -> None:
    found = one(text)
    assert (found.code, found.line, found.column) == (code, line, column), str(found)
    assert says in str(found)
    assert found.severity == "error"
    assert "\n" not in str(found)
    assert len(str(found)) < 500


def test_a_stage_key_under_a_track_is_told_where_it_belongs() -> None:
    track = '  [[stage.track]]\n  channel = "vibration"\n  keyframes = [{t = 0, v = 0.1}]\n  cue = "Hello."\n'
    found = one(WHOLE + track)
    assert (found.code, found.line) == ("D120", 13)
    assert "does not belong to a track, but to a stage" in found.message
    assert "Move 'cue' up" in found.hint


def test_a_track_key_on_a_stage_is_told_where_it_belongs() -> None:
    assert "but to a track" in one(WHOLE + "keyframes = [{t = 0, v = 0.1}]\n").message


def test_a_lost_key_is_reported_once_not_twice() -> None:
    text = HEAD + STAGE.replace("duration_s = 60\n", "")
    track = '[[stage.track]]\nchannel = "vibration"\nkeyframes = [{t = 0, v = 0.1}]\nduration_s = 60\n'
    assert one(text + track).code == "D120"


def test_six_mistakes_of_different_kinds_come_at_once() -> None:
    text = (
        HEAD.replace('"seated"', '"seatd"')
        + 'colour = "red"\n'
        + STAGE.replace('"back"', '"spine"').replace("60", '"60"')
        + STAGE.replace("effleurage", "petrisage")
        + '  [[stage.track]]\n  channel = "vibration"\n  keyframes = [{t = 0, v = 0.1}, {t = 99, v = 0.1}]\n'
    )
    found = rejected(text)
    assert [(each.code, each.line) for each in found] == [
        ("D123", 5), ("D120", 6), ("D123", 9), ("D122", 10), ("D123", 12), ("D131", 17),
    ]  # fmt: skip


def test_contradictions_are_found_beside_mistakes() -> None:
    tracks = (
        '  [[stage.track]]\n  channel = "vibration"\n  keyframes = [{t = 9, v = 0.1}, {t = 5, v = 0.1}]\n'
    )
    assert [each.code for each in rejected(HEAD + 'colour = "red"\n' + STAGE + tracks)] == ["D120", "D130"]


def test_a_mended_program_can_be_checked_further() -> None:
    examined = examine_text(HEAD + STAGE.replace("duration_s", "duration").replace("effleurage", "gliding"))
    assert not examined.ok
    assert examined.program is not None
    assert (examined.program.stages[0].technique, examined.program.stages[0].duration_s) == ("effleurage", 60)


def test_findings_are_bounded() -> None:
    text = HEAD + "\n".join(f"k{n} = 1" for n in range(5000)) + "\n" + STAGE
    found = rejected(text)
    assert len(found) == 51
    assert "more findings" in found[-1].message


def test_ids_and_paths(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(WHOLE.replace('"a"', '"mine"'))
    assert load_program("mine", tmp_path).program.id == "mine"
    assert load_program(tmp_path / "mine.toml").program.id == "mine"
    assert load_program(str(tmp_path / "mine.toml")).file == str(tmp_path / "mine.toml")
    assert load_program("evening-shoulders", tmp_path).program.id == "evening-shoulders"


def test_nothing_of_the_users_hides_or_breaks_a_built_in_program(tmp_path: Path) -> None:
    mine = tmp_path / "evening-shoulders.toml"
    for text in (WHOLE, "no TOML at all"):
        mine.write_text(text)
        loaded = load_program("evening-shoulders", tmp_path)
        assert loaded.file == str(LIBRARY / "evening-shoulders.toml")
        assert [(each.code, each.severity, each.file) for each in loaded.warnings] == [
            ("D107", "warning", str(mine))
        ]
        assert [entry.id for entry in catalog(tmp_path).entries] == [entry.id for entry in catalog().entries]
        assert [each.diagnostics[0].code for each in catalog(tmp_path).broken] == ["D107"]
    assert load_program("upper-back-percussion", tmp_path).warnings == ()


def test_two_of_the_users_programs_with_one_id_are_ambiguous(tmp_path: Path) -> None:
    for name in ("mine.toml", "mine.json"):
        (tmp_path / name).write_text(WHOLE)
    assert reason("mine", tmp_path).code == "D107"
    assert not catalog(tmp_path / "absent").broken


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX links")
def test_a_folder_that_cannot_be_read_hides_only_itself(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.symlink_to(closed)  # even root cannot list it
    assert load_program("evening-shoulders", closed).warnings == ()
    found = catalog(closed)
    assert len(found.entries) == len(catalog().entries)
    assert "cannot be listed: too many levels" in found.broken[0].diagnostics[0].message
    assert reason("mine", closed).code == "D101"


def test_an_id_that_is_not_the_file_name_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(WHOLE)
    assert [each.code for each in load_program("mine", tmp_path).warnings] == ["D108"]
    assert load_program(tmp_path / "mine.toml").warnings == ()


def reason(ref: str | Path, user_dir: Path | None = None) -> Diagnostic:
    with pytest.raises(Rejected) as caught:
        load_program(ref, user_dir)
    assert len(caught.value.diagnostics) == 1
    return caught.value.diagnostics[0]


def test_a_missing_id_suggests_the_nearest() -> None:
    assert reason("evening-shouldrs").hint == "Did you mean 'evening-shoulders'?"
    assert "thrum list" in reason("zzz").hint
    assert "evening-shoulders" not in reason("zzz").hint, "a list of all of them hides what to do"


@pytest.mark.parametrize(
    "ref", ["no/such/file.toml", "a\0b", "a\0b.toml", "x" * 5000, "x/" * 3000 + ".toml", ""]
)
def test_what_cannot_be_a_file_is_said_so(ref: str) -> None:
    found = reason(ref)
    assert found.code in ("D101", "D102", "D103")
    assert str(found).isprintable()


def test_files_that_are_no_programs(tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\x7fELF\0\0\0")
    (tmp_path / "latin.toml").write_bytes(b'a = 1\nb = "\xe9"\n')
    (tmp_path / "large.toml").write_bytes(b"# " + b"x" * 10_000_000)
    (tmp_path / "keys.toml").write_text("k = [" + "{t=1,v=0}," * 1_000_000 + "]")
    assert reason(tmp_path).code == "D102"
    assert reason(tmp_path / "binary.toml").code == "D105"
    latin = reason(tmp_path / "latin.toml")
    assert (latin.code, latin.line, latin.column) == ("D105", 2, 6)
    assert reason(tmp_path / "large.toml").code == "D104"
    assert reason(tmp_path / "keys.toml").code == "D104"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no FIFOs in the file system")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    assert reason(tmp_path / "pipe.toml").code == "D102"


@pytest.mark.skipif(not os.path.exists("/proc/kmsg"), reason="a file of Linux")
def test_a_file_of_the_system_that_would_wait_is_not_read() -> None:
    """It calls itself regular, and has no size."""
    assert reason("/proc/kmsg").code in ("D106", "D103")
    assert reason("/proc/version").code == "D106"


@pytest.mark.skipif(
    sys.platform == "win32" or os.getuid() == 0, reason="the administrator may read everything"
)
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret.toml"
    path.write_text(WHOLE)
    path.chmod(0)
    assert reason(path).code == "D103"


TRACK = '[[stage.track]]\nchannel = "vibration"\n'
HOSTILE = {
    "bad keyframes": WHOLE + TRACK + "keyframes = [" + "{t = '', q = 1}, " * 9_000 + "]",
    "equal keyframes": WHOLE + TRACK + "keyframes = [" + "{t = 0, v = 0.1}, " * 9_000 + "]",
    "headers": "\n".join(f"[a{n}.b.c.d.e.f]" for n in range(40_000)),
    "dotted keys": "[a.a.a.a.a.a]\n" + "\n".join(f"k{n}.b.b.b.b.b = 1" for n in range(20_000)),
    "stages": HEAD + "[[stage]]\n" * 4_900,
    "quotes": 'x = "' + '\\"' * 500_000 + '"',
    "open quotes": 'x = """' + 'a"' * 500_000,
    "open brackets": "x = " + "[{a = " * 100_000,
    "json objects": '{"stage": [' + ", ".join(["{}"] * 200_000) + "]}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused_in_time(name: str) -> None:
    started = time.process_time()
    assert 0 < len(rejected(HOSTILE[name])) <= 51
    assert time.process_time() - started < 2.0


PIECES = st.sampled_from(
    [*STAGE.splitlines(), *HEAD.splitlines(), "[[stage.track]]", "[caps]", "x = [1,", "}", '"""']
)


@given(st.lists(PIECES | st.text(string.printable, max_size=20), max_size=12))
def test_no_text_at_all_gives_a_traceback(lines: list[str]) -> None:
    found: tuple[Diagnostic, ...] = ()
    try:
        found = examine_text("\n".join(lines)).diagnostics
    except Rejected as exc:
        found = exc.diagnostics
    assert found
    assert all(each.file and each.message.endswith(".") for each in found)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(
    ["stage", "track", "keyframes", "modulate", "rate_hz", "cues", "caps", "allow", "shape", "t", "v", "#one"]
)
TREES = st.recursive(
    VALUES, lambda inner: st.dictionaries(KEYS, inner | st.lists(inner, max_size=2), max_size=4)
)


@given(st.dictionaries(KEYS, TREES, max_size=4))
def test_no_document_at_all_gives_a_traceback(tree: dict[str, object]) -> None:
    with pytest.raises(Rejected):
        parse_program(json.dumps(tree))
