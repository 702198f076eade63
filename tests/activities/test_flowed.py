"""Text in narrow lines that readers can put together again."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.flowed import WIDTH, flow, unflow

WORDS = st.text("abcdefghij.>,-", min_size=1, max_size=20)
LINES = st.lists(st.one_of(st.just("From"), WORDS), max_size=30).map(" ".join)


@given(st.lists(LINES, max_size=8).map("\n".join))
def test_what_flows_can_be_put_together_again(text: str) -> None:
    carried = flow(text)
    assert unflow(carried) == text
    assert all(len(line) <= WIDTH + 2 for line in carried.split("\n"))


def test_a_link_stays_in_one_piece_and_no_line_looks_like_a_quotation() -> None:
    link = "https://placements.example.org/f/" + "x" * 80
    assert link in flow(f"Open the form: {link}").split("\n")
    assert flow("> said\nFrom here") == " > said\n From here"
