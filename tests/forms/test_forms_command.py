from pathlib import Path

import pytest

from catalog.form_catalog import all_forms
from cli.errors import UserError
from cli.form_checks import UsableForm
from cli.forms import check, show
from schemas.forms import FormDefinition
from schemas.vocabulary import Role

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


def test_check_takes_many_files_and_tells_the_good_from_the_bad(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("id: wrong\n", encoding="utf-8")

    with pytest.raises(UserError, match="`version` is required"):
        check(wrong, REVIEW, tmp_path / "missing.yaml")

    assert capsys.readouterr().out == "ok: ma-wblp, version 2024.1, 8 fields\n"


def test_check_without_a_file_says_what_to_name() -> None:
    with pytest.raises(UserError, match="name at least one form file"):
        check()


@pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.pin)
def test_every_shipped_form_passes_its_own_check(form: FormDefinition) -> None:
    assert UsableForm.model_validate(form.model_dump(by_alias=True)).pin == form.pin


def test_show_tells_who_never_answers_and_what_each_level_looks_like(capsys: pytest.CaptureFixture[str]) -> None:
    show("ma-wblp")

    printed = " ".join(capsys.readouterr().out.split())
    assert "never student, guardian" in printed
    assert "3 Competent Arrives and returns from breaks on time" in printed
    assert "masswbl.org" in printed


def test_show_for_one_role_holds_only_what_that_role_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    show("training-agreement", role=Role.STUDENT)

    printed = capsys.readouterr().out
    assert "I sign as the student." in printed
    assert "emergency_phone" not in printed


def test_show_refuses_a_role_that_may_not_answer() -> None:
    with pytest.raises(UserError, match=r"may not be answered by teacher; allowed: worksite_supervisor"):
        show("naf-internship-assessment", role=Role.TEACHER)
