"""The plant alone, and beside others on the same motor and duties; memory of an hour.

Every way gets the same ten seconds of a real program: the duties that the device wrote each 10 ms.
* plant: every part of the rig, energy and trace readings included;
* LSODA: SciPy's stiff solver on the motor's two equations, stopped at each change of duty;
* lsim: SciPy's exact discretisation of the linear motor at 0.1 ms, one call for the whole stretch,
  no friction that holds, no limit at standstill: what it can do, it does fast;
* Euler: the plainest loop, at the longest step that is stable on the winding, a fifth of L/R.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable

from programs.profile import load_profile
from sim.plant import Plant
from tests.bench.figures import row
from tests.sim.played import duties

PROGRAM, RIG = "upper-back-percussion", "percussion-massager"
FROM_S, LASTS_S = 100, 10
TICK_S = 0.01
HOUR = """
import json, resource, sys
from array import array
from programs.profile import load_profile
from sim.device import SimDevice
device = SimDevice(load_profile("heated-head"))
device.board.write_duty(0, 30000)
for now in range(10, 3_600_010, 10):
    device.board.step(now)
    device.trace.record()
print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
"""

Row = tuple[int, ...]


def _speeds(run: Callable[[], float], runs: int) -> tuple[list[float], float]:
    """Times real time, each run; and the speed at the end, so that all can be seen to agree."""
    ratios, end = [], 0.0
    for _ in range(runs):
        begun_s = time.perf_counter()
        end = run()
        ratios.append(LASTS_S / (time.perf_counter() - begun_s))
    return ratios, end


class Ways:
    """The same stretch, done in four ways; each returns the motor's speed at the end, rad/s."""

    def __init__(self) -> None:
        self.profile = load_profile(RIG)
        self.rows: list[Row] = duties(PROGRAM, RIG, FROM_S + LASTS_S)[FROM_S * 100 :]
        plant = Plant(self.profile)
        motor = plant.motors[0].motor
        parameters = motor.parameters
        self.ohm, self.henry = motor.resistance_ohm, parameters.inductance_h
        self.kt, self.inertia = parameters.torque_constant_nm_a, motor.inertia_kg_m2
        self.viscous, self.drag_nm = motor.viscous_nm_s, motor.coulomb_nm + motor.load_nm
        self.start_v, self.source_v = parameters.start_voltage_v, plant.supply.source_v
        self.supply_ohm = plant.supply.resistance_ohm

    def plant(self) -> float:
        plant = Plant(self.profile)
        for each in self.rows:
            plant.duties[:] = each
            plant.step(True)
        return plant.motors[0].motor.speed_rad_s

    def _slopes(self, i: float, w: float, duty: float) -> tuple[float, float]:
        volts = duty * (self.source_v - self.supply_ohm * duty * i)
        pull = self.kt * i - self.viscous * w - self.drag_nm
        turning = w > 0.0 or (pull > 0.0 and volts >= self.start_v)
        return (volts - self.ohm * i - self.kt * w) / self.henry, pull / self.inertia if turning else 0.0

    def lsoda(self) -> float:
        from scipy.integrate import solve_ivp  # only here: its memory is nobody else's

        i = w = 0.0
        for each in self.rows:
            duty = each[0] / 65535

            def slopes(_t: float, x: list[float], duty: float = duty) -> tuple[float, float]:
                return self._slopes(x[0], max(0.0, x[1]), duty)

            done = solve_ivp(slopes, (0.0, TICK_S), (i, w), method="LSODA", rtol=1e-6, atol=1e-8)
            i, w = done.y[0][-1], max(0.0, done.y[1][-1])
        return float(w)

    def lsim(self) -> float:
        import numpy as np
        from scipy.signal import lsim

        a = [
            [-self.ohm / self.henry, -self.kt / self.henry],
            [self.kt / self.inertia, -self.viscous / self.inertia],
        ]
        b = [[1 / self.henry, 0.0], [0.0, -1 / self.inertia]]
        drive = np.repeat([self.source_v * each[0] / 65535 for each in self.rows], 100)
        inputs = np.column_stack((drive, np.full_like(drive, self.drag_nm)))
        times = np.arange(len(drive)) * 1e-4
        _, speeds, _ = lsim((a, b, [[0.0, 1.0]], [[0.0, 0.0]]), inputs, times, interp=False)
        return float(speeds[-1])

    def euler(self) -> float:
        i = w = 0.0
        steps = round(TICK_S / (self.henry / self.ohm / 5))
        step_s = TICK_S / steps
        for each in self.rows:
            duty = each[0] / 65535
            for _ in range(steps):
                di, dw = self._slopes(i, w, duty)
                i += di * step_s
                w = max(0.0, w + dw * step_s)
        return w


def measure(runs: int) -> None:
    ways = Ways()
    for name, run, count in (
        ("plant", ways.plant, 3 * runs),
        ("LSODA", ways.lsoda, runs),
        ("lsim, linear motor at 0.1 ms", ways.lsim, runs),
        ("Euler, a fifth of L/R", ways.euler, runs),
    ):
        ratios, end = _speeds(run, count)
        row(name, ratios, f"x real time, {end:.1f} rad/s at the end")


def main(args: argparse.Namespace) -> None:
    """In processes of its own, so that SciPy's memory is not counted as anybody else's."""
    done = subprocess.run([sys.executable, "-c", HOUR], capture_output=True, text=True, check=True)
    row("memory of an hour, with its trace", [json.loads(done.stdout)], "MB")
    sys.stdout.flush()
    subprocess.run([sys.executable, "-m", "tests.bench.plant", str(max(3, args.runs // 2))], check=True)


if __name__ == "__main__":
    measure(int(sys.argv[1]))
