"""What the parts of a profile draw from the supply: running, held, heating.

A motor behind PWM at duty d takes d times its own current from the supply (averaged by the capacitor
beside the driver). The figures are those of the profile, warm windings draw less.
"""

from __future__ import annotations

from programs.profile import Output, Profile


def motor_stall_a(output: Output, profile: Profile) -> float:
    """Current through the winding of a held motor at full level; 0 for a heater."""
    motor = output.motor
    if motor is None:
        return 0.0
    ohm = (
        motor.resistance_ohm + (output.driver_resistance_ohm or 0.0) + profile.supply.internal_resistance_ohm
    )
    return output.max_duty * profile.supply.volts / ohm


def stall_a(output: Output, profile: Profile) -> float:
    """What a held motor at full level, or a heater at full power, takes from the supply."""
    if output.heater is not None:
        return output.heater.power_w / profile.supply.volts
    return output.max_duty * motor_stall_a(output, profile)


def running_a(output: Output, profile: Profile) -> float:
    """What it takes from the supply at full level without load; a heater: all of its power."""
    motor = output.motor
    if motor is None:
        return stall_a(output, profile)
    speed = motor.speed_rad_s(output.max_duty * profile.supply.volts)
    amps = (motor.coulomb_nm + motor.viscous_nm_s * speed) / motor.torque_constant_nm_a
    return output.max_duty * amps
