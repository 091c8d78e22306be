"""The eye on a run: notes what the device limits and what it latches, tick by tick.

Called once a tick; does next to nothing while nothing happens.
"""

from __future__ import annotations

from typing import Any

from firmware_bridge.protocol import states
from programs.timeline import CHANNELS
from sim.device import SimDevice
from sim.result import DeviceFault, Limited

HEAT = 2
MOST_LIMITED = 1000  # entries kept: a program that is limited all the time must not fill memory
APART_MS = 100  # the same rule again after a longer while is another entry
_UNIT = (1e-4, 1e-4, 1e-2)


class _Stretch:
    """An entry that may still grow: its rule, its place in the list, when it was last seen."""

    __slots__ = ("place", "rule", "seen_ms")

    def __init__(self, rule: int, place: int, seen_ms: int) -> None:
        self.rule, self.place, self.seen_ms = rule, place, seen_ms


class Watch:
    """``look(now_ms)`` after every tick; then ``limited`` and ``faults`` say what was seen.

    ``limited`` has an entry per channel, rule and unbroken stretch: its start, and its worst excess.
    """

    def __init__(self, device: SimDevice) -> None:
        self.limited: list[Limited] = []
        self.faults: list[DeviceFault] = []
        self._device = device
        self._stretches: list[_Stretch | None] = [None, None, None]
        self._fault_at_ms = -1
        self._follow(device.controller)

    def _follow(self, controller: Any) -> None:
        """Watch this controller: the first one, or the one after a reset."""
        self._controller = controller
        self._limited_ms: list[int] = controller.governor.limited_ms
        self._rules: list[int] = controller.rule
        self._last_ms = list(self._limited_ms)
        self._fault = int(controller.fault)

    def look(self, now_ms: int) -> None:
        if self._device.controller is not self._controller:
            self._follow(self._device.controller)
        if self._limited_ms != self._last_ms:
            self._look_at_motors(now_ms)
        if self._rules[HEAT]:
            self._add(HEAT, self._controller.player.envelope[HEAT], now_ms)
        if self._controller.fault != self._fault:
            self._note_fault(now_ms)
        if self._fault_at_ms >= 0 and not self._device.board.powered:
            self._close_fault(now_ms - self._fault_at_ms)

    def _t_s(self, now_ms: int) -> float:
        return round((now_ms - max(0, self._device.start_ms)) / 1000, 3)

    def _look_at_motors(self, now_ms: int) -> None:
        for channel, total in enumerate(self._limited_ms):
            if total > self._last_ms[channel]:
                self._add(channel, self._controller.player.envelope[channel], now_ms)
            self._last_ms[channel] = total

    def _add(self, channel: int, envelope: int, now_ms: int) -> None:
        rule = self._rules[channel]
        unit = _UNIT[channel]
        asked, allowed = round(envelope * unit, 4), round(self._controller.allowed[channel] * unit, 4)
        stretch = self._stretches[channel]
        if stretch is not None and stretch.rule == rule and now_ms - stretch.seen_ms <= APART_MS:
            stretch.seen_ms = now_ms
            worst = self.limited[stretch.place]
            if asked - allowed > worst.asked - worst.allowed:
                self.limited[stretch.place] = Limited(worst.t_s, worst.channel, asked, allowed, worst.rule)
        elif len(self.limited) < MOST_LIMITED:
            self._stretches[channel] = _Stretch(rule, len(self.limited), now_ms)
            name = states.RULES[rule] if rule < len(states.RULES) else f"rule {rule}"
            self.limited.append(Limited(self._t_s(now_ms), CHANNELS[channel], asked, allowed, name))

    def _note_fault(self, now_ms: int) -> None:
        self._fault = int(self._controller.fault)
        if self._fault != states.F_NONE:
            self.faults.append(DeviceFault(states.FAULTS[self._fault], self._t_s(now_ms), None))
            self._fault_at_ms = now_ms

    def _close_fault(self, after_ms: int) -> None:
        last = self.faults[-1]
        self.faults[-1] = DeviceFault(last.code, last.t_s, after_ms)
        self._fault_at_ms = -1
