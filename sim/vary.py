"""One run out of many: the rig, the person, the link and the faults that a seed stands for.

The same seed, profile and length give the same draw, on every machine. Rules kept here:

1. A draw is something that may be met: parts within their tolerances, a person who can be massaged.
2. Faults are drawn from the whole table (:mod:`sim.faults`), with the ranges that it states.
3. What the caller has settled is never drawn over.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.errors import ImpossibleFault
from sim.faults import FAULTS, check_fault, parse_fault
from sim.link import LATENCY_MS
from sim.specimen import AS_WRITTEN, Specimen

if TYPE_CHECKING:
    from programs.profile import Output, Profile
    from sim.fault_kinds import Kind

FAULTS_MOST = 3  # at once; more hide each other (E)
LASTS_LEAST_S, LASTS_MOST_S = 0.05, 60.0  # of a fault that ends by itself (E)
SPAN = 1000.0  # a number of a fault is drawn over so many of its sizes, small ones as often as large (E)

# Factors on what the profile says, least and most.
MOTOR = {
    "resistance_ohm": (0.92, 1.08),  # windings are sold within 8 % (E)
    "torque_constant_nm_a": (0.92, 1.08),  # magnets, within 8 % (E)
    "inertia_kg_m2": (0.95, 1.05),  # turned parts (E)
    "viscous_nm_s": (0.7, 1.5),  # grease, cold or warm (E)
    "coulomb_nm": (0.8, 1.2),  # bearings, new or run in (E)
}
HEATER = {
    "power_w": (0.9, 1.1),  # etched foil is sold within 10 % (E)
    "pad_heat_capacity_j_k": (0.9, 1.1),  # glue and mould (E)
    "contact_resistance_m2k_w": (
        0.5,
        2.0,
    ),  # no measured value found: a factor of two (safety: heat and skin)
    "ambient_loss_w_k": (0.7, 1.5),  # draught, housing (E)
    "ntc_r25_ohm": (0.99, 1.01),  # the usual grade of thermistor, 1 % (W)
    "ntc_beta_k": (0.99, 1.01),  # the same (W)
    "divider_ohm": (0.99, 1.01),  # a 1 % resistor (W)
}
SUPPLY = {"internal_resistance_ohm": (0.7, 1.5), "idle_current_a": (0.8, 1.2)}  # cables, boards (E)
MAINS_VOLTS = (0.97, 1.03)  # factor on an adapter's voltage (W)
NOISE = (0.5, 3.0)  # times the usual noise of the sensors (E)
JITTER_MOST_MS = 3  # a tick comes up to this late: interrupts, other work of the processor (E)
LATENCY_MOST_MS = 15  # a USB adapter's own timer is 16 ms at worst, 1 to 2 ms as a rule (W)
PERSON = {
    "pressing_force_n": (0.0, 60.0),  # from resting on the skin to leaning on it; heads stall at 130 N up (E)
    "skin_c": (28.0, 36.0),  # cold to feverish skin of a trunk (W)
    "perfusion_factor": (0.3, 3.0),  # cold, or warm from exercise; measured values span this much (E)
    "contact": (0.5, 1.0),  # share of the pad's face (E)
}
CHARGE = (0.2, 1.0)  # of a battery at the start (E)


@dataclass(frozen=True, slots=True)
class Draw:
    """Everything that varies. ``person`` are fields of :class:`sim.person.Person`; ``faults`` as written
    on the command line."""

    person: dict[str, float] = field(default_factory=dict)
    charge: float | None = None
    latency_ms: int = LATENCY_MS
    specimen: Specimen = AS_WRITTEN
    faults: tuple[str, ...] = ()


def draw(seed: int, profile: Profile, duration_s: float) -> Draw:
    """What ``seed`` stands for, in a program of ``duration_s`` on this rig.

    >>> from programs.profile import load_profile
    >>> one = draw(7, load_profile("heated-head"), 600.0)
    >>> one == draw(7, load_profile("heated-head"), 600.0), one == draw(8, load_profile("heated-head"), 600.0)
    (True, False)
    """
    source = random.Random(f"vary {seed}")
    between = source.uniform
    rig = _rig(profile, source)
    noise, jitter_ms = between(*NOISE), source.randint(0, JITTER_MOST_MS)
    latency_ms = source.randint(1, LATENCY_MOST_MS)
    person = {name: round(between(*span), 3) for name, span in PERSON.items()}
    charge = round(between(*CHARGE), 3) if profile.supply.cells else None
    faults = _faults(profile, duration_s, source)
    return Draw(person, charge, latency_ms, Specimen(rig, noise, jitter_ms), faults)


def _rig(profile: Profile, source: random.Random) -> Profile:
    """The profile with every part somewhere in its tolerance."""
    supply = _scaled(profile.supply, SUPPLY, source)
    if not supply.cells:
        supply = _scaled(supply, {"volts": MAINS_VOLTS}, source)
    outputs = tuple(_output(output, source) for output in profile.outputs)
    return profile.model_copy(update={"supply": supply, "outputs": outputs})


def _output(output: Output, source: random.Random) -> Output:
    for name, spans in (("erm", MOTOR), ("percussion", MOTOR), ("heater", HEATER)):
        part = getattr(output, name)
        if part is not None:
            output = output.model_copy(update={name: _scaled(part, spans, source)})
    return output


def _scaled(part: object, spans: dict[str, tuple[float, float]], source: random.Random):  # type: ignore[no-untyped-def]
    update = {name: getattr(part, name) * source.uniform(*span) for name, span in spans.items()}
    return part.model_copy(update=update)  # type: ignore[attr-defined]


def _faults(profile: Profile, duration_s: float, source: random.Random) -> tuple[str, ...]:
    names = [name for name, kind in FAULTS.items() if _possible(kind, profile)]
    count = source.randint(0, FAULTS_MOST)
    return tuple(_fault(source.choice(names), duration_s, source) for _ in range(count))


def _possible(kind: Kind, profile: Profile) -> bool:
    """Whether this rig can have it."""
    try:
        check_fault(parse_fault(kind.example), profile)
    except ImpossibleFault:
        return False
    return True


def _fault(name: str, duration_s: float, source: random.Random) -> str:
    """A fault with its time, its numbers and, for one that can end, half the time how long it lasts."""
    kind = FAULTS[name]
    parts = [f"{name}@{source.uniform(0.0, duration_s):.2f}"]
    parts += [f"{_number(each.least, each.most, source):.4g}" for each in kind.needs]
    ends = source.random() < 0.5
    lasts_s = LASTS_LEAST_S * (LASTS_MOST_S / LASTS_LEAST_S) ** source.random()
    if kind.lasts and ends:
        parts.append(f"{lasts_s:.2f}")
    return ":".join(parts)


def _number(least: float, most: float, source: random.Random) -> float:
    """Small ones as often as large ones, of either sign where both are allowed."""
    part, negative = source.random(), source.random() < 0.5
    largest = -least if least < 0.0 and negative else most
    smallest = max(least, largest / SPAN) if least >= 0.0 else largest / SPAN
    size: float = smallest * (largest / smallest) ** part
    return -size if least < 0.0 and negative else size
