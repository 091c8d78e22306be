"""What rules a massage out today: C1 to C14 in plain words, with who says so.

Any one of them means: ask a doctor first. C7 and C12 are asked of the places that the program works,
C13 of a rig that can warm, C14 always, since this is an electric device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

GUIDE = "How to Give a Back Massage (G2)"
MAKERS = "makers' manuals"


class Contraindication(NamedTuple):
    """``number``: that of its id, and what is typed for it."""

    number: int
    words: str
    source: str = GUIDE
    local: bool = False  # only where the program works
    with_heat: bool = False  # only where the rig can warm

    @property
    def id(self) -> str:
        return f"C{self.number}"


CONTRAINDICATIONS = (  # as they are asked: the short ones first, what concerns a place last
    Contraindication(1, "deep vein thrombosis"),
    Contraindication(4, "damaged blood vessels"),
    Contraindication(6, "fever"),
    Contraindication(8, "pregnancy"),
    Contraindication(9, "cancer"),
    Contraindication(11, "heart problems"),
    Contraindication(2, "a spinal injury or other damage to the spine, a herniated disc"),
    Contraindication(3, "a bleeding disorder, or blood thinners such as warfarin"),
    Contraindication(5, "bones weakened by osteoporosis or cancer, or a recent fracture"),
    Contraindication(10, "skin that is fragile from diabetes, or a healing scar"),
    Contraindication(
        13, "less feeling of heat or pain than usual (this device warms)", MAKERS, with_heat=True
    ),
    Contraindication(14, "a pacemaker or other implanted electronics", MAKERS),
    Contraindication(
        7,
        "an open or healing wound, a tumour, damaged nerves, an infection or acute inflammation, "
        "inflammation from radiation treatment",
        local=True,
    ),
    Contraindication(12, "broken skin, blisters, a possible infection: keep off that area", local=True),
)


def asked_of(heat: bool) -> tuple[Contraindication, ...]:
    """What is asked before a program on a rig that can warm, or not; the local ones last."""
    return tuple(each for each in CONTRAINDICATIONS if heat or not each.with_heat)


def ids_of(asked: Iterable[Contraindication]) -> tuple[str, ...]:
    """Their ids in order."""
    return tuple(each.id for each in sorted(asked))


def listed(words: Iterable[str]) -> str:
    """Words as a sentence has them.

    >>> listed(["neck"]), listed(["neck", "upper-back", "hips"])
    ('neck', 'neck, upper back and hips')
    """
    *first, last = (word.replace("-", " ") for word in words)
    return f"{', '.join(first)} and {last}" if first else last
