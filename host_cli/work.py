"""What several commands begin with: find a program and a profile, compile one for the other.

Nothing here prints. A program that has errors raises ``Rejected`` with every finding in its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from host_cli.numbers import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from programs.compiler import Compiled
    from programs.diagnostics import Diagnostic
    from programs.load import Examined, Loaded
    from programs.profile import Profile
    from programs.timeline import Timeline

DEFAULT_PROFILE = "heated-head"

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def default_profile() -> str:
    """What ``--profile`` means when it is not given: the profile of the user's default rig, else the
    heated head. Raises Rejected when there is a default rig that cannot be used: nothing is guessed."""
    from host_cli.default_rig import chosen

    rig = chosen()
    if rig is None:
        return DEFAULT_PROFILE
    from firmware_bridge.rigs.load import profile_ref

    return str(profile_ref(rig))


def _or_default(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str:
    return default_profile() if value is None else value


profile_option = click.option(
    "--profile", "profile_id", metavar="NAME", callback=_or_default,
    help="The rig to check for: a built-in profile or a path.  "
    f"[default: your default rig's, or {DEFAULT_PROFILE}]",
)  # fmt: skip
seed_option = click.option(
    "--seed", type=whole(0), default=0, show_default=True, help="For everything that is random."
)


def path_argument(name: str, help_name: str = "PROGRAM", many: bool = False) -> Callable[[Any], Any]:
    """The argument that names a program: an id or a path."""
    return click.argument(
        name, metavar=f"{help_name}..." if many else help_name, nargs=-1 if many else 1, required=True
    )


def user_programs() -> Path:
    """The folder of the user's own programs (it need not exist)."""
    from platformdirs import user_data_path

    return user_data_path("thrum", appauthor=False) / "programs"


@dataclass(frozen=True)
class Ready:
    """A program that compiled for a rig."""

    loaded: Loaded
    profile: Profile
    compiled: Compiled
    timeline: Timeline

    @property
    def warnings(self) -> list[Diagnostic]:
        from programs.load import place

        return [*self.loaded.warnings, *place(self.compiled.diagnostics, self.loaded)]


def open_program(ref: str) -> Loaded:
    """The program of a built-in id, an id in the user's folder, or a path."""
    from programs.load import load_program

    return load_program(ref, user_programs())


def open_profile(ref: str) -> Profile:
    from programs.profile import load_profile

    return load_profile(ref)


def findings_of(loaded: Loaded | Examined, profile: Profile) -> tuple[list[Diagnostic], Timeline | None]:
    """Everything that is to be said about a program on a rig, in the order of the document.

    The timeline is None where there are errors.
    """
    from programs.compiler import compile_program
    from programs.consequences import without_echoes
    from programs.load import Examined, place

    found = list(loaded.diagnostics if isinstance(loaded, Examined) else loaded.warnings)
    if loaded.program is None:
        return found, None
    compiled = compile_program(loaded.program, profile)
    known = {(each.code, each.where) for each in found}
    more = [each for each in compiled.diagnostics if (each.code, each.where) not in known]
    found += place(without_echoes(found, more), loaded)
    broken = any(each.severity == "error" for each in found)
    return sorted(found, key=lambda each: (each.line, each.column)), None if broken else compiled.timeline


def make_ready(ref: str, profile: str | Profile, **how: Any) -> Ready:
    """Load and compile; raises Rejected when there are errors. ``how`` goes to the compiler."""
    return ready_of(open_program(ref), open_profile(profile) if isinstance(profile, str) else profile, **how)


def ready_of(loaded: Loaded, profile: Profile, **how: Any) -> Ready:
    """What was loaded, compiled; raises Rejected when there are errors."""
    from programs.compiler import compile_program
    from programs.errors import Rejected
    from programs.load import place

    compiled = compile_program(loaded.program, profile, **how)
    if compiled.timeline is None:
        raise Rejected(errors_only(place(compiled.diagnostics, loaded)))
    return Ready(loaded, profile, compiled, compiled.timeline)


def errors_only(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    return [each for each in found if each.severity == "error"]
