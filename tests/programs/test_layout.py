"""The layout: same meaning, every comment kept, laying out twice is laying out once."""

from __future__ import annotations

import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.errors import Rejected
from programs.layout import laid_out
from programs.load import LIBRARY, parse_program

UGLY = """\

#:schema ./thrum-1.schema.json
format="thrum/1" # the language
id   =   "a"
title="A"   # what it is called
summary = '''two
lines # no comment'''
posture="seated"
sources=["G1", # one
"G2",

# and one more
"G3"]
# for the stage
[[ stage ]]   # the first
technique="effleurage"
region='back'


duration_s=60
intensity=[0.1,0.2]
 [[stage.track]]
 # the curve
 channel="vibration"
 keyframes=[{t=0,v=0.1},{t=60.0 , v = 1e-1,interp="smooth"}]
 modulate={shape="sine",rate_hz=[{t=0,v=1}],depth=0.5}
# the end
"""
EVEN = """\
#:schema ./thrum-1.schema.json
format = "thrum/1"  # the language
id = "a"
title = "A"         # what it is called
summary = '''two
lines # no comment'''
posture = "seated"
sources = [
    "G1",  # one
    "G2",

    # and one more
    "G3",
]

# for the stage
[[stage]]  # the first
technique = "effleurage"
region = 'back'

duration_s = 60
intensity = [0.1, 0.2]
  [[stage.track]]
  # the curve
  channel = "vibration"
  keyframes = [{ t = 0, v = 0.1 }, { t = 60.0, v = 1e-1, interp = "smooth" }]
  modulate = { shape = "sine", rate_hz = [{ t = 0, v = 1 }], depth = 0.5 }
  # the end
"""


def test_an_ugly_text_becomes_even() -> None:
    assert laid_out(UGLY) == EVEN
    assert laid_out(EVEN) == EVEN
    assert parse_program(UGLY).program == parse_program(EVEN).program


def test_a_long_list_is_opened_and_stays_so() -> None:
    text = f"x = [{', '.join(str(n) for n in range(100, 140))}]\n"
    out = laid_out(text)
    assert out.startswith("x = [\n    100,\n    101,\n")
    assert laid_out(out) == out


@pytest.mark.parametrize("change", [lambda t: t.replace("\n", "\r\n"), str.strip])
def test_line_ends_are_kept(change: object) -> None:
    out = laid_out(change(UGLY))  # type: ignore[operator]
    assert out.replace("\r\n", "\n") == EVEN
    assert ("\r\n" in out) == ("\r\n" in change(UGLY))  # type: ignore[operator]


@pytest.mark.parametrize("path", sorted(LIBRARY.glob("*.toml")), ids=lambda path: path.stem)
def test_the_library_means_the_same(path: object) -> None:
    text = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    out = laid_out(text)
    assert tomllib.loads(out) == tomllib.loads(text)
    assert laid_out(out) == out
    assert re.findall(r"#.*", out) == re.findall(r"#.*", text)


@pytest.mark.parametrize("text", ["x = ", '{"a": 1}', "", "x = " + "[" * 5000])
def test_what_is_no_toml_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(Rejected) as caught:
        laid_out(text)
    assert len(caught.value.diagnostics) == 1


GAP = st.sampled_from(["", " ", "  ", "\t"])
LINES = st.sampled_from(["", " ", "\n", "\n\n\n", " # why\n", "\n# a\n\n  # b\n", "#\n"])
SCALAR = st.sampled_from([
    "1", "-0.5", "1e3", "true", '"a # b"', "'c:\\'", '"\\""',
    '"""two\nlines"""', "'''x'''", "1979-05-27 07:32:00",
    '"' + "long " * 12 + '"', "inf", '"é漢"', '""""q""""',
])  # fmt: skip


@st.composite
def lists(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    items = [draw(LINES) + draw(inner) + draw(LINES) for _ in range(draw(st.integers(0, 4)))]
    last = draw(st.sampled_from([",", ", # last\n", ""])) if items else ""
    return "[" + ",".join(items) + last + draw(LINES) + "]"


@st.composite
def tables(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    names = draw(st.lists(st.sampled_from(["a", '"b c"', "d . e", "'f'"]), max_size=3, unique=True))
    pairs = (f"{draw(GAP)}{name}{draw(GAP)}={draw(GAP)}{draw(inner)}{draw(GAP)}" for name in names)
    return "{" + ",".join(pairs) + draw(GAP) + "}"


VALUES = st.recursive(SCALAR, lambda inner: lists(inner) | tables(inner), max_leaves=8)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """TOML with blanks and comments wherever there may be some."""
    out = [draw(LINES)]
    for number in range(draw(st.integers(1, 6))):
        opener = draw(st.sampled_from(["", "", "[t{}]", "[[ many ]]", "[many{}.below]", "[ 'q' . r{} ]"]))
        if opener:
            out.append(
                draw(GAP) + opener.format(number) + draw(GAP) + draw(st.sampled_from(["", "# h"])) + "\n"
            )
            out.append(draw(LINES) if opener else "")
        out.append("\n" * (not out[-1].endswith("\n")))
        out.append(f"{draw(GAP)}k{number}{draw(GAP)}={draw(GAP)}{draw(VALUES)}{draw(GAP)}")
        out.append(draw(st.sampled_from(["\n", " # why\n", "#\n\n\n"])) + draw(LINES))
        out.append("\n" * (not out[-1].endswith("\n") and bool(out[-1])))
    return "".join(out)


@given(documents())
def test_any_document_keeps_its_meaning_and_its_comments(text: str) -> None:
    out = laid_out(text)
    assert repr(tomllib.loads(out)) == repr(tomllib.loads(text))
    assert laid_out(out) == out
    bare = re.compile(r'"""[\s\S]*?"{3,5}|"(?:[^"\\\n]|\\.)*"|#[^\n]*')
    comments = [sorted(c.rstrip() for c in bare.findall(each) if c.startswith("#")) for each in (text, out)]
    assert comments[0] == comments[1]
