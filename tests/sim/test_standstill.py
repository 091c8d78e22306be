"""A shaft that stands still under a level: counted from the trace, and not where a fault holds it."""

from __future__ import annotations

import pytest

from programs.profile import load_profile
from sim.conditions import conditions_of, unusual
from sim.lockstep import simulate
from sim.person import Person
from sim.vary import draw
from tests.sim.conftest import make_timeline


def test_a_head_that_turns_never_stands() -> None:
    pad, head = simulate(make_timeline(12), load_profile("heated-head")).motors
    assert pad.driven_s == pytest.approx(12, abs=1.0)
    assert (pad.still_s, pad.still_from_s) == (0.0, None)
    assert head.driven_s == 0.0


@pytest.mark.parametrize("fault", ["motor.stall@4", "motor.open@4", "device.hang@6", "enable.stuck@4"])
def test_a_shaft_that_a_fault_holds_says_nothing(fault: str) -> None:
    result = simulate(make_timeline(12), load_profile("heated-head"), faults=[fault])
    assert [each.still_from_s for each in result.motors] == [None, None]
    assert result.motors[0].driven_s < 6.5, "it is not counted as driven, either"


def test_a_fault_that_ended_hides_nothing_after_it() -> None:
    """The shaft stands from the start, since it is pressed; the fault hides two seconds of twelve."""
    profile = load_profile("percussion-massager")
    person = Person(pressing_force_n=200.0)
    timeline = make_timeline(12, heat_c100=0, profile=profile.id)
    (whole,) = simulate(timeline, profile, person=person).motors
    (part,) = simulate(timeline, profile, person=person, faults=["motor.stall@4:2"]).motors
    assert whole.still_s == pytest.approx(whole.driven_s, abs=0.05)
    assert part.still_s == pytest.approx(whole.still_s - 2.0, abs=0.05)
    assert whole.still_from_s is not None
    assert whole.still_from_s < 2.0
    assert whole.winding_c is not None
    assert whole.winding_c > 23.5


def test_conditions_name_what_is_unusual_alone() -> None:
    profile = load_profile("percussion-massager")
    assert unusual(profile, conditions_of(profile)) == {}
    found = conditions_of(profile, Person(pressing_force_n=60.0), 0.2)
    assert unusual(profile, found) == {"press_n": 60.0, "charge": 0.2}
    drawn = draw(3, profile, 60.0)
    rig = conditions_of(profile, specimen=drawn.specimen)["rig"]
    assert drawn.specimen.rig is not None
    assert rig["supply.internal_resistance_ohm"] == pytest.approx(
        drawn.specimen.rig.supply.internal_resistance_ohm / 0.15, abs=1e-4
    )
