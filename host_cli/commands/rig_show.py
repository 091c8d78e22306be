"""``thrum rig show``: a rig in full, as it is wired; without a name, which rigs there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from host_cli import exits
from host_cli.work import json_option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from firmware_bridge.rigs.document import Rig
    from firmware_bridge.rigs.load import ExaminedRig
    from host_cli.terminal import Terminal
    from programs.profile import Profile


@click.command("show")
@click.argument("rig", metavar="[RIG]", required=False)
@json_option
@click.pass_obj
def rig_show_command(terminal: Terminal, rig: str | None, as_json: bool) -> int:
    """Show RIG in full; without it, list the rigs in your folder.

    Exit code 1 when it has errors; they are said, and what could be read is shown.
    """
    from firmware_bridge.rigs.load import examine_rig
    from host_cli.findings import print_findings
    from host_cli.rig_choice import user_rigs
    from host_cli.terminal import say_json

    if rig is None:
        return _list(terminal, as_json)
    examined = examine_rig(rig, user_rigs())
    if as_json:
        say_json(_as_json(examined))
    else:
        if examined.rig is not None:
            for line in rig_lines(terminal, examined.rig, examined.profile):
                terminal.say(line)
            terminal.say()
        print_findings(terminal, examined.diagnostics, {examined.file: examined.text}, err=True)
        terminal.next(f"thrum rig {'wiring' if examined.ok else 'check'} {rig}")
    return exits.DONE if examined.ok else exits.REJECTED


def rig_lines(terminal: Terminal, rig: Rig, profile: Profile | None) -> Iterator[str]:
    """The whole rig."""
    from host_cli.terminal import clean

    yield terminal.paint(clean(rig.title), "bold")
    yield ""
    yield f"  id        {rig.id} (wiring {rig.wiring})"
    yield f"  board     {rig.board}"
    yield f"  port      {rig.address or 'not written yet'}"
    known = f" (hash {profile.hash}, plays {', '.join(profile.channels)})" if profile else ""
    yield f"  profile   {rig.profile}{known}"
    yield f"  stop      {rig.pins.stop}, normally closed to ground"
    yield f"  ENABLE    {rig.pins.enable or 'none: neither heat nor percussion'}"
    yield f"  LED       {rig.pins.led or 'none'}"
    if rig.i2c is not None:
        yield f"  I2C       SCL {rig.i2c.scl}, SDA {rig.i2c.sda}"
    for part in rig.parts:
        places = [f"pin {part.pin}"] if part.pin else []
        places += [f"reverse {part.reverse_pin}"] if part.reverse_pin else []
        places += [f"enable {part.enable_pin}"] if part.enable_pin else []
        places += [f"at 0x{part.address:02X}"] if part.address is not None else []
        places += [f"channel {part.channel}"] if part.channel is not None else []
        yield f"  part      {part.output}: {part.driver}, {', '.join(places) or 'nowhere'}"
    yield from _sensors(rig)


def _sensors(rig: Rig) -> Iterator[str]:
    if rig.ntc is not None and rig.ntc.ads1115 is not None:
        yield f"  NTC       ADS1115 at 0x{rig.ntc.ads1115:02X}, input {rig.ntc.channel}"
    elif rig.ntc is not None:
        yield f"  NTC       {rig.ntc.pin}"
    if rig.current is not None:
        yield f"  current   INA219 at 0x{rig.current.ina219:02X}, shunt {rig.current.shunt_ohm:g} ohm"
    for each in rig.calibrations:
        yield f"  measured  {each.output}: duty {each.start_duty:g} to {each.max_duty:g}"


def _as_json(examined: ExaminedRig) -> dict[str, Any]:
    from host_cli.findings import finding_json

    rig, profile = examined.rig, examined.profile
    values: dict[str, Any] = {} if rig is None else rig.model_dump(mode="json", by_alias=True)
    return {
        **values,
        "file": examined.file,
        "ok": examined.ok,
        "address": rig.address if rig else None,
        "wiring": rig.wiring if rig else None,
        "profile_hash": profile.hash if profile else None,
        "diagnostics": [finding_json(each) for each in examined.diagnostics],
    }


def _list(terminal: Terminal, as_json: bool) -> int:
    """The rigs of the user's folder; one that cannot be read does not hide the others."""
    from firmware_bridge.rigs.load import default_rig, rig_files
    from host_cli.rig_choice import user_config, user_rigs
    from host_cli.terminal import say_json

    default = default_rig(user_config())
    rows = [_row(path, default) for path in rig_files(user_rigs())]
    if as_json:
        say_json(rows)
        return exits.DONE
    if not rows:
        terminal.say(f"No rigs yet; yours will be in {user_rigs()}")
        terminal.next("thrum rig new my-rig --board pico --profile heated-head")
        return exits.DONE
    width = max(len(each["id"]) for each in rows) + 2
    for each in rows:
        mark = " (default)" if each["default"] else ""
        terminal.say(
            f"{terminal.paint(each['id'], 'bold')}{' ' * (width - len(each['id']))}{each['says']}{mark}"
        )
    terminal.next(f"thrum rig show {rows[0]['id']}")
    return exits.DONE


def _row(path: Path, default: str | None) -> dict[str, Any]:
    from firmware_bridge.rigs.load import examine_rig
    from host_cli.findings import tally
    from host_cli.rig_choice import user_rigs
    from host_cli.terminal import clean
    from programs.errors import Rejected

    try:
        examined = examine_rig(path, user_rigs())
        rig, found = examined.rig, examined.diagnostics
    except Rejected as error:
        rig, found = None, error.diagnostics
    broken = any(each.severity == "error" for each in found)
    says = f"{clean(rig.title)} [{rig.board}, {rig.profile}]" if rig else "cannot be read"
    return {
        "id": path.stem,
        "file": str(path),
        "board": rig.board if rig else None,
        "port": rig.address if rig else None,
        "ok": not broken,
        "default": default in (path.stem, str(path)),
        "says": f"{says}: {tally(found)}" if broken else says,
    }
