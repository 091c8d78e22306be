"""Faults of what gives power and what gets it: supply, heater, motors.

A worn or stalled motor is every motor of the rig: no rig sees which shaft turns.
"""

from __future__ import annotations

from sim.fault_kinds import Bench, Fault, Kind, Kinds, Number, Switch


class HeaterStuckOn(Switch):
    """Its transistor is shorted: only ENABLE and the cut-off stand between it and the supply."""

    def begin(self, bench: Bench) -> None:
        self._before_j = bench.plant.stuck_j
        super().begin(bench)

    def turn(self, bench: Bench, on: bool) -> None:
        bench.plant.heater_stuck_on = on

    def look(self, bench: Bench) -> None:
        self.noticed = self.noticed or bench.plant.stuck_j > self._before_j


class HeaterStuckOff(Switch):
    """Its transistor is open: the pad gets nothing."""

    def turn(self, bench: Bench, on: bool) -> None:
        bench.plant.heater_stuck_off = on

    def look(self, bench: Bench) -> None:
        plant = bench.plant
        if bench.board.enabled and plant.heater_index >= 0 and plant.duties[plant.heater_index]:
            self.noticed = True


def _driven(bench: Bench) -> bool:
    """Whether any motor gets power now."""
    plant = bench.plant
    return bench.board.enabled and any(plant.duties[each.index] for each in plant.motors)


class MotorStall(Switch):
    """Every shaft is held: current without motion."""

    def begin(self, bench: Bench) -> None:
        self._before = [each.motor.blocked_steps for each in bench.plant.motors]
        super().begin(bench)

    def turn(self, bench: Bench, on: bool) -> None:
        for each in bench.plant.motors:
            each.motor.blocked = on

    def look(self, bench: Bench) -> None:
        if [each.motor.blocked_steps for each in bench.plant.motors] != self._before:
            self.noticed = True


class MotorOpen(Switch):
    """A wire to every motor is broken: no current, whatever the duty."""

    def turn(self, bench: Bench, on: bool) -> None:
        for each in bench.plant.motors:
            each.motor.open_circuit = on

    def look(self, bench: Bench) -> None:
        self.noticed = self.noticed or _driven(bench)


class MotorWorn(Fault):
    """Dry bearings and worn brushes: FACTOR times the friction and the start voltage."""

    def begin(self, bench: Bench) -> None:
        for each in bench.plant.motors:
            each.motor.wear *= self.numbers[0]

    def end(self, bench: Bench) -> None:
        for each in bench.plant.motors:
            each.motor.wear /= self.numbers[0]

    def look(self, bench: Bench) -> None:
        if self.numbers[0] != 1.0 and not self.noticed:
            self.noticed = _driven(bench)


class SupplySag(Fault):
    """The supply loses VOLTS."""

    def begin(self, bench: Bench) -> None:
        bench.plant.supply.sag_v += self.numbers[0]
        self.noticed = self.numbers[0] > 0.0

    def end(self, bench: Bench) -> None:
        bench.plant.supply.sag_v -= self.numbers[0]


class SupplyBrownOut(Switch):
    """No voltage at all; the device loses its memory and starts again when it comes back."""

    def begin(self, bench: Bench) -> None:
        self._before = len(bench.device.resets)
        super().begin(bench)

    def turn(self, bench: Bench, on: bool) -> None:
        bench.plant.supply.dead = on

    def look(self, bench: Bench) -> None:
        if len(bench.device.resets) > self._before or bench.device.booting:
            self.noticed = True


_NO_EYE = "nothing on a rig sees whether a shaft turns, and levels stayed as they were"
_FACTOR = Number("FACTOR", 1.0, 20.0, "times the friction and the start voltage")
_VOLTS = Number("VOLTS", 0.0, 60.0, "lost, V")

KINDS: Kinds = {
    "heater.stuck_on": Kind(
        HeaterStuckOn, "the heater's transistor is shorted", "heater.stuck_on@120",
        "the pad gets power that nobody asked for", "the pad did not get too warm", part="heater",
    ),
    "heater.stuck_off": Kind(
        HeaterStuckOff, "the heater's transistor is open", "heater.stuck_off@20",
        "the pad is driven and gets nothing",
        "a pad that only holds its warmth cools slowly, and that is safe", part="heater",
    ),
    "motor.stall": Kind(
        MotorStall, "every shaft is held", "motor.stall@90:5", "a held shaft is driven", _NO_EYE,
        part="motor",
    ),
    "motor.open": Kind(
        MotorOpen, "the wires of the motors break", "motor.open@90:5", "a motor without a wire is driven",
        _NO_EYE, part="motor",
    ),
    "motor.worn": Kind(
        MotorWorn, "the motors have FACTOR times the friction", "motor.worn@30:3",
        "a motor is driven while it is worn", _NO_EYE, (_FACTOR,), "motor",
    ),
    "supply.sag": Kind(
        SupplySag, "the supply loses VOLTS", "supply.sag@60:3:5", "VOLTS is above zero",
        "the voltage stayed above its limit", (_VOLTS,),
    ),
    "supply.brown_out": Kind(
        SupplyBrownOut, "the supply gives no voltage", "supply.brown_out@60:0.5",
        "the device lost its memory", "the device was not reset",
    ),
}  # fmt: skip
