"""Which device a command means, and the profile of what answers there.

Rules kept here: a port is never guessed: it is what was typed, else the default rig, else ``sim``; the
profile is that of the device (its HELLO names it by its hash), and a device of which nobody knows the
profile plays nothing; the port of a rig that leads to another rig, or to another version of it, plays
nothing either.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from host_cli.exits import NO_DEVICE, REFUSED, USAGE, Quit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firmware_bridge.rigs.document import Rig
    from firmware_bridge.session import Welcome
    from programs.profile import Profile

SIM = "sim"
ON_PINS = "gpio:"  # and a rig: on this computer's own pins
RIG_ID_MOST = 16  # characters of a rig's name that HELLO carries


def user_config() -> Path:
    """The folder of the user's settings (it need not exist)."""
    from platformdirs import user_config_path

    return user_config_path("thrum", appauthor=False)


def user_rigs() -> Path:
    """The folder of the user's rigs (it need not exist)."""
    return user_config() / "rigs"


@dataclass(frozen=True)
class Target:
    """``rig`` is known only when it was chosen by its name. ``typed``: how it was named, as it would be typed
    again after ``thrum rig verify`` and the like: " my-rig", " --port sim", or nothing."""

    address: str
    rig: Rig | None = None
    typed: str = ""

    @property
    def simulated(self) -> bool:
        """The embedded simulated device; another one may be behind any port."""
        return self.address == SIM

    @property
    def for_run(self) -> str:
        """The same for ``thrum run``, which takes no rig."""
        return f" --port {shlex.quote(self.address)}" if self.typed else ""


def target_of(port: str | None, opened: bool = True) -> Target:
    """The device that ``--port`` means; without it the default rig, without that ``sim``.

    Raises Rejected when the default rig has errors, Quit when it says no port and is to be ``opened``.
    """
    from host_cli.default_rig import chosen

    if port is not None and port.startswith(ON_PINS):
        return Target(port, _on_pins(port[len(ON_PINS) :]), f" --port {shlex.quote(port)}")
    if port is not None:
        _not_a_rig(port)
        return Target(port, typed=f" --port {shlex.quote(port)}")
    rig = chosen()
    if rig is None:
        return Target(SIM)
    if opened and not rig.address:
        say = f"Your default rig '{rig.id}' does not say its port."
        raise Quit(USAGE, say, f'write port = "..." into {rig.file}; thrum ports lists what there is')
    return Target(rig.address, rig)


def _not_a_rig(port: str) -> None:
    """A rig's name where a port is meant. Raises Quit (exit 3): there is no such port."""
    from firmware_bridge.errors import BridgeError, PortAbsent
    from firmware_bridge.rigs.load import rig_files
    from firmware_bridge.transport.discovery import path_of

    if port not in [path.stem for path in rig_files(user_rigs())]:
        return
    try:
        path_of(port)
    except PortAbsent:
        say = f"There is no port '{port}': that is the name of a rig of yours."
        raise Quit(NO_DEVICE, say, f"thrum rig default {port}, then the same without --port") from None
    except BridgeError:
        return  # opening it says the same


def _on_pins(ref: str) -> Rig:
    """The rig of ``gpio:RIG``. Raises Quit (exit 3): without it there is no such port."""
    if not ref:
        say = "gpio: names no rig: write its name or its file behind it, as gpio:my-rig."
        raise Quit(USAGE, say, "thrum rig show")
    from firmware_bridge.rigs.load import load_rig
    from programs.errors import Rejected

    try:
        return load_rig(ref, user_rigs())
    except Rejected as error:
        first = error.diagnostics[0]
        hint = first.hint if first.code == "G101" else f"thrum rig check {ref}"
        raise Quit(NO_DEVICE, f"{ON_PINS}{ref}: {first.message}", hint) from error


def profile_of(welcome: Welcome) -> Profile:
    """The profile whose hash the device names. Raises Quit (exit 5) when nobody knows it."""
    profiles = _known_profiles()
    found = next((profile for profile in profiles if profile.hash == welcome.profile_hash), None)
    if found is None:
        say = (
            f"The device (rig {welcome.rig_id or 'without a name'}) runs profile "
            f"{welcome.profile_hash or '(none)'}, and neither a built-in profile nor a rig of yours has it."
        )
        hint = f"copy the rig's file to {user_rigs()}, or put its present bundle on it: thrum rig bundle RIG"
        raise Quit(REFUSED, say, hint)
    return found


def _known_profiles() -> Iterator[Profile]:
    """Built in first, then those of the user's rigs, the default one wherever it is; what cannot be read is
    nobody's profile."""
    from firmware_bridge.rigs.load import default_rig, examine_rig, rig_files
    from programs.errors import Rejected
    from programs.profile import load_profile, profile_ids

    yield from map(load_profile, profile_ids())
    default = default_rig(user_config())
    refs: list[str | Path] = [*rig_files(user_rigs()), *([default] if default is not None else [])]
    for ref in refs:
        try:
            examined = examine_rig(ref, user_rigs())
        except Rejected:
            continue
        if examined.profile is not None:
            yield examined.profile


def check_rig(target: Target, welcome: Welcome) -> None:
    """A rig that was chosen by name must be the one that answers, as its file has it now.

    Raises Quit: another rig is exit 3, another version of this one exit 5.
    """
    rig = target.rig
    if rig is None:
        return
    if welcome.rig_id == rig.id[:RIG_ID_MOST]:
        _check_version(rig, welcome)
        return
    say = f"The port of rig '{rig.id}' leads to another rig, '{welcome.rig_id}': nothing was started."
    hint = f"plug in '{rig.id}', or correct port in {rig.file}; thrum ports lists what there is"
    raise Quit(NO_DEVICE, say, hint)


def _check_version(rig: Rig, welcome: Welcome) -> None:
    """Pins, calibration and limits of the board are those of the rig's file and profile."""
    from firmware_bridge.rig import device_config
    from firmware_bridge.rigs.load import load_rig_profile

    crc = device_config(load_rig_profile(rig, user_rigs()), rig).crc
    if crc == welcome.config_crc:
        return
    say = (
        f"The board carries another version of this rig, '{rig.id}' (configuration {welcome.config_crc:08x}; "
        f"its file and profile make {crc:08x}): nothing was started."
    )
    hint = (
        f"write the bundle again: thrum rig bundle {shlex.quote(rig.ref)} -o DIR, and copy it onto the board"
    )
    raise Quit(REFUSED, say, "start it again from this rig's file" if rig.on_a_pi else hint)
