"""Checks of commands: what is refused and why, numbers that only rise, sessions, the dead host's tricks."""

from __future__ import annotations

from firmware_bridge.conformance.check import check, expect
from firmware_bridge.conformance.host import Host
from firmware_bridge.conformance.records import record
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s

SETTLE_MS = 150  # a STATUS and a half: what was not obeyed by then will not be


def _wants(host: Host, result: int, *wanted: int) -> None:
    names = " or ".join(f"'{m.RESULTS[each]}'" for each in wanted)
    expect(result in wanted, f"The result should be {names}; it is '{m.RESULTS[result]}'.")


def arm_wants_this_boot_and_these_limits(host: Host) -> None:
    """ARM is refused for another boot, for other limits, above the limits, and for no region.

    Each field of ARM wrong in turn; then all of them right."""
    welcome = host.welcome
    _wants(host, host.arm(boot_id=welcome.boot_id ^ 1), m.R_BOOT)
    _wants(host, host.arm(limits_crc=welcome.limits_crc ^ 1), m.R_LIMITS)
    for name, most in zip(m.CHANNELS, welcome.max_levels, strict=True):
        field = "ceiling_heat_c100" if name == "heat" else f"ceiling_{name}"
        _wants(host, host.arm(**{field: most + 1}), m.R_ABOVE)
    _wants(host, host.arm(regions=0b0000001), m.R_REGION)
    _wants(host, host.arm(regions=0b10000000), m.R_REGION)
    expect(host.status.state == s.SAFE, f"It should still be SAFE: {host.told()}.")
    _wants(host, host.arm(), m.R_DONE)
    expect(host.status.state == s.ARMED, f"It should be ARMED: {host.told()}.")


def dry_holds_enable_off(host: Host) -> None:
    """In a DRY run ENABLE is held off, the heater gets no power, and STATUS says so.

    Plays in DRY mode, with heat asked for where there is any."""
    one = {host.motor: 500}
    if host.welcome.channels >> m.HEAT & 1:
        one[m.HEAT] = min(3200, host.welcome.max_levels[m.HEAT])
    expect(host.arm() == m.R_DONE, "ARM should be done.")
    host.go(record(one))
    for seen in [host.until_moving(450, 1000), *host.run(300)]:
        expect(bool(seen.status.flags & m.FLAG_DRY), "STATUS does not say that the run is DRY.")
        expect(not seen.status.flags & m.FLAG_ENABLE, "ENABLE is on in a DRY run.")
        expect(not seen.status.applied_heat_duty, "The heater is driven in a DRY run.")


def raising_commands_want_their_state(host: Host) -> None:
    """RESUME, CLEAR and ARM are refused in the states that they do not belong to.

    RESUME and CLEAR in SAFE, ARM and CLEAR in ARMED."""
    _wants(host, host.ask(m.RESUME), m.R_STATE)
    _wants(host, host.ask(m.CLEAR), m.R_STATE)
    _wants(host, host.ask(m.PAUSE), m.R_STATE)
    _wants(host, host.arm(), m.R_DONE)
    _wants(host, host.arm(), m.R_STATE)
    _wants(host, host.ask(m.CLEAR), m.R_STATE)


def resume_wants_enough_to_play(host: Host) -> None:
    """RESUME is refused with under 600 ms buffered, and taken with 600 ms.

    500 ms, RESUME; 100 ms more, RESUME."""
    expect(host.arm() == m.R_DONE, "ARM should be done.")
    host.beat()
    _wants(host, host.ask(m.RESUME), m.R_BUFFER)
    host.fill(record({host.motor: 0}, duration_ms=500))
    _wants(host, host.ask(m.RESUME), m.R_BUFFER)
    host.fill(record({host.motor: 0}, duration_ms=100))
    _wants(host, host.ask(m.RESUME), m.R_DONE)


def resume_wants_a_sign_of_life(host: Host) -> None:
    """RESUME is refused until the session's own application has shown that it lives.

    Without a heartbeat in this session, with enough buffered; then with one."""
    host.beating = False
    host.hello()
    expect(host.arm() == m.R_DONE, "ARM should be done.")
    host.fill(record({host.motor: 0}), record({host.motor: 0}))
    _wants(host, host.ask(m.RESUME), m.R_HEARTBEAT)
    host.beat()
    _wants(host, host.ask(m.RESUME), m.R_DONE)


def old_numbers_raise_nothing(host: Host) -> None:
    """A raising command that comes late, or twice, is not executed again (F39).

    ARM, RESUME, then STOP; then the same ARM and RESUME once more: it stays SAFE and keeps its echo."""
    arm = host.command(m.ARM, **host.arm_values())
    _wants(host, host.repeat(arm, host.cmd), m.R_DONE)
    host.beat()
    one = record({host.motor: 500})
    host.fill(one, one)
    resume = host.command(m.RESUME)
    _wants(host, host.repeat(resume, host.cmd), m.R_DONE)
    host.source = iter(lambda: one, None)
    host.until_moving(400, 1000)
    _wants(host, host.ask(m.STOP), m.R_DONE)
    host.until_state(s.SAFE, 500)
    host.send(arm + resume + arm)
    host.run(SETTLE_MS)
    expect(host.status.state == s.SAFE, f"An old ARM or RESUME was obeyed: {host.told()}.")
    expect(host.status.cmd == host.cmd, f"The echo went back to command {host.status.cmd}.")
    _wants(host, host.arm(), m.R_DONE)


def stale_sessions_raise_nothing(host: Host) -> None:
    """A raising command, a record or a pause with another session number does nothing; STOP acts.

    Plays; then ARM, PAUSE and GAIN with a foreign number; then STOP with it."""
    host.start(800)
    host.until_moving(700, 1000)
    other = host.session % 0xFFFF + 1
    for kind, values in ((m.PAUSE, {}), (m.GAIN, {"gain": 0, "gain_max": 0}), (m.CLEAR, {})):
        host.send(host.command(kind, cmd=200, session=other, **values))
    host.run(SETTLE_MS)
    expect(host.status.state == s.RUNNING, f"A foreign PAUSE was obeyed: {host.told()}.")
    expect(host.status.gain == m.FULL_SCALE, "A foreign GAIN was obeyed.")
    host.source = None
    host.send(host.command(m.STOP, cmd=201, session=other))
    host.until_state(s.SAFE, 300)
    host.send(host.command(m.ARM, cmd=300, session=other, **host.arm_values()))
    host.run(SETTLE_MS)
    expect(host.status.state == s.SAFE, f"A foreign ARM was obeyed: {host.told()}.")


def another_hello_stops_first(host: Host) -> None:
    """HELLO of another session stops what runs, and is answered only at rest.

    Says hello with a new number while it plays."""
    host.start(800)
    host.until_moving(700, 1000)
    host.source = None
    before = len(host.seen)
    host.hello()
    rest = host.until(lambda now: now.at_rest, 300, "It should be at rest.")
    expect(rest.status.state == s.SAFE, f"It should be SAFE: {host.told()}.")
    why = host.welcome.last_reason
    expect(why == s.WHY_NEW_SESSION, f"WELCOME says '{s.REASONS[why]}', not that another session said hello.")
    later = [each.status.state for each in host.seen[before:]]
    expect(s.FAULT not in later, "It latched a fault.")


CHECKS = (
    check(arm_wants_this_boot_and_these_limits), check(dry_holds_enable_off),
    check(raising_commands_want_their_state), check(resume_wants_enough_to_play),
    check(resume_wants_a_sign_of_life), check(old_numbers_raise_nothing), check(stale_sessions_raise_nothing),
    check(another_hello_stops_first),
)  # fmt: skip
