"""``thrum exposure`` as a user types it: any trace, any rubbish."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from host_cli.main import main


def told(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = main(args)
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


def record(folder: Path, *lines: str) -> str:
    path = folder / "record.csv"
    path.write_text("".join(f"{line}\n" for line in lines))
    return str(path)


def test_json_has_the_keys_of_the_design(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = record(
        tmp_path, "t_s,vibration_applied,pad_c,skin_c", *(f"{k / 10},0.3,41,40" for k in range(600))
    )
    code, out, _ = told(capsys, "exposure", path, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["cem43_min"] == pytest.approx(0.0625)
    assert found["cem43_skin_min"] == pytest.approx(0.015625)
    assert found["hand_points"] == pytest.approx(2 * 2.5**2 / 60, rel=1e-5)
    assert found["hand_a8_m_s2"] == pytest.approx(2.5 * (1 / 480) ** 0.5, rel=1e-5)
    assert found["energy_wh"] is None
    assert found["profile"] == "heated-head"
    assert any("upper bound" in note for note in found["notes"])


def test_a_person_reads_it_beside_the_limits_of_a_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    for hours, words in (
        (1, "a day below the warning"),
        (5, "leave it at this"),
        (9, "put the massager down"),
    ):
        rows = (f"{k},0.3,30" for k in range(3600 * hours))
        code, out, _ = told(capsys, "exposure", record(tmp_path, "t_s,vibration_applied,pad_c", *rows))
        assert code == 0
        said = " ".join(out.split())
        assert words in said
        assert "50 (warning) and 100 (stop)" in said
        assert "CEM43" in said
        assert max(map(len, out.splitlines())) <= max(60, len(str(tmp_path)) + 20)
        assert "next: " in out


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["t_s,pad_c", "2,30", "1,30"], "record.csv:3: t_s is 1 after 2"),
        (["t_s,head_speed_rpm", "1,30"], "--profile percussion-massager"),
        (["hello"], "no column t_s"),
    ],
)
def test_rubbish_is_a_sentence_and_exit_code_2(
    lines: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = told(capsys, "exposure", record(tmp_path, *lines))
    assert (code, out) == (2, "")
    assert says in err


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = told(capsys, "exposure", str(tmp_path / "none.csv"))
    assert code == 2
    assert "none.csv: it cannot be read: no such file" in err


def test_a_profile_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = told(capsys, "exposure", record(tmp_path, "t_s,pad_c", "1,30"), "--profile", "heated")
    assert code == 1
    assert "heated-head" in err
