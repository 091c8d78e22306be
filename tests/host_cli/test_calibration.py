"""What commissioning proposes as a calibration, ``thrum rig check`` takes."""

from __future__ import annotations

import random
from pathlib import Path

from host_cli.commissioning.proving import lines_of, proposal
from programs.profile import load_profile
from tests.firmware_bridge.rigs.samples import PICO, examined


def test_every_proposal_passes_rig_check_and_what_is_withheld_would_not(tmp_path: Path) -> None:
    vibration = next(each for each in load_profile("heated-head").outputs if "vibration" in each.channels)
    chance = random.Random(6)
    proposed = withheld = 0
    for _ in range(40):
        start = chance.uniform(0, vibration.start_duty + 0.1)
        full = chance.choice([chance.uniform(-1, 3), chance.uniform(0, 1), vibration.max_duty, start])
        found = proposal(vibration, start, full)
        text = (
            lines_of(found)
            if found is not None
            else (
                "[[calibration]]",
                'output = "vibration-pad"',
                f"start_duty = {start}",
                f"max_duty = {full}",
            )
        )
        rig = examined(tmp_path, PICO + "\n".join(text) + "\n")
        assert rig.ok is (found is not None), (start, full, rig.diagnostics)
        proposed += found is not None
        withheld += found is None
    assert proposed > 5
    assert withheld > 5
