"""Pages that are opened, filled in with something odd, sent and gone on with: mailed links' and the console's."""

from urllib.parse import urlencode

from hypothesis import strategies as st

from tests.fuzz.files import contents
from tests.fuzz.inputs import LINK, STAFF, Thrown
from tests.gateway.test_anything_sent import days, ids

_VALUES = (
    *("", " ", "0", "-1", "1", "5", "9" * 40, "1e400", "NaN", "½", "on", "yes", "accept", "decline", "other"),
    *("\u202e", "\ufeff", "=cmd()", "\r\nBcc: x@example.org", "<script>", "x" * 9000, "pl-1", "2027-07-06", "12:61"),
    *("a@b.example", "Ada Example", "24:00", "07:30", "é", "é", "\ud83d\ude00", "../../etc/passwd", "%00"),
)
values = st.sampled_from(_VALUES) | (st.text(st.characters(codec="utf-8"), max_size=20) | days | ids)
_OF_PEOPLE = ("", "", "", "/wrong", "/later", "/reach", "/calendar", "/all", "?copy=all", "?lang=es", "?lang=zz")
_OF_STAFF = (
    *("", "/imports", "/imports", "/season", "/offers", "/offers/opp-6001", "/hosts/hst-4001", "/incidents"),
    *("/hosts", "/acts", "/sign-in", "/incidents/inc-1", *(f"/placements/pl-{number}" for number in range(1, 6))),
    *("/offers/opp-1", "/hosts/hst-4002"),
)
_ACTS = (
    *("remind", "waive", "replace_supervisor", "supervisor_left", "extend", "shorten", "pause", "suspend", "resume"),
    *("attended", "withdraw", "employer_cancels", "cancel", "terminate", "none"),
)


def _act(who: int, act: str, about: list[str]) -> str:
    return f"{STAFF}{who}/console/acts/new?{urlencode([('act', act), *(('id', id_) for id_ in about)])}"


_addresses = st.one_of(
    st.builds(lambda number, rest: f"{LINK}{number}{rest}", st.integers(0, 40), st.sampled_from(_OF_PEOPLE)),
    st.builds(lambda who, rest: f"{STAFF}{who}/console{rest}", st.integers(0, 2), st.sampled_from(_OF_STAFF)),
    st.builds(
        _act,
        st.integers(0, 2),
        st.sampled_from(_ACTS),
        st.lists(st.sampled_from(["pl-1", "pl-2", "pl-3", "pl-4", "pl-5", "x"]), max_size=3),
    ),
)
pages = st.builds(
    lambda where, name, body, changes: Thrown("page", name, where, body, changes=tuple(changes)),
    _addresses,
    st.sampled_from(["once", "through", "through"]),
    contents,
    st.lists(st.tuples(st.floats(0, 1), values), max_size=3),
)
"""Pages of people and staff; `through` goes on to the last page there is."""
