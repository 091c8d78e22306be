"""Each rule: a program that breaks it alone is caught, at its place; the good one is not."""

from __future__ import annotations

import re
from typing import Any

import pytest

from programs import limits
from programs.compiler import compile_program
from programs.document import Program
from programs.plan import build_plan
from programs.rules import CHECKS, RULES, check_plan
from tests.programs.examples import GOOD, good, inserted, rig, track, with_stage

REST = {"technique": "rest", "duration_s": 60}
BACK = {
    "technique": "effleurage",
    "region": "back",
    "side": "both",
    "duration_s": 60,
    "intensity": [0.1, 0.2],
}


def spot(technique: str = "friction", **more: Any) -> dict[str, Any]:
    return {"technique": technique, "region": "shoulders", "side": "both", "duration_s": 45, **more}


def custom(*points: tuple[float, float], **more: Any) -> dict[str, Any]:
    """A stage on the shoulders with a written vibration track."""
    modulate = more.pop("modulate", None)
    written = track("vibration", *points, **({"modulate": modulate} if modulate else {}))
    return {
        "technique": "custom",
        "region": "shoulders",
        "side": "both",
        "duration_s": points[-1][0],
        "track": [written],
        **more,
    }


def wave(shape: str, rate_hz: float, duty: float = 0.5) -> dict[str, Any]:
    return {"shape": shape, "rate_hz": rate_hz, "depth": 0.5, "duty": duty}


def long_way(*middle: dict[str, Any], count: int = 1) -> Program:
    """Opening, what is asked, and the close."""
    return good(stage=[GOOD["stage"][0], *(list(middle) * count), GOOD["stage"][-1]])


TRACK0 = ("stage", 1, "track", 0)
HEAT = [track("heat", (0.0, 41.5))]
DRUM = {"technique": "tapotement", "region": "upper-back", "side": "both", "duration_s": 45}
UP = {"technique": "petrissage", "side": "both", "duration_s": 30, "intensity": [0.2, 0.2]}

