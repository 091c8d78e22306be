"""``simulate --report``: a run as one page of HTML that needs nothing else, not even a network.

The verdict comes first, then how to replay it, what broke, the figures, the curves, and what was not
modelled. Rules kept here: no script, nothing is fetched (the page forbids it to itself), every text
from outside is escaped, the file is whole or not there. The same run gives the same page.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from host_cli.drawing.report_charts import charts_of, stages, times_of
from host_cli.drawing.report_style import STYLE
from host_cli.drawing.report_tables import (
    device_rows,
    exposure_rows,
    fault_rows,
    limited_rows,
    peak_rows,
    stage_rows,
    table,
)
from host_cli.drawing.report_words import NOT_MODELLED, e, verdict
from host_cli.drawing.svg import SIGNS, Mark, drawn, strip, swatch
from host_cli.run_words import condition_rows
from host_cli.terminal import clock_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from host_cli.drawing.svg import Chart, Times
    from host_cli.work import Ready
    from sim.result import SimResult

MOST_MARKS = 60  # faults that are marked in the charts; the tables have more
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
DOCS = "docs/simulator.md"


def write_report(path: Path, ready: Ready, result: SimResult, *, command: str) -> None:
    """Write the page, whole or not at all; raises Quit (exit 2) when it cannot be written.

    ``command`` is what the user typed: with it anybody can replay the run.
    """
    from host_cli.files import write_whole

    write_whole(path, page(ready, result, command).encode())


def page(ready: Ready, result: SimResult, command: str) -> str:
    """The whole page."""
    title = f"{ready.timeline.title} on {result.profile}, SIM"
    return "\n".join([
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{e(title)}</title><style>{STYLE}</style></head><body>",
        *_head(ready, result, command),
        *_conditions(result),
        *_faults(result),
        *_limited(result),
        *_figures(ready, result),
        *_curves(ready, result),
        *_stages(ready),
        *_not_modelled(),
        "</body></html>\n",
    ])  # fmt: skip


def _head(ready: Ready, result: SimResult, command: str) -> Iterator[str]:
    good, word, sentences = verdict(result)
    yield '<header><p><span class="kind">SIM</span> '
    yield '<span class="soft">simulated; no massager moved</span></p>'
    yield f"<h1>{e(ready.timeline.title)}</h1></header>"
    yield f'<main><div class="verdict {"good" if good else "bad"}">'
    yield f"<p><strong>{'✓' if good else '✗'} {e(word)}</strong></p>"
    yield from (f"<p>{e(each)}</p>" for each in sentences)
    yield "</div>"
    yield table(None, [
        ("program", f"{e(result.program)}, written for strength {e(ready.timeline.strength)}"),
        ("rig", f"{e(result.profile)}: {e(ready.profile.title)}"),
        ("seed", str(result.seed)),
        ("thrum", version("thrum-massager")),
    ])  # fmt: skip
    yield "<p>To replay it, type the same again; the same seed gives the same run:</p>"
    yield f'<code class="command">{e(command)}</code>'


def _conditions(result: SimResult) -> Iterator[str]:
    if result.conditions:
        yield "<h2>Conditions</h2>"
        yield table(None, [(e(name), e(amount)) for name, amount in condition_rows(result.conditions)])


def _faults(result: SimResult) -> Iterator[str]:
    rows = list(fault_rows(result))
    if not rows:
        return
    yield "<h2>What was broken, and what the device did</h2>"
    yield table(("", "when", "what", "what came of it"), rows)
    yield f'<p class="soft">{e(_legend_of_marks("this table"))}</p>'


def _legend_of_marks(table_named: str) -> str:
    return (
        f"In the charts: {SIGNS['ordered']} ordered, {SIGNS['latched']} latched by the device, "
        f"{SIGNS['reset']} device started again, "
        f"{SIGNS['zero']} all outputs at zero; the numbers are those of {table_named}."
    )


def _limited(result: SimResult) -> Iterator[str]:
    yield "<h2>What was limited</h2>"
    if not result.limited:
        yield f"<p>{e(_unlimited(result))}</p>"
        return
    yield table(("when", "channel", "asked", "allowed", "by the rule"), limited_rows(result))


def _unlimited(result: SimResult) -> str:
    """That nothing was limited, and whether that means that the program was played."""
    still = [each.still_from_s for each in result.motors if each.still_from_s is not None]
    latched_s, reset_s = [each.t_s for each in result.faults], [each.t_s for each in result.resets]
    ended_s = min([result.duration_s, *latched_s, *reset_s])
    ended = clock_text(ended_s)
    text = "Nothing: the device played what the program asked"
    if result.outcome != "completed":
        text = f"Nothing up to {ended}, where it stopped: until then the device gave what was asked"
    if not still:
        return f"{text}."
    first = clock_text(min(still))
    return f"{text.replace('played', 'gave')}, but a shaft stood still under it, first at {first}."


def _figures(ready: Ready, result: SimResult) -> Iterator[str]:
    yield "<h2>What it came to</h2>"
    yield table(None, peak_rows(result))
    yield "<h3>Exposure</h3>"
    yield table(("", "this run", "limit", ""), exposure_rows(result, ready.profile))
    yield (
        "<p class=\"soft\">The hand's figures are an estimate: the profile's acceleration at full level, "
        "taken to follow the speed of the motor as ISO 5349-1 weighs it. “At most” is with the full "
        "acceleration for as long as anything turned. For local vibration on the person who is massaged no "
        "limit was found.</p>"
    )
    yield "<h3>Device</h3>"
    yield table(None, device_rows(result))


def _curves(ready: Ready, result: SimResult) -> Iterator[str]:
    yield "<h2>Curves</h2>"
    if not len(result.trace):
        yield "<p>There are none: the device did not begin to play.</p>"
        return
    times = times_of(ready.timeline, result, _marks(result))
    yield '<p class="soft">All share one time axis, in minutes and seconds; dotted verticals part the '
    yield "stages. Of a rhythm too fast to be drawn the outline is. "
    yield f"{e(_legend_of_marks('the table above'))}</p>" if times.marks else "</p>"
    yield f"<figure>{strip(stages(ready.timeline), times, 'The stages, in order')}"
    yield "<figcaption>Stages; their names are in the table below.</figcaption></figure>"
    for chart in charts_of(ready.timeline, result, ready.profile):
        yield from _figure(chart, times)


def _figure(chart: Chart, times: Times) -> Iterator[str]:
    yield f"<figure><h3>{e(chart.title)}, {e(chart.unit)}</h3>"
    items = "".join(f"<li>{swatch(each)}{e(each.label)}</li>" for each in chart.series)
    yield f'<ul class="legend">{items}</ul>'
    yield drawn(chart, times)
    yield f"<figcaption>{e(chart.says)}</figcaption></figure>"


def _marks(result: SimResult) -> tuple[Mark, ...]:
    """What is marked on the time axis, numbered as in the table of faults."""
    from host_cli.drawing.report_tables import events

    marks = []
    for each in events(result):
        marks.append(Mark(each.t_s, each.kind, each.number))
        if each.zero_s is not None:
            marks.append(Mark(each.zero_s, "zero", each.number))
    return tuple(marks[:MOST_MARKS])


def _stages(ready: Ready) -> Iterator[str]:
    yield "<h2>Stages</h2>"
    yield table(("", "from", "to", "stage", "technique"), stage_rows(ready))


def _not_modelled() -> Iterator[str]:
    yield "<h2>What was not modelled</h2><ul>"
    yield from (f"<li>{e(each)}</li>" for each in NOT_MODELLED)
    yield f"</ul><p>{e(DOCS)} in Thrum's sources says what is modelled, from which source and how it was "
    yield "checked. Thrum is not a medical device and not certified for anything.</p></main>"
