"""A sheet to draw a wiring on: boxes, wires, and the few symbols that a wiring needs, as SVG text.

Colours differ and so do widths and patterns, so that lines can be told apart in print. The same calls give
the same text. Knows nothing about rigs.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

STYLE = """
.sheet{fill:#fff}
text{font-family:Helvetica,Arial,sans-serif;font-size:13px;fill:#1b1b1b}
.title{font-size:20px;font-weight:bold}
.small{font-size:11px;fill:#444}
.bold{font-weight:bold}
.end{text-anchor:end}.middle{text-anchor:middle}
.box{fill:#f4f1ea;stroke:#333;stroke-width:1.5}
.board{fill:#e3efe3}.load{fill:#fdeccb}.guard{fill:#fbdada}.chip{fill:#e2e8f6}
.wire{fill:none;stroke:#333;stroke-width:1.6}
.power{fill:none;stroke:#c22;stroke-width:3.5}
.bus{fill:none;stroke:#2450a8;stroke-width:3}
.link{fill:none;stroke:#333;stroke-width:1.6;stroke-dasharray:5 4}
.dot{fill:#333}.reddot{fill:#c22}
"""


class Sheet:
    """``width`` is fixed; the height is what was drawn on, and a margin."""

    def __init__(self, width: int, title: str) -> None:
        self.width = width
        self._title = title
        self._parts: list[str] = []
        self._bottom = 0.0

    def text(self, x: float, y: float, says: str, style: str = "") -> None:
        name = f' class="{style}"' if style else ""
        self._parts.append(f'<text{name} x="{x:g}" y="{y:g}">{html.escape(says)}</text>')
        self._bottom = max(self._bottom, y)

    def lines(self, x: float, y: float, says: Sequence[str], style: str = "") -> None:
        """Several lines of text, the first at ``y``."""
        for number, each in enumerate(says):
            self.text(x, y + 15 * number, each, style)

    def box(
        self, x: float, y: float, width: float, height: float, says: Sequence[str] = (), style: str = ""
    ) -> None:
        """A box with lines in its middle, the first of them bold."""
        self._parts.append(
            f'<rect class="box {style}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4"/>'
        )
        top = y + height / 2 - 7.5 * (len(says) - 1) + 4.5
        for number, each in enumerate(says):
            look = "middle bold" if number == 0 else "middle small"
            self.text(x + width / 2, top + 15 * number, each, look)
        self._bottom = max(self._bottom, y + height)

    def wire(self, *points: tuple[float, float], style: str = "wire") -> None:
        """A line through the points."""
        path = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
        self._parts.append(f'<path class="{style}" d="{path}"/>')
        self._bottom = max(self._bottom, *(y for _, y in points))

    def dot(self, x: float, y: float, style: str = "dot") -> None:
        """Where wires join."""
        self._parts.append(f'<circle class="{style}" cx="{x:g}" cy="{y:g}" r="4"/>')

    def ground(self, x: float, y: float) -> None:
        """The common ground, hanging below (x, y)."""
        self.wire((x, y), (x, y + 8))
        for number, half in enumerate((11, 7, 3)):
            self.wire((x - half, y + 8 + 4 * number), (x + half, y + 8 + 4 * number))

    def resistor(self, x: float, y: float, upright: bool = False) -> None:
        """A resistor of 40 from (x, y), to the right or down."""
        if upright:
            self.wire((x, y), (x, y + 6))
            self._parts.append(f'<rect class="box" x="{x - 6:g}" y="{y + 6:g}" width="12" height="28"/>')
            self.wire((x, y + 34), (x, y + 40))
        else:
            self._parts.append(f'<rect class="box" x="{x + 6:g}" y="{y - 6:g}" width="28" height="12"/>')
            self.wire((x, y), (x + 6, y))
            self.wire((x + 34, y), (x + 40, y))

    def capacitor(self, x: float, y: float) -> None:
        """A capacitor of 30 from (x, y) down."""
        self.wire((x, y), (x, y + 12))
        self.wire((x - 9, y + 12), (x + 9, y + 12), style="wire")
        self.wire((x - 9, y + 17), (x + 9, y + 17), style="wire")
        self.wire((x, y + 17), (x, y + 30))

    def diode(self, x: float, y: float) -> None:
        """A diode of 40 from its anode at (x, y) to the right."""
        self.wire((x, y), (x + 12, y))
        self._parts.append(f'<path class="dot" d="M{x + 12:g} {y - 8:g}v16l14 -8Z"/>')
        self.wire((x + 26, y - 8), (x + 26, y + 8))
        self.wire((x + 26, y), (x + 40, y))

    def svg(self) -> str:
        """The whole sheet."""
        height = self._bottom + 24
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {height:g}" '
            f'width="{self.width}" height="{height:g}" role="img">'
        )
        return "\n".join([
            head,
            f"<title>{html.escape(self._title)}</title>",
            f"<style>{STYLE}</style>",
            f'<rect class="sheet" width="{self.width}" height="{height:g}"/>',
            *self._parts,
            "</svg>",
            "",
        ])  # fmt: skip
