"""The grammar of faults, and their table. What each one does is tested in test_fault_effects."""

import math

import pytest

from programs.profile import load_profile
from sim.errors import ImpossibleFault, SimError, UnknownFault
from sim.fault_kinds import Fault
from sim.faults import FAULTS, TARGETS, check_fault, kind_of, parse_fault, words_of

# What the simulator is asked for, word by word.
ASKED = {
    "ntc": "off short silent stuck garbage wrong slow delayed intermittent fallen",
    "current": "off stuck wrong",
    "voltage": "off stuck wrong",
    "heater": "stuck_on stuck_off",
    "motor": "stall open worn",
    "supply": "sag brown_out",
    "stop": "open press stuck",
    "enable": "stuck stuck_on welded",
    "link": "cut drop burst duplicate flip insert stall short_read baud reenumerate",
    "host": "stall hang kill",
    "device": "reset slow pause hang",
}


def test_every_target_has_its_words():
    assert list(TARGETS) == list(ASKED)
    for target, words in ASKED.items():
        assert words_of(target) == words.split()


@pytest.mark.parametrize("name", FAULTS)
def test_every_example_in_the_table_reads(name):
    fault = parse_fault(FAULTS[name].example)
    assert FAULTS[name].example.startswith(f"{name}@")
    assert kind_of(fault) is FAULTS[name]
    assert fault.at_s > 0
    assert fault.duration_s > 0


def test_without_a_duration_it_lasts():
    assert parse_fault("ntc.off@3").duration_s == math.inf
    assert parse_fault("host.stall@3:0.5").duration_s == 0.5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ntc.of@3", "Did you mean 'ntc.off'"),
        ("ntc.xyz@3", "ntc takes off, short, silent"),
        ("ntc", "ntc takes off, short, silent"),
        ("x.y@3", "targets are ntc, current, voltage"),
        ("ntc.off", "has no time"),
        ("ntc.off@", "TIME of fault"),
        ("ntc.off@nan", "TIME of fault"),
        ("ntc.off@-1", "allowed 0 to 36000"),
        ("ntc.off@1:2:3", r"takes \[:DURATION\]"),
        ("link.drop@1", r"takes CHANCE\[:DURATION\]"),
        ("link.drop@1:1.5", "allowed 0 to 1"),
        ("link.drop@1:0.5:0", "DURATION of fault"),
        ("device.pause@1:20", r"takes MS:EVERY\[:DURATION\]"),
        ("host.kill@1:5", "takes nothing after its time, since it cannot end"),
        ("motor.worn@1:0", "allowed 1 to 20"),
        ("", "There is no fault ''"),
    ],
)
def test_what_does_not_read_is_said_in_a_sentence_with_an_example(text, says):
    with pytest.raises(UnknownFault, match=says) as caught:
        parse_fault(text)
    assert "example" in str(caught.value)
    assert caught.value.text == text
    assert isinstance(caught.value, SimError)


def test_a_rig_without_the_part_cannot_have_the_fault():
    pad = load_profile("vibration-pad")
    for name, kind in FAULTS.items():
        fault = parse_fault(kind.example)
        if name.startswith(("ntc", "heater")):
            with pytest.raises(ImpossibleFault, match="needs a heater, and profile 'vibration-pad' has none"):
                check_fault(fault, pad)
        else:
            check_fault(fault, pad)
        check_fault(fault, load_profile("heated-head"))


def test_a_fault_made_by_hand_is_taken_as_it_is():
    check_fault(Fault("mine", 1.0, (), 2.0), load_profile("vibration-pad"))
