"""A host that says exactly what it is told to.

It is no session: nothing here keeps a device safe or recovers from anything. Rule kept here: everything
that is armed is armed DRY unless the caller says otherwise.
"""

from __future__ import annotations

from itertools import pairwise

from firmware_bridge.conformance.check import NotMet, Skipped, expect
from firmware_bridge.conformance.hearing import REPEAT_MS, Hearing, Seen
from firmware_bridge.conformance.line import Line
from firmware_bridge.conformance.records import record
from firmware_bridge.errors import NotAMassager
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from firmware_bridge.session.status import Status, Welcome
from firmware_bridge.unwelcome import other_version

ANSWER_MS = 500
HELLO_MS = 3000  # a device that runs stops first
ALL_REGIONS = 0b1111110
CLEAR_MS = 5000  # a fault's cause must be gone for this long (design)
CLEAR_WAIT_MS = 15_000  # a late step begins those 5 s anew
BENCH_REST_MS = 2100  # after a pulse under bench limits: 2 s, and a STATUS
BENCH_SPARE_MS = 400  # of a pulse of 2 s: no check moves for more than 1.6 s at a stretch
BENCH_LEVEL = 1000  # 10 % of full scale, until commissioned (safety.md: uncommissioned device)


class Host(Hearing):
    """Conversations with a device: HELLO, ARM, records, RESUME; and bringing it to rest.

    ``moved_ms``: for how long motors have moved since they last rested, as far as anybody knows.
    """

    def __init__(self, line: Line, seed: int, moved_ms: int = 0) -> None:
        super().__init__(line, seed)
        self.moved_ms = moved_ms
        self._judged = 0  # how much of ``seen`` is in it

    def ask(self, kind: int, **values: int) -> int:
        """A command, repeated until STATUS echoes it; its result."""
        data = self.command(kind, **values)
        return self.repeat(data, self.cmd)

    def repeat(self, data: bytes, cmd: int, within_ms: int = ANSWER_MS) -> int:
        until_ms = self.line.now_ms() + within_ms + self.line.late_ms
        while (left_ms := until_ms - self.line.now_ms()) > 0:
            self.send(data)
            try:
                say = "The command was not echoed."
                return self.until(lambda now: now.cmd == cmd, min(left_ms, REPEAT_MS), say).status.result
            except NotMet:
                continue
        raise NotMet(f"Command {cmd} was not echoed within {within_ms} ms; the last STATUS: {self.told()}.")

    def hello(self) -> Welcome:
        """A new session. Raises NotAMassager when nobody answers, WrongProtocol for another version."""
        before = len(self.welcomes)
        self.session = (self.session + 1 + self.random.randrange(0xF000)) % 0xFFFF + 1
        self.cmd = 1
        data = self.command(m.HELLO, cmd=1)
        until_ms = self.line.now_ms() + HELLO_MS + self.line.late_ms
        while len(self.welcomes) == before and self.line.now_ms() < until_ms:
            self.send(data)
            asked_ms = self.line.now_ms()
            while len(self.welcomes) == before and self.line.now_ms() - asked_ms < REPEAT_MS:
                self.turn(REPEAT_MS)
        if len(self.welcomes) == before:
            if self._decoder.wrong_version:
                raise other_version(self.line.address)
            say = f"Nothing behind {self.line.address} answers as a massager: it is another device, or a rig "
            say += "without its firmware. Nothing more is sent to it. See: thrum ports"
            raise NotAMassager(self.line.address, say)
        return self.welcome

    def arm(self, **changes: int) -> int:
        """ARM, dry, for every region and up to the device's own limits; its result."""
        return self.ask(m.ARM, **self.arm_values(**changes))

    def arm_values(self, **changes: int) -> dict[str, int]:
        vibration, percussion, heat_c100 = self.welcome.max_levels
        values = {
            "boot_id": self.welcome.boot_id, "limits_crc": self.welcome.limits_crc, "regions": ALL_REGIONS,
            "ceiling_vibration": vibration, "ceiling_percussion": percussion, "ceiling_heat_c100": heat_c100,
            "dry": 1,
        }  # fmt: skip
        self.start_stream()
        return {**values, **changes}

    def rest(self) -> None:
        """As ``calm``, and under bench limits with enough of a pulse for what comes."""
        self.calm()
        self._rest_a_pulse()

    def calm(self) -> None:
        """A new session, SAFE, everything at zero; a fault that a check has latched is cleared."""
        self.source, self.beating, self.token_moves = None, True, True
        self.drain()
        self.hello()
        say = "Every output should be at zero, in SAFE or FAULT."
        self.until(lambda now: now.at_rest, HELLO_MS, say)
        if self.status.state == s.FAULT:
            self.clear()

    def _rest_a_pulse(self) -> None:
        """Under bench limits: what is left of a pulse must be enough for what comes."""
        fresh, self._judged = self.seen[self._judged :], len(self.seen)
        for before, after in pairwise(fresh):
            if not (before.status.at_zero and after.status.at_zero):
                self.moved_ms += after.at_ms - before.at_ms
        if self.bench and self.moved_ms > BENCH_SPARE_MS:
            self.run(BENCH_REST_MS)
            self.moved_ms = 0

    def clear(self) -> None:
        """CLEAR until it is done: its cause must have been gone for 5 s."""
        until_ms = self.line.now_ms() + CLEAR_WAIT_MS
        while (result := self.ask(m.CLEAR)) != m.R_DONE:
            if result != m.R_CAUSE or self.line.now_ms() > until_ms:
                say = f"{self.status.fault_name} cannot be cleared: '{m.RESULTS[result]}'."
                raise NotMet(f"{say} Is the stop input closed?")
            self.run(REPEAT_MS)

    def fill(self, *records: bytes) -> None:
        """One frame each, acknowledged before the next. Raises NotMet for one that is not."""
        for each in records:
            data, number = self.segments(each), self.seq
            self.send(data)
            say = f"SEGMENTS number {number} should be acknowledged."
            self.until(lambda now, number=number: now.acked == number, ANSWER_MS, say)  # type: ignore[misc]
            self.seq = (number + 1) & 255

    @property
    def motor(self) -> int:
        """The first motor channel of this device."""
        for channel in range(m.MOTOR_CHANNELS):
            if self.welcome.channels >> channel & 1:
                return channel
        raise Skipped("This device has no motor.")

    @property
    def bench(self) -> bool:
        return not self.welcome.commissioned

    def top(self, channel: int, region: int) -> int:
        """The highest level that this device may apply there, by the limits it told."""
        welcome = self.welcome
        percussive = channel == m.PERCUSSION or welcome.heads >> channel & 1
        if percussive and not welcome.percussion_regions >> region & 1:
            return 0
        most = min(welcome.max_levels[channel], welcome.region_caps[region])
        return min(most, BENCH_LEVEL) if self.bench else most

    def level(self, status: Status) -> int:
        """What the first motor applies."""
        return status.applied[self.motor]

    def start(self, level: int, *, channel: int | None = None, region: int = 3, **arm: int) -> None:
        """From SAFE: ARM, two records at ``level``, RESUME; then it is fed with the same."""
        one = record({self.motor if channel is None else channel: level}, region=region)
        result = self.arm(**arm)
        expect(result == m.R_DONE, f"ARM should be done, not '{m.RESULTS[result]}'.")
        self.go(one)

    def go(self, one: bytes) -> None:
        """ARMED or PAUSED: two of this record, RESUME; then it is fed with the same."""
        self.beat()
        self.fill(one, one)
        result = self.ask(m.RESUME)
        expect(result == m.R_DONE, f"RESUME should be done, not '{m.RESULTS[result]}'.")
        self.source = iter(lambda: one, None)

    def until_moving(self, level: int, within_ms: int = 3500) -> Seen:
        """Until the first motor applies at least ``level``."""
        say = f"The motor should come to {level / 100:g} %."
        return self.until(lambda now: self.level(now) >= level, within_ms, say)
