"""``thrum faults``, and what ``thrum simulate`` says became of each fault."""

from __future__ import annotations

import json

import pytest

from host_cli.fault_text import injected
from host_cli.main import main
from programs.profile import load_profile
from sim.faults import FAULTS, TARGETS
from sim.lockstep import simulate
from tests.sim.conftest import make_timeline


def told(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = main(args)
    out, err = capsys.readouterr()
    return code, out, err


def test_the_list_has_every_fault_under_its_target(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(capsys, "faults")
    assert (code, err) == (0, "")
    heads = [line.partition(":")[0] for line in out.split("TARGET.WORD@TIME")[0].splitlines()
             if line and not line.startswith(" ")]  # fmt: skip
    assert heads == list(TARGETS)
    for kind in FAULTS.values():
        assert f"  {kind.example} " in out


def test_one_target_and_one_fault(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = told(capsys, "faults", "stop")
    assert [line.split("@")[0].strip() for line in out.splitlines()[1:-1]] == [
        "stop.open", "stop.press", "stop.stuck",
    ]  # fmt: skip
    _, out, _ = told(capsys, "faults", "link.burst")
    for part in ("link.burst@TIME:CHANCE:FRAMES[:DURATION]", "0 to 1", "1 to 1000", "felt", "next: thrum"):
        assert part in out
    _, out, _ = told(capsys, "faults", "ntc.wrong")
    assert "a rig with a heater" in out
    _, out, _ = told(capsys, "faults", "host.kill")
    assert "none: it cannot end" in out


def test_as_json_it_has_arguments_with_their_ranges(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(told(capsys, "faults", "--json")[1])
    assert [each["fault"] for each in found] == list(FAULTS)
    (one,) = json.loads(told(capsys, "faults", "motor.worn", "--json")[1])
    assert one["target"] == "motor"
    assert one["arguments"][0] | {"text": ""} == {"name": "FACTOR", "from": 1.0, "to": 20.0, "text": ""}
    assert one["duration"] is True


@pytest.mark.parametrize(
    ("name", "says"),
    [("ntx", "Did you mean 'ntc'?"), ("link.drp", "Did you mean 'link.drop'?"), ("9", "Targets are ntc,")],
)
def test_a_name_that_is_none_is_said(name: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(capsys, "faults", name)
    assert (code, out) == (2, "")
    assert says in err


def test_a_fault_that_the_rig_cannot_have_is_refused_before_the_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = told(capsys, "simulate", "evening-shoulders", "--profile", "vibration-pad",
                          "--fault", "ntc.off@10")  # fmt: skip
    assert (code, out) == (2, "")
    assert "needs a heater, and profile 'vibration-pad' has none" in err


@pytest.mark.parametrize(
    ("orders", "says"),
    [
        (["ntc.off@6"], ["the device latched NTC_RANGE 0.3"]),
        (["device.hang@6"], ["the watchdog reset the device 0.99 s later, outputs at zero 160 ms after its"]),
        (["device.reset@6"], ["the device was reset at once"]),
        (["device.slow@3:3000"], ["resets more)"]),
        (["supply.brown_out@6:1"], ["the device lost its power at once, outputs at zero 10 ms after"]),
        (["host.kill@6"], ["the device latched LINK_LOST 2.99 s later"]),
        (["host.stall@6:1.5"], ["later the device paused by itself, its host silent; the run ended: nobody"]),
        (["link.cut@6:2"], ["0.99 s later the device paused by itself"]),
        (["link.baud@6:1500"], ["did not have to act: frames came late, and still in time"]),
        (["motor.open@6"], ["did not have to act: nothing on a rig sees whether a shaft turns"]),
        (["stop.stuck@6"], ["not felt: nothing in this run touched what it breaks; it is felt when stop is"]),
        (["stop.stuck@2", "stop.press@6:1"], ["it never knew", "the press did not get through"]),
        (
            ["link.drop@3:0.2:2", "stop.open@6"],
            ["what was lost was sent again", "latched STOP_INPUT at once"],
        ),
        (["enable.stuck_on@6"], ["did not have to act: nothing was driven or leaking whenever ENABLE"]),
        (
            ["enable.stuck_on@2", "device.hang@6"],
            ["power stayed on 850 ms because ENABLE could not drop", "the watchdog reset the device"],
        ),
        (["ntc.off@60"], ["not felt: it was all over at 0:12"]),
    ],
)
def test_what_the_device_did_is_said_in_words(orders: list[str], says: list[str]) -> None:
    result = simulate(make_timeline(12), load_profile("heated-head"), seed=2, faults=orders)
    texts = [each["device"] for each in injected(result)]
    assert len(texts) == len(says)
    for text, part in zip(texts, says, strict=True):
        assert part in text
