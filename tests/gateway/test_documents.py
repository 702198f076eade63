"""A placement's documents over the API."""

import re
from typing import Any

import pytest

from records import lifecycles, submissions
from records.health import borrow
from schemas.acts import Batch
from tests.documents.placements import whole
from tests.gateway.console.visitor import COORDINATOR, Visitor, with_director
from tests.gateway.desk import Desk


@pytest.fixture(scope="module")
async def finished(open_desk: Desk) -> Desk:
    """Return a gateway with the placement pl-whole, whose forms all came back, and pl-1, just proposed."""
    dossier = whole()
    view = dossier.view.changed(id="pl-whole", learner_id="lrn-1042", host_id="hst-4001", opportunity_id="opp-6001")
    batch = Batch(
        lifecycle="placement", id=view.id, epoch=1, seq=1, facts=(), view=view.model_dump(mode="json"), effects=()
    )
    async with borrow(open_desk.pool) as conn:
        await lifecycles.record_batch(conn, batch)
        for one in dossier.answered:
            kept = one.submission.model_dump(exclude={"received_at", "lifecycle_id", "person_id"})
            await submissions.save(conn, **kept, lifecycle_id=view.id, person_id="lrn-1042")
    await open_desk.send("placement.proposed", "pl-1", {"learner_id": "lrn-1043", "opportunity_id": "opp-6001"})
    return open_desk


async def items(desk: Desk, id_: str, query: str = "") -> dict[str, dict[str, Any]]:
    answer = await desk.api.get(f"/placements/{id_}/documents{query}")
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()["items"]}


async def test_the_list_says_which_documents_there_are_and_what_is_missing(finished: Desk) -> None:
    made, proposed = await items(finished, "pl-whole", "?lang=es"), await items(finished, "pl-1")

    assert list(made)[:4] == ["agreement", "evaluation", "hours", "certificate"]
    assert all(one["ready"] for one in made.values())
    assert made["certificate"]["title"] == "Certificado de finalización"
    assert made["receipt-final_evaluation"]["title"] == "Comprobante: Evaluación del trabajo del estudiante"
    assert [one["ready"] for one in proposed.values()] == [False] * 4
    assert proposed["certificate"]["missing"] == "it is not completed"


async def test_in_the_console_a_receipt_says_what_was_answered_by_whom_in_which_role(finished: Desk) -> None:
    await with_director(finished)
    visitor = await Visitor(finished).sign_in(COORDINATOR)
    papers = re.sub(r"<[^>]+>|\s+", " ", await visitor.page("/console/placements/pl-whole"))

    assert re.search(r"Receipt: Final evaluation +Mateo Alvarado Reyes, Worksite supervisor", papers)
    assert re.search(r"Receipt: Training agreement +Mateo Alvarado Reyes, Parent or guardian", papers)


@pytest.mark.parametrize("lang", ["en", "es"])
async def test_every_document_of_the_list_is_a_pdf_to_keep(finished: Desk, lang: str) -> None:
    for one in (await items(finished, "pl-whole", f"?lang={lang}")).values():
        answer = await finished.api.get(f"{one['path']}?lang={lang}")

        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == f'attachment; filename="pl-whole-{one["name"]}.pdf"'
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.content.startswith(b"%PDF-1.7")


async def test_a_document_asked_for_later_is_byte_for_byte_the_same(finished: Desk) -> None:
    first = await finished.api.get("/placements/pl-whole/documents/evaluation.pdf")
    finished.wait(days=3)
    second = await finished.api.get("/placements/pl-whole/documents/evaluation.pdf")

    assert first.content == second.content


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        (
            "pl-1/documents/certificate.pdf",
            409,
            "the certificate of placement pl-1 cannot be made: it is not completed",
        ),
        ("pl-whole/documents/certifcate.pdf", 404, "there is no document `certifcate`; did you mean `certificate`?"),
        ("pl-9/documents", 404, "there is no placement pl-9"),
        ("pl-9/documents/hours.pdf", 404, "there is no placement pl-9"),
        ("pl-whole/documents/hours.pdf?lang=fr", 422, "lang"),
        ("pl-whole/documents/receipt-nothing.pdf", 404, "there is no document `receipt-nothing`"),
    ],
)
async def test_what_cannot_be_made_is_refused_with_the_reason(
    finished: Desk, path: str, status: int, told: str
) -> None:
    answer = await finished.api.get(f"/placements/{path}")

    assert answer.status_code == status
    assert told in answer.text


async def test_documents_need_the_key(finished: Desk) -> None:
    for path in ("documents", "documents/certificate.pdf"):
        assert (await finished.person.get(f"/placements/pl-whole/{path}")).status_code == 401
