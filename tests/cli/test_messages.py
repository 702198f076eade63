"""`journeywork messages preview`: every mail can be looked at before anybody gets one."""

from pathlib import Path
from typing import get_args

import html5lib
import pytest

from catalog.message_catalog import render
from catalog.message_samples import sample_letter
from cli.app import run
from cli.messages import LANGUAGES, MESSAGES
from schemas.effects import Message


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_has_a_sample_that_renders_in_every_language(language: str) -> None:
    for message in get_args(Message):
        subject, text, html = render(sample_letter(message, language))  # type: ignore[arg-type]
        assert subject
        assert "None" not in text + subject
        assert html5lib.HTMLParser(strict=True).parse(html) is not None
        assert "<img" not in html
        assert "max-width:560px" in html


def test_the_terminal_shows_one_mail_in_lines_a_narrow_reader_can_show(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["messages", "preview", "--message", "request_opened_ask", "--lang", "es"]) == 0
    out = capsys.readouterr().out
    assert "Hola, Jordan Lee," in out
    assert "· en" not in out
    assert [line for line in out.splitlines()[2:] if len(line) > 72 and not line.startswith("https://")] == []


def test_a_folder_gets_every_mail_and_an_index(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    assert run(["messages", "preview", "--html", str(folder)]) == 0
    assert str(folder / "index.html") in capsys.readouterr().out
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert html5lib.HTMLParser(strict=True).parse(index) is not None
    for message in MESSAGES:
        for language in LANGUAGES:
            assert f'href="{language}/{message}.html"' in index
            assert (folder / language / f"{message}.html").is_file()
            assert (folder / language / f"{message}.txt").is_file()


def test_an_unknown_message_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["messages", "preview", "--message", "request_open_ask"]) == 2
    assert capsys.readouterr().err.startswith("journeywork: --message: there is no message 'request_open_ask'")


def test_a_folder_that_cannot_be_written_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run(["messages", "preview", "--html", str(tmp_path / "file")]) == 2
    assert "--html: cannot write to" in capsys.readouterr().err
