"""The steps in their order, each told before it is done; what was done before is not asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firmware_bridge.conformance.check import NotMet
from firmware_bridge.conformance.host import ANSWER_MS
from firmware_bridge.protocol import states as s
from host_cli.commissioning import heating, looking, moving, proving
from host_cli.commissioning.desk import Board, Desk, Found, Step, failed
from host_cli.commissioning.leaving import stopped_first
from host_cli.exits import FAILED, REFUSED, Quit
from host_cli.latched import DRY, RESET_IT, Latched

if TYPE_CHECKING:
    from pathlib import Path

    from host_cli.commissioning.journal import Journal

STEPS: tuple[Step, ...] = (
    *looking.STEPS, heating.SENSOR, *moving.STEPS, heating.HEATER, proving.STAMP, proving.CALIBRATION
)  # fmt: skip


def run(desk: Desk, journal: Journal, date: str) -> Path:
    """Every step that is not done yet; the file of the record. Raises Quit at the first that fails.

    Whatever ends it, the device is stopped first.
    """
    with stopped_first(desk, lambda: _next_step(journal)):
        return _run(desk, journal, date)


def _next_step(journal: Journal) -> int:
    """The number of the first step that is not done."""
    return next((at for at, step in enumerate(STEPS, 1) if step.name not in journal.steps), len(STEPS))


def _run(desk: Desk, journal: Journal, date: str) -> Path:
    desk.board = Board(journal.kind, journal.rig_id, journal.config_crc)
    desk.same_board()
    _at_rest(desk)
    _same_or_anew(desk, journal)
    for number, step in enumerate(STEPS, 1):
        head = f"{desk.kind} {number}/{len(STEPS)} {step.title}"
        before = journal.steps.get(step.name)
        why = step.skip(desk)
        if before is not None and (step is not proving.STAMP or desk.host.welcome.commissioned):
            desk.terminal.say(desk.terminal.paint(head, "dim") + ": done before")
        elif why:
            journal.done(step.name, Found(skipped=why).as_json())
            desk.terminal.say(desk.terminal.paint(head, "dim") + f": skipped. {why}")
        else:
            _do(desk, journal, step, head, number)
        if step is proving.STAMP:  # a calibration that is left undone does not undo the stamp
            journal.record(date, described(desk))
    record = journal.record(date, described(desk))
    journal.forget()
    return record


def _at_rest(desk: Desk) -> None:
    """SAFE, at zero. A fault from before is said first, and only a person says that it may be cleared."""
    status = desk.host.until(lambda _status: True, ANSWER_MS, "STATUS should come.").status
    if status.state == s.FAULT:
        found = Latched(status.fault, None)
        question = f"{found.sentence} {found.remedy} Is that done, so that it can be cleared?"
        desk.must("fault_mended", question, "Do that first.")
    try:
        desk.host.rest()
    except NotMet as error:
        raise Quit(REFUSED, str(error), f"mend it, then: {desk.command}") from error
    if desk.host.status.dry:
        raise Quit(REFUSED, DRY, RESET_IT)


def _same_or_anew(desk: Desk, journal: Journal) -> None:
    """Of a board without a number only a person knows whether the steps before were done on it."""
    if journal.steps and not journal.serial:
        done = f"{_next_step(journal) - 1} steps were done before, and this board has no serial number."
        if not desk.people.yes("same_board", f"{done} Is it the same board, with nothing rewired since?"):
            journal.forget()


def _do(desk: Desk, journal: Journal, step: Step, head: str, number: int) -> None:
    desk.terminal.say(desk.terminal.paint(head, "bold"))
    desk.tell(step.says)
    desk.found = Found()
    desk.same_board()
    try:
        if step.moves:
            desk.people.start()
        step.run(desk)
        desk.same_board()
    except NotMet as error:
        raise _going_on(desk, _not_met(desk, error), number) from error
    except Quit as error:
        raise (_going_on(desk, error, number) if error.code == FAILED else error) from None
    journal.done(step.name, desk.found.as_json())
    desk.terminal.flush()


def _not_met(desk: Desk, error: NotMet) -> Quit:
    """A latched fault is the reason, whatever it kept from being met: a stop pressed too early, say."""
    if desk.host.status.state == s.FAULT:
        found = Latched(desk.host.status.fault, None)
        return failed(found.sentence, found.remedy)
    return failed(str(error), f"See what the device says: thrum doctor --port {desk.host.line.address}.")


def _going_on(desk: Desk, error: Quit, number: int) -> Quit:
    """With what to type once it is mended."""
    return Quit(error.code, str(error), f"{error.hint} Then: {desk.goes_on(number)}")


def described(desk: Desk) -> dict[str, Any]:
    """Rig and device, for the record."""
    welcome, rig = desk.host.welcome, desk.rig
    return {
        "port": desk.host.line.address,
        "board": welcome.board,
        "firmware": welcome.firmware,
        "profile": desk.profile.id,
        "profile_hash": welcome.profile_hash,
        "wiring": rig.wiring if rig is not None else "",
        "rig_file": str(rig.file) if rig is not None and rig.file is not None else "",
        "stamp": f"{welcome.stamp:08x}",
        "limits_crc": f"{welcome.limits_crc:08x}",
    }
