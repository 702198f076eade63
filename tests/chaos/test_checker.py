"""The checker finds what is planted, and nothing where nothing is."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.chaos.checker import FactSeen, MailSeen, MessageSeen, Seen, check
from tests.chaos.ledger import Acked, Kill, Mark

ACKED = [
    Acked(
        "placement.paused",
        "/chaos",
        f"e-{number}",
        "placement",
        "pl-1",
        opens=False,
        mark=Mark("placement.paused", (("first", f"2028-01-0{number}"),)),
    )
    for number in range(1, 6)
]
KILLS = [Kill("worker", 1000.0), Kill("postgres", 1100.0)]


def right() -> Seen:
    """Everything as it must be."""
    seen = Seen()
    for number, one in enumerate(ACKED, start=1):
        seen.inbox[one.source, one.event_id] = "applied"
        seen.applied[one.act] += 1
        seen.facts.append(FactSeen("placement", "pl-1", 1, number, "placement.paused", {"first": f"2028-01-0{number}"}))
    seen.seqs["placement", "pl-1"] = 5
    seen.feed = [fact.feed_id for fact in seen.facts]
    seen.followed = list(seen.feed)
    seen.messages = [MessageSeen("told/1", "<1@x>", "sent"), MessageSeen("told/2", "<2@x>", "skipped")]
    seen.mails = [MailSeen("<1@x>", 999.0)]
    return seen


def test_where_nothing_is_wrong_nothing_is_found() -> None:
    assert check(ACKED, right(), KILLS) == ((), 0, 1)


def _lost_event(seen: Seen) -> None:
    del seen.inbox["/chaos", "e-3"]


def _doubled_act(seen: Seen) -> None:
    seen.applied[ACKED[2].act] += 1


def _doubled_fact(seen: Seen) -> None:
    again = seen.facts[2]
    seen.facts.append(again._replace(seq=6))
    seen.seqs["placement", "pl-1"] = 6
    seen.feed.append(seen.facts[-1].feed_id)
    seen.followed.append(seen.facts[-1].feed_id)


def _lost_fact(seen: Seen) -> None:
    gone = seen.facts.pop(2).feed_id
    seen.feed.remove(gone)
    seen.followed.remove(gone)


def _lost_last_fact(seen: Seen) -> None:
    seen.seqs["placement", "pl-1"] = 6


@pytest.mark.parametrize(
    ("plant", "whats"),
    [
        (_lost_event, {"lost from the inbox"}),
        (lambda seen: seen.applied.pop(ACKED[2].act), {"lost from the history"}),
        (_lost_fact, {"lost from the records"}),
        (_lost_last_fact, {"lost from the records"}),
        (_doubled_act, {"applied twice"}),
        (_doubled_fact, {"applied twice"}),
        (lambda seen: seen.inbox.update({("/chaos", "e-3"): "accepted"}), {"stuck"}),
        (lambda seen: seen.inbox.update({("/chaos", "e-3"): "refused"}), {"refused after it was acknowledged"}),
        (lambda seen: seen.held_up.append("placement/pl-1"), {"stuck"}),
        (lambda seen: seen.feed.pop(2), {"lost from the feed"}),
        (lambda seen: seen.followed.append(seen.followed[2]), {"twice in the feed"}),
        (lambda seen: seen.mails.clear(), {"lost mail"}),
        (lambda seen: seen.messages.append(MessageSeen("told/3", "<3@x>", None)), {"stuck"}),
        (lambda seen: seen.mails.append(MailSeen("<9@x>", 999.0)), {"mail that no record tells of"}),
        (lambda seen: seen.mails.append(MailSeen("<1@x>", 999.5)), {"mail repeated without a kill"}),
        (lambda seen: seen.mails.append(MailSeen("<1@x>", 1070.0)), {"mail repeated without a kill"}),
    ],
)
def test_what_is_planted_is_found(plant: Callable[[Seen], object], whats: set[str]) -> None:
    seen = right()
    plant(seen)
    assert {one.what for one in check(ACKED, seen, KILLS).findings} == whats


def test_a_mail_that_was_on_its_way_at_a_kill_may_come_again_and_is_counted() -> None:
    seen = right()
    seen.mails.append(MailSeen("<1@x>", 1015.0))
    assert check(ACKED, seen, KILLS) == ((), 1, 2)


def test_a_mail_on_its_way_at_the_start_of_an_outage_may_come_again_after_its_end() -> None:
    seen = right()
    seen.mails.append(MailSeen("<1@x>", 1315.0))
    kept_away = [one._replace(kept_until=one.at + 300) for one in KILLS]
    assert check(ACKED, seen, kept_away) == ((), 1, 2)


def test_each_of_many_losses_is_told() -> None:
    seen = replace(right(), inbox={}, feed=[], followed=right().followed)
    verdict = check(ACKED, seen, KILLS)
    assert (verdict.count("lost from the inbox"), verdict.count("lost from the feed")) == (5, 5)
