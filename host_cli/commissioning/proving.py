"""The stamp, which only an opened stop input can prove, and the calibration that comes after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firmware_bridge.conformance.check import NotMet
from firmware_bridge.protocol import messages as m
from firmware_bridge.rigs.calibration_checks import check_calibration
from firmware_bridge.rigs.document import Calibration
from host_cli.commissioning.desk import Desk, Step, failed
from host_cli.commissioning.moving import MOTORS, PRESS_S, play, stop

if TYPE_CHECKING:
    from programs.profile import Output

WINDOW_S = 30  # the stop input must be opened within this after STAMP (design)
LEVELS = (1000, 2000, 3500)  # up to light, the default strength (safety.md: by strength)
STEADY_MS = 5000  # the soft ceiling takes 1.2 s of it
CLOSE_ENOUGH = 0.10  # of the reading at the highest level: nobody feels less (E)


def _stamp(desk: Desk) -> None:
    host = desk.host
    host.rest()
    desk.same_board()  # as it has just said hello
    result = host.ask(m.STAMP, config_crc=desk.board.config_crc)
    if result != m.R_WAITING:
        raise failed(
            f"STAMP was answered '{m.RESULTS[result]}'.", "Close the stop, and see thrum rig clear-fault."
        )
    cmd = host.cmd
    desk.tell(f"The device waits. Open the recipient's stop within {WINDOW_S} s: that is the proof.")
    if desk.bench.hands:
        desk.bench.open_stop()
    say = "The device should answer the stamp."
    seen = host.until(lambda now: now.cmd == cmd and now.result != m.R_WAITING, WINDOW_S * 1000 + 500, say)
    if seen.status.result != m.R_DONE:
        raise failed(f"the stop was not opened within {WINDOW_S} s.", "Try again.")
    desk.tell("Proved. Close the stop again.")
    if desk.bench.hands:
        desk.bench.open_stop()
    try:
        host.until(lambda now: not now.flags & m.FLAG_STOP_OPEN, PRESS_S * 1000, "")
    except NotMet:
        raise failed("the stop stayed open.", "Release the stop, or mend its wire.") from None
    host.rest()
    if not host.welcome.commissioned:
        raise failed("the device does not keep its stamp.", "Check the memory of the board.")
    desk.found.measured["stamp"] = f"{host.welcome.stamp:08x}"


def _calibration(desk: Desk) -> None:
    """Speed, or the root of acceleration, against duty: both grow in proportion where it is good."""
    question = "Have you a tachometer or an accelerometer for the heads, and time for a calibration?"
    wanted = desk.people.yes("calibrate", question)
    desk.found.answers["calibrate"] = wanted
    if not wanted:
        desk.found.skipped = "Nobody measured: the calibration of rig and profile stands as it is."
        return
    by_speed = desk.people.yes("by_speed", "Does it measure speed (yes), or acceleration (no)?")
    done = set()
    for at, name in enumerate(MOTORS):
        if desk.host.welcome.channels >> at & 1 and desk.output_of(name).name not in done:
            done.add(desk.output_of(name).name)  # one motor may play both
            _calibrate(desk, at, name, by_speed)


def _calibrate(desk: Desk, at: int, name: str, by_speed: bool) -> None:
    output = desk.output_of(name)
    calibrations = desk.rig.calibrations if desk.rig is not None else ()
    own = next((each for each in calibrations if each.output == output.name), None)
    start, full = (own or output).start_duty, (own or output).max_duty
    desk.tell(f"Full scale of {name}, as the profile says: {output.full_scale}")
    top = desk.number(f"{name}_full", f"How much is {name}'s full scale in what you measure?", 0, 1e6)
    points = []
    for level in LEVELS:
        if level > desk.host.top(at, 3):
            break
        desk.people.start(f"Next: {name} at {level / 100:g} % for 5 s.")
        play(desk, at, level)
        desk.host.run(STEADY_MS)
        stop(desk)
        value = desk.number(f"{name}_{level // 100}", f"{name} at {level / 100:g} %: how much?", 0, 1e6)
        points.append((start + (full - start) * level / m.FULL_SCALE, _speed(value, by_speed)))
        desk.found.measured[f"{name}_{level // 100}"] = value
    new = duty_for(points, _speed(top, by_speed))
    if new is None:
        raise failed(
            f"{name} does not get faster with its level.", "Measure again; look at driver and supply."
        )
    desk.found.measured[f"{name}_max_duty"] = round(new, 3)
    if abs(new - full) <= CLOSE_ENOUGH * full:
        desk.tell(f"{name}: what was measured is within 10 % of the calibration; nothing to change.")
        return
    found = proposal(output, start, new)
    if found is None:
        desk.tell(
            f"{name}: full scale would take a duty of {new:.2f}; above {start:g} and up to "
            f"{output.max_duty:g} can be had: this motor or supply is not the profile's. The calibration "
            "stands as it is."
        )
    else:
        _propose(desk, name, found)


def _speed(value: float, by_speed: bool) -> float:
    """The acceleration of a head goes with the square of its speed."""
    return value if by_speed else value**0.5


def proposal(output: Output, start: float, full: float) -> Calibration | None:
    """A calibration as a rig's file may have it; None where ``thrum rig check`` would refuse it."""
    if not 0.01 <= full <= 1:
        return None
    found = Calibration(output=output.name, start_duty=round(start, 3), max_duty=round(full, 3))
    return None if any(check_calibration(found, output)) else found


def lines_of(found: Calibration) -> tuple[str, ...]:
    """As they stand in a rig's file."""
    return (
        "[[calibration]]",
        f'output = "{found.output}"',
        f"start_duty = {found.start_duty:.3f}",
        f"max_duty = {found.max_duty:.3f}",
    )


def _propose(desk: Desk, name: str, found: Calibration) -> None:
    say = "this calibration fits better. Put it into the rig's file, in place of one that is there for it,"
    desk.tell(f"{name}: {say} and install it again:")
    for line in lines_of(found):
        desk.terminal.say(f"    {line}")
    desk.tell("A new calibration is another configuration: it voids the stamp, and the steps repeat.")


def duty_for(points: list[tuple[float, float]], wanted: float) -> float | None:
    """The duty at which a line through the points (duty, speed) is as wanted; None: it does not rise.

    >>> round(duty_for([(0.2, 1.0), (0.3, 2.0), (0.4, 3.0)], 4.0), 3)
    0.5
    """
    many = len(points)
    if many < 2:
        return None
    mean_x, mean_y = sum(x for x, _ in points) / many, sum(y for _, y in points) / many
    above = sum((x - mean_x) * (y - mean_y) for x, y in points)
    below = sum((x - mean_x) ** 2 for x, _ in points)
    if not above > 0 or not below > 0:
        return None
    return mean_x + (wanted - mean_y) * below / above


STAMP = Step(
    "stamp", "The stamp", "The device writes the stamp when you open the stop: proof that it works.", _stamp
)
CALIBRATION = Step("calibration", "Level against measurement", "Above 10 %, so only now. Nobody is under it.",
                   _calibration)  # fmt: skip