# (code, severity, program, profile, where)
BROKEN: list[tuple[str, str, Program, str, tuple[str | int, ...]]] = [
    ("L1", "error", with_stage(1, intensity=[0.2, 0.36]), "heated-head", ("stage", 1, "intensity")),
    (
        "L2",
        "error",
        inserted(1, {**BACK, "region": "neck", "intensity": [0.2, 0.31]}),
        "heated-head",
        ("stage", 1, "intensity"),
    ),
    (
        "L3",
        "error",
        good(
            caps={"intensity": 0.2},
            stage=with_stage(1, intensity=[0.2, 0.25]).model_dump(
                by_alias=True, exclude_none=True, exclude_defaults=True
            )["stage"],
        ),
        "heated-head",
        ("stage", 1, "intensity"),
    ),
    ("L4", "error", with_stage(1, intensity=[0.2, 0.25]), "weak", ("stage", 1, "intensity")),
    (
        "L5",
        "error",
        with_stage(1, caps={"intensity": 0.15}, intensity=[0.1, 0.2]),
        "heated-head",
        ("stage", 1, "intensity"),
    ),
    ("L6", "error", good(track=HEAT), "heated-head", ("track", 0, "keyframes", 0, "v")),
    (
        "L6",
        "error",
        good(track=[track("heat", (0.0, 25.0))]),
        "heated-head",
        ("track", 0, "keyframes", 0, "v"),
    ),
    ("L7", "warning", good(caps={"intensity": 0.35}), "heated-head", ("caps", "intensity")),
    ("L7", "warning", good(caps={"heat_c": 40.0}), "heated-head", ("caps", "heat_c")),
    (
        "L7",
        "warning",
        with_stage(1, caps={"intensity": 0.5}),
        "heated-head",
        ("stage", 1, "caps", "intensity"),
    ),
    (
        "L8",
        "error",
        inserted(1, custom((0, 0.1), (20, 0.1), modulate=wave("sine", 4.1))),
        "heated-head",
        (*TRACK0, "modulate"),
    ),
    (
        "L8",
        "error",
        inserted(1, custom((0, 0.1), (20, 0.1), modulate=wave("square", 0.4))),
        "heated-head",
        (*TRACK0, "modulate"),
    ),
    (
        "L8",
        "error",
        inserted(1, custom((0, 0.1), (20, 0.1), modulate=wave("square", 10, 0.2))),
        "heated-head",
        (*TRACK0, "modulate"),
    ),
    (
        "L8",
        "error",
        inserted(1, custom((0, 0.1), (20, 0.1), modulate=wave("triangle", 1, 0.05))),
        "heated-head",
        (*TRACK0, "modulate"),
    ),
    ("L10", "warning", inserted(1, custom((0, 0.3), (6, 0.3))), "heated-head", ("stage", 1, "duration_s")),
    ("L11", "error", inserted(1, custom((0, 0.1), (3, 0.1))), "heated-head", ("stage", 1, "duration_s")),
    (
        "L11",
        "error",
        inserted(1, {"technique": "rest", "duration_s": 0.5}),
        "heated-head",
        ("stage", 1, "duration_s"),
    ),
    (
        "L12",
        "error",
        inserted(1, BACK).model_copy(update={"for_": "self"}),
        "heated-head",
        ("stage", 1, "region"),
    ),
    ("P1", "error", inserted(4, DRUM), "vibration-pad", ("stage", 4)),
    (
        "R1",
        "error",
        with_stage(0, intensity=[0.1, 0.3], duration_s=30),
        "heated-head",
        ("stage", 0, "intensity"),
    ),
    (
        "R1",
        "error",
        inserted(
            2,
            {"technique": "rest", "duration_s": 60},
            {**UP, "region": "shoulders", "intensity": [0.25, 0.25]},
        ),
        "heated-head",
        ("stage", 3, "intensity"),
    ),
    (
        "R2",
        "error",
        inserted(1, {**UP, "region": "hips", "intensity": [0.2, 0.35]}),
        "heated-head",
        ("stage", 1, "technique"),
    ),
    ("R2", "error", inserted(2, {**spot(), "region": "hips"}), "heated-head", ("stage", 2, "technique")),
    ("R3", "error", with_stage(4, technique="petrissage"), "heated-head", ("stage", 4, "technique")),
    ("R3", "error", with_stage(4, intensity=[0.25, 0.0]), "heated-head", ("stage", 4, "intensity")),
    ("R3", "error", with_stage(4, intensity=[0.05, 0.15]), "heated-head", ("stage", 4, "intensity")),
    (
        "R6",
        "error",
        inserted(1, BACK, {**DRUM, "region": "lower-back"}),
        "heated-head",
        ("stage", 2, "region"),
    ),
    ("R6", "error", inserted(1, BACK), "percussion-massager", ("stage", 1, "region")),
    ("R7", "error", with_stage(1, side="left", duration_s=180), "heated-head", ("stage", 1, "side")),
    ("R7", "error", inserted(2, spot(side="left")), "heated-head", ("stage", 2, "side")),
    (
        "R7",
        "warning",
        inserted(2, spot(side="left", one_sided="a knot")),
        "heated-head",
        ("stage", 2, "side"),
    ),
    ("R8", "error", inserted(2, spot(duration_s=61)), "heated-head", ("stage", 2, "duration_s")),
    (
        "R9",
        "warning",
        good(stage=[BACK, *GOOD["stage"][2:4], {**UP, "region": "shoulders"}, GOOD["stage"][-1]]),
        "heated-head",
        ("stage",),
    ),
    ("R10", "error", with_stage(1, duration_s=80), "heated-head", ("kind",)),
    ("R10", "error", good(kind="break"), "heated-head", ("kind",)),
    (
        "R10",
        "error",
        good(kind="break", strength="firm", stage=GOOD["stage"][:1] + GOOD["stage"][-1:]),
        "heated-head",
        ("strength",),
    ),
    ("R11", "warning", with_stage(1, duration_s=160), "heated-head", ("stage", 1, "technique")),
    (
        "R11",
        "warning",
        inserted(2, {**UP, "technique": "twists", "region": "shoulders", "shape": {"passes": 4}}),
        "heated-head",
        ("stage", 2, "technique"),
    ),
    (
        "R12",
        "error",
        inserted(1, custom((0, 0.0), (1, 0.26), (20, 0.26))),
        "heated-head",
        (*TRACK0, "keyframes", 0, "v"),
    ),
    (
        "R12",
        "error",
        inserted(1, custom((0, 0.3), (0.5, 0.04), (20, 0.0))),
        "heated-head",
        (*TRACK0, "keyframes", 0, "v"),
    ),
    ("R13", "error", with_stage(1, shape={"period_s": 1.9}), "heated-head", ("stage", 1, "shape")),
    ("R13", "error", inserted(2, spot(shape={"rate_hz": 3.1})), "heated-head", ("stage", 2, "shape")),
    (
        "R14",
        "warning",
        long_way({**UP, "region": "shoulders", "duration_s": 120}, count=2),
        "heated-head",
        ("stage",),
    ),
    ("R14", "warning", with_stage(1, duration_s=151), "heated-head", ("stage", 1, "technique")),
    (
        "R18",
        "warning",
        good(
            stage=[
                BACK,
                {**UP, "region": "hips", "duration_s": 20},
                {**UP, "region": "shoulders", "duration_s": 100},
                {**BACK, "technique": "closing-sweeps", "intensity": [0.1, 0.0], "duration_s": 120},
            ]
        ),
        "heated-head",
        ("stage",),
    ),
    (
        "R19",
        "warning",
        inserted(2, *([{**UP, "region": "shoulders", "duration_s": 100}] * 2)),
        "heated-head",
        ("stage", 5),
    ),
    ("P2", "warning", inserted(1, custom((0, 0.1), (20, 0.1), modulate=wave("sine", 4.0))), "slow", ()),
    ("P3", "warning", good(track=[track("heat", (0.0, 30.0), (1.0, 39.0))]), "cold", ("track", 0)),
    ("D303", "error", good(allow=[{"rule": "R1", "why": "No."}]), "heated-head", ("allow", 0, "rule")),
]


