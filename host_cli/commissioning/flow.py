"""The steps in their order, each told before it is done; what was done before is not asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firmware_bridge.conformance.check import NotMet
from host_cli.commissioning import heating, looking, moving, proving
from host_cli.commissioning.desk import Board, Desk, Found, Step, failed
from host_cli.exits import REFUSED, Quit

if TYPE_CHECKING:
    from pathlib import Path

    from host_cli.commissioning.journal import Journal

STEPS: tuple[Step, ...] = (*looking.STEPS, *moving.STEPS, *heating.STEPS, proving.STAMP, proving.CALIBRATION)


def run(desk: Desk, journal: Journal, date: str) -> Path:
    """Every step that is not done yet; the file of the record. Raises Quit at the first that fails."""
    desk.board = Board(journal.kind, journal.rig_id, journal.config_crc)
    desk.same_board()
    _refuse_dry(desk)
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
            _do(desk, journal, step, head)
        if step is proving.STAMP:  # a calibration that is left undone does not undo the stamp
            journal.record(date, described(desk))
    record = journal.record(date, described(desk))
    journal.forget()
    return record


def _refuse_dry(desk: Desk) -> None:
    desk.host.rest()
    if desk.host.status.dry:
        say = "The device is DRY since a verification: it holds ENABLE off until it is reset."
        raise Quit(REFUSED, say, "unplug it and plug it in again, then the same command")


def _do(desk: Desk, journal: Journal, step: Step, head: str) -> None:
    desk.terminal.say(desk.terminal.paint(head, "bold"))
    desk.tell(step.says)
    desk.found = Found()
    desk.same_board()
    try:
        step.run(desk)
        desk.same_board()
    except NotMet as error:
        raise failed(str(error), "See what the device says: thrum rig clear-fault.") from error
    journal.done(step.name, desk.found.as_json())
    desk.terminal.flush()


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
