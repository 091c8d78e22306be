"""Whatever a host does, in whatever order: what must hold at every tick, restated here."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from firmware_bridge.protocol import messages as m
from tests.firmware_bridge.bench import BOOT_ID, Bench, config, raw_at, record

# Restated, not imported, by region: nowhere, neck, shoulders, upper-back, lower-back, hips, back.
REGION_CAP = (0, 3000, 8500, 8500, 5000, 8500, 5000)
NO_PERCUSSION = (True, True, False, False, True, False, True)

SEEN: Counter[str] = Counter()  # ticks by what they saw: an invariant over nothing proves nothing
levels = st.integers(0, 10000)
records = st.builds(
    record,
    duration_ms=st.sampled_from([20, 100, 500]),
    region=st.integers(0, 6),
    vibration=st.none() | levels,
    percussion=st.none() | levels,
    heat=st.none() | st.sampled_from([0, 3000, 4000, 4100, 4101, 9000]),
    last=st.sampled_from([False] * 9 + [True]),
)


class Device(RuleBasedStateMachine):
    """Legal and illegal commands, silence, lies of the sensor, late ticks, garbage."""

    @initialize(stamped=st.booleans(), percussive=st.booleans(), limit=st.sampled_from([8500, 4000]))
    def power_up(self, stamped: bool, percussive: bool, limit: int) -> None:
        heads = (1 if percussive else 0, 1, 2)
        self.percussive = (percussive, True)
        self.limit = limit
        self.stamped = stamped
        self.bench = Bench(config(heads=heads, max_levels=(limit, limit)), stamped=stamped)
        self.bench.beating = False
        self.ceiling = 0
        self.token_ms = self.bench.now_ms
        self.ramp_ms = 0
        self.before = [0, 0]
        self.state = "SAFE"

    # -- what a host may do ---------------------------------------------------------------------

    @rule()
    def hello(self) -> None:
        self.bench.hello()
        self.check()

    @rule(ceiling=st.sampled_from([0, 2000, 4000, 8500, 8501]), boot=st.sampled_from([BOOT_ID] * 4 + [1]))
    def arm(self, ceiling: int, boot: int) -> None:
        if self.bench.welcome is None:
            self.hello()
        if self.bench.arm(ceiling_vibration=ceiling, ceiling_percussion=ceiling, boot_id=boot) == m.R_DONE:
            assert boot == BOOT_ID
            assert ceiling <= self.limit
            self.ceiling = ceiling
            self.beat()

    @rule(some=st.lists(records, min_size=1, max_size=3))
    def segments(self, some: list[bytes]) -> None:
        self.bench.segments(*some)

    @rule(region=st.integers(1, 6), level=levels)
    def plenty(self, region: int, level: int) -> None:
        """Fills the buffer with something strong and long."""
        while self.bench.segments(record(500, region, vibration=level, percussion=level, heat=4100)):
            pass

    @rule(
        region=st.integers(1, 6),
        level=levels,
        ceiling=st.sampled_from([2000, 4000, 8500]),
        then=st.sampled_from(["nothing", "pause", "silence", "no records"]),
    )
    def session(self, region: int, level: int, ceiling: int, then: str) -> None:
        """A whole legal beginning, faults cleared first, so that every run sees motion."""
        bench = self.bench
        bench.board.open = False
        bench.board.ntc = raw_at(30.0)
        bench.hello()
        if bench.state == "FAULT":
            self.time(510, 10)
            bench.send(m.CLEAR)
        self.time(20, 10)
        self.arm(min(ceiling, self.limit), BOOT_ID)
        self.time(5, 10)
        self.plenty(region, level)
        bench.send(m.RESUME)
        self.living_host(60)
        if then == "pause":
            self.pause(30)
        elif then == "silence":
            self.time(140, 10)
        elif then == "no records":
            self.host_that_only_beats(180)

    @rule()
    def resume(self) -> None:
        self.bench.send(m.RESUME)

    @rule(late=st.integers(1, 3))
    def old_resume(self, late: int) -> None:
        before = self.bench.state
        self.bench.put(m.RESUME, max(1, self.bench.cmd - late).to_bytes(2, "little"))
        assert self.bench.state == before

    @rule(ticks=st.sampled_from([1, 10, 30, 90]))
    def pause(self, ticks: int) -> None:
        self.bench.send(m.PAUSE)
        self.time(ticks, 10)

    @rule(session=st.sampled_from([None, 1]))
    def stop(self, session: int | None) -> None:
        self.bench.send(m.STOP, session=session)
        assert self.bench.state not in ("RUNNING", "PAUSED", "ARMED")

    @rule(session=st.sampled_from([None, 1]), really=st.sampled_from([False, False, False, True]))
    def estop(self, session: int | None, really: bool) -> None:
        if not really:
            return
        self.bench.send(m.ESTOP, session=session)
        assert self.bench.board.duties == [0, 0, 0]
        assert self.bench.state == "FAULT"

    @rule()
    def clear(self) -> None:
        self.bench.send(m.CLEAR)

    @rule(gain=st.integers(0, 12000), top=st.integers(0, 12000))
    def gain(self, gain: int, top: int) -> None:
        self.bench.send(m.GAIN, gain=gain, gain_max=top)

    @rule(right=st.booleans())
    def stamp(self, right: bool) -> None:
        crc = self.bench.configuration.crc if right else 1
        self.bench.send(m.STAMP, config_crc=crc)

    @rule(steps=st.integers(1, 30), level=levels)
    def bursts(self, steps: int, level: int) -> None:
        """Records as short as can be, each with a modulator that jumps."""
        for step in range(steps):
            wave = (5, 500, 500, 10000, 5000, 5000 * (step % 2))
            self.bench.segments(record(20, 3, vibration=level, wave=wave))
            self.time(2, 10)

    @rule(data=st.binary(max_size=80))
    def garbage(self, data: bytes) -> None:
        self.bench.device.receive(data, len(data))

    # -- what the world may do ------------------------------------------------------------------

    @rule()
    def beat(self) -> None:
        session = self.bench.device.link.session
        self.bench.beat()
        if session == self.bench.session:
            self.token_ms = self.bench.now_ms

    @rule(
        celsius=st.sampled_from([20.0, 30.0, 35.0, 39.0, 42.9, 43.0]),
        broken=st.sampled_from([0] * 8 + [-1, 65535]),
    )
    def sensor(self, celsius: float, broken: int) -> None:
        self.bench.board.ntc = broken if broken else raw_at(celsius)

    @rule(is_open=st.sampled_from([False] * 3 + [True]))
    def stop_input(self, is_open: bool) -> None:
        self.bench.board.open = is_open

    @rule(count=st.sampled_from([1, 5, 20, 60]), elapsed=st.sampled_from([10] * 16 + [9, 49, 51, 250]))
    def time(self, count: int, elapsed: int) -> None:
        for _ in range(count):
            self.bench.tick(elapsed)
            self.check()

    @rule(count=st.sampled_from([20, 80]))
    def living_host(self, count: int) -> None:
        for index in range(count):
            if index % 20 == 0:
                self.beat()
            if index % 25 == 0:
                self.bench.segments(record(500, 3, vibration=3000, percussion=2000, heat=4000))
            self.bench.tick()
            self.check()

    @rule(count=st.sampled_from([100, 180]))
    def host_that_only_beats(self, count: int) -> None:
        """Alive, and sends nothing to play: the buffer runs dry."""
        for index in range(count):
            if index % 20 == 0:
                self.beat()
            self.bench.tick()
            self.check()

    # -- what must hold -------------------------------------------------------------------------

    def check(self) -> None:
        bench, device = self.bench, self.bench.device
        motors = device.applied[:2]
        moving = any(motors)
        SEEN[bench.state] += 1
        SEEN["motion"] += moving
        SEEN["heat"] += device.applied[2] > 0
        SEEN["underrun"] += device.underrun_ms > 0
        assert all(0 <= duty <= 60000 for duty in bench.board.duties[:2])
        for channel in range(2):
            level = motors[channel]
            assert level <= min(8500, self.limit, self.ceiling)
            assert level <= self.before[channel] or bench.state == "RUNNING", "something rose outside RUNNING"
            if self.bench.board.load_stamp() != self.bench.configuration.crc:
                assert level <= 1000
            if bench.state == "RUNNING" and not device.underrun_ms:
                assert level <= REGION_CAP[device.player.region]
                if channel == 1 or self.percussive[channel]:
                    assert not (level and NO_PERCUSSION[device.player.region])
        self.before = list(motors)
        if bench.state != self.state:
            self.ramp_ms = bench.now_ms
            self.state = bench.state
        if bench.state in ("BOOT", "SAFE", "ARMED", "FAULT"):
            assert bench.board.duties == [0, 0, 0]
        elif bench.state in ("PAUSED", "STOPPING"):
            assert not moving or bench.now_ms - self.ramp_ms <= 260
        assert not moving or bench.now_ms - self.token_ms <= 1300, "motion without a living host"
        if bench.board.open and not device.stop_input.open:
            SEEN["not read yet"] += 1
        elif bench.board.open:
            assert bench.board.duties == [0, 0, 0], "the stop input is open and a pin is driven"
            SEEN["stop open"] += 1
        if device.applied[2]:
            assert bench.state == "RUNNING"
            assert device.heat is not None
            assert device.heat.trusted
            assert device.heat.temperature_c100 < 4300
        assert bench.device.player.buffered_ms <= 1500


def test_the_invariants_hold_at_every_tick() -> None:
    SEEN.clear()
    run_state_machine_as_test(
        Device,
        settings=settings(
            max_examples=60,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
    for what in (
        "SAFE",
        "ARMED",
        "RUNNING",
        "PAUSED",
        "STOPPING",
        "FAULT",
        "motion",
        "heat",
        "underrun",
        "stop open",
    ):
        assert SEEN[what] > 0, f"{what} was never seen: {SEEN}"
