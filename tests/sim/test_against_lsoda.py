"""The plant's motors and supply against SciPy's LSODA on the same equations: within 0.5 %.

Real duties of three programs. The reference has all motors, friction with rest, driver, and the
supply's resistance between them as one system; it knows nothing of closed forms or of a step's lag.
"""

import numpy as np
import pytest
from scipy.integrate import odeint

from programs.profile import load_profile
from sim.person import Person
from sim.plant import Plant
from tests.sim.played import PROGRAMS, duties

SECONDS = 150
FROM_S, LASTS_S = 100, 8
STEP_S = 0.01
INSIDE = np.array(
    [0.0, 2e-5, 5e-5, 1e-4, 1.5e-4, 2e-4, 3e-4, 4e-4, 6e-4, 8e-4, 1.2e-3, 2e-3, 4e-3, 7e-3, STEP_S]
)


class Reference:
    """Currents and speeds of all motors of a rig, and the integrals of the currents."""

    def __init__(self, profile, plant):
        self.supply = plant.supply
        self.idle_a = profile.supply.idle_current_a
        self.places = [each.index for each in plant.motors]
        self.motors = [output.motor for output in profile.outputs if output.motor is not None]
        self.inertias = [each.motor.inertia_kg_m2 for each in plant.motors]
        self.state = np.zeros(3 * len(self.motors))

    def slopes(self, state, _t, drive, ohms, moving):
        given = self.idle_a + sum(d * state[3 * k] for k, d in enumerate(drive))
        volts = self.supply.source_v - self.supply.resistance_ohm * given
        out = []
        for k, motor in enumerate(self.motors):
            i, w = state[3 * k], max(0.0, state[3 * k + 1])
            di = (drive[k] * volts - ohms[k] * i - motor.torque_constant_nm_a * w) / motor.inductance_h
            pull = motor.torque_constant_nm_a * i - motor.viscous_nm_s * w - motor.coulomb_nm
            dw = pull / self.inertias[k] if moving[k] and (w > 0.0 or pull > 0.0) else 0.0
            out += [di, dw, i]
        return out

    def step(self, row, ohms):
        """One tick: (speed, mean current, peak current) of each motor."""
        drive = [row[place] / 65535 for place in self.places]
        before = self.state
        before[2::3] = 0.0
        moving = [
            before[3 * k + 1] > 1e-9 or drive[k] * self.supply.source_v >= motor.start_voltage_v
            for k, motor in enumerate(self.motors)
        ]
        dense = odeint(self.slopes, before, INSIDE, args=(drive, ohms, moving), rtol=1e-7, atol=1e-9)
        self.state = dense[-1].copy()
        for k in range(len(self.motors)):
            here = self.state[3 * k : 3 * k + 2]
            here[np.abs(here) < 1e-9] = 0.0  # at rest, empty
        return [
            (self.state[3 * k + 1], self.state[3 * k + 2] / STEP_S, dense[:, 3 * k].max())
            for k in range(len(self.motors))
        ]


@pytest.mark.parametrize(("program", "profile_id"), PROGRAMS)
def test_speed_mean_and_peak_current_agree(program, profile_id):
    profile = load_profile(profile_id)
    quiet = [output.model_copy(update={"pwm_hz": 1e9}) for output in profile.outputs]  # no ripple there
    profile = profile.model_copy(update={"outputs": tuple(quiet)})
    plant = Plant(profile, Person(pressing_force_n=0.0))
    reference = Reference(profile, plant)
    ours, theirs = [], []
    rows = duties(program, profile_id, SECONDS)[FROM_S * 100 : (FROM_S + LASTS_S) * 100]
    for row in rows:
        plant.duties[:] = [
            0 if output.head == "heater" else duty for output, duty in zip(profile.outputs, row, strict=True)
        ]
        ohms = [each.motor.resistance_ohm for each in plant.motors]
        theirs.append(reference.step(row, ohms))
        plant.step(True)
        ours.append(
            [
                (each.motor.speed_rad_s, each.motor.mean_current_a, each.motor.peak_current_a)
                for each in plant.motors
            ]
        )
    a, b = np.array(ours), np.array(theirs)
    top = b.max(axis=0)
    assert (top[:, 0] > 30.0).any()
    for motor in range(a.shape[1]):
        for quantity in range(3):
            if top[motor, quantity] > 1e-6:
                worst = np.abs(a[:, motor, quantity] - b[:, motor, quantity]).max()
                assert worst <= 0.005 * top[motor, quantity], (program, motor, quantity)
