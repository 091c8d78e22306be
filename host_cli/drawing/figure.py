"""A plot as an SVG or PNG file.

Asked, allowed and applied differ in line style, fill and label, so that they can be told apart
without colour; the colours are those of Okabe and Ito, which stay apart for the colour-blind. The
stages are named along the time axis, joins are marked. The same curves give the same bytes.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from host_cli.curves import pass_title, thin
from host_cli.terminal import clean, clip, clock_text, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from host_cli.curves import Curves, Lane

SUFFIXES = (".svg", ".png")
ASKED, ALLOWED, APPLIED, POWER, JOIN = "#000000", "#D55E00", "#0072B2", "#E69F00", "#009E73"
PARTS = 1500  # pieces that the time is cut into; each keeps its lowest and highest point
DPI = 150  # of a PNG
LONGEST_TITLE = 64  # characters of a program's title: as many wide ones fit beside the margins
LONGEST_NAME = 18  # characters of a stage's name
WIDTH_INCH = 12.0


def render(curves: Curves, suffix: str) -> bytes:
    """The plot of one program as the bytes of an SVG or PNG file."""
    return render_all([curves], suffix)


def render_all(several: list[Curves], suffix: str) -> bytes:
    """Several programs, one below the other, each on its own time axis."""
    import matplotlib

    matplotlib.use("Agg")
    with matplotlib.rc_context({"svg.hashsalt": "thrum", "svg.fonttype": "path", "hatch.linewidth": 0.4}):
        figure = _figure(several)
        out = io.BytesIO()
        metadata: dict[str, Any] = {"Date": None} if suffix == ".svg" else {"Software": None}
        figure.savefig(out, format=suffix.lstrip("."), dpi=DPI, metadata=metadata)
    return out.getvalue()


def _figure(several: list[Curves]) -> Figure:
    from matplotlib.figure import Figure

    heights = [height for curves in several for height in [*[2.0] * len(curves.lanes), 1.0]]
    figure = Figure(figsize=(WIDTH_INCH, sum(heights) + 1.1 * len(several) + 0.6), layout="constrained")
    axes = figure.subplots(len(heights), 1, squeeze=False, gridspec_kw={"height_ratios": heights})[:, 0]
    at = 0
    for curves in several:
        own = axes[at : at + len(curves.lanes) + 1]
        _program(curves, list(own))
        at += len(own)
    return figure


def _program(curves: Curves, axes: list[Axes]) -> None:
    """The lanes of one program and the strip of its stages."""
    title = clip(clean(curves.title), LONGEST_TITLE)
    axes[0].set_title(f"{_text(title)}\n", loc="left", fontsize=13, fontweight="bold")
    axes[0].text(0, 1.04, _text(curves.caption), transform=axes[0].transAxes, fontsize=9)
    for axis, lane in zip(axes, curves.lanes, strict=False):
        _lane(curves, lane, axis)
        axis.tick_params(labelbottom=False)
    _stages(curves, axes[-1])
    every_s = 60 * _minutes(curves)
    for axis in axes:
        axis.set_xlim(0, curves.duration_s)
        axis.set_xticks(range(0, int(curves.duration_s) + 1, every_s))


def _text(text: str) -> str:
    """Text as it stands: matplotlib would read dollar signs as formulas."""
    shown = clean(text)
    safe = shown if shown.isprintable() and max(map(ord, shown), default=0) < 0x500 else plain(shown)
    return safe.replace("$", r"\$")


def _lane(curves: Curves, lane: Lane, axis: Axes) -> None:
    """One channel: applied as a hatched area with a broad edge, asked thin and dashed above it, so that
    both are seen where they are the same; allowed as a dotted staircase."""
    t_s, applied = thin(curves.t_s, lane.applied, PARTS)
    axis.fill_between(t_s, lane.low, applied, color=APPLIED, alpha=0.22, hatch="////", linewidth=0)
    axis.plot(t_s, applied, color=APPLIED, linewidth=1.8, alpha=0.65, label=lane.applied_means)
    axis.plot(*thin(curves.t_s, lane.asked, PARTS), color=ASKED, linewidth=0.7, ls=(0, (3, 3)), label="asked")
    ceiling = thin(curves.t_s, lane.allowed, PARTS)
    means = lane.allowed_means if lane.unit else f"{lane.allowed_means} (0 while the side or place changes)"
    axis.plot(*ceiling, color=ALLOWED, linewidth=1.5, ls=":", label=means)
    if lane.power:
        _power(curves, lane, axis)
    for join in curves.joins:
        if join.channel == lane.name:
            axis.axvspan(join.start_ms / 1000, join.end_ms / 1000, color=JOIN, alpha=0.35, linewidth=0)
    _label_lane(curves, lane, axis)


def _power(curves: Curves, lane: Lane, axis: Axes) -> None:
    """The heater's duty, on a scale of its own on the right."""
    right = axis.twinx()
    t_s, power = thin(curves.t_s, [100 * each for each in lane.power], PARTS)
    right.plot(t_s, power, color=POWER, linewidth=0.6, ls=(0, (1, 1)))
    right.set_ylim(0, 300)  # keeps it in the lower third, below the temperatures
    right.set_yticks([0, 50, 100])
    right.set_ylabel("power, %", fontsize=8, loc="bottom")
    axis.plot([], [], color=POWER, linewidth=0.6, ls=(0, (1, 1)), label="applied power (right)")


def _label_lane(curves: Curves, lane: Lane, axis: Axes) -> None:
    from matplotlib.patches import Patch

    handles, labels = axis.get_legend_handles_labels()
    if any(join.channel == lane.name for join in curves.joins):
        handles, labels = (
            [*handles, Patch(color=JOIN, alpha=0.35)],
            [*labels, "join: a ramp between two stages"],
        )
    axis.legend(handles, labels, loc="lower right", bbox_to_anchor=(1, 1), fontsize=8, ncols=5, frameon=False)
    axis.set_ylim(lane.low, lane.high)
    axis.set_ylabel(f"{lane.name}\n{lane.unit or 'of full scale'}")
    axis.grid(axis="y", alpha=0.3)
    for each in curves.passes[1:]:
        axis.axvline(each.start_ms / 1000, color="0.6", linewidth=0.5)


def _stages(curves: Curves, axis: Axes) -> None:
    """The strip below: what is worked when, under a time axis in minutes."""
    for each in curves.passes:
        start_s, end_s = each.start_ms / 1000, each.end_ms / 1000
        shade = "0.93" if each.index % 2 else "0.82"
        axis.axvspan(start_s, end_s, color=shade, linewidth=0)
        title = f"{each.stage + 1} {pass_title(each)}" if each.stage >= 0 else pass_title(each)
        narrow = (end_s - start_s) / curves.duration_s < 0.011 * len(title)
        text = title.replace(", ", "\n", 1) if narrow else title
        upright = (end_s - start_s) / curves.duration_s < 0.11 and narrow
        axis.text((start_s + end_s) / 2, 0.5, _text_lines(text), rotation=90 if upright else 0, ha="center",
                  va="center", fontsize=6.5 if upright else 8, clip_on=True, in_layout=False)  # fmt: skip
    axis.set_yticks([])
    axis.set_ylabel("stage", rotation=0, ha="right", va="center")
    axis.xaxis.set_major_formatter(lambda value, _place: clock_text(value))
    axis.set_xlabel("time, min:s")


def _text_lines(text: str) -> str:
    return "\n".join(_text(clip(line, LONGEST_NAME)) for line in text.split("\n"))


def _minutes(curves: Curves) -> int:
    return max(1, round(curves.duration_s / 60 / 15))
