"""Device profiles ``thrum-profile/1``: what a rig can do, and the physics of its parts.

Rules kept here: as strict as a program; each channel has one output, an output may serve several
channels (many to one); physics must be possible (nothing negative, no zero inertia, a motor that
starts). Limits here may lower the safety limits, never raise them.

Units stand in the names. ``duty`` is the fraction of the supply that a motor or heater gets.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import Field

from programs.document import Channel
from programs.strict import Line, Prose, Slug, Strict

FORMAT = "thrum-profile/1"


class Limits(Strict):
    """The rig's own ceilings; 0 for what it does not have."""

    called: ClassVar[str] = "the limits"
    vibration: Annotated[float, Field(ge=0, le=0.85)] = 0.0  # firm, the highest strength there is
    percussion: Annotated[float, Field(ge=0, le=0.85)] = 0.0
    heat_c: Annotated[float, Field(ge=0, le=41)] = 0.0  # ceiling of the surface temperature


class Supply(Strict):
    """Where the power comes from. ``cells`` counts cells in series; 0 is a mains adapter.

    Of a battery, ``volts`` and ``internal_resistance_ohm`` are those of the pack at half charge.
    """

    called: ClassVar[str] = "the supply"
    volts: Annotated[float, Field(ge=1, le=48)]  # without load
    cells: Annotated[int, Field(ge=0, le=13)] = 0
    internal_resistance_ohm: Annotated[float, Field(ge=0, le=10)]
    idle_current_a: Annotated[float, Field(ge=0, le=2)]
    capacity_ah: Annotated[float, Field(ge=0.1, le=50)] | None = None  # of a battery; None: it never empties


class MotorHeat(NamedTuple):
    """How a motor warms: two thermal resistances in K/W and the two time constants that go with them."""

    winding_housing_k_w: float
    housing_air_k_w: float
    winding_s: float
    housing_s: float


class Motor(Strict):
    """A brushed motor: V = R i + L di/dt + Ke w, J dw/dt = Kt i - b w - Tc - load; Ke = Kt."""

    called: ClassVar[str] = "the motor"
    resistance_ohm: Annotated[float, Field(ge=0.01, le=1000)]
    inductance_h: Annotated[float, Field(ge=1e-7, le=1)]
    torque_constant_nm_a: Annotated[float, Field(ge=1e-5, le=10)]
    inertia_kg_m2: Annotated[float, Field(ge=1e-10, le=1)]
    viscous_nm_s: Annotated[float, Field(ge=0, le=1)]
    coulomb_nm: Annotated[float, Field(ge=0, le=10)]
    start_voltage_v: Annotated[float, Field(ge=0.01, le=48)]  # from standstill
    # How it warms, as data sheets state it: all four, or none and no temperature is claimed.
    winding_housing_k_w: Annotated[float, Field(ge=0.01, le=500)] | None = None
    housing_air_k_w: Annotated[float, Field(ge=0.05, le=1000)] | None = None
    winding_time_constant_s: Annotated[float, Field(ge=0.1, le=1000)] | None = None
    housing_time_constant_s: Annotated[float, Field(ge=1, le=20_000)] | None = None

    @property
    def heat(self) -> MotorHeat | None:
        """How it warms; None when its table does not say."""
        wh, ha = self.winding_housing_k_w, self.housing_air_k_w
        winding_s, housing_s = self.winding_time_constant_s, self.housing_time_constant_s
        if wh is None or ha is None or winding_s is None or housing_s is None:
            return None
        return MotorHeat(wh, ha, winding_s, housing_s)

    @property
    def time_constant_s(self) -> float:
        """Mechanical: J / (b + Kt^2 / R)."""
        kt = self.torque_constant_nm_a
        return self.inertia_kg_m2 / (self.viscous_nm_s + kt * kt / self.resistance_ohm)

    @property
    def lowest_running_voltage_v(self) -> float:
        """Below it a turning motor stops: V = Tc R / Kt."""
        return self.coulomb_nm * self.resistance_ohm / self.torque_constant_nm_a

    def speed_rad_s(self, volts: float) -> float:
        """Steady speed without load once it turns."""
        kt, r = self.torque_constant_nm_a, self.resistance_ohm
        return max(0.0, (kt * volts / r - self.coulomb_nm) / (self.viscous_nm_s + kt * kt / r))


class Erm(Motor):
    """An eccentric rotating mass: force m r w^2 on the contact mass."""

    called: ClassVar[str] = "the vibration motor"
    eccentric_kg_m: Annotated[float, Field(ge=1e-8, le=0.1)]
    contact_mass_kg: Annotated[float, Field(ge=0.01, le=20)]


