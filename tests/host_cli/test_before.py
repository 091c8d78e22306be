"""Before the first stroke: everything is asked, silence is no answer, and nothing gets stronger by it."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_cli.before.asking import Asker, Entry
from host_cli.before.checklist import checklist
from host_cli.before.contraindications import asked_of
from host_cli.before.intake import Subject, contraindication_lines
from host_cli.before.options import Options
from host_cli.before.person import Before, prepare_person
from host_cli.before.plan import Hand, peaks, plan_lines, planned_points
from host_cli.exits import Quit
from host_cli.main import main
from host_cli.prepared import Asked, Prepared
from host_cli.terminal import Terminal, cells
from programs.load import load_program, program_files
from tests.host_cli.typist import Typist

SCREEN = Terminal(height=60, interactive=True)
NONE = ["0", "l", "0", "n", "enter", "y", "enter"]  # nothing speaks against it, light, ready, agreed
PROGRAMS = ("evening-shoulders", "own-neck-warm", "whole-back-deep", "firm-upper-back", "lower-back-heat")
NUMBERS = {  # of every contraindication, and a word of it
    1: "vein thrombosis", 2: "herniated", 3: "warfarin", 4: "blood vessels", 5: "osteoporosis", 6: "fever",
    7: "wound", 8: "pregnancy", 9: "cancer", 10: "diabetes", 11: "heart", 12: "blisters", 13: "heat or pain",
    14: "pacemaker",
}  # fmt: skip


def prepared(program: str = "evening-shoulders", profile: str = "heated-head") -> Prepared:
    return _prepared(program, profile)


@cache
def _prepared(program: str, profile: str) -> Prepared:
    strength = load_program(program).program.strength
    return Asked(Terminal(), program, strength, None).prepare(profile)


def before(
    typist: Typist,
    program: str = "evening-shoulders",
    profile: str = "heated-head",
    label: str = "REAL",
    terminal: Terminal = SCREEN,
    **options: object,
) -> Before:
    asked = Options(**options)  # type: ignore[arg-type]
    typist.script += [""] * 60  # hands off the keyboard while it counts down
    return prepare_person(terminal, prepared(program, profile), label, asked, lambda: typist, typist.wait)


def refusal(typist: Typist, **how: object) -> tuple[int, str]:
    with pytest.raises(Quit) as caught:
        before(typist, **how)  # type: ignore[arg-type]
    return caught.value.code, str(caught.value)


# --- what is asked -------------------------------------------------------------------------------


@pytest.mark.parametrize("heat", [True, False])
@pytest.mark.parametrize("program", PROGRAMS)
def test_every_contraindication_is_asked_by_name(program: str, heat: bool) -> None:
    """C1 to C14; C7 and C12 of the places that the program works; C13 of a rig that can warm."""
    regions = prepared(program).timeline.regions
    lines = contraindication_lines(Terminal(piped=True), asked_of(heat), regions)
    for number, words in NUMBERS.items():
        there = [line for line in lines if f"{number} " in line and words in line]
        assert bool(there) is (heat or number != 13), number
    places = next(at for at, line in enumerate(lines) if line.startswith("At the "))
    for each in {stage.region for stage in load_program(program).program.stages if stage.region}:
        assert each.replace("-", " ") in lines[places]
    local = {number for number, words in NUMBERS.items() if any(words in line for line in lines[places:])}
    assert {7, 12} <= local
    assert not local & {1, 2, 3, 4, 6, 8, 11, 14}
    assert "G2" in lines[-1]
    assert "makers' manuals" in lines[-1]


@pytest.mark.parametrize("posture", ["seated", "lying"])
@pytest.mark.parametrize("whom", ["other", "self"])
def test_the_checklist_has_every_point_for_everyone(posture: str, whom: str) -> None:
    items = checklist(posture, whom)
    assert [each.id for each in items][:7] == ["S1", "S2", "S3", "S4", "S5", "S6", "S7"]
    assert [each.id for each in items][7:] == (["S12"] if whom == "self" else [])
    said = {each.id: each.say for each in items}
    assert "breathe slowly first" in said["S5"].lower()
    assert "hurts" in said["S6"]
    assert "No oil" in said["S7"]
    assert ("two inches" in said["S1"]) is (posture == "lying")
    assert ("scent" in said["S3"]) is (whom == "other")
    assert ("towel" in said["S4"]) is (whom == "other")
    assert all(len(each.say) < 100 for each in items)


@pytest.mark.parametrize("program", [path.stem for path in program_files()])
def test_the_intake_is_one_screen_in_plain_characters(
    program: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """At its longest: sore where it works, more wanted than it plays, allergies, a rig that warms."""
    typist = Typist(["1 2 3 4 5 enter", "f", "a"])
    assert refusal(typist, program=program, terminal=Terminal(interactive=True, unicode=False))[0] == 130
    out = capsys.readouterr().out
    assert out.isascii()
    assert "Sore where it works" in out
    assert "none of these today" in out
    lines = out.rstrip("\n").split("\n")
    assert all(len(each.rstrip()) <= 80 for each in lines)
    assert len(lines) <= 24


@pytest.mark.parametrize(("width", "height"), [(40, 12), (80, 24), (200, 60)])
def test_nothing_is_wider_or_higher_than_the_screen(
    width: int, height: int, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ["enter"] * 12
    terminal = Terminal(width, height, interactive=True)
    for program in ("own-neck-warm", "whole-back-deep"):
        refusal(Typist(["0", "l", "0", *more]), program=program, terminal=terminal)
    pages = re.split("(?:more|Enter|some|plays\\)|hips): ", capsys.readouterr().out)
    assert any("Press n" in page for page in pages)
    assert any("blisters" in page and "1 deep" not in page for page in pages) is (height == 12)
    for page in pages:
        lines = page.split("\n")
        assert len(lines) <= height
        assert all(cells(line.rstrip()) <= width for line in lines)


def test_what_speaks_of_the_whole_list_answers_on_its_last_page(capsys: pytest.CaptureFixture[str]) -> None:
    small = Terminal(40, 12, interactive=True)
    assert refusal(Typist(["0", "l", "0", "n", "n", "n", "n"]), terminal=small)[0] == 130
    assert "blisters" not in capsys.readouterr().out
    assert refusal(Typist(["0", "l", "0", "y"]), terminal=small)[0] == 5  # a yes may come at once


# --- answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", NUMBERS)
def test_each_yes_refuses_with_its_reason(number: int) -> None:
    typed = " ".join([*str(number), "enter"])
    code, said = refusal(Typist(["0", "l", "0", typed]))
    assert code == 5
    assert NUMBERS[number] in said.lower()
    assert f"(C{number})" in said
    assert "ask a doctor first" in said
    assert ("at the back, upper back and shoulders" in said) is (number in (7, 12))


def test_yes_refuses_without_a_number() -> None:
    code, said = refusal(Typist(["0", "l", "0", "y"]))
    assert code == 5
    assert "ask a doctor first" in said


def test_no_agreement_refuses() -> None:
    code, said = refusal(Typist(["0", "l", "0", "n", "enter", "n"]))
    assert code == 5
    assert "agreement" in said


@pytest.mark.parametrize("answered", range(len(NONE)))
@pytest.mark.parametrize("key", ["q", "esc", "ctrl-c", "ctrl-d"])
def test_a_key_that_stops_stops_at_every_question(answered: int, key: str) -> None:
    """Among them the one that a keyboard gives that nobody holds any more."""
    code, said = refusal(Typist([*NONE[:answered], key, *NONE]))
    assert code == 130
    assert "nothing was started" in said


@pytest.mark.parametrize("answered", range(len(NONE)))
def test_silence_is_no_answer(answered: int) -> None:
    class Tired(Exception):
        pass

    class Silent(Typist):
        def wait(self) -> None:
            super().wait()
            if self.waits > answered:
                self._due = False
            if self.waits > 5000:
                raise Tired

    with pytest.raises(Tired):
        before(Silent(list(NONE)))


@pytest.mark.parametrize("answered", range(len(NONE)))
def test_what_is_unclear_is_asked_again(answered: int, capsys: pytest.CaptureFixture[str]) -> None:
    for unclear in ("x", "9 9 enter", "1 n", "\u00b2", "1 y"):
        clear = before(Typist([*NONE[:answered], unclear, *NONE[answered:]]))
        assert clear.by == "person"
    assert capsys.readouterr().out.count("Press ") >= 4


def test_a_number_is_seen_while_it_is_typed_and_can_be_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    before(Typist(["\x7f", "1", "2", "\x7f 4 enter", *NONE[1:]]))
    assert ": 12\b \b4 neck and lower back" in capsys.readouterr().out.replace("\n ", "")


def test_no_key_answers_two_questions_in_a_row() -> None:
    assert all(one != other for one, other in pairwise(NONE))
    for key in {*NONE, "m", "f", "a", "1"}:
        with pytest.raises(Quit) as caught:
            before(Typist([key] * 50))
        assert caught.value.code == 130


def test_what_was_typed_ahead_answers_nothing_but_a_stop_stops() -> None:
    assert refusal(Typist([], ahead=[*NONE]))[0] == 130
    typist = Typist(list(NONE), ahead=["n", "y", "enter"])
    assert before(typist).by == "person"
    assert refusal(Typist(list(NONE), ahead=["n", "esc"]))[0] == 130


@given(st.lists(st.sampled_from(["n", "y", "0", "1", "3", "enter", "space", "\x7f", "x"]), max_size=12))
def test_an_entry_gives_n_only_for_n_alone(keys: list[str]) -> None:
    entry = Entry("n")
    for key in keys:
        typed = entry.typed
        answer = entry.feed(key)
        if answer == "n":
            assert (typed, key) == ("", "n")
        if answer.isdigit():
            assert (answer, key) == (typed, "enter")


# --- strength, pain ------------------------------------------------------------------------------

ORDER = ["light", "medium", "firm"]


@pytest.mark.parametrize("wanted", ORDER)
@pytest.mark.parametrize("program", ["evening-shoulders", "whole-back-deep", "firm-upper-back"])
def test_the_strength_wanted_only_lowers(program: str, wanted: str) -> None:
    was = prepared(program)
    chosen = before(Typist(["0", wanted[0], *NONE[2:]]), program).prepared
    assert chosen.timeline.strength == min(was.timeline.strength, wanted, key=ORDER.index)
    assert chosen.ready.timeline.strength == chosen.timeline.strength
    if wanted in ORDER[ORDER.index(was.timeline.strength) :]:
        assert chosen is was
    else:
        assert chosen.how["strength"] == wanted
        assert chosen.timeline.ceilings[0] < was.timeline.ceilings[0]
        for each in was.timeline.passes:
            low, high = peaks(chosen.timeline, [each]), peaks(was.timeline, [each])
            assert low[0] <= high[0]
            assert low[1] <= high[1]
            assert low[2] == high[2]


def test_a_lower_strength_keeps_the_stage_that_it_begins_at() -> None:
    late = Asked(Terminal(), "whole-back-deep", None, 4).prepare("heated-head")
    lower = late.at_strength("light")
    assert lower.timeline.origin_ms == late.timeline.origin_ms > 0
    assert lower.at_strength("firm").timeline.strength == "light"


def test_pain_where_it_works_warns_and_raises_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    pained = before(Typist(["2 5 enter", *NONE[1:]]))
    out = capsys.readouterr().out
    assert "Sore where it works: shoulders." in out
    assert "Choose light" in out
    assert "Sore: shoulders." in out.split("The plan")[1]
    assert pained.prepared is prepared()
    before(Typist(["1 5 enter", *NONE[1:]]))
    assert "Sore" not in capsys.readouterr().out


def test_strokes_along_the_back_touch_what_lies_on_it() -> None:
    along = Subject("", "REAL", ("back",), "light", False, "other")
    assert along.sore(("neck", "shoulders", "lower-back", "hips")) == ("shoulders", "lower-back")


# --- who is asked, and what is kept --------------------------------------------------------------


def test_on_sim_it_is_skipped_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    typist = Typist([])
    skipped = before(typist, label="SIM")
    assert skipped.by == "skipped: SIM"
    assert typist.waits == 0
    assert "skipped" in capsys.readouterr().out
    assert before(Typist(list(NONE)), label="SIM", rehearse=True).by == "person"


@pytest.mark.parametrize("label", ["REAL", "SIM"])
def test_none_apply_answers_for_a_script_and_is_said(label: str, capsys: pytest.CaptureFixture[str]) -> None:
    typist = Typist([])
    told = before(typist, label=label, none_apply=True, rehearse=True, keep_intake=True)
    assert told.by == "--none-apply"
    assert told.intake is None
    assert typist.waits == 60  # the countdown alone: 3 s
    out = " ".join(capsys.readouterr().out.split())
    assert "none of C1, C2, C3" in out
    assert "at the back, upper back and shoulders" in out
    assert "The plan" in out


def test_real_needs_a_terminal_or_a_program_that_answers(capsys: pytest.CaptureFixture[str]) -> None:
    blind = Terminal(interactive=False)
    for options in ({}, {"none_apply": True}, {"rehearse": True}, {"answers_come": True}):
        code, said = refusal(Typist(list(NONE)), terminal=blind, **options)
        assert code == 5
        assert "terminal" in said
    typist = Typist([])
    assert before(typist, terminal=blind, answers_come=True, none_apply=True).by == "--none-apply"
    assert typist.waits == 0
    assert "The plan" in capsys.readouterr().out
    assert refusal(Typist(list(NONE)), terminal=blind, label="SIM", rehearse=True)[0] == 5


def test_answers_are_kept_only_when_asked_for() -> None:
    script = ["1 enter", "m", "a", *NONE[3:]]
    kept = before(Typist(list(script)), "own-neck-warm", keep_intake=True)
    not_kept = before(Typist(list(script)), "own-neck-warm")
    assert kept.intake is not None
    assert kept.intake.startswith("pain: neck; strength wanted: medium; allergies: yes; none of C1, C2, ")
    assert not_kept.intake is None
    assert not_kept.answers is not None
    assert not_kept.answers.allergies


def test_an_allergy_is_said_again_in_the_checklist(capsys: pytest.CaptureFixture[str]) -> None:
    before(Typist(["0", "l", "a", *NONE[3:]]))
    assert "An allergy was named" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("program", "words"), [("own-shoulders", "Do you want"), ("first-time", "Have they")]
)
def test_consent_fits_whom_it_is_for(program: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    before(Typist(list(NONE)), program)
    out = capsys.readouterr().out
    assert words in out
    assert ("they" in out.lower().split()) is (program == "first-time")


@pytest.mark.parametrize("label", ["", "x" * 33, "a\x1b[2J", "  ", "a\nb"])
def test_a_label_of_the_operator_can_be_shown(label: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "evening-shoulders", "--dry-run", "--operator", label]) == 2
    assert "1 to 32 characters" in capsys.readouterr().err


def test_the_operator_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THRUM_OPERATOR", "x" * 33)
    assert main(["run", "evening-shoulders", "--dry-run"]) == 2
    assert main(["run", "evening-shoulders", "--dry-run", "--operator", "Ann"]) == 0


# --- plan and countdown --------------------------------------------------------------------------


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_plan_tells_stages_sides_levels_and_how_to_stop(program: str) -> None:
    it = prepared(program)
    lines = plan_lines(Terminal(piped=True), it.ready, it.timeline)
    document = it.ready.loaded.program
    lasts = round(document.stage_time_s)
    assert f"{lasts // 60}:{lasts % 60:02d} min, {document.strength}" in lines[0]
    stages = lines[1 : 1 + len(document.stages)]
    for stage, line in zip(document.stages, stages, strict=True):
        assert stage.title in line
        assert ("left then right" in line) is (stage.side == "both")
        assert stage.region is None or stage.region.replace("-", " ") in line
    rest = "\n".join(lines[len(stages) + 1 :])
    for at, name in enumerate(("vibration", "percussion", "heat")):
        peak = max(each.levels[at] for each in it.timeline.segments)
        shown = f"{peak / 100:.3g}\u00a0°C" if name == "heat" else f"{peak / 100:.0f}\u00a0%"
        assert (f"Highest {name}: {shown}" in rest) is (peak > 0)
    for key in ("q", "Esc", "Ctrl-C", "Space"):
        assert key in lines[-1]


def test_the_plan_says_what_a_lower_strength_did() -> None:
    lower = prepared("whole-back-deep").at_strength("light")
    text = " ".join(plan_lines(Terminal(piped=True), lower.ready, lower.timeline))
    assert "Written as medium, plays as light" in text
    assert "at most 35\u00a0% is allowed, the cap of strength light" in text


def test_the_hand_of_the_operator_is_counted_and_warned() -> None:
    it = prepared()

    def plan(today: float, planned: float) -> str:
        hand = Hand(today, planned)
        return " ".join(plan_lines(Terminal(piped=True), it.ready, it.timeline, hand=hand))

    assert "12 of 100 points today, about 8.0 more with this; then 80 are left." in plan(12, 8)
    assert "somebody else" not in plan(42, 8)
    assert "somebody else" in plan(43, 8)
    assert "hand" not in " ".join(plan_lines(Terminal(piped=True), it.ready, it.timeline))


@pytest.mark.parametrize("points", [99.9, 101.0, float("nan")])
def test_a_hand_that_had_enough_does_not_begin(points: float) -> None:
    code, said = refusal(Typist(list(NONE)), points_today=points, operator="Ann")
    assert code == 5
    assert "hand of Ann" in said
    assert before(Typist(list(NONE)), points_today=99.0).by == "person"
    assert before(Typist(list(NONE)), points_today=points, label="SIM", rehearse=True).by == "person"


def test_planned_points_follow_level_and_time() -> None:
    """The full level for all of the time is the most: points = 2 a_hv^2 t."""
    it = prepared("upper-back-percussion", "percussion-massager")
    points = planned_points(it.ready.profile, it.timeline)
    most = 2 * 7.3**2 * it.timeline.duration_ms / 3_600_000
    assert 0.02 * most < points < most
    lower = it.at_strength("light")
    assert planned_points(it.ready.profile, lower.timeline) < points


@pytest.mark.parametrize("key", ["q", "esc", "ctrl-c", "ctrl-d", "space"])
@pytest.mark.parametrize("turn", [1, 30, 60])
def test_any_key_that_stops_cancels_the_countdown(key: str, turn: int) -> None:
    typist = Typist([*NONE, *["x"] * (turn - 1), key, *["x"] * 60])
    code, said = refusal(typist)
    assert code == 130
    assert "nothing was started" in said
    assert typist.waits == len(NONE) + turn


def test_the_countdown_takes_three_seconds_on_a_terminal() -> None:
    typist = Typist([*NONE, *["enter", "n"] * 30])
    assert before(typist).by == "person"
    assert typist.waits == len(NONE) + 60


def test_a_signal_or_a_terminal_that_is_gone_stops_it() -> None:
    for error in (KeyboardInterrupt, OSError):

        class Broken(Typist):
            def wait(self) -> None:
                raise error  # noqa: B023

        code, said = refusal(Broken([]))
        assert code == 130
        assert "nothing was started" in said


def test_an_asker_is_never_wider_than_reads_well() -> None:
    assert Asker(Terminal(200), Typist([]), lambda: None).terminal.width == 80
