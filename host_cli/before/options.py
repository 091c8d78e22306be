"""How ``run`` goes about the time before the first stroke: its options, as the command line has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from host_cli.records.about import ME

LABEL_MOST = 32  # characters


@dataclass(frozen=True)
class Options:
    """``answers_come``: another program answers on standard input while it plays, so that REAL needs no
    terminal; it still has to say ``none_apply``. ``points_today``: exposure points that the operator's hand
    had today; None where nobody counts them.
    """

    operator: str = ME
    rehearse: bool = False
    none_apply: bool = False
    keep_intake: bool = False
    answers_come: bool = False
    points_today: float | None = None


def before_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command these options, as one argument ``options``."""

    @wraps(command)
    def with_options(
        *, operator: str, rehearse: bool, none_apply: bool, keep_intake: bool, **others: Any
    ) -> Any:
        return command(options=Options(operator, rehearse, none_apply, keep_intake), **others)

    for option in reversed(OPTIONS):
        with_options = option(with_options)
    return with_options


def is_label(text: str) -> bool:
    """Whether it can stand for somebody: 1 to 32 characters that can be printed."""
    return 1 <= len(text) <= LABEL_MOST and text.isprintable() and not text.isspace()


def label(_ctx: click.Context, _option: click.Parameter, value: str) -> str:
    """Whose hand it is. Raises BadParameter for what no screen could show.

    >>> label(None, None, "Ann")
    'Ann'
    """
    if not is_label(value):
        raise click.BadParameter(f"it is a label of 1 to {LABEL_MOST} characters that can be printed.")
    return value


OPTIONS = (
    click.option("--rehearse", is_flag=True, help="Ask the questions before a massage on SIM too."),
    click.option(
        "--none-apply",
        is_flag=True,
        help="For scripts: nothing rules it out today, the person agreed, all is ready.",
    ),
    click.option(
        "--keep-intake", is_flag=True, help="Keep the answers in the record; else nothing keeps them."
    ),
    click.option(
        "--operator",
        metavar="LABEL",
        envvar="THRUM_OPERATOR",
        default=ME,
        callback=label,
        help="Whose hand holds the device.  [default: $THRUM_OPERATOR, or me]",
    ),
)
