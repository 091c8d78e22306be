"""K20 to K26: the device behind a port that was named. Only a handshake: nothing moves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from host_cli.checkup.finding import error, ok, warning

if TYPE_CHECKING:
    from firmware_bridge.link import Connection
    from firmware_bridge.session import Welcome
    from host_cli.checkup.finding import Finding

OURS = "thrum "  # how the firmware of this project begins its name; others may speak the protocol too


def device(port: str, named: str | None = None) -> Iterator[Finding]:
    """What HELLO and the first STATUS say; one finding when the port cannot be used.

    ``named``: how the port is called in what to type, where that differs.
    """
    from firmware_bridge.errors import BridgeError
    from firmware_bridge.link import Connection

    try:
        with Connection.open(port) as connection:
            found = list(_answers(connection, named or port))
    except BridgeError as exc:
        sentence, _, remedy = exc.sentence.partition(". ")
        yield error("K20", f"{sentence.rstrip('.')} ({exc.code}).", remedy or "thrum ports")
        return
    yield from found


def _answers(connection: Connection, port: str) -> Iterator[Finding]:
    welcome = connection.welcome
    rig = welcome.rig_id or "without a name"
    yield ok("K20", f"{welcome.label}: {welcome.board} at {connection.address}, rig {rig}.")
    yield _firmware(welcome)
    if welcome.limits_good:
        yield ok("K22", f"The device's limits arrived intact (CRC {welcome.limits_crc:08x}).")
    else:
        say = "The device's limits arrived damaged: their CRC is wrong."
        yield error("K22", say, f"Unplug it, plug it in, then: thrum doctor --port {port}")
    yield _stamp(welcome, port)
    yield _fault(connection, port)
    yield _profile(welcome)
    yield _dry(connection)


def _firmware(welcome: Welcome) -> Finding:
    from firmware_bridge.device.link import FIRMWARE

    say = f"Firmware {welcome.firmware}, protocol {welcome.protocol}"
    if welcome.firmware.startswith(OURS) and welcome.firmware != FIRMWARE:
        remedy = "thrum rig bundle RIG -o DIR  # of the rig's file; then copy what is in DIR to the board"
        return warning("K21", f"{say}; this Thrum brings {FIRMWARE}.", remedy)
    return ok("K21", f"{say}.")


def _stamp(welcome: Welcome, port: str) -> Finding:
    if welcome.commissioned:
        return ok("K23", f"Commissioned for its configuration ({welcome.config_crc:08x}).")
    why = "its configuration was changed since" if welcome.stamp else "it never was"
    say = f"Not commissioned ({why}): it keeps to a tenth of full scale, 2 s at a time."
    return error("K23", say, f"thrum rig commission --port {port}")


def _dry(connection: Connection) -> Finding:
    from host_cli.latched import DRY, RESET_IT

    status = connection.view().status
    if status is not None and status.dry:
        return error("K26", DRY, RESET_IT)
    return ok("K26", "It is not DRY: ENABLE may pass power.")


def _fault(connection: Connection, port: str) -> Finding:
    from host_cli.latched import latched

    found = latched(connection)
    if found is None:
        return ok("K24", "No fault is latched.")
    remedy = f"{found.remedy} Then: thrum rig clear-fault --port {port}"
    return error("K24", found.sentence, remedy)


def _profile(welcome: Welcome) -> Finding:
    from host_cli.exits import Quit
    from host_cli.rig_choice import profile_of

    try:
        profile = profile_of(welcome)
    except Quit as quit_:
        return error("K25", str(quit_), quit_.hint)
    return ok("K25", f"Profile {profile.id} ({profile.hash}).")
