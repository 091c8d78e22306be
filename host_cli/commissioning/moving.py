"""Steps in which something moves, at 10 % at most: motors, the stop, the cable, ENABLE, processes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from firmware_bridge.conformance.check import NotMet
from firmware_bridge.conformance.hearing import Seen
from firmware_bridge.errors import BridgeError, LinkLost
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from firmware_bridge.rigs.calibration_checks import most_start_duty
from host_cli.commissioning.desk import Desk, Step, failed

LEVEL = 1000  # 10 % of full scale: the bench limit (safety.md: uncommissioned device)
PLAY_MS = 1000
PRESS_S = 60  # how long somebody has for a stop, a cable, a wire
AWAY_MS = 4000  # longer than the 3000 ms after which the device latches LINK_LOST
RAMP_MS = 200  # after the device has noticed the silence (docs/protocol.md)
CABLE_MOST_MS = 1300  # 1000 ms of silence, the ramp, and a heartbeat that was on its way (design)
MOTORS = ("vibration", "percussion")
OFF_BY_ITSELF = "Do not use the rig."


def play(desk: Desk, channel: int, level: int = LEVEL, **arm: int) -> None:
    """From rest: this channel at this level, until somebody stops it. Nobody is under it."""
    desk.host.rest()
    desk.host.start(level, channel=channel, dry=0, **arm)


def stop(desk: Desk) -> None:
    """STOP, and the zero that it must reach."""
    desk.host.source = None
    desk.host.ask(m.STOP)
    desk.host.until(lambda now: now.at_rest, 500, "After STOP every output should be at zero.")


def _channel(desk: Desk, at: int) -> None:
    name = MOTORS[at]
    play(desk, at)
    heard = desk.host.run(PLAY_MS)
    stop(desk)
    desk.found.measured[f"{name}_level"] = max(seen.status.applied[at] for seen in heard)
    _keep_current(desk, heard, f"{name}_ma")
    question = f"Did the {name} head, and nothing else, move for about a second?"
    most = most_start_duty(desk.output_of(name))
    then = (
        "Check motor, driver and pin (thrum rig wiring). One that hardly moves may start higher: start_duty "
        f"in a [[calibration]] of the rig's file, {most:g} at most; one that needs more is another motor "
        "than the profile's, and wants a profile of its own."
    )
    desk.must(f"{name}_moved", question, then)


def _keep_current(desk: Desk, heard: list[Seen], name: str) -> None:
    known = [seen.status.current_ma for seen in heard if seen.status.current_ma != m.NO_READING]
    if known:
        desk.found.measured[name] = max(known)


def _has(at: int) -> Callable[[Desk], str]:
    def why_not(desk: Desk) -> str:
        return "" if desk.host.welcome.channels >> at & 1 else f"This rig has no {m.CHANNELS[at]}."

    return why_not


def first_motor(desk: Desk) -> int | None:
    """The channel that the other steps play; None: this rig has no motor."""
    return next((at for at in range(m.MOTOR_CHANNELS) if desk.host.welcome.channels >> at & 1), None)


def _no_motor(desk: Desk) -> str:
    return "" if first_motor(desk) is not None else "This rig has no motor that could be seen to stop."


def _stop_input(desk: Desk) -> None:
    play(desk, first_motor(desk) or 0)
    desk.host.run(PLAY_MS)
    desk.tell("Press the recipient's stop now.")
    if desk.bench.hands:
        desk.bench.open_stop()
    say = "The device should feel the stop."
    try:
        seen = desk.host.until(lambda now: now.state == s.FAULT, PRESS_S * 1000, say)
    except NotMet:
        stop(desk)
        raise failed(f"nothing was felt within {PRESS_S} s.", "Check the wire to the stop input.") from None
    if seen.status.fault != s.F_STOP_INPUT or not seen.status.at_zero:
        raise failed(f"the stop led to {seen.status.fault_name}, or not to zero.", OFF_BY_ITSELF)
    desk.tell("Felt: STOP_INPUT, every output at zero in the same step. Release the stop.")
    if desk.bench.hands:
        desk.bench.open_stop()
    _wait_closed(desk)
    desk.host.rest()


def _wait_closed(desk: Desk) -> None:
    try:
        desk.host.until(lambda now: not now.flags & m.FLAG_STOP_OPEN, PRESS_S * 1000, "")
    except NotMet:
        raise failed("the stop stayed open.", "Release the stop, or mend its wire.") from None


def _halted(desk: Desk) -> None:
    """The stop breaks the supply itself: no software takes part, so no software can measure it."""
    how = (
        "stop the device's process (kill -STOP)"
        if desk.rig is not None and desk.rig.on_a_pi
        else ("hold the board in reset (RUN to ground)")
    )
    desk.people.ready("halted", f"Halt the firmware: {how}. Put your meter behind the recipient's stop.")
    question = "With the firmware halted: does opening the stop take the supply off motors AND heater (0 V)?"
    desk.must("stop_breaks_supply", question, "Wire the stop into the supply, as thrum rig wiring draws it.")
    desk.people.ready("running_again", "Let the firmware run again, and close the stop.")
    reconnect(desk)


def reconnect(desk: Desk) -> None:
    """The port anew; waits for it, and for a device that starts."""
    with suppress(BridgeError):
        desk.host.rest()
        desk.same_board()
        return
    desk.bench.plug(0)
    desk.connect()
    desk.host.rest()


def _cable(desk: Desk) -> None:
    """The device's own playhead tells for how long it went on."""
    play(desk, first_motor(desk) or 0)
    desk.host.run(PLAY_MS)
    desk.tell("Pull the cable to the device now, while the head moves.")
    last = _until_gone(desk)
    boot_id = desk.host.welcome.boot_id
    desk.people.ready(
        "plugged", "Wait until the head stands still, count to five, and plug the cable in again."
    )
    desk.bench.plug(AWAY_MS)
    desk.connect()
    if desk.host.welcome.boot_id != boot_id:
        desk.found.measured["cable"] = "the board lost its power with the cable, and started anew"
        desk.must("cable_stopped", "Did the head stop at once when the cable was pulled?", OFF_BY_ITSELF)
    else:
        _judge_silence(desk, last)
    desk.host.rest()


