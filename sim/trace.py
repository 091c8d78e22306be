"""What happened, row by row: kept in one flat array while it runs, written as CSV afterwards.

A row per device tick, four bytes a value (60 minutes with two motors take some 29 MB), whatever
the step of the plant, nothing worked out while the simulation runs. Rules kept here:

1. ``t_s`` = 0 is the moment at which playing began; rows before it are not kept, and the first
   row is the tick that has played the first 10 ms. Without pauses ``t_s`` is the playhead.
2. asked = the Timeline's level, modulator included; allowed = the tightest ceiling in force;
   applied = the level written. Motors 0..1; heat asked and allowed in C (0: off), applied 0..1.
3. ``*_acceleration_m_s2`` is the peak at the speed of the row: of the contact mass of an eccentric,
   of the head of a crank. It follows from the speed, so it is not kept. ``*_winding_c`` is NaN where
   the profile does not say how the motor warms.
4. A file appears under its name when it is complete, or not at all.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from operator import mul
from pathlib import Path
from typing import Any

from programs import writing
from programs.timeline import CHANNELS
from sim.errors import NotWritten
from sim.motor_state import RAD_S_TO_RPM
from sim.plant import Plant

STEP_S = 0.01
LEVEL_COLUMNS = tuple(f"{channel}_{what}" for channel in CHANNELS for what in ("asked", "allowed", "applied"))
PLANT_COLUMNS = ("pad_c", "skin_c", "current_a", "supply_v", "peak_current_a")
# What one unit of the device's integers is worth, per level column.
_LEVEL_UNITS = (1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-2, 1e-2, 1e-4)
_LEVEL_FORMATS = ("%.4f",) * 6 + ("%.2f", "%.2f", "%.4f")


class Trace:
    """Rows of one run. ``columns`` names them; ``column(name)`` is one of them as floats.

    ``record()`` adds a row, the state after a tick; ``first_s`` is the time of the first one.
    """

    def __init__(self, controller: Any, plant: Plant) -> None:
        names = [each.name.replace("-", "_") for each in plant.motors]
        slow = [f"{name}_winding_c" for name in names]
        if plant.supply.battery is not None:
            slow.append("battery_charge")
        kept = (
            *LEVEL_COLUMNS,
            "playhead_ms",
            "state",
            *(f"{name}_speed_rpm" for name in names),
            *slow,
            *PLANT_COLUMNS,
        )
        self.width = len(kept)  # of a row
        self.rows = array("f")
        self.first_s = STEP_S
        # Where each column stands in a row, and what its value there is worth; squared ones follow
        # from the speed.
        self._places = {name: (place, 1.0, False) for place, name in enumerate(kept)}
        for place, unit in enumerate(_LEVEL_UNITS):
            self._places[kept[place]] = (place, unit, False)
        for name, motor in zip(names, plant.motors, strict=True):
            place = kept.index(f"{name}_speed_rpm")
            self._places[f"{name}_speed_rpm"] = (place, RAD_S_TO_RPM, False)
            self._places[f"{name}_acceleration_m_s2"] = (place, motor.peak_m_s2_per_speed2, True)
        self.columns = (
            *LEVEL_COLUMNS,
            "playhead_ms",
            "state",
            *(f"{name}_speed_rpm" for name in names),
            *(f"{name}_acceleration_m_s2" for name in names),
            *slow,
            *PLANT_COLUMNS,
        )
        self._motors = tuple(each.motor for each in plant.motors)
        self._seconds = plant.seconds
        self._plant = plant
        self.follow(controller)

    def follow(self, controller: Any) -> None:
        """Go on with another controller, after a reset of the device."""
        self._controller, self._player = controller, controller.player
        self._asked: list[int] = controller.asked
        self._allowed: list[int] = controller.allowed
        self._applied: list[int] = controller.applied

    def record(self) -> None:
        """Keep one row: the state after a tick."""
        controller, plant = self._controller, self._plant
        asked, allowed, applied = self._asked, self._allowed, self._applied
        self.rows.extend(
            (
                asked[0],
                allowed[0],
                applied[0],
                asked[1],
                allowed[1],
                applied[1],
                asked[2],
                allowed[2],
                applied[2],
                self._player.playhead_ms,
                controller.state,
                *[motor.speed_rad_s for motor in self._motors],
                *self._seconds,
                plant.pad_c,
                plant.skin_c,
                plant.current_a,
                plant.supply_v,
                plant.peak_current_a,
            )
        )

    def __len__(self) -> int:
        return len(self.rows) // self.width

    @property
    def duration_s(self) -> float:
        return len(self) * STEP_S

    def column(self, name: str, every: int = 1) -> list[float]:
        """Values of one column in its unit, one of ``every`` rows. KeyError for another name."""
        if name == "t_s":
            return [round(self.first_s + row * STEP_S, 2) for row in range(0, len(self), every)]
        if name not in self._places:
            raise KeyError(f"No column {name!r}; there are t_s, {', '.join(self.columns)}.")
        place, unit, squared = self._places[name]
        values = self.rows[place :: self.width * every]
        if squared:
            return [unit * value * value for value in values]
        return [value * unit for value in values] if unit != 1.0 else list(values)

    def peak(self, name: str) -> float:
        """The greatest value of a column; 0.0 of an empty trace, NaN stays NaN."""
        place, unit, squared = self._places[name]
        if not self.rows:
            return 0.0
        top = max(self.rows[place :: self.width])
        return unit * top * top if squared else top * unit

    def lines(self) -> Iterator[str]:
        """The CSV, line by line."""
        yield ",".join(("t_s", *self.columns)) + "\n"
        others = len(self.columns) - len(LEVEL_COLUMNS) - 2
        template = ",".join(("%.2f", *_LEVEL_FORMATS, "%d", "%d", *("%.4f",) * others)) + "\n"
        rows, width = self.rows, self.width
        order = [self._places[name] for name in self.columns]
        places, units = [each[0] for each in order], [each[1] for each in order]
        squared = [index for index, each in enumerate(order) if each[2]]
        for row in range(len(self)):
            cells = rows[row * width : (row + 1) * width]
            values = list(map(mul, map(cells.__getitem__, places), units))
            for index in squared:
                values[index] *= cells[places[index]]
            yield template % (self.first_s + row * STEP_S, *values)

    def write(self, path: Path) -> None:
        """Write the CSV. Raises NotWritten, and then leaves nothing behind."""
        write_whole(path, self.lines())


def write_whole(path: Path, lines: Iterator[str]) -> None:
    """Write text to ``path``, whole or not at all; raises NotWritten."""
    try:
        writing.write_whole(path, (line.encode() for line in lines))
    except OSError as error:
        raise NotWritten(path, error.strerror or str(error)) from error
