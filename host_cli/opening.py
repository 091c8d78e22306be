"""Opening a massager for programs: a simulated one, or what is behind a port."""

from __future__ import annotations

from contextlib import ExitStack

from host_cli.massager import Massager, refusing
from host_cli.stage import TURN_S
from programs.profile import Profile, load_profile


def open_massager(
    address: str = "sim", profile: str | Profile | None = None, *, seed: int | None = None, fast: bool = False
) -> Massager:
    """Open a device: ``sim`` starts a simulated one, anything else is a port as ``thrum run --port`` has it.

    ``profile``: what the rig is (an id, a path, a Profile); without it ``heated-head`` on ``sim``, and what
    the device says on a port. ``seed`` makes the simulated device the same each time. ``fast``, with ``sim``
    only: in this process and in virtual time, as fast as it can be computed.

    Raises the errors of a port (BridgeError), Refused, Rejected for a profile, ValueError.
    """
    if address != "sim" and (fast or seed is not None):
        raise ValueError(f'fast and seed are of the simulated device; the address is "{address}", not "sim".')
    if address != "sim":
        return _on_port(address, profile)
    ref = "heated-head" if profile is None else profile
    known = ref if isinstance(ref, Profile) else load_profile(ref)
    if fast:
        from host_cli.in_memory import InMemory

        device = InMemory(known, seed or 0)
        return Massager(
            device, known, lambda: device.let_pass(round(TURN_S * 1000)), seed=seed or 0, fast=True
        )
    from firmware_bridge.spawn import spawn_sim

    with ExitStack() as opening:
        process = opening.enter_context(spawn_sim(known.id if isinstance(ref, Profile) else ref, seed))
        return _connected(opening, process.address, known, seed)


def _on_port(address: str, profile: str | Profile | None) -> Massager:
    known = load_profile(profile) if isinstance(profile, str) else profile
    with ExitStack() as opening:
        return _connected(opening, address, known, None)


def _connected(opening: ExitStack, address: str, profile: Profile | None, seed: int | None) -> Massager:
    """What ``opening`` holds is closed with the massager, or at once where it cannot be opened."""
    from firmware_bridge.link import Connection
    from host_cli.clock import Pace, monotonic_s
    from host_cli.rig_choice import check_rig, profile_of, target_of

    with refusing(address):
        target = target_of(address)
        connection = opening.enter_context(Connection.open(target.address))
        check_rig(target, connection.welcome)
        known = profile or profile_of(connection.welcome)
    pace = Pace(TURN_S)

    def turn() -> int:
        pace.wait()
        return round(monotonic_s() * 1000)

    massager = Massager(connection, known, turn, address, seed)
    massager.holds = opening.pop_all()
    return massager