def _until_gone(desk: Desk) -> Seen:
    """Plays until the link breaks; what was heard last."""
    try:
        if desk.bench.hands:
            desk.bench.pull()
        desk.host.run(PRESS_S * 1000)
    except LinkLost:
        return desk.host.seen[-1]
    stop(desk)
    raise failed(f"the cable was not pulled within {PRESS_S} s.", "Have the cable at hand.")


def _judge_silence(desk: Desk, last: Seen) -> None:
    now = desk.host.until(lambda status: True, 500, "STATUS should come.").status
    on_ms = now.playhead_ms - last.status.playhead_ms
    zero_ms = on_ms + RAMP_MS
    desk.found.measured["cable_zero_ms"] = zero_ms
    if now.fault != s.F_LINK_LOST or not now.at_zero or not 0 <= zero_ms <= CABLE_MOST_MS:
        say = f"it played on for {on_ms} ms, and now says {now.state_name} {now.fault_name}."
        raise failed(say, OFF_BY_ITSELF)
    desk.tell(f"It played on for {on_ms} ms and was at zero {zero_ms} ms after the last word that came "
              f"through (allowed {CABLE_MOST_MS}), then latched LINK_LOST.")  # fmt: skip


def _enable(desk: Desk) -> None:
    play(desk, first_motor(desk) or 0)
    desk.tell("Take the ENABLE wire off while the head moves.")
    heard = desk.host.run(8000)
    stop(desk)
    _keep_current(desk, heard[:20], "enable_on_ma")
    question = "Did the head stop at once, and stand still from then on, when the wire was off?"
    then = "The one-shot or the second switch does not work: wire it as thrum rig wiring draws it."
    desk.must("enable_stopped", question, then)
    desk.people.ready("enable_back", "Put the ENABLE wire back.")


def _no_enable(desk: Desk) -> str:
    if desk.rig is not None and desk.rig.pins.enable is None:
        return "This rig has no ENABLE line (so it has neither heat nor percussion)."
    return _no_motor(desk)


def _killed(desk: Desk, whom: str) -> None:
    """On a Pi: whoever keeps the pins is killed while the head moves."""
    play(desk, first_motor(desk) or 0)
    desk.host.run(PLAY_MS)
    desk.tell("Killed: " + ", ".join(f"process {pid}" for pid in desk.bench.kill(whom)) + ".")
    with suppress(BridgeError):
        desk.host.run(AWAY_MS)
    question = "Did the head stop within a second and a half, and stand still from then on?"
    desk.must(f"kill_{whom}_stopped", question, OFF_BY_ITSELF)
    desk.bench.plug(0)
    desk.connect()
    desk.host.rest()


def _no_pi(desk: Desk) -> str:
    if desk.rig is None or not desk.rig.on_a_pi:
        return "Only where a Raspberry Pi drives the pins itself."
    return _no_motor(desk)


def _no_cable(desk: Desk) -> str:
    if desk.rig is not None and desk.rig.on_a_pi:
        return "This rig has no cable to its device: the next steps kill its processes instead."
    return _no_motor(desk)


STEPS = (
    Step("vibration", "Vibration at 10 % for 1 s", "The vibrating head moves. Nobody touches it.",
         lambda desk: _channel(desk, m.VIBRATION), _has(m.VIBRATION), moves=True),
    Step("percussion", "Percussion at 10 % for 1 s", "The percussive head moves. Nobody touches it.",
         lambda desk: _channel(desk, m.PERCUSSION), _has(m.PERCUSSION), moves=True),
    Step("stop", "The recipient's stop", "The head moves in pulses of 2 s until you press the stop.",
         _stop_input, _no_motor, moves=True),
    Step("stop-halted", "The stop without software", "Nothing moves. The stop has to work by itself.",
         _halted),
    Step("cable", "The cable is pulled", "The head moves in pulses of 2 s until you pull the cable.",
         _cable, _no_cable, moves=True),
    Step("kill-child", "The device's process dies", "Watch the head: it moves, and after a second what"
         " keeps its pins is killed.", lambda desk: _killed(desk, "child"), _no_pi, moves=True),
    Step("kill-parent", "Its guardian dies", "Watch the head: it moves, and after a second the guardian of"
         " that process is killed.", lambda desk: _killed(desk, "parent"), _no_pi, moves=True),
    Step("kill-both", "Both die", "Watch the head: it moves, and after a second both are killed. Only"
         " ENABLE's one-shot is left.", lambda desk: _killed(desk, "both"), _no_pi, moves=True),
    Step("enable", "ENABLE drops", "For 8 s the head moves in pulses of 2 s. Have the wire between the"
         " board's ENABLE pin and the one-shot in reach: you take it off while the head moves.",
         _enable, _no_enable, moves=True),
)  # fmt: skip
