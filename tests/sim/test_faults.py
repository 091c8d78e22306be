"""The grammar of faults. That each one is felt is tested where they act (test_lockstep)."""

import math

import pytest

from sim.errors import SimError, UnknownFault
from sim.faults import FAULTS, parse_fault


@pytest.mark.parametrize("name", FAULTS)
def test_every_example_in_the_table_reads(name):
    fault = parse_fault(FAULTS[name].example)
    assert FAULTS[name].example.startswith(f"{name}@")
    assert fault.at_s > 0
    assert fault.duration_s > 0


def test_without_a_duration_it_lasts():
    assert parse_fault("ntc.off@3").duration_s == math.inf
    assert parse_fault("host.stall@3:0.5").duration_s == 0.5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ntc.of@3", "Did you mean 'ntc.off'"),
        ("x.y@3", "there are heater.stuck_on"),
        ("ntc.off", "has no time"),
        ("ntc.off@", "TIME of fault"),
        ("ntc.off@nan", "TIME of fault"),
        ("ntc.off@-1", "allowed 0 to 36000"),
        ("ntc.off@1:2:3", r"takes \[DURATION\]"),
        ("link.drop@1", r"takes CHANCE:\[DURATION\]"),
        ("link.drop@1:1.5", "allowed 0 to 1"),
        ("link.drop@1:0.5:0", "DURATION of fault"),
        ("", "There is no fault ''"),
    ],
)
def test_what_does_not_read_is_said_in_a_sentence(text, says):
    with pytest.raises(UnknownFault, match=says) as caught:
        parse_fault(text)
    assert caught.value.text == text
    assert isinstance(caught.value, SimError)
