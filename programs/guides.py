"""The five guides behind the massage rules, by the marks that the tables use (G0 to G4).

A mark is for tables; what a person reads has the name of the guide.
"""

from __future__ import annotations

import re

GUIDES = {
    "G0": "How to Give the BEST Back Massage: Tips from the Pros (2015)",
    "G1": "Mastering the Skill: How to Give Back Massage Effectively",
    "G2": "How to Give a Back Massage",
    "G3": "Best Therapeutic Back Massage: Techniques, Tools and Tips",
    "G4": "How to Massage Another Person's Back (2016)",
}
_SUBTITLE = re.compile(r":.*| \(\d+\)$")


def titles(marks: str) -> tuple[str, ...]:
    """The names behind some marks.

    >>> titles("G2")
    ('How to Give a Back Massage',)
    """
    return tuple(GUIDES[mark] for mark in marks.split())


def cited(marks: str) -> str:
    """Who says so, short enough for one line: the first guide by name, and how many more.

    >>> cited("G2 G4")
    'How to Give a Back Massage, and 1 other guide'
    """
    first, *others = (_SUBTITLE.sub("", title) for title in titles(marks))
    return first + (f", and {len(others)} other guide{'s' * (len(others) != 1)}" if others else "")