class PercussionHead(Motor):
    """A motor with a crank: one stroke for each ``gear_ratio`` turns."""

    called: ClassVar[str] = "the percussion head"
    gear_ratio: Annotated[float, Field(ge=0.1, le=100)]
    stroke_m: Annotated[float, Field(ge=0.0005, le=0.02)]
    moving_mass_kg: Annotated[float, Field(ge=0.001, le=2)]
    handle_mass_kg: Annotated[float, Field(ge=0.05, le=10)]
    stall_force_n: Annotated[float, Field(ge=1, le=1000)]


class Heater(Strict):
    """A heated pad, its contact to the skin and its NTC."""

    called: ClassVar[str] = "the heater"
    power_w: Annotated[float, Field(ge=0.5, le=60)]  # at full duty and the stated supply
    area_cm2: Annotated[float, Field(ge=1, le=2000)]
    pad_heat_capacity_j_k: Annotated[float, Field(ge=0.5, le=2000)]
    contact_resistance_m2k_w: Annotated[float, Field(ge=1e-5, le=1)]
    heating_rate_c_s: Annotated[float, Field(ge=0.01, le=2)]  # at full power, near 30 C, on skin
    # Of full power, to hold limits.heat_c on skin; half as much again must stay below full to be noticed (E).
    holding_power: Annotated[float, Field(ge=0.01, le=0.6)]
    ntc_r25_ohm: Annotated[float, Field(ge=100, le=1e6)]
    ntc_beta_k: Annotated[float, Field(ge=2000, le=6000)]
    divider_ohm: Annotated[float, Field(ge=100, le=1e6)]
    ambient_loss_w_k: Annotated[float, Field(ge=0, le=10)]


class Output(Strict):
    """One thing that is driven, and the channels that play on it."""

    called: ClassVar[str] = "an output"
    name: Slug
    head: Literal["vibrating", "percussive", "heater"]
    channels: Annotated[tuple[Channel, ...], Field(strict=False, min_length=1, max_length=2)]
    full_scale: Prose  # what level 1.0 is, with a physical quantity
    start_duty: Annotated[float, Field(ge=0, le=0.9)]  # duty just above level 0; level 0 is duty 0
    max_duty: Annotated[float, Field(ge=0.01, le=1)]  # duty at level 1
    rise_time_s: Annotated[float, Field(ge=0.001, le=600)]  # 10 to 90 % of the way
    fall_time_s: Annotated[float, Field(ge=0.001, le=3600)]
    a_hv_m_s2: Annotated[float, Field(ge=0.01, le=100)] | None = None  # weighted, at the handle, full level
    driver: Literal["half-bridge", "low-side"] | None = None  # of a motor; None: half-bridge
    driver_resistance_ohm: Annotated[float, Field(ge=0, le=10)] | None = None  # both switches; None: none
    pwm_hz: Annotated[float, Field(ge=10_000, le=25_000)] | None = None  # None: 20 kHz
    erm: Erm | None = None
    percussion: PercussionHead | None = None
    heater: Heater | None = None

    @property
    def motor(self) -> Motor | None:
        """The motor behind it, if it has one."""
        return self.erm or self.percussion


class Profile(Strict):
    """A rig."""

    called: ClassVar[str] = "the profile"
    format: Literal["thrum-profile/1"]
    id: Slug
    title: Line
    summary: Prose
    limits: Limits
    supply: Supply
    outputs: Annotated[tuple[Output, ...], Field(strict=False, alias="output", min_length=1, max_length=3)]

    @property
    def channels(self) -> tuple[str, ...]:
        """Channels that have an output, in the order of the wire."""
        have = {channel for output in self.outputs for channel in output.channels}
        return tuple(each for each in ("vibration", "percussion", "heat") if each in have)

    def output_for(self, channel: str) -> Output | None:
        """The output that plays ``channel``; None when the rig has none."""
        return next((each for each in self.outputs if channel in each.channels), None)

    def head(self, channel: str) -> str | None:
        """``vibrating``, ``percussive`` or ``heater``; None when the rig lacks the channel."""
        output = self.output_for(channel)
        return output.head if output else None

    def limit(self, channel: str) -> float:
        """The rig's own ceiling: a level, or degrees for heat."""
        return float(getattr(self.limits, "heat_c" if channel == "heat" else channel))

    def time_constant_s(self, channel: str) -> float:
        """First-order time constant behind the stated rise (10 to 90 % takes 2.2 of them)."""
        output = self.output_for(channel)
        if output is None:
            raise KeyError(f"profile {self.id} has no output for {channel}")
        return output.rise_time_s / 2.2

    @property
    def hash(self) -> str:
        """What host and device compare: 16 hex digits over every value of the profile."""
        values = self.model_dump(mode="json", by_alias=True)
        text = json.dumps(values, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]
