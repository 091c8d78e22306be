"""Configurations that cannot be right are not run: the device says so and moves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states
from tests.firmware_bridge.bench import Bench, config


@pytest.mark.parametrize("changes", [
    {"rig_id": "x" * 17}, {"rig_id": "ä" * 9}, {"profile_hash": "0" * 17},
    {"cells": -1}, {"cells": 14}, {"idle_ma": -1}, {"idle_ma": 2001},
    {"heads": (0, 3, 2)}, {"heads": (-1, 1, 2)}, {"start_duty": (6000, 6000, 1)},
    {"max_levels": (-1, 8500)}, {"max_levels": (8500, 10_001)},
    {"max_heat_c100": -1, "output_of": (0, 1, -1)}, {"max_heat_c100": 65_536},
    {"ntc_raw": (1000, 64_000)}, {"ntc_c100": (6400, 100)}, {"ntc_raw": (1000, 1000)},
    {"ntc_c100": (100, 100)}, {"ntc_raw": (65_536, 1000)}, {"ntc_raw": (64_000, -1)},
    {"heat_hold": 6001}, {"heat_hold": 0}, {"heat_rise_c100": 0},
        {"heat_rise_c100": 65_536},
], ids=str)  # fmt: skip
def test_such_a_rig_says_what_is_wrong_and_moves_nothing(changes: dict[str, Any]) -> None:
    bench = Bench(config(**changes))
    assert bench.configuration.problem() != ""
    assert (bench.state, states.FAULTS[bench.device.fault]) == ("FAULT", "INTERNAL")
    bench.hello()
    assert bench.welcome is not None
    assert bench.arm() == m.R_FAULT
    bench.run(6000)
    assert bench.send(m.CLEAR) == m.R_CAUSE


@pytest.mark.parametrize("changes", [
    {"rig_id": "x" * 16}, {"rig_id": "ä" * 8}, {"cells": 13}, {"cells": 0}, {"idle_ma": 0}, {"idle_ma": 2000},
    {"max_heat_c100": 0, "output_of": (0, 1, -1)}, {"ntc_raw": (65_535, 0)}, {"heat_hold": 6000},
    {"heat_hold": 1}, {"heat_rise_c100": 1}, {"max_levels": (0, 10_000)},
], ids=str)  # fmt: skip
def test_at_the_bound_a_rig_is_taken(changes: dict[str, Any]) -> None:
    bench = Bench(config(**changes))
    assert bench.configuration.problem() == ""
    assert bench.state == "SAFE"
