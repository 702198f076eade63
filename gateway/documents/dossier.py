"""What a placement's documents are made of: where it stands, who everybody is, and what was handed in."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from catalog.form_catalog import UnknownFormError, pinned
from catalog.page_words import page_words
from catalog.program_catalog import program
from lifecycle.form_layout import FormContext
from records import directory, lifecycles, submissions
from records.pool import Connection
from records.submissions import Submission
from schemas.directory import OpportunityFacts
from schemas.form_fields import Language
from schemas.forms import MAX_JOB_SKILLS, FormDefinition
from schemas.views import PlacementView, RequestView
from schemas.vocabulary import RequestKind, Role


@dataclass(frozen=True)
class Answered:
    """A request that was answered: its form, what was said, and the name of who said it (None: erased)."""

    request: RequestView
    submission: Submission
    form: FormDefinition
    name: str | None


@dataclass(frozen=True)
class Dossier:
    """Everything about one placement that a document may tell. Holds names: it lives in memory only."""

    view: PlacementView
    names: dict[str, str]
    host_name: str | None
    facts: OpportunityFacts | None
    answered: tuple[Answered, ...]

    def of(self, kinds: Collection[RequestKind]) -> tuple[Answered, ...]:
        """What was answered of these kinds, in the order of its requests."""
        return tuple(one for one in self.answered if one.request.kind in kinds)

    def requests(self, kinds: Collection[RequestKind]) -> tuple[RequestView, ...]:
        """The requests of these kinds, answered or not."""
        return tuple(one for one in self.view.requests if one.kind in kinds)

    def context(self, language: Language, role: Role, occasion: RequestKind | None = None) -> FormContext:
        """For whom a form's texts are said: somebody in a role, with every name in full."""
        words, view = page_words(language), self.view
        supervisor = view.team.get(Role.WORKSITE_SUPERVISOR)
        named = program(view.program)
        return FormContext(
            language=language,
            signer_role=role,
            occasion=occasion,
            learner_name=self.names.get(view.learner_id) or words.roles[Role.STUDENT],
            host_name=self.host_name or words.facts["host"],
            program_name=named.title if named else view.program,
            worksite_supervisor_name=self.names.get(supervisor) if supervisor else None,
            job_title=self.facts.title if self.facts else None,
            tasks="\n".join(self.facts.tasks) or None if self.facts else None,
            job_skills=self.facts.job_skills[:MAX_JOB_SKILLS] if self.facts else (),
            start=view.start,
            end=view.end,
            zone=view.time_zone,
        )

    def newest(self, answered: Iterable[Answered]) -> datetime:
        """The moment of the last of these answers; without any, the placement's beginning."""
        return max((one.submission.at for one in answered), default=self.view.program_epoch)


async def dossier_of(conn: Connection, placement_id: str) -> Dossier | None:
    """Everything about one placement, or None when there is none. What was erased is left out."""
    view = await lifecycles.placement(conn, placement_id)
    if view is None:
        return None
    ids = [one.submission_id for one in view.requests if one.submission_id]
    kept = await submissions.every(conn, ids)
    people = {view.learner_id, *view.team.values(), *(one.person_id for one in kept.values())}
    names = {id_: contact.name for id_, contact in (await directory.contacts(conn, sorted(people))).items()}
    host = await directory.host(conn, view.host_id)
    return Dossier(
        view=view,
        names=names,
        host_name=host.name if host else None,
        facts=await directory.opportunity_facts(conn, view.opportunity_id),
        answered=tuple(_answered(view, kept, names)),
    )


def _answered(view: PlacementView, kept: dict[str, Submission], names: dict[str, str]) -> Iterable[Answered]:
    for request in view.requests:
        submission = kept.get(request.submission_id or "")
        if submission is None or request.state != "submitted":
            continue
        try:
            form = pinned(submission.form)
        except UnknownFormError:
            continue
        yield Answered(request, submission, form, names.get(submission.person_id))
