"""``thrum rig clear-fault``: what a device has latched is said first, and then cleared.

Rules kept here: nothing is cleared that was not said; nothing moves by it: the device returns to SAFE
at zero, and only when the cause has been gone for 5 s, by its own judgement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from host_cli.exits import DONE, FAILED, REFUSED, Quit

if TYPE_CHECKING:
    from firmware_bridge.link import Connection
    from host_cli.terminal import Terminal

GONE_S = 5.0  # the device wants the cause to have been gone for so long
ANSWER_S = 3.0
ASK_AGAIN_S = 1.0


@click.command("clear-fault")
@click.argument("rig", metavar="[RIG]", required=False)
@click.option("--port", metavar="PORT", help="sim, or a port that thrum ports lists.")
@click.pass_obj
def rig_clear_fault_command(terminal: Terminal, rig: str | None, port: str | None) -> int:
    """Say which fault the device has latched, and clear it.

    RIG, or --port, or your default rig. A fault is cleared by this, or by you when rig commission asks,
    once its cause has been gone for 5 s; nothing starts by it. Exit code 5 when the cause is still there.
    """
    from firmware_bridge.link import Connection
    from host_cli.latched import latched
    from host_cli.rig_choice import check_same_rig
    from host_cli.rig_line import named_target

    target = named_target(rig, port)
    port = target.address
    if target.simulated:
        terminal.say("A simulated device is new each time it is started by its name: nothing is latched.")
        terminal.next("thrum rig clear-fault --port PORT")
        return DONE
    with Connection.open(port) as connection:
        check_same_rig(target, connection.welcome)
        kind = connection.welcome.label
        found = latched(connection)
        if found is None:
            terminal.say(f"{kind}: nothing is latched at {port}.")
            return DONE
        terminal.say(f"{kind}: {found.sentence}")
        terminal.say(found.remedy)
        terminal.flush()
        if not _cleared(connection):
            say = f"It was not cleared: the cause is there, or has been gone for less than {GONE_S:g} s."
            raise Quit(REFUSED, say, f"{found.remedy} Then: thrum rig clear-fault{target.typed}")
    terminal.say("Cleared: the device is at rest, with every output at zero.")
    terminal.next(f"thrum run evening-shoulders{target.for_run}")
    return DONE


def _cleared(connection: Connection) -> bool:
    """Asks until it is done, for as long as a cause that has just gone needs."""
    for _ in range(round(GONE_S / ASK_AGAIN_S) + 1):
        connection.clear()
        if not connection.wait_for(lambda session: session.answered is not None, ANSWER_S):
            raise Quit(FAILED, "The device does not answer; unplug it and plug it in again.")
        answer = connection.answered
        if answer is not None and answer.done:
            return True
        connection.wait_for(lambda _session: False, ASK_AGAIN_S)
    return False
