"""What `python -m tests.fuzz` looks for is found where it is."""

from pathlib import Path

import httpx2
import pytest

from tests.fuzz.after import complaints
from tests.fuzz.findings import EACH, Findings
from tests.fuzz.inputs import Thrown
from tests.fuzz.memory import Measure, grown
from tests.fuzz.scene import Scene
from tests.fuzz.throwing import thrown

TRACE = "Traceback (most recent call last)"
ANSWERS = {
    "/fault": httpx2.Response(500),
    "/away": httpx2.Response(503, headers={"retry-after": "5"}),
    "/shown": httpx2.Response(422, text=TRACE),
    "/refused": httpx2.Response(422),
    "/taken": httpx2.Response(200),
}


def answered(request: httpx2.Request) -> httpx2.Response:
    """Answer as asked for; anything else is not answered at all."""
    if request.url.path not in ANSWERS:
        raise httpx2.ReadTimeout("too late")
    return ANSWERS[request.url.path]


async def test_an_answer_that_is_a_fault_or_shows_one_or_never_comes_is_wrong() -> None:
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(answered), base_url="http://gateway")
    scene = Scene(pool=None, api=client, person=client)  # pyright: ignore[reportArgumentType]
    inputs = [Thrown("route", "GET", path) for path in (*ANSWERS, "/never")]

    fell = await thrown(scene, [*inputs, Thrown("route", "GET", "/x\x01")])

    assert sorted(line.split()[2] for line in fell.wrong) == ["/away", "/fault", "/never", "/shown"]
    assert fell.answers == {"route 500": 1, "route 503": 1, "route 422": 2, "route 200": 1, "route none": 1}
    assert (fell.sent, fell.unsent) == (6, 1)


def test_all_that_is_found_is_kept_and_a_few_of_a_kind_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    findings = Findings(tmp_path / "findings.txt")

    findings.keep([f"input {number}\nanswered 500 to GET /x" for number in range(EACH + 2)])

    assert len(findings) == EACH + 2
    assert (tmp_path / "findings.txt").read_text().count("answered 500") == EACH + 2
    assert capsys.readouterr().out.count("answered 500") == EACH


def test_errors_of_ours_and_anybodys_tracebacks_in_logs_are_found(tmp_path: Path) -> None:
    (tmp_path / "worker.log").write_text(
        '2027-06-01T10:00:00Z {"event": "polling", "level": "info"}\n'
        '2027-06-01T10:00:01Z {"event": "parked", "level": "error"}\n'
    )
    (tmp_path / "postgres.log").write_text(f"2027-06-01T10:00:00Z {TRACE}\n")

    assert [line.partition(":")[0] for line in complaints(tmp_path)] == ["postgres", "worker"]


def test_what_is_held_at_the_end_is_compared_with_what_was_held_once_warm() -> None:
    held = {100: 50, 200: 100, 300: 100, 600: 200, 950: 109, 1000: 111}
    measures = [Measure(done, {"gateway": 1.0, "worker": float(held[done])}, {}, 0) for done in held]

    gateway, worker = grown(measures)

    assert gateway.share == 0
    assert round(worker.share, 3) == 0.1
