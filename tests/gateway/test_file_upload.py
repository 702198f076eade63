"""A scan comes with a form: checked by its content, kept in Postgres alone, shown to staff only."""

import logging
from typing import Any

import pytest

from catalog.page_words import page_words
from records import lifecycles
from records.health import borrow
from schemas.acts import Batch
from schemas.form_fields import MAX_FILE_BYTES
from schemas.vocabulary import RequestKind, Role
from tests.documents.placements import dossier, request
from tests.forms.samples import jpeg, pdf, png
from tests.gateway.desk import Desk
from tests.gateway.html_checks import page_of

GRANTED = {"decision": "granted", "kind": "ma_permit", "issued_on": "2027-06-01", "valid_until": "2027-08-31"}
PERSON = "lrn-1042"
WORDS = page_words("es")
"""The language of this person."""

WRONG = [
    (b"<html><script>alert(1)</script></html>", "file_unreadable"),
    (png()[:-4], "file_unreadable"),
    (pdf(MAX_FILE_BYTES), "file_too_large"),
]


@pytest.fixture
async def asked(desk: Desk) -> str:
    """Return the path of a link that asks for a work permit; what is sent is safe and not delivered yet."""
    permit = request(
        RequestKind.WORK_PERMIT,
        "work-permit@2026.1",
        Role.GUARDIAN,
        person_id=PERSON,
        state="open",
        submission_id=None,
        holders=(PERSON,),
    )
    view = dossier(requests=(permit,), state="preparing", outcome=None).view
    async with borrow(desk.pool) as conn:
        await lifecycles.record_batch(
            conn, Batch(lifecycle="placement", id="pl-1", epoch=1, seq=1, facts=(), view=view.model_dump(mode="json"))
        )
    desk.lifecycles.away = True
    return await desk.link("work_permit", person_id=PERSON, role=Role.GUARDIAN)


async def send(desk: Desk, path: str, do: str, content: bytes | None = None, **said: str) -> Any:
    named = ("permit.exe", content or b"", "text/html")
    return await desk.person.post(path, data=GRANTED | said | {"_do": do}, files={"scan": named})


async def count(desk: Desk) -> int:
    return await desk.count("select count(*) from form_files")


def hidden(html: str) -> str:
    (value,) = [
        one.get("value", "")
        for one in page_of(html).iter()
        if one.get("type") == "hidden" and one.get("name") == "scan"
    ]
    return value


async def test_a_scan_sent_with_a_form_reaches_staff_unchanged(desk: Desk, asked: str) -> None:
    answer = await send(desk, asked, "send", pdf())

    assert answer.status_code == 200, answer.text
    (listed,) = (await desk.api.get("/placements/pl-1/files")).json()["items"]
    assert (listed["request_id"], listed["field"], listed["size"]) == ("work_permit", "scan", len(pdf()))
    given = await desk.api.get(listed["path"])
    assert given.content == pdf()
    assert given.headers["content-type"] == "application/pdf"
    assert given.headers["content-disposition"] == f'attachment; filename="{listed["id"]}.pdf"'
    assert given.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in given.headers["content-security-policy"]


async def test_the_file_outlives_the_page_on_which_answers_are_checked(desk: Desk, asked: str) -> None:
    checked = await send(desk, asked, "check", png())
    assert WORDS.words["file_given"] in checked.text
    id_ = hidden(checked.text)
    assert (await desk.api.get("/placements/pl-1/files")).json()["items"] == []
    assert (await desk.api.get(f"/placements/pl-1/files/{id_}")).status_code == 404

    sent = await desk.person.post(asked, data=GRANTED | {"scan": id_, "_do": "send"})

    assert sent.status_code == 200
    assert (await desk.api.get(f"/placements/pl-1/files/{id_}")).content == png()


