"""The words of a report: the verdict on a run, and what no run can tell."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from host_cli.run_words import ending, stalled
from host_cli.terminal import clean, clock_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.result import SimResult

NOT_MODELLED = (
    "Blood flow does not rise as skin warms, and nobody sweats: real skin is cooler than this one.",
    "Heat flows straight into the skin, not sideways: the rim of a real pad warms it less.",
    "Skin differs from person to person by more than any of this: measured conductivity in the living "
    "spans a factor of five.",
    "The head stays where it is put, pressed on with one force; a hand wanders and leans.",
    "The tissue's answer to being shaken is not modelled: accelerations are those of the head.",
    "Timing is that of an ideal board; no real one has been measured.",
)


def e(text: str) -> str:
    """Text made harmless for a page.

    >>> e("<b>\\x1b[2J")
    '&lt;b&gt;?[2J'
    """
    return html.escape(clean(text), quote=True)


def verdict(result: SimResult) -> tuple[bool, str, list[str]]:
    """Whether all is as it must be, the outcome in words, and sentences that say why.

    A run that was broken on purpose and came to rest safely is as it must be.
    """
    good = not list(_wrong(result)) and (bool(result.injected) or result.outcome == "completed")
    word = ending(result)
    word = f"{word[:1].upper()}{word[1:]} after {clock_text(result.duration_s)}"
    return good, word, [f"{result.reason[:1].upper()}{result.reason[1:]}.", *_wrong(result), *_right(result)]


def _wrong(result: SimResult) -> Iterator[str]:
    """What must hold in every run, and did not."""
    for broken in result.violations:
        yield (
            f"An invariant was broken at {clock_text(broken.t_s)}: {broken.invariant} on {broken.channel}, "
            f"{broken.value:g} where {broken.allowed:g} is allowed. This is a bug in Thrum."
        )
    for fault in result.faults:
        if fault.outputs_zero_after_ms is None:
            yield f"The outputs were never at zero after {fault.code}. This is a bug in Thrum."
    for each in result.injected:
        if not each.felt:
            yield f"The fault {each.fault} was not felt: this run says nothing about it."
    if not result.injected and result.limited:
        yield "The device limited a program that passed the checks. This is a bug in Thrum."
    if not result.injected and result.outcome != "completed":
        yield "Nothing had been broken, and the run did not complete."


def _all_felt(many: int) -> str:
    if many == 1:
        return "The fault that was ordered was felt"
    return "Both faults were felt" if many == 2 else "Every fault was felt"


def _right(result: SimResult) -> Iterator[str]:
    if result.injected and result.felt:
        many = len(result.injected)
        felt = _all_felt(many)
        yield f"{felt}{'' if result.outcome == 'completed' else ', and the massager came to rest'}."
    slowest = [each.outputs_zero_after_ms for each in result.faults if each.outputs_zero_after_ms is not None]
    if slowest:
        soon = f"within {max(slowest)} ms" if max(slowest) else "at once"
        yield f"After what the device latched, all outputs were at zero {soon}."
    yield from (f"{each[:1].upper()}{each[1:]}." for each in stalled(result.motors))
    if not result.violations:
        yield "Every invariant held at every tick."
