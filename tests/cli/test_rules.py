"""`journeywork rules` and findings in words: what people read of the law."""

from datetime import date
from pathlib import Path

import pytest

from catalog.rule_catalog import UnknownRuleError, sentence
from cli.app import run
from schemas.findings import Finding

FEDERAL = Path("catalog/rules/us-federal.yaml")
EVENING = Finding(
    rule="us-federal.14-15.clock",
    pack="us-federal",
    version="2026.1",
    citation="29 CFR 570.35(a)(6)",
    subject="too_late",
    basis="predicted",
    day=date(2027, 6, 30),
    allowed=21 * 60,
    found=21 * 60 + 30,
    unit="clock",
)


def test_check_tells_version_rules_and_reviewer(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "check", str(FEDERAL)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("ok: us-federal, version 2026.1, ")
    assert out.endswith("reviewer: not yet reviewed by counsel\n")


def test_check_tells_each_mistake_with_its_line_and_place(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "us-federal.yaml"
    text = FEDERAL.read_text(encoding="utf-8")
    path.write_text(text.replace("tasks: [explosives]", "tasks: [explosive]"), encoding="utf-8")
    assert run(["rules", "check", str(path)]) == 2
    err = capsys.readouterr().err
    assert f"{path}:" in err
    assert "`explosive` has no name under `tasks`; did you mean `explosives`?" in err
    assert "Traceback" not in err


def test_explain_shows_what_holds_on_the_day_with_its_citation(capsys: pytest.CaptureFixture[str]) -> None:
    said: dict[str, str] = {}
    for day in ("2027-06-28", "2027-07-01"):
        assert run(["rules", "explain", "ma", "15", day]) == 0
        said[day] = " ".join(capsys.readouterr().out.partition("Massachusetts")[2].split())
    assert "July" not in said["2027-06-28"]
    assert "July" in said["2027-07-01"]
    assert "M.G.L. c.149 s.60" in said["2027-06-28"]


def test_explain_says_when_a_state_has_no_pack_and_that_adults_are_free(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "explain", "NH", "16", "2027-07-01"]) == 0
    assert "There is no rule pack for NH: only federal law is shown." in capsys.readouterr().out
    assert run(["rules", "explain", "MA", "18", "2027-07-01"]) == 0
    assert capsys.readouterr().out == "At 18 no youth-employment limit applies.\n"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["Mass", "15", "2027-07-01"], "state: 'Mass' is no state; write two letters such as MA"),
        (["MA", "15", "July"], 'Invalid value for DAY: unable to convert "July" into date. See --help.'),
    ],
)
def test_explain_tells_a_mistake_in_one_line(capsys: pytest.CaptureFixture[str], words: list[str], line: str) -> None:
    assert run(["rules", "explain", *words]) == 2
    assert capsys.readouterr().err == f"journeywork: {line}\n"


def test_a_finding_is_said_in_both_languages() -> None:
    assert sentence(EVENING, "en") == (
        "In federal law 9:00 p.m. is the limit of the working day at 14 and 15; "
        "on Wednesday, June 30, 2027 there is work beyond it (9:30 p.m.)."
    )
    assert sentence(EVENING, "es") == (
        "En la ley federal el límite de la jornada a los 14 y 15 años es 9:00 p. m.; "
        "el miércoles 30 de junio de 2027 hay trabajo fuera de él (9:30 p. m.)."
    )


def test_a_kept_finding_of_an_older_version_can_still_be_said() -> None:
    assert sentence(EVENING.changed(version="2025.2"), "en") == sentence(EVENING, "en")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"pack": "us-fedral"}, "there is no rule pack `us-fedral`; did you mean `us-federal`?"),
        ({"rule": "us-federal.14-15.clocks"}, "has no rule `us-federal.14-15.clocks`; did you mean"),
    ],
)
def test_a_finding_of_an_unknown_rule_is_refused_by_name(values: dict[str, str], says: str) -> None:
    with pytest.raises(UnknownRuleError, match=says):
        sentence(EVENING.changed(**values), "en")
