"""The run of a program on an open device, from its beginning: what ``thrum run`` and the library share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from host_cli.guided.conductor import Player
from host_cli.guided.places import striking
from host_cli.guided.run import Run
from host_cli.prepared import compiled_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware_bridge.session import Session, Welcome
    from host_cli.prepared import Prepared
    from programs.played import Played
    from programs.timeline import Timeline


class Opened(Player, Protocol):
    """A device that has answered HELLO."""

    @property
    def welcome(self) -> Welcome: ...
    def wait_for(self, wanted: Callable[[Session], bool], timeout_s: float) -> bool: ...


def begin_run(
    device: Opened, address: str, prepared: Prepared, by: str, *, gain: float = 1.0, alone: bool = False
) -> Run:
    """Have the device load the program and start; the run that is to be stepped from now on.

    ``by`` answered the questions before the first stroke; ``alone``: nobody can answer those that come.
    """
    ready = prepared.ready

    def go_on(from_ms: int, played: Played) -> Timeline:
        """What is left of the program from ``from_ms`` on, as it may be played now."""
        status = device.view().status
        bucket_s = status.bucket_s if status is not None else 0
        strength = prepared.how["strength"]
        return compiled_for(ready, strength=strength, resume_at_ms=from_ms, bucket_s=bucket_s, played=played)

    channels = striking(ready.profile)
    run = Run(device, ready.timeline, go_on, striking=channels, gain=gain, alone=alone)
    run.opened(device.welcome, address, by)
    run.begin(prepared.timeline, ready.profile.hash)
    return run
