"""What each channel of a stage plays: tracks as written, else what the technique draws.

Rules kept here: a default intensity fits under the caps that bind it, a written one is never
changed; an unknown or impossible technique parameter is reported with its range; a channel that
the rig lacks is an error unless the stage or the track says ``if_missing = "skip"``.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

from programs.caps import caps_on
from programs.curves import Curve, Modulation
from programs.diagnostics import Diagnostic, Where
from programs.document import Modulate, Program, Stage, Track
from programs.profile import Profile
from programs.techniques import TECHNIQUES, Technique

SOURCE = "each technique has its own parameters"


@dataclass(frozen=True, slots=True)
class Voice:
    """One channel's envelope and modulator over a stage (or, heat, over the program)."""

    channel: str
    curve: Curve
    modulation: Modulation | None
    where: Where  # of what was written: the track, or the stage that names the technique
    track: Track | None = None  # None: drawn by the technique

    def where_key(self, k: int) -> Where:
        """The place of keyframe ``k``, or of what it was drawn from."""
        if self.track is not None:
            return (*self.where, "keyframes", k, "v")
        return (*self.where, "shape" if self.channel == "heat" else "intensity")

    @property
    def where_modulate(self) -> Where:
        return (*self.where, "modulate") if self.track is not None else (*self.where, "shape")


@dataclass(slots=True)
class Casting:
    """Gives each channel its voice; collects what is wrong and what is worth a note."""

    program: Program
    profile: Profile
    scale: float = 1.0  # of motor levels, at most 1: a strength below the program's own
    findings: list[Diagnostic] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def of_stage(self, index: int) -> dict[str, Voice]:
        """The voices of one stage, without what runs through the whole program."""
        stage = self.program.stages[index]
        where: Where = ("stage", index)
        technique = TECHNIQUES[stage.technique]
        shape = self._shape(technique, stage, where)
        if stage.technique == "rest":
            return {}
        called = f"Stage {index + 1} ({stage.title})"
        voices: dict[str, Voice] = {}
        channel = technique.channel
        written = {track.channel for track in stage.tracks}
        if channel and channel not in written and self._there(channel, stage.if_missing, called, where):
            voices[channel] = self._drawn(stage, technique, channel, shape, where)
        for k, track in enumerate(stage.tracks):
            place = (*where, "track", k)
            if self._there(track.channel, track.if_missing or stage.if_missing, called, (*place, "channel")):
                voices[track.channel] = self._written(track, place)
        return voices

    def program_heat(self) -> Voice | None:
        """The heat track that runs through the program, if there is one and the rig can play it."""
        for k, track in enumerate(self.program.tracks):
            place: Where = ("track", k)
            if track.channel == "heat" and self._there(
                "heat", track.if_missing, "The program's track", (*place, "channel")
            ):
                return self._written(track, place)
        return None

    def _there(self, channel: str, if_missing: str | None, called: str, where: Where) -> bool:
        name, have = self.profile.id, self.profile.channels
        if channel in have:
            return True
        if if_missing == "skip":
            self.notes.append(f"{called}: {channel} is skipped, profile {name} has no output for it")
            return False
        text = f"{called} plays {channel}, which profile {name} lacks; it has {', '.join(have)}."
        hint = 'Choose another --profile, or write if_missing = "skip" there.'
        self.findings.append(Diagnostic("error", "P1", text, where, f"what the rig {name} can do", hint))
        return True  # laid out all the same, so that the other rules judge what was meant

    def _shape(self, technique: Technique, stage: Stage, where: Where) -> dict[str, float]:
        """The technique's parameters: defaults, replaced by what the stage writes."""
        values = technique.defaults()
        known = {each.name: each for each in technique.parameters}
        for name, value in stage.shape.items():
            place = (*where, "shape", name)
            parameter = known.get(name)
            if parameter is None:
                self.findings.append(_unknown(technique, name, place))
            elif not parameter.low <= value <= parameter.high:
                text = f"{name} of {technique.slug} is {value:g}, allowed {parameter.span}."
                hint = f"Without it {technique.slug} takes {parameter.default:g}."
                self.findings.append(Diagnostic("error", "D302", text, place, SOURCE, hint))
            else:
                values[name] = value
        return values

    def _drawn(
        self, stage: Stage, technique: Technique, channel: str, shape: dict[str, float], where: Where
    ) -> Voice:
        if technique.draw is None:
            raise ValueError(f"technique {technique.slug} draws nothing")
        start, end = self._intensity(stage, technique, channel)
        curve, modulation = technique.draw(stage.duration_s, start, end, shape)
        return Voice(channel, self._scaled(curve, channel), modulation, where)

    def _intensity(self, stage: Stage, technique: Technique, channel: str) -> tuple[float, float]:
        """What is written; else the default of the technique, lowered to the caps that bind it."""
        if stage.intensity is not None:
            return stage.intensity
        if channel == "heat":
            return (0.0, 0.0)
        strength = self.program.strength
        start, end = technique.levels[strength]
        cap = caps_on(self.program, self.profile, stage, channel, strength)[0].value
        return min(start, cap), min(end, cap)

    def _written(self, track: Track, where: Where) -> Voice:
        keys = track.keyframes
        curve = Curve([k.t for k in keys], [k.v for k in keys], [k.interp for k in keys])
        modulation = _modulation(track.modulate) if track.modulate is not None else None
        return Voice(track.channel, self._scaled(curve, track.channel), modulation, where, track)

    def _scaled(self, curve: Curve, channel: str) -> Curve:
        return curve if channel == "heat" or self.scale == 1.0 else curve.scaled(self.scale)


def _unknown(technique: Technique, name: str, place: Where) -> Diagnostic:
    known = [each.name for each in technique.parameters]
    near = difflib.get_close_matches(name, known, 1)
    if near:
        hint = f"Did you mean {near[0]}?"
    else:
        hint = f"It has {', '.join(known)}." if known else "It has none; take it out."
    text = f"Technique {technique.slug} has no parameter {name!r}."
    return Diagnostic("error", "D301", text, place, SOURCE, hint)


def _modulation(written: Modulate) -> Modulation:
    rate = written.rate_hz
    if isinstance(rate, tuple):
        curve = Curve([k.t for k in rate], [k.v for k in rate], [k.interp for k in rate])
    else:
        curve = Curve.constant(float(rate))
    return Modulation(written.shape, curve, written.depth, written.duty)
