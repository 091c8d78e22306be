"""What the device says, as the host reads it: STATUS and WELCOME.

Both are read by the message table of the protocol, compiled once into a struct: a program of ten
minutes brings thousands of STATUS messages. A test keeps the names here equal to the table's.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import NamedTuple

from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s

_CODES = {"u8": "B", "u16": "H", "u32": "I"}


def _struct_of(kind: int) -> struct.Struct:
    """The struct of a message of the table."""
    codes = [_CODES.get(field, field[1:] + "s") for _name, field in m.MESSAGES[kind][1]]
    return struct.Struct("<" + "".join(codes))


_STATUS = _struct_of(m.STATUS)
_WELCOME = _struct_of(m.WELCOME)


class Status(NamedTuple):
    """One STATUS. Levels are 0..10000, times ms, temperatures 0.01 C (0: no reading)."""

    cmd: int
    result: int
    epoch: int
    acked: int
    acceptable: int
    playhead_ms: int
    buffered_ms: int
    state: int
    reason: int
    fault: int
    flags: int
    gain: int
    gain_max: int
    allowed_vibration: int
    allowed_percussion: int
    allowed_heat_c100: int
    applied_vibration: int
    applied_percussion: int
    applied_heat_duty: int
    rule_vibration: int
    rule_percussion: int
    rule_heat: int
    pad_c100: int
    bucket_s: int
    current_ma: int
    supply_mv: int
    underruns: int
    late_ticks: int
    boot_id: int
    ticks: int

    @classmethod
    def unpack(cls, payload: bytes) -> Status | None:
        """From the payload of a frame; None when it is too short to be one."""
        if len(payload) < _STATUS.size:
            return None
        return cls._make(_STATUS.unpack_from(payload))

    @property
    def at_zero(self) -> bool:
        """Every output is really off."""
        return not (self.applied_vibration or self.applied_percussion or self.applied_heat_duty)

    @property
    def at_rest(self) -> bool:
        """What a stop must reach: SAFE or FAULT with every output at zero."""
        return self.state in (s.SAFE, s.FAULT) and self.at_zero

    @property
    def state_name(self) -> str:
        return _name(s.STATES, self.state)

    @property
    def reason_name(self) -> str:
        return _name(s.REASONS, self.reason)

    @property
    def fault_name(self) -> str:
        return _name(s.FAULTS, self.fault)

    @property
    def result_name(self) -> str:
        return _name(m.RESULTS, self.result)

    @property
    def pad_c(self) -> float | None:
        """Pad temperature, None when the device has no reading that it trusts."""
        return self.pad_c100 / 100 if self.pad_c100 else None

    @property
    def current_a(self) -> float | None:
        """Supply current of the whole rig, None where nothing measures it."""
        return None if self.current_ma == m.NO_READING else self.current_ma / 1000

    @property
    def supply_v(self) -> float | None:
        """Supply voltage, None where nothing measures it."""
        return None if self.supply_mv == m.NO_READING else self.supply_mv / 1000

    @property
    def allowed(self) -> tuple[int, int, int]:
        return self.allowed_vibration, self.allowed_percussion, self.allowed_heat_c100

    @property
    def applied(self) -> tuple[int, int, int]:
        return self.applied_vibration, self.applied_percussion, self.applied_heat_duty

    @property
    def rule_codes(self) -> tuple[int, int, int]:
        return self.rule_vibration, self.rule_percussion, self.rule_heat

    @property
    def rules(self) -> tuple[str, str, str]:
        """In words, per channel: which ceiling held it down ("none": none did)."""
        held = self.rule_codes
        return _name(s.RULES, held[0]), _name(s.RULES, held[1]), _name(s.RULES, held[2])

    @property
    def dry(self) -> bool:
        return bool(self.flags & m.FLAG_DRY)

    @property
    def bench(self) -> bool:
        """The device is not commissioned and keeps to its bench limits."""
        return bool(self.flags & m.FLAG_BENCH)

    @property
    def in_underrun(self) -> bool:
        return bool(self.flags & m.FLAG_UNDERRUN)


def _name(words: tuple[str, ...], code: int) -> str:
    """A device may be newer than this host: an unknown code is shown, not raised."""
    return words[code] if code < len(words) else f"unknown ({code})"


@dataclass(frozen=True, slots=True)
class Welcome:
    """The answer to HELLO: what the device is and what it will never exceed.

    ``limits_good`` says that the limits arrived as the device computed their CRC.
    """

    cmd: int
    protocol: int
    firmware: str
    board: str
    rig_id: str
    profile_hash: str
    channels: int
    heads: int
    simulated: bool
    boot_id: int
    reset_cause: int
    last_fault: int
    last_fault_tick: int
    last_fault_channel: int
    last_fault_value: int
    last_reason: int
    stamp: int
    config_crc: int
    bucket_s: int
    max_levels: tuple[int, int, int]
    region_caps: tuple[int, ...]
    percussion_regions: int
    max_run_s: int
    limits_crc: int
    limits_good: bool

    @classmethod
    def unpack(cls, payload: bytes) -> Welcome | None:
        """From the payload of a frame; None when it is too short to be one."""
        if len(payload) < _WELCOME.size:
            return None
        names = [name for name, _kind in m.MESSAGES[m.WELCOME][1]]
        values = dict(zip(names, _WELCOME.unpack_from(payload), strict=True))
        for name in ("firmware", "board", "rig_id", "profile_hash"):
            values[name] = values[name].rstrip(b"\0").decode("utf-8", "replace")
        values["simulated"] = values["simulated"] == 1
        values["max_levels"] = tuple(
            values.pop(name) for name in ("max_vibration", "max_percussion", "max_heat_c100")
        )
        values["region_caps"] = struct.unpack(f"<{len(m.REGIONS)}H", values["region_caps"])
        values["limits_good"] = values["limits_crc"] == _limits_crc(payload)
        return cls(**values)

    @property
    def channel_names(self) -> tuple[str, ...]:
        return tuple(name for at, name in enumerate(m.CHANNELS) if self.channels >> at & 1)

    @property
    def commissioned(self) -> bool:
        return self.stamp == self.config_crc

    @property
    def label(self) -> str:
        """SIM or REAL: what every screen, record and file must say."""
        return "SIM" if self.simulated else "REAL"


def _limits_crc(payload: bytes) -> int:
    """CRC-32 of the limits as they arrived: from ``max_vibration`` up to ``limits_crc``."""
    places = m.offsets(m.MESSAGES[m.WELCOME][1])
    return zlib.crc32(payload[places["max_vibration"] : places["limits_crc"]])
