import pytest

from cli.words import told, when


@pytest.mark.parametrize(
    ("type_", "data", "line"),
    [
        (
            "request.opened",
            {"request_id": "agreement.guardian", "role": "guardian", "person_id": "grd-1"},
            "agreement, guardian: asked of guardian grd-1",
        ),
        (
            "request.submitted",
            {"request_id": "offer", "by": {"role": "student", "person_id": "lrn-1"}, "decision": "accept"},
            "offer: answered by student lrn-1 [decision accept]",
        ),
        ("request.not_provided", {"request_id": "final_evaluation"}, "final evaluation: closed, nobody answered"),
        (
            "message.skipped",
            {"role": "student", "person_id": "lrn-1", "message": "request_due_reminder", "reason": "not_open"},
            "mail not sent to student lrn-1 (request due reminder) [reason not open]",
        ),
        (
            "message.held",
            {
                "role": "teacher",
                "person_id": "t-1",
                "request_id": "agreement",
                "reason": "digest",
                "held_until": "2027-07-05T13:15:00+00:00",
            },
            "mail held back for teacher t-1 () agreement [reason digest] [held until Mon 5 Jul 2027 13:15]",
        ),
        ("seat.claimed", {"placement_id": "pl-1"}, "seat claimed [placement id pl-1]"),
        (
            "supervisor.replaced",
            {"person_before": "sup-1", "person_id": "sup-2"},
            "supervisor replaced by sup-2",
        ),
        ("placement.withdrawn", {"reason": "summer_school"}, "placement withdrawn [reason summer school]"),
    ],
)
def test_a_timeline_reads_as_words(type_: str, data: dict[str, object], line: str) -> None:
    assert told({"type": type_, "data": data}) == line


def test_an_instant_is_told_in_the_worksites_zone() -> None:
    assert when("2027-07-06T13:00:00Z", "America/New_York") == "Tue 6 Jul 2027 09:00"
