"""Compares what was acknowledged with what every store tells. Pure, so a loss and a repeat can be planted and found."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.chaos.ledger import Acked, Kill

BEFORE, AFTER = 20.0, 40.0
"""Seconds around a kill within which a mail may have been on its way and come again: a lease, a heartbeat, a start."""


class FactSeen(NamedTuple):
    """One row of the records."""

    lifecycle: str
    id: str
    epoch: int
    seq: int
    type: str
    data: dict[str, Any]

    @property
    def feed_id(self) -> str:
        """Its id in the outgoing feed."""
        return f"{self.lifecycle}-{self.id}-{self.epoch}-{self.seq}"


class MessageSeen(NamedTuple):
    """One message of the records: under which Message-ID it goes out, and what became of it (None: not known)."""

    key: str
    message_id: str
    outcome: str | None


class MailSeen(NamedTuple):
    """One mail that arrived: its Message-ID and when (Unix time)."""

    message_id: str
    at: float


@dataclass
class Seen:
    """What the stores tell after the quiet.

    `inbox`: (source, event id) -> status. `applied`: how often each act id was applied by histories. `opened`: the
    act ids that opened lifecycles. `held_up`: lifecycles that are parked or try something again and again.
    """

    inbox: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    applied: Counter[str] = field(default_factory=Counter[str])
    opened: Counter[str] = field(default_factory=Counter[str])
    facts: list[FactSeen] = field(default_factory=list[FactSeen])
    seqs: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    feed: list[str] = field(default_factory=list[str])
    followed: list[str] = field(default_factory=list[str])
    messages: list[MessageSeen] = field(default_factory=list[MessageSeen])
    mails: list[MailSeen] = field(default_factory=list[MailSeen])
    held_up: list[str] = field(default_factory=list[str])


class Finding(NamedTuple):
    """Something that must not be: `what` went wrong, with which."""

    what: str
    which: str


class Verdict(NamedTuple):
    """`findings` must be empty. `repeats` are mails that came again, all of them around a kill."""

    findings: tuple[Finding, ...]
    repeats: int
    mails: int

    def count(self, *whats: str) -> int:
        """How many findings are of these kinds."""
        return sum(one.what in whats for one in self.findings)


def check(acked: Sequence[Acked], seen: Seen, kills: Sequence[Kill]) -> Verdict:
    """Everything that was lost, happened twice, is stuck, or does not fit."""
    mail = tuple(_mail(seen, [one for one in kills if one.component != "temporal"]))
    found = (
        *_acts(acked, seen),
        *_records(seen),
        *_feed(seen),
        *mail,
        *(Finding("stuck", one) for one in seen.held_up),
    )
    copies = Counter(one.message_id for one in seen.mails)
    return Verdict(found, sum(copies.values()) - len(copies), len(seen.mails))


def _acts(acked: Sequence[Acked], seen: Seen) -> Iterator[Finding]:
    facts: defaultdict[tuple[str, str], list[FactSeen]] = defaultdict(list)
    for fact in seen.facts:
        facts[fact.lifecycle, fact.id].append(fact)
    for one in acked:
        about = f"{one.kind} {one.event_id} of {one.lifecycle} {one.id}"
        status = seen.inbox.get((one.source, one.event_id))
        if status is None:
            yield Finding("lost from the inbox", about)
        elif status == "accepted":
            yield Finding("stuck", f"{about} is accepted and not delivered")
        elif status == "refused":
            yield Finding("refused after it was acknowledged", about)
            continue
        times = (seen.opened if one.opens else seen.applied)[one.act]
        if times == 0:
            yield Finding("lost from the history", about)
        elif times > 1:
            yield Finding("applied twice", f"{about}: {times} times in its history")
        told = sum(one.mark.fits(fact.type, fact.data) for fact in facts[one.lifecycle, one.id])
        if told == 0:
            yield Finding("lost from the records", f"{about}: no {one.mark.type}")
        elif told > 1:
            yield Finding("applied twice", f"{about}: {told} facts {one.mark.type}")


def _records(seen: Seen) -> Iterator[Finding]:
    """Each lifecycle's facts are 1, 2, 3 up to where its history stands."""
    seqs: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for fact in seen.facts:
        seqs[fact.lifecycle, fact.id].append(fact.seq)
    for key in seqs.keys() | seen.seqs.keys():
        have, last = sorted(seqs[key]), seen.seqs.get(key, 0)
        if have != list(range(1, max(last, len(have)) + 1)):
            yield Finding(
                "lost from the records", f"{'/'.join(key)}: facts {_gaps(have)}, its history stands at {last}"
            )


def _gaps(have: Sequence[int]) -> str:
    missing = sorted(set(range(1, (have[-1] if have else 0) + 1)) - set(have))
    return f"up to {have[-1] if have else 0}" + (f" without {missing[:5]}" if missing else "")


def _feed(seen: Seen) -> Iterator[Finding]:
    wanted = {fact.feed_id for fact in seen.facts}
    for name, read in (("the feed", seen.feed), ("a reader of the feed", seen.followed)):
        yield from (Finding("lost from the feed", f"{name}: {one}") for one in sorted(wanted - set(read)))
        yield from (Finding("twice in the feed", f"{name}: {one}") for one in _repeated(read))


def _mail(seen: Seen, kills: Collection[Kill]) -> Iterator[Finding]:
    arrived: defaultdict[str, list[float]] = defaultdict(list)
    for mail in seen.mails:
        arrived[mail.message_id].append(mail.at)
    for message in seen.messages:
        if message.outcome == "sent" and message.message_id not in arrived:
            yield Finding("lost mail", message.key)
        elif message.outcome in (None, "deferred"):
            yield Finding("stuck", f"message {message.key} is {message.outcome or 'claimed'}")
    known = {one.message_id for one in seen.messages}
    for id_, times in arrived.items():
        if id_ not in known:
            yield Finding("mail that no record tells of", id_)
        for first, again in zip(sorted(times), sorted(times)[1:], strict=False):
            if not any(first - BEFORE <= kill.at <= again <= max(kill.at, kill.kept_until) + AFTER for kill in kills):
                yield Finding("mail repeated without a kill", id_)


def _repeated(read: Iterable[str]) -> list[str]:
    counts: Mapping[str, int] = Counter(read)
    return sorted(one for one, times in counts.items() if times > 1)
