"""What is made ready before the first stroke: S1 to S7 and S12 as short lines, by posture and for whom."""

from __future__ import annotations

from typing import NamedTuple


class Item(NamedTuple):
    """One line; empty ``posture`` or ``whom``: for every one."""

    id: str
    say: str
    posture: str = ""  # seated | lying
    whom: str = ""  # other | self


CHECKLIST = (
    Item("S1", "A steady chair; feet flat on the floor.", "seated"),
    Item(
        "S1",
        "A table, or a mat at least two inches thick, with a sheet; a bed only as agreed before.",
        "lying",
    ),
    Item("S2", "They sit upright, clothed, and can lean on something.", "seated", "other"),
    Item("S2", "Sit upright, clothed, leaning on something.", "seated", "self"),
    Item("S2", "Pillow under the ankles; towel under the forehead, or head on the arms.", "lying"),
    Item("S3", "Warm room, low light, quiet. Ask before any scent.", whom="other"),
    Item("S3", "Warm room, low light, quiet.", whom="self"),
    Item("S4", "Clothes are theirs to decide: leave, knock; a towel over what is not worked.", whom="other"),
    Item("S4", "Wear what is comfortable to you.", whom="self"),
    Item("S5", "You who give it: breathe slowly first, then ask whether you may begin.", whom="other"),
    Item("S5", "Breathe slowly first.", whom="self"),
    Item("S6", 'Tell them: "Tell me if anything hurts." Say when it starts.', whom="other"),
    Item("S6", "If anything hurts: lighter (-) or stop (q), at once.", whom="self"),
    Item("S7", "No oil, lotion or cream under an electric head or a heated pad."),
    Item("S12", "Only where you reach with ease: not behind your own back.", whom="self"),
)


def checklist(posture: str, whom: str) -> tuple[Item, ...]:
    """The lines for a posture ("seated", "lying") and for whom it is ("other", "self").

    >>> [each.id for each in checklist("seated", "other")]
    ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7']
    """
    return tuple(each for each in CHECKLIST if each.posture in ("", posture) and each.whom in ("", whom))
