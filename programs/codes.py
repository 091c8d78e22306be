"""The codes of findings about a document itself (D...): title and explanation, one place.

Caps, profile fit and massage rules have theirs in :mod:`programs.rules`.
"""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """What ``thrum explain`` says about a code."""

    title: str
    text: str
    severity: str = "error"


DOCUMENT_CODES: dict[str, Code] = {
    "D101": Code("not found", "No program or profile has this id, and no file has this path."),
    "D102": Code(
        "not a file",
        "A program is a regular text file; directories, devices and pipes are not read.",
    ),
    "D103": Code(
        "not readable",
        "The system refuses to open or read the file; the reason is in the message.",
    ),
    "D104": Code(
        "too large",
        "At most 1 MiB and 100 000 lines are read. An hour with a keyframe every half second is a quarter "
        "of that.",
    ),
    "D105": Code("not text", "Programs are UTF-8 text."),
    "D106": Code("empty", "There is nothing in the file."),
    "D107": Code(
        "ambiguous id",
        "Two of your programs have the same id, or one of them and a built-in program: then the built-in "
        "one is meant. A path names either.",
    ),
    "D108": Code(
        "id and file name differ",
        "A program is called by the name of its file; the id inside should be the same.",
        "warning",
    ),
    "D110": Code(
        "syntax",
        "The text is not valid TOML (or JSON). The place is where the reader gave up; look just "
        "before it too.",
    ),
    "D111": Code(
        "nested too deeply",
        "A program has six levels at most; deeper nesting is refused before it costs time.",
    ),
    "D120": Code(
        "unknown key",
        "A key that is not known is refused: a misspelt one would otherwise be ignored without a word. "
        "A key belongs to the nearest [header] above it.",
    ),
    "D121": Code("missing key", "The document cannot be understood without this key."),
    "D122": Code("wrong type", "Nothing is converted: a number in quotes is text, and 1 is not true."),
    "D123": Code(
        "unknown word",
        "This key takes one of a few words; an unknown one never falls back to something that runs.",
    ),
    "D124": Code(
        "out of range",
        "The value is outside of what can be meant here. Caps and rules may allow less.",
    ),
    "D125": Code(
        "not a finite number",
        "NaN and infinity are refused: they pass comparisons that a number would fail.",
    ),
    "D126": Code(
        "unsuitable text",
        "Empty, too long, or with characters that cannot be shown; ids are lower-case words joined by "
        "hyphens.",
    ),
    "D127": Code("too many", "Lists are bounded, so that no document can exhaust memory or time."),
    "D130": Code("keyframes out of order", "Each keyframe stands later than the one before it."),
    "D131": Code(
        "keyframe outside",
        "Times are seconds from the start of the stage (in a program track: of the program), and end "
        "with it.",
    ),
    "D132": Code("second track", "A channel has one track in a stage."),
    "D133": Code("said twice", "This may be there once."),
    "D134": Code("modulated heat", "A pad takes tens of seconds to follow; only motors have modulators."),
    "D135": Code("no such rule", "A waiver names the code of a warning, such as R9, and says why."),
    "D136": Code(
        "does not fit",
        "Two values contradict each other, such as a cue after the end of its stage.",
    ),
    "D137": Code("no region", "Caps depend on where a stage plays, so everything that moves needs a region."),
    "D138": Code(
        "technique and tracks",
        "A rest is off, warmth alone has no motor, and a custom stage needs a track.",
    ),
    "D139": Code("program track", "Only heat runs through the whole program; motors belong to stages."),
    "D140": Code("impossible rig", "The values of a profile contradict each other: such a part cannot be."),
}