def profile_named(name: str) -> Any:
    """The built-in profile, or the heated head with slower or weaker parts."""
    if name not in ("slow", "cold", "weak"):
        return rig(name)
    heated = rig()
    if name == "weak":
        return heated.model_copy(update={"limits": heated.limits.model_copy(update={"vibration": 0.2})})
    outputs = []
    for output in heated.outputs:
        if name == "slow":
            output = output.model_copy(update={"rise_time_s": 1.0})
        elif output.heater is not None:
            output = output.model_copy(
                update={"heater": output.heater.model_copy(update={"heating_rate_c_s": 0.05})}
            )
        outputs.append(output)
    return heated.model_copy(update={"outputs": tuple(outputs)})


@pytest.mark.parametrize("name", ["heated-head", "vibration-pad", "percussion-massager"])
def test_the_good_program_breaks_nothing(name: str) -> None:
    compiled = compile_program(good(), rig(name))
    assert [str(each) for each in compiled.diagnostics] == []
    assert compiled.ok


@pytest.mark.parametrize(
    ("code", "severity", "program", "profile", "where"),
    BROKEN,
    ids=[f"{row[0]}-{k}" for k, row in enumerate(BROKEN)],
)
def test_what_breaks_a_rule_is_caught(
    code: str, severity: str, program: Program, profile: str, where: tuple[str | int, ...]
) -> None:
    found, _ = check_plan(build_plan(program, profile_named(profile)))
    mine = [each for each in found if each.code == code]
    assert mine, [str(each) for each in found]
    assert mine[0].severity == severity
    assert mine[0].where[: len(where)] == where
    assert mine[0].source
    assert mine[0].hint or severity == "warning"
    assert re.search(r"[0-9]|'hold'|never|technique|where percussion|plays", mine[0].message)
    assert mine[0].message.endswith(".")
    assert len(mine) == len(set(mine))
    if severity == "error":
        assert not compile_program(program, profile_named(profile)).ok


def test_every_check_is_broken_somewhere() -> None:
    caught = {row[0] for row in BROKEN}
    assert set(CHECKS) <= caught
    assert {"L2", "L3", "L4", "L5", "L6", "P1"} <= caught  # codes without a check of their own


def test_every_rule_has_a_page() -> None:
    assert {f"R{k}" for k in range(1, 21)} <= set(RULES)
    for rule in RULES.values():
        assert rule.title
        assert rule.source
        assert rule.text.endswith(".")


