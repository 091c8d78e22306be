"""A back as characters, with the place that is worked filled in: a pure function of region and side.

Seen from behind, as the operator sees it: the left side is on the left. The spine is drawn and never
filled. The place is told by its characters, so no colour is needed to see it.
"""

from __future__ import annotations

PICTURE = (  # small letters are the places of the left side, capitals those of the right
    "    ╭─────╮    ",
    "    │     │    ",
    "    ╰╮   ╭╯    ",
    "     │n┊N│     ",
    " ╭───╯n┊N╰───╮ ",
    "╭╯sssss┊SSSSS╰╮",
    "│ssssss┊SSSSSS│",
    "│╷uuuuu┊UUUUU╷│",
    "││uuuuu┊UUUUU││",
    "│╰╮llll┊LLLL╭╯│",
    "│ │llll┊LLLL│ │",
    "╰─╯hhhh┊HHHH╰─╯",
    "  │hhhh┊HHHH│  ",
    "  ╰────┴────╯  ",
)
SIDES = "left      right"
WIDTH = len(SIDES)
PLACES = {"neck": "n", "shoulders": "s", "upper-back": "u", "lower-back": "l", "hips": "h", "back": "sul"}
ASCII = str.maketrans("╭╮╰╯│╷─┴┊█", "..''||--:#")


def body_map(region: str, side: str, *, unicode: bool = True) -> list[list[tuple[str, bool]]]:
    """Lines of pieces: their text, and whether that is the place which is worked.

    ``side``: ``left``, ``right``, or anything else for both. An unknown or empty region fills nothing.

    >>> lines = body_map("shoulders", "left", unicode=False)
    >>> print("".join(text for text, _ in lines[6]))
    |######:      |
    >>> [text for text, worked in lines[6] if worked]
    ['######']
    """
    places = PLACES.get(region, "")
    worked = places * (side != "right") + places.upper() * (side != "left")
    return [*(_line(row, worked, unicode) for row in PICTURE), [(SIDES, False)]]


def _line(row: str, worked: str, unicode: bool) -> list[tuple[str, bool]]:
    """The row in pieces, one for each run of what is worked and of what is not."""
    pieces: list[tuple[str, bool]] = []
    for each in row:
        here = each in worked
        text = "█" if here else " " if each.isalpha() else each
        text = text if unicode else text.translate(ASCII)
        if pieces and pieces[-1][1] == here:
            pieces[-1] = (pieces[-1][0] + text, here)
        else:
            pieces.append((text, here))
    return pieces
