"""The style sheet of a report: light and dark, narrow and wide, on paper, and without colour.

Colours are those of Okabe and Ito (lighter ones on a dark page), which stay apart for the
colour-blind; patterns and widths of the lines tell the same. On a narrow screen the letters in the
charts grow, since the charts shrink.
"""

from __future__ import annotations

_LIGHT = (
    "--page:#fff;--ink:#16181c;--soft:#5a6069;--rule:#d4d8de;--box:#f4f6f8;--asked:#000;--allowed:#b34700;"
    "--applied:#0064a4;--third:#00795a;--good:#00653f;--bad:#a8200d;"
)
_DARK = (
    "--page:#15171b;--ink:#e9ebee;--soft:#a7adb6;--rule:#3c4149;--box:#1f2228;--asked:#fff;--allowed:#ff9a4d;"
    "--applied:#5ab8f5;--third:#3fd6a4;--good:#4fd69a;--bad:#ff8672;"
)

STYLE = (
    f"""
:root{{color-scheme:light dark;{_LIGHT}}}
@media (prefers-color-scheme:dark){{:root{{{_DARK}}}}}
"""
    + """
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem 1.1rem 3rem;max-width:66rem;background:var(--page);color:var(--ink);
 font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1{font-size:1.55rem;line-height:1.2;margin:.2rem 0 .6rem}
h2{font-size:1.2rem;margin:2.2rem 0 .5rem;padding-top:.7rem;border-top:1px solid var(--rule)}
h3{font-size:1rem;margin:0}
p{margin:.4rem 0;max-width:46rem}
.soft,figcaption,th{color:var(--soft)}
.kind{display:inline-block;font-weight:700;letter-spacing:.06em;border:2px solid currentColor;
 padding:0 .5em;border-radius:.3em}
.verdict{background:var(--box);border-left:6px solid var(--good);padding:.7rem 1rem;margin:.6rem 0 1rem}
.verdict.bad{border-left:6px double var(--bad)}
.verdict strong{font-size:1.15rem}
.good strong{color:var(--good)}.bad strong,.alarm{color:var(--bad)}
.alarm{font-weight:700}
code{font:.92em/1.4 ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
code.command{display:block;background:var(--box);border:1px solid var(--rule);padding:.5rem .7rem;
 margin:.4rem 0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;margin:.5rem 0;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.22rem 1.1rem .22rem 0;border-bottom:1px solid var(--rule)}
th{font-weight:600;font-size:.9rem}
figure{margin:1.4rem 0 0}
figcaption{font-size:.9rem;margin:.1rem 0 .2rem}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;list-style:none;margin:.1rem 0;padding:0;font-size:.9rem}
.legend li{display:flex;align-items:center;gap:.4rem}
.swatch{width:34px;height:12px;flex:none}
.chart{display:block;width:100%;height:auto}
.chart text{font:13px system-ui,sans-serif;fill:var(--soft)}
.chart .end{text-anchor:end}.chart .middle{text-anchor:middle}.chart .start{text-anchor:start}
.chart text.level{fill:var(--bad)}.chart text.sign{fill:var(--ink);font-weight:700}
.chart text.name{fill:var(--ink)}
path{fill:none}
.grid{stroke:var(--rule);stroke-width:.7}.edge{stroke:var(--rule);stroke-width:1;stroke-dasharray:1 4}
.axis{stroke:var(--soft);stroke-width:1}
.line{stroke-width:1.6;stroke-linejoin:round}
.area{stroke:none;opacity:.22}
.line.asked{stroke:var(--asked);stroke-width:1;stroke-dasharray:5 4}
.line.allowed{stroke:var(--allowed);stroke-width:2;stroke-dasharray:1.5 3}
.line.applied{stroke:var(--applied);stroke-width:2}.area.applied{fill:var(--applied)}
.line.first{stroke:var(--applied);stroke-width:2.2}.area.first{fill:var(--applied)}
.line.second{stroke:var(--allowed);stroke-width:1.4;stroke-dasharray:9 3}
.line.third{stroke:var(--third);stroke-width:1.4;stroke-dasharray:2 3}
.level{stroke:var(--bad);stroke-width:1.1;stroke-dasharray:14 4 2 4}
text.level{stroke:none}
.mark{stroke:var(--ink);stroke-width:1}
.mark.ordered{stroke-dasharray:6 3}.mark.latched,.mark.reset{stroke-width:1.8}
.mark.zero{stroke-dasharray:1.5 2.5}
.strip rect{fill:var(--box);stroke:var(--rule)}.strip rect.odd{fill:var(--rule)}
@media (max-width:44rem){
 .chart text{font-size:22px}.chart text.sign{font-size:19px}
 .chart .line{stroke-width:2.6}
 th,td{padding-right:.7rem}
}
@media print{
 :root{color-scheme:light;"""
    + _LIGHT
    + """}
 body{max-width:none;padding:0;font-size:10.5pt}
 figure,table,.verdict{break-inside:avoid}
 h2{break-after:avoid}
}
"""
)
