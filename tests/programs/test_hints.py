"""What people write by hand, and that they are told once, and what to write instead."""

from __future__ import annotations

import pytest

from host_cli.work import findings_of
from programs.diagnostics import Diagnostic
from programs.errors import Rejected
from programs.load import examine_text, load_program
from programs.profile import load_profile
from programs.rules import RULES
from programs.rules.registry import told

RIG = load_profile("heated-head")
GOOD = """format = "thrum/1"
id = "mine"
title = "Mine"
summary = "Ten minutes."
posture = "seated"

[[stage]]
technique = "effleurage"
region = "back"
side = "both"
duration_s = 90

[[stage]]
technique = "petrissage"
region = "shoulders"
side = "both"
duration_s = 120
intensity = [0.20, 0.28]

[[stage]]
technique = "vibration"
region = "upper-back"
side = "both"
duration_s = 60
  [[stage.track]]
  channel = "vibration"
  keyframes = [ {t = 0, v = 0.15}, {t = 60, v = 0.15} ]

[[stage]]
technique = "closing-sweeps"
region = "back"
side = "both"
duration_s = 50
"""
HEAT = '[[track]]\nchannel = "heat"\nkeyframes = [ {t = 0, v = %s}, {t = 60, v = %s} ]\n\n[[stage]]'


def findings(text: str) -> list[Diagnostic]:
    try:
        return findings_of(examine_text(text, "mine.toml"), RIG)[0]
    except Rejected as error:
        return list(error.diagnostics)


def errors(*change: str) -> list[Diagnostic]:
    """What is wrong once ``change`` (before, after) was made, at the first place where it can be."""
    assert change[0] in GOOD
    return [each for each in findings(GOOD.replace(change[0], change[1], 1)) if each.severity == "error"]


def test_the_example_is_good() -> None:
    assert findings(GOOD) == []


@pytest.mark.parametrize(
    ("before", "after", "hint"),
    [
        ("duration_s = 90", "duration_s = 1:30", "write 90."),
        ("duration_s = 90", 'duration_s = "1:30"', "write 90."),
        ("duration_s = 90", "duration_s = 90,5", "write 90.5."),
        ("duration_s = 90", "duration_s = 90s", "write 90."),
        ("duration_s = 90", "duration_s = 1.5 min", "write 90."),
        ("[0.20, 0.28]", "[20, 0.28]", "20 % is written 0.20."),
        ("[0.20, 0.28]", "[0,20, 0,28]", "write [0.20, 0.28]."),
        ("[0.20, 0.28]", '"20 %"', "20 % is written 0.20."),
        ("t = 0, v = 0.15", 't = 0, v = "0,15"', "write 0.15."),
        ("t = 0, v = 0.15", "t = 0, v = 0,15", "write 0.15."),
        ("t = 0, v = 0.15", "t = 0, v = 15", "For 15 % write 0.15."),
        ('"seated"', '"sitting"', "Did you mean 'seated'?"),
        ('posture = "seated"', 'posture = "seated"\nstrength = "strong"', "Did you mean 'firm'?"),
        ('technique = "petrissage"\nregion = "shoulders"', 'technique = "tapotement"\nregion = "lower-back"',
         "Choose shoulders, upper-back or hips, or another technique, such as petrissage."),
    ],
)  # fmt: skip
def test_what_people_write_by_hand_gets_a_hint(before: str, after: str, hint: str) -> None:
    assert any(hint in each.hint for each in errors(before, after))


@pytest.mark.parametrize("at", [0, 2])
def test_single_brackets_are_shown_where_they_stand(at: int) -> None:
    parts = GOOD.split("[[stage]]\n")
    text = "[[stage]]\n".join(parts[: at + 1]) + "[stage]\n" + "[[stage]]\n".join(parts[at + 1 :])
    (found,) = findings(text)
    assert text.splitlines()[found.line - 1] == "[stage]"
    assert found.hint == "Write [[stage]] here too."


def test_a_missing_region_is_one_finding() -> None:
    assert [each.code for each in findings(GOOD.replace('region = "shoulders"\n', "", 1))] == ["D137"]


def test_levels_on_heat_are_one_finding_that_names_the_unit() -> None:
    (found,) = findings(GOOD.replace("[[stage]]", HEAT % (0.15, 0.2), 1))
    assert found.code == "D124"
    assert "1 more" in found.message
    assert "degrees Celsius" in found.hint


def test_mistakes_that_do_not_follow_from_each_other_are_all_told() -> None:
    text = GOOD.replace("[[stage]]", HEAT % (0.15, 0.2), 1).replace("[0.20, 0.28]", "[0.20, 0.48]")
    assert {"D124", "L1"} <= {each.code for each in findings(text)}


def test_a_keyframe_past_the_end_names_what_ends() -> None:
    (found,) = errors("[[stage]]", HEAT.replace("t = 60", "t = 3000") % (34.0, 38.0))
    assert (found.code, "the program lasts" in found.message) == ("D131", True)
    assert "lengthen the program" in found.hint


@pytest.mark.parametrize(
    ("value", "bound", "digits"), [(0.2004, 0.2, 2), (0.200004, 0.2, 2), (59.96, 60, 0), (0.48, 0.35, 2)]
)
def test_a_sentence_about_a_bound_is_true_as_it_reads(value: float, bound: float, digits: int) -> None:
    shown = float(told(value, bound, digits))
    assert (shown > bound, shown < bound) == (value > bound, value < bound)


def test_a_level_just_above_the_start_is_shown_above_it() -> None:
    text = GOOD.replace("duration_s = 90", "duration_s = 90\nintensity = [0.2004, 0.2004]", 1)
    (found,) = [each for each in findings(text) if each.code == "R1"]
    assert "reaches 0.2004 " in found.message


def test_reasons_are_words_and_guides_have_their_names() -> None:
    for each in RULES.values():
        assert not any(mark in each.source.split() for mark in ("E", "E)", "(E)")), each.code
        assert "G0" not in each.source
        assert "rules of the document" not in each.source
    assert "How to Give the BEST Back Massage" in RULES["R1"].source
    assert len(RULES["R1"].guides) == 4


def test_a_file_that_is_not_there_needs_no_reason() -> None:
    for ref in ("no-such-program", "nowhere/a.toml", "."):
        with pytest.raises(Rejected) as caught:
            load_program(ref)
        assert caught.value.diagnostics[0].source == ""
