"""Program files with one mistake each, made from the shipped one, and what a person must be told about it."""

from pathlib import Path
from typing import NamedTuple

from catalog.program_catalog import FOLDER

SHIPPED = FOLDER / "boston-summer-internship.yaml"
TEXT = SHIPPED.read_text(encoding="utf-8")


class Mistake(NamedTuple):
    """`old` became `new`. The problem stands on the line of `new`'s first words, or of `at`, under `path`."""

    what: str
    old: str
    new: str
    path: str
    says: str
    at: str | None = None

    @property
    def text(self) -> str:
        assert self.old in TEXT, f"{self.what}: the shipped program no longer has {self.old!r}"
        return TEXT.replace(self.old, self.new, 1)

    @property
    def line(self) -> int:
        before = TEXT.index(self.old) if self.at is None else self.text.index(self.at)
        return self.text[:before].count("\n") + 1


FINAL = "{at: due + 14d, then: ask, who: alternate_supervisor}"
FIRST_SIGN = "{at: opened + 2d, then: remind}"
IN_FINAL, IN_AGREEMENT, IN_SIGN_OFF = "stages[3].asks[1]", "stages[1].asks[0]", "stages[4].asks[0]"

MISTAKES = (
    Mistake("a misspelt key", "notice: 2", "notce: 2", "notce", "did you mean `notice`"),
    Mistake("a misspelt calendar key", "asks_at:", "ask_at:", "calendar.ask_at", "did you mean `asks_at`"),
    Mistake("a misspelt ask key", "blocks: false", "block: false", "stages[3].asks[2].block", "did you mean `blocks`"),
    Mistake(
        "a misspelt step key",
        FIRST_SIGN,
        "{at: opened + 2d, than: remind}",
        f"{IN_AGREEMENT}.ladder[0].than",
        "did you mean `then`",
    ),
    Mistake(
        "a step with a key of its own",
        FIRST_SIGN,
        "{at: opened + 2d, then: remind, if: overdue}",
        f"{IN_AGREEMENT}.ladder[0].if",
        "allowed: at, then, who",
    ),
    Mistake("no id", "id: boston-summer-internship\n", "", "id", "`id` is required", "# yaml-language"),
    Mistake("no version", 'version: "2027.1"\n', "", "version", "`version` is required", "# yaml-language"),
    Mistake(
        "no time zone",
        "  time_zone: America/New_York\n",
        "",
        "calendar.time_zone",
        "`time_zone` is required",
        "calendar:",
    ),
    Mistake(
        "no due day", "        due: start - 1bd\n", "", f"{IN_AGREEMENT}.due", "`due` is required", "- id: agreement"
    ),
    Mistake(
        "no end", "        close: due + 15bd\n", "", f"{IN_AGREEMENT}.close", "`close` is required", "- id: agreement"
    ),
    Mistake(
        "no form", "        form: sign-off@2026.1\n", "", f"{IN_SIGN_OFF}.form", "`form` is required", "- id: sign_off"
    ),
    Mistake("a version without quotes", 'version: "2027.1"', "version: 2027.1", "version", 'in quotes: "2027.1"'),
    Mistake("an id with capitals", "id: boston-summer", "id: Boston-summer", "id", "small letters, digits"),
    Mistake("an unknown type", "PaidInternship", "PaidIntership", "ceds_type", "did you mean `PaidInternship`"),
    Mistake("an unknown continuum", ": training", ": trainig", "continuum", "did you mean `training`"),
    Mistake("nothing after a key", "continuum: training", "continuum:", "continuum", "allowed: awareness"),
    Mistake("a number in words", "notice: 2", "notice: two", "notice", "must be a whole number"),
    Mistake("a number too large", "notice: 2", "notice: 99", "notice", "less than or equal to 30"),
    Mistake("a number too small", "link_days: 30", "link_days: 0", "link_days", "greater than or equal to 1"),
    Mistake("an unknown zone", "New_York", "Boston", "calendar.time_zone", "IANA name such as America/New_York"),
    Mistake("an hour without its zero", '"09:00"', '"9:00"', "calendar.asks_at", "such as 09:00 (in quotes)"),
    Mistake(
        "a day that ends before it begins",
        '"17:00"',
        '"08:00"',
        "calendar",
        "asks_at (09:00) must be earlier",
        "calendar:",
    ),
    Mistake("an impossible date", "2027-09-06", "2027-09-31", "calendar.holidays[", "a date as 2026-09-30"),
    Mistake("an American date", "2027-09-06", "09/06/2027", "calendar.holidays[", "a date as 2026-09-30"),
    Mistake("an unknown role", "  teacher: ", "  techer: ", "stand_ins.techer", "did you mean `teacher`"),
    Mistake(
        "an unknown stand-in",
        "teacher: career_specialist",
        "teacher: career_speciallist",
        "stand_ins.teacher",
        "did you mean `career_specialist`",
    ),
    Mistake(
        "stand-ins in a circle",
        "coordinator: career_specialist",
        "coordinator: program_manager",
        "stand_ins.coordinator",
        "go round in a circle",
    ),
    Mistake("an unknown stage", "id: supervision", "id: supervison", "stages[2].id", "did you mean `supervision`"),
    Mistake(
        "a stage twice",
        "id: completion",
        "id: assessment",
        "stages[4].asks[0].kind",
        "allowed here: baseline_evaluation",
        "kind: sign_off",
    ),
    Mistake(
        "an unknown kind",
        "kind: offer_acceptance",
        "kind: offer_acceptence",
        "stages[0].asks[1].kind",
        "did you mean `offer_acceptance`",
    ),
    Mistake(
        "a kind in the wrong stage",
        "kind: offer_acceptance",
        "kind: agreement",
        "stages[0].asks[1].kind",
        "allowed here: application_decision, application_review, host_confirmation, interview, offer_acceptance",
    ),
    Mistake(
        "a kind twice",
        "kind: baseline_evaluation",
        "kind: final_evaluation",
        f"{IN_FINAL}.kind",
        "only one is possible",
        "kind: final_evaluation\n        form: ma-wblp@2024.1\n        of: worksite_supervisor\n        opens: end",
    ),
    Mistake(
        "an ask twice",
        "- id: offer\n",
        "- id: agreement\n",
        f"{IN_AGREEMENT}.id",
        "ids must differ",
        "- id: agreement\n        kind: agreement",
    ),
    Mistake("an unknown role asked", "of: teacher", "of: techer", f"{IN_SIGN_OFF}.of", "did you mean `teacher`"),
    Mistake(
        "an unknown role in a list",
        "          - worksite_supervisor",
        "          - supervisor",
        f"{IN_AGREEMENT}.of[2]",
        "did you mean `worksite_supervisor`",
    ),
    Mistake(
        "a role asked twice",
        "          - coordinator",
        "          - student",
        f"{IN_AGREEMENT}.of[3]",
        "each role is asked once",
    ),
    Mistake("nobody asked", "of: teacher", "of: []", f"{IN_SIGN_OFF}.of", "at least 1"),
    Mistake(
        "an unknown condition", "when: minor", "when: child", f"{IN_AGREEMENT}.of[1].when", "allowed: always, minor"
    ),
    Mistake(
        "a needed ask of minors only",
        "of: teacher",
        "of: [{role: teacher, when: minor}]",
        f"{IN_SIGN_OFF}.of",
        "at least one role without 'when: minor'",
    ),
    Mistake(
        "a form without its version", "sign-off@2026.1", "sign-off", f"{IN_SIGN_OFF}.form", "such as ma-wblp@2024.1"
    ),
    Mistake("an unknown form", "sign-off@", "signoff@", f"{IN_SIGN_OFF}.form", "did you mean `sign-off@2026.1`"),
    Mistake(
        "an unknown version",
        "sign-off@2026.1",
        "sign-off@2025.1",
        f"{IN_SIGN_OFF}.form",
        "did you mean `sign-off@2026.1`",
    ),
    Mistake(
        "a form for others", "of: teacher", "of: student", f"{IN_SIGN_OFF}.of", "ask another role or pin another form"
    ),
    Mistake(
        "an escalation to somebody the form excludes",
        "{at: due + 1bd, then: ask, who: coordinator}",
        "{at: due + 1bd, then: ask, who: guardian}",
        f"{IN_SIGN_OFF}.ladder[1].who",
        "ask another role or pin another form",
    ),
    Mistake(
        "a form that decides nothing",
        "form: first-day@2026.1",
        "form: check-in@2026.1",
        "stages[2].asks[0].form",
        "answered by not_come or started",
    ),
    Mistake(
        "a form that decides other things",
        "form: first-day@2026.1",
        "form: offer-acceptance@2026.1",
        "stages[2].asks[0].form",
        "allowed: not_come, started",
    ),
    Mistake("no moment", "due: start - 1bd", "due: the day before", f"{IN_AGREEMENT}.due", "such as 'end - 5bd'"),
    Mistake("no unit", "due: start - 1bd", "due: start - 1", f"{IN_AGREEMENT}.due", "bd (business days)"),
    Mistake(
        "an unknown anchor", "due: start - 1bd", "due: begin - 1bd", f"{IN_AGREEMENT}.due", "write an anchor (start"
    ),
    Mistake(
        "due from due",
        "due: start - 1bd",
        "due: due - 1bd",
        f"{IN_AGREEMENT}.due",
        "count from start, middle, end or opened",
    ),
    Mistake(
        "opens from opened",
        "opens: start + 5bd",
        "opens: opened + 5bd",
        "stages[3].asks[0].opens",
        "from start, middle, end, exit or expires",
    ),
    Mistake(
        "an end that counts from the end",
        "close: due + 30d",
        "close: end + 30d",
        f"{IN_FINAL}.close",
        "counts from due",
    ),
    Mistake(
        "a step from the end",
        FINAL,
        "{at: end, then: remind}",
        f"{IN_FINAL}.ladder[4].at",
        "opened or due, not from end",
    ),
    Mistake(
        "an unknown step", FINAL, "{at: due + 14d, then: asks}", f"{IN_FINAL}.ladder[4].then", "did you mean `ask`"
    ),
    Mistake(
        "a step to nobody", FINAL, "{at: due + 14d, then: ask}", f"{IN_FINAL}.ladder[4]", "'ask' needs 'who', a role"
    ),
    Mistake(
        "a reminder to somebody else",
        FINAL,
        "{at: due + 14d, then: remind, who: teacher}",
        f"{IN_FINAL}.ladder[4].who",
        "write then: ask or then: tell",
    ),
    Mistake(
        "an escalation in a circle",
        FINAL,
        "{at: due + 14d, then: ask, who: worksite_supervisor}",
        f"{IN_FINAL}.ladder[4].who",
        "must reach somebody new",
    ),
    Mistake(
        "a ladder that is no list",
        "ladder:\n          - {at: opened + 1bd",
        "ladder: {at: opened + 1bd",
        "stages[2].asks[1].ladder",
        "must be a list",
    ),
    Mistake(
        "stages in words", "stages:\n", "stages: none\nmore:\n", "stages", "must be a list (lines starting with `- `)"
    ),
    Mistake(
        "a repeat of an evaluation",
        "blocks: false",
        "repeat: {weeks: 2}",
        "stages[3].asks[2].repeat",
        "only check_in, ",
    ),
    Mistake(
        "an evaluation that need not come",
        "close: due + 30d",
        "blocks: false\n        close: due + 30d",
        f"{IN_FINAL}.blocks",
        "leave out 'blocks'",
    ),
    Mistake(
        "a needed ask left out",
        TEXT[TEXT.index("      - id: no_show_follow_up") : TEXT.index("  - id: assessment")],
        "",
        "stages",
        "no ask of kind no_show_follow_up; a placement could not get past it",
        "stages:",
    ),
    Mistake("a tab", "notice: 2", "notice:\t2", "", "is not YAML"),
    Mistake("a key twice", "notice: 2", "notice: 2\nnotice: 3", "notice", "keep one", "notice: 3"),
    Mistake("a bracket left open", "stages:", "stages: [", "", "is not YAML", "  - id: matching"),
    # What only a calendar can tell.
    Mistake(
        "a step before its opening",
        "{at: due - 3d, then: remind}",
        "{at: due - 3w, then: remind}",
        f"{IN_FINAL}.ladder[0].at",
        "before the request opens",
    ),
    Mistake(
        "a step before itself", FIRST_SIGN, "{at: opened - 2d, then: remind}", f"{IN_AGREEMENT}.ladder[0].at", "before"
    ),
    Mistake(
        "steps out of order",
        "{at: due + 10d, then: remind}",
        "{at: due + 2d, then: remind}",
        f"{IN_FINAL}.ladder[3].at",
        "write the steps in the order in which they happen",
    ),
    Mistake(
        "a step after the end",
        "{at: due + 17d, then: tell",
        "{at: due + 37d, then: tell",
        f"{IN_FINAL}.ladder[5].at",
        "after the request ends ('close: due + 30d')",
    ),
    Mistake(
        "an end on the day of the last step",
        "close: due + 30d",
        "close: due + 17d",
        f"{IN_FINAL}.close",
        "leave a day or more",
    ),
    Mistake(
        "an end without notice for the person asked last",
        FINAL + "\n          - {at: due + 17d, then: tell, who: career_specialist}\n        close: due + 30d",
        FINAL + "\n        close: due + 15d",
        f"{IN_FINAL}.close",
        "less than the program's notice",
        "close: due + 15d",
    ),
    Mistake(
        "an end before its due day", "close: due + 1bd", "close: due - 1bd", "stages[0].asks[1].close", "due or later"
    ),
    Mistake(
        "due before it opens",
        "due: start + 10bd",
        "due: start + 2bd",
        "stages[3].asks[0].due",
        "before the request opens",
    ),
    Mistake(
        "due before it is asked",
        "due: opened + 5bd\n",
        "due: opened - 5bd\n",
        "stages[0].asks[1].due",
        "make it due later",
    ),
    Mistake(
        "a first day after the last",
        "opens: start\n        due: start",
        "opens: start + 2w\n        due: start + 2w",
        "stages[2].asks[0].opens",
        "after the last day in a placement of 5 days that starts on a Monday; write start",
    ),
    Mistake(
        "a first day before the first",
        "opens: start\n",
        "opens: start - 1bd\n",
        "stages[2].asks[0].opens",
        "write start",
    ),
    Mistake(
        "a first day asked at any time",
        "        opens: start\n        due: start\n",
        "        due: start\n",
        "stages[2].asks[0]",
        "first_day needs 'opens', such as opens: start",
        "- id: first_day",
    ),
    Mistake(
        "an agreement asked after the start",
        "        due: start - 1bd",
        "        opens: start + 1d\n        due: start + 3d",
        f"{IN_AGREEMENT}.opens",
        "nobody starts before agreement is answered",
    ),
    Mistake(
        "a self-assessment after the last day",
        "opens: end - 5bd\n        due: end\n        ladder:\n          - {at: due - 1d",
        "opens: end + 5bd\n        due: end + 9bd\n        ladder:\n          - {at: due - 1d",
        "stages[3].asks[2].opens",
        "may have moved on",
    ),
    Mistake(
        "a baseline that never comes",
        "opens: start + 5bd\n        due: start + 10bd",
        "opens: start + 50w\n        due: start + 52w",
        "stages[3].asks[0].opens",
        "never comes, even in 40 weeks",
    ),
)

CHECK_IN = """
      - id: check_in
        kind: check_in
        form: check-in@2026.1
        of: student
        opens: start + 3bd
        due: opened + 2bd
        close: due + 2bd
        blocks: false
        repeat: {weeks: 2}
"""
WITH_CHECK_IN = TEXT.replace("\n  - id: assessment\n", f"{CHECK_IN}\n  - id: assessment\n")


def written(folder: Path, text: str) -> Path:
    """A file with that text."""
    path = folder / "program.yaml"
    path.write_text(text, encoding="utf-8")
    return path
