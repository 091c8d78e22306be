"""Numbers on the command line are read strictly, and what is repeated of them stays short."""

from __future__ import annotations

import pytest

from host_cli.main import main
from sim.errors import UnknownFault
from sim.faults import parse_fault

BAD = ["1_0", "\u0663", "\uff11", "abc", "", " 1", "nan", "inf", "0x10", "1e", "9" * 40]
OPTIONS = [
    ["simulate", "evening-shoulders", "--seed"],
    ["run", "evening-shoulders", "--dry-run", "--gain"],
    ["run", "evening-shoulders", "--dry-run", "--from-stage"],
    ["list", "--min-min"],
]


@pytest.mark.parametrize("option", OPTIONS, ids=[row[-1] for row in OPTIONS])
def test_what_is_no_plain_number_is_refused_in_words(
    option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for word in BAD:
        assert main([*option, word]) == 2
        said = capsys.readouterr().err
        assert "number from" in said
        assert "range" not in said
        assert len(said) < 300


@pytest.mark.parametrize("word", ["1_0", "\u0663", "nan", "inf", ""])
def test_the_time_of_a_fault_is_read_as_strictly(word: str) -> None:
    with pytest.raises(UnknownFault, match="allowed 0 to 36000"):
        parse_fault(f"ntc.off@{word}")


@pytest.mark.parametrize(
    "args",
    [
        ["x" * 5000],
        ["check", "x" * 5000],
        ["list", "--" + "x" * 5000],
        ["list", "--style", "x" * 5000],
        ["simulate", "evening-shoulders", "--seed", "x" * 5000],
        ["simulate", "evening-shoulders", "--fault", "x" * 5000],
        ["simulate", "evening-shoulders", "--fault", "ntc.off@" + "9" * 5000],
        ["explain", "x" * 5000],
        ["\udcff\udcfe"],
    ],
)
def test_what_was_typed_is_repeated_in_part(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(args) in (1, 2)
    out, err = capsys.readouterr()
    assert len(out + err) < 900
    assert "\\udc" not in err
