"""What the page about programs shows of the code: the kinds of ask of each stage, and what they may be asked on."""

from schemas.program_kinds import (
    EXPIRING,
    INSTEAD,
    MAY_ON,
    NEED_NOT_BLOCK,
    NEEDED,
    NEVER_BLOCKS,
    ON,
    RENEWS,
    REPEATS,
    SEVERAL,
    STAGE_KINDS,
    STAGES,
)
from schemas.vocabulary import RequestKind, Trigger


def kinds() -> str:
    """One row for each kind of each stage: how many asks of it, whether it is waited for, what is special."""
    rows = [
        f"| {lifecycle} | `{stage}` | {_kind(kind)} | {'any' if kind in SEVERAL else 'one'} | {_waits(kind)} "
        f"| {_special(kind)} |"
        for lifecycle, stages in STAGES.items()
        for stage in stages
        for kind in RequestKind
        if kind in STAGE_KINDS[stage]
    ]
    head = ["| program of a | stage | kind | asks of it | waited for | also |", "| --- | --- | --- | --- | --- | --- |"]
    return "\n".join([*head, *rows]) + "\n"


def triggers() -> str:
    """One row for each thing that may happen: the kinds that may be asked on it; bold where they must be."""
    rows = [f"| `{trigger}` | {_asked_on(trigger)} |" for trigger in Trigger]
    return "\n".join(["| `on` | kinds |", "| --- | --- |", *rows]) + "\n"


def _kind(kind: RequestKind) -> str:
    return f"**`{kind}`**" if kind in NEEDED else f"`{kind}`"


def _waits(kind: RequestKind) -> str:
    if kind in NEVER_BLOCKS:
        return "never"
    return "unless `blocks: false`" if kind in NEED_NOT_BLOCK else "always"


def _special(kind: RequestKind) -> str:
    instead = " or ".join(f"`{other}`" for other in sorted(INSTEAD.get(kind, ())))
    parts = [f"may be replaced by {instead}"] if instead else []
    parts += ["needs `on`"] if kind in ON else ["may have `on`"] if kind in MAY_ON else []
    parts += ["may repeat"] if kind in REPEATS else []
    parts += ["expires"] if kind in EXPIRING else []
    parts += ["needs `given`, counts from `expires`"] if kind in RENEWS else []
    return "; ".join(parts)


def _asked_on(trigger: Trigger) -> str:
    kinds = [kind for kind in RequestKind if trigger in MAY_ON.get(kind, ())]
    return ", ".join(f"**`{kind}`**" if kind in ON else f"`{kind}`" for kind in kinds)