def test_pages_quote_the_limits() -> None:
    quoted: dict[str, list[float]] = {
        "L1": [0.35, 0.60, 0.85],
        "L2": [0.30, 0.50],
        "L6": [40, 41, 30],
        "L8": [4, 0.5, 10, 30],
        "L9": [900],
        "R1": [30, 0.20, 10, 60],
        "R2": [60, 0.30],
        "R3": [45, 0.20],
        "R7": [10, 0.05],
        "R8": [60],
        "R9": [20, 45],
        "R10": [10, 60, 2],
        "R12": [0.25, 0.50],
        "R13": [2, 3],
        "R14": [5],
        "R19": [15, 30],
    }
    for code, numbers in quoted.items():
        written = {
            float(each)
            for each in re.findall(r"(?<![RGA.\d-])\d+(?:\.\d+)?", RULES[code].text.replace("-", " "))
        }
        assert {float(each) for each in numbers} <= written, code


def test_the_numbers_of_the_safety_table() -> None:
    assert limits.STRENGTH_CAP == {"light": 0.35, "medium": 0.60, "firm": 0.85}
    assert limits.REGION_CAP == {"neck": 0.30, "lower-back": 0.50, "back": 0.50}
    assert set(limits.NO_PERCUSSION) == {"neck", "lower-back", "back"}
    assert (limits.RISE_PER_S, limits.FALL_PER_S, limits.GAP_S) == (0.25, 0.5, 3.0)
    assert (limits.HEAT_DEFAULT_C, limits.HEAT_CEILING_C) == (40.0, 41.0)
    assert (limits.WAVE_MAX_HZ, limits.BURST_MIN_HZ, limits.BURST_MAX_HZ, limits.EDGE_MIN_S) == (
        4.0,
        0.5,
        10.0,
        0.03,
    )
    assert (limits.BUCKET_S, limits.BUCKET_REFILL_S) == (900, 300)
    assert (limits.SESSION_S, limits.BREAK_S) == ((600.0, 3600.0), (120.0, 600.0))


def test_a_warning_can_be_waived_and_stays_visible() -> None:
    written = {"allow": [{"rule": "R14", "why": "Kneading is what she asked for."}]}
    stages = with_stage(1, duration_s=151).model_dump(
        by_alias=True, exclude_none=True, exclude_defaults=True
    )["stage"]
    compiled = compile_program(good(stage=stages, **written), rig())
    assert "R14" not in {each.code for each in compiled.diagnostics}
    assert [each.code for each in compiled.waived] == ["R14"]


def test_all_mistakes_come_in_one_go_errors_first() -> None:
    stages = [
        {**GOOD["stage"][0], "intensity": [0.3, 0.3]},
        {**GOOD["stage"][1], "shape": {"period_s": 1.0, "speed": 3.0}},
        {**GOOD["stage"][2], "intensity": [0.2, 0.5]},
        {**GOOD["stage"][3], "side": "left"},
        GOOD["stage"][4],
    ]
    compiled = compile_program(good(stage=stages, caps={"intensity": 0.9}), rig())
    assert {"R1", "R13", "D301", "L1", "R7", "R10", "L7"} <= {each.code for each in compiled.diagnostics}
    severities = [each.severity for each in compiled.diagnostics]
    assert severities == sorted(severities)


def test_the_whole_back_needs_one_warm_up_only() -> None:
    warmed = inserted(1, BACK, {**UP, "region": "hips", "intensity": [0.2, 0.35]})
    assert "R2" not in {each.code for each in compile_program(warmed, rig()).diagnostics}


def test_a_move_cue_keeps_a_long_pass_lawful() -> None:
    cues = [{"t": 40, "say": "Next spot.", "move": True}]
    compiled = compile_program(inserted(2, spot(duration_s=80, cues=cues)), rig())
    assert "R8" not in {each.code for each in compiled.diagnostics}


def test_passes_on_one_spot_add_up() -> None:
    both = [spot(side=side, duration_s=40) for side in ("left", "left", "right", "right")]
    compiled = compile_program(inserted(2, *both), rig())
    assert "R8" in {each.code for each in compiled.diagnostics}
