from pathlib import Path

import pytest

from cli.errors import UserError
from cli.forms import check, show

REVIEW = Path("catalog/forms/ma-wblp@2024.1.yaml")


def test_check_tells_id_version_and_fields_of_a_good_file(capsys: pytest.CaptureFixture[str]) -> None:
    check(REVIEW)

    assert capsys.readouterr().out == "ok: ma-wblp, version 2024.1, 8 fields\n"


def test_check_ends_with_status_two_and_a_line_for_each_problem(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(REVIEW.read_text(encoding="utf-8").replace("scale: wblp", "scale: wbpl"), encoding="utf-8")

    with pytest.raises(UserError) as caught:
        check(path)

    assert caught.value.status == 2
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert lines[1].startswith(f"{path}:")
    assert lines[1].endswith(
        "sections[0].fields[0].scale: `wbpl` is not one of the form's scales; did you mean `wblp`? Allowed: wblp"
    )


@pytest.mark.parametrize(("language", "text"), [("en", "Employability skills"), ("es", "Habilidades para el empleo")])
def test_show_prints_the_form_in_one_language(capsys: pytest.CaptureFixture[str], language: str, text: str) -> None:
    show("ma-wblp", language=language)

    printed = capsys.readouterr().out
    assert text in printed
    assert "ma-wblp@2024.1" in printed
    assert "required if rating is 1" in " ".join(printed.split())


def test_show_of_an_unknown_form_says_which_there_are() -> None:
    with pytest.raises(UserError, match=r"there is no `wblp`.*ma-wblp"):
        show("wblp")
