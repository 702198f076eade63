"""How one table is treated when a person is erased, and the conditions that are told over and over.

In the conditions `t` is the table and `person` whoever it is about: `id`, `own` (the lifecycles whose learner they are,
as `placement/pl-1`), `near` (those and every other in which they have a part), `asked` (the hashes under which it is
counted how often they asked to sign in).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

WITH_PERSON = "with person as (select $1::text as id, $2::text[] as own, $3::text[] as near, $4::text[] as asked) "
NOBODY = "false"
OWN = "t.lifecycle || '/' || t.lifecycle_id = any(person.own)"
NEAR = "t.lifecycle || '/' || t.lifecycle_id = any(person.near)"
OWN_PLACEMENT = "'placement/' || t.placement_id = any(person.own)"
OF_PERSON = "t.person_id = person.id"
NAMED = """position('"' || person.id || '"' in t.view::text) > 0"""

AUDIT = "what happened, in codes, days and ids: the audit, and what is counted"
FIGURES = "figures under a pseudonym: they are counted"
OTHERS = "part of what is held about somebody else; their name is taken out of its words"


@dataclass(frozen=True)
class Treatment:
    """One table.

    `facts` stay: ids, codes, days and figures, which say nothing about anybody once the directory has forgotten whose
    id it is. `own` columns of the rows `about` the person become what stands beside each (SQL). `words` are what people
    wrote: the person's name, address, number and birth date are taken out wherever they stand in full, and in rows
    `near` them their names alone too. `files` are searched or go with their row. With `goes` the rows `about` the
    person are deleted. `held`: the rows that are held about the person, for an export; `stays`: why some stay.
    """

    facts: tuple[str, ...]
    own: Mapping[str, str] = field(default_factory=dict[str, str])
    words: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    about: str = NOBODY
    near: str = NOBODY
    held: str = NOBODY
    goes: bool = False
    stays: str = ""

    @property
    def columns(self) -> frozenset[str]:
        """Every column that is told."""
        return frozenset((*self.facts, *self.own, *self.words, *self.files, *self.secrets))


def facts(text: str, *, held: str = NOBODY, stays: str = "") -> Treatment:
    """A table in which nothing is personal but by whose id it is: `text` names its columns."""
    return Treatment(tuple(text.split()), held=held, stays=stays)