async def test_a_draft_keeps_the_file_and_another_choice_replaces_it(desk: Desk, asked: str) -> None:
    assert (await send(desk, asked, "save", png())).status_code == 303
    page = await desk.person.get(asked)
    assert WORDS.words["file_kept"] in page.text
    assert 'enctype="multipart/form-data"' in page.text

    again = await send(desk, asked, "save", jpeg(), scan=hidden(page.text))

    assert again.status_code == 303
    assert await count(desk) == 1
    unchanged = await send(desk, asked, "save", None, scan=hidden((await desk.person.get(asked)).text))
    assert unchanged.status_code == 303
    assert await desk.count("select count(*) from form_files where kind = 'jpeg'") == 1


@pytest.mark.parametrize("do", ["send", "check", "save"])
async def test_what_is_no_scan_is_told_at_its_question_and_not_kept(desk: Desk, asked: str, do: str) -> None:
    for content, code in WRONG:
        answer = await send(desk, asked, do, content)

        assert answer.status_code == 422
        assert WORDS.errors[code].format(lead="", max=5) in answer.text
        assert 'value="2027-08-31"' in answer.text
    assert await count(desk) == 0


async def test_the_same_form_with_the_same_file_sent_twice_is_one_submission(desk: Desk, asked: str) -> None:
    first, second = await send(desk, asked, "send", png()), await send(desk, asked, "send", png())

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.text == second.text
    assert await desk.count("select count(*) from submissions") == 1
    await desk.count("update links set revoked_at = now() returning 1")
    third = await send(desk, asked, "send", png())
    assert third.status_code == 200
    assert (await send(desk, asked, "send", jpeg())).status_code == 410
    assert await count(desk) == 1


async def test_a_file_of_exactly_the_limit_is_taken(desk: Desk, asked: str) -> None:
    content = pdf(MAX_FILE_BYTES - len(pdf()))
    content = pdf(MAX_FILE_BYTES - len(pdf()) - (len(content) - MAX_FILE_BYTES))
    assert len(content) == MAX_FILE_BYTES

    assert (await send(desk, asked, "send", content)).status_code == 200


async def test_nobody_elses_file_and_no_invented_id_is_an_answer(desk: Desk, asked: str) -> None:
    async with borrow(desk.pool) as conn:
        await conn.execute(
            "insert into form_files (id, lifecycle, lifecycle_id, request_id, person_id, field, kind, content)"
            " values ($1, 'placement', 'pl-1', 'work_permit', 'somebody', 'scan', 'png', $2)",
            f"f-{1:032x}",
            png(),
        )
    for id_ in (f"f-{1:032x}", f"f-{2:032x}", "f-", "../../x"):
        page = await desk.person.post(asked, data=GRANTED | {"scan": id_, "_do": "check"})
        assert page.status_code == 200
        assert WORDS.words["file_given"] not in page.text


async def test_a_form_that_asks_for_no_file_keeps_its_limit_and_takes_none(desk: Desk) -> None:
    await desk.proposed()
    path = await desk.link()
    large = await desk.person.post(path, data={"decision": "accept"}, files={"scan": ("a.png", bytes(400_000))})
    small = await desk.person.post(path, data={"decision": "accept", "_do": "send"}, files={"scan": ("a.png", png())})

    assert large.status_code == 413
    assert small.status_code == 200
    assert await count(desk) == 0


async def test_an_unknown_link_takes_nothing(desk: Desk) -> None:
    answer = await send(desk, f"/f/{'x' * 43}", "send", pdf(300_000))

    assert answer.status_code == 413
    assert (await send(desk, f"/f/{'x' * 43}", "send", png())).status_code == 404


async def test_a_body_that_is_no_form_is_refused(desk: Desk, asked: str) -> None:
    for body in (b"", b"--x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n', bytes(50)):
        for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
            answer = await desk.person.post(asked, content=body, headers={"content-type": kind})
            assert answer.status_code == 422, (body, kind)


async def test_files_are_for_staff_only_and_never_in_the_log(
    desk: Desk, asked: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await send(desk, asked, "send", png())
    (listed,) = (await desk.api.get("/placements/pl-1/files")).json()["items"]

    assert (await desk.person.get("/placements/pl-1/files")).status_code == 401
    assert (await desk.person.get(listed["path"])).status_code == 401
    assert (await desk.api.get(listed["path"].replace("pl-1", "pl-2"))).status_code == 404
    assert "IHDR" not in caplog.text
