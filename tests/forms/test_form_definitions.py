import copy
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.form_fields import Language
from schemas.forms import FormDefinition, forms_json_schema


def words(text: str = "Text") -> dict[str, str]:
    return {"en": text, "es": text}


def field(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": kind, "label": words(), **more}


def choice(name: str, *codes: str, **more: Any) -> dict[str, Any]:
    return field(name, "choice", options=[{"code": code, "label": words()} for code in codes], **more)


def form(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    section = {"id": "one", "title": words(), "fields": list(fields)}
    return {
        "id": "trial",
        "version": "1",
        "title": words(),
        "why": words(),
        "minutes": 2,
        "source": {"citation": "Test"},
        "sections": [section],
        "send": words(),
        "after": words(),
        **more,
    }


SCALE = {"levels": [{"value": 1, "label": words()}, {"value": 2, "label": words()}]}


def complaint(data: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        FormDefinition.model_validate(data)
    return str(caught.value.errors()[0]["msg"]).removeprefix("Value error, ")


def test_a_plain_form_is_accepted() -> None:
    found = FormDefinition.model_validate(form(field("name"), choice("answer", "yes", "no"), decision="answer"))

    assert found.pin == "trial@1"
    assert [one.name for one in found.fields] == ["name", "answer"]


CASES = [
    (
        form(field("rate", "rating", scale="fvie"), scales={"five": SCALE}),
        (
            "sections[0].fields[0].scale: `fvie` is not one of the form's scales; did you mean `five`? Allowed: five; "
            "scales.five: no field uses this scale"
        ),
    ),
    (
        form(field("rate", "rating", scale="five", rubric={3: words()}), scales={"five": SCALE}),
        "sections[0].fields[0].rubric[3]: 3 is not a level of the scale; levels: 1, 2",
    ),
    (form(field("a"), field("a")), "sections[0].fields[1].name: `a` is already the name of a field"),
    (form(field("form")), "sections[0].fields[0].name: `form` is used by the page; choose another"),
    (
        form(field("a", when={"field": "b", "is": "yes"}), choice("b", "yes", "no")),
        "sections[0].fields[0].when.field: `b` does not come earlier; allowed: nothing",
    ),
    (
        form(choice("answer", "yes", "no"), field("a", when={"field": "anwser", "is": "yes"})),
        (
            "sections[0].fields[1].when.field: `anwser` is not a field of this form; did you mean `answer`? "
            "Allowed: answer"
        ),
    ),
    (
        form(choice("answer", "yes", "no"), field("a", when={"field": "answer", "is": "yess"})),
        "sections[0].fields[1].when.is: `yess` cannot be answered to `answer`; did you mean `yes`? Allowed: yes, no",
    ),
    (
        form(field("a"), field("b", when={"field": "a", "is": "x"})),
        "sections[0].fields[1].when.field: `a` is a text field; only rating, choice and agree decide",
    ),
    (
        form(field("a"), decision="a"),
        "decision: `a` is a text field; a decision is a choice field",
    ),
    (
        form(choice("answer", "yes"), decision="anser"),
        "decision: `anser` is not a field that everybody is asked once; did you mean `answer`? Allowed: answer",
    ),
    (
        form(choice("answer", "yes", required=False), decision="answer"),
        "decision: `answer` must always be answered; leave out its required, when and roles",
    ),
    (
        form(choice("answer", "yes", "no"), decision="answer", after_decision={"noo": words()}),
        "after_decision.noo: `noo` is not an option of `answer`; did you mean `no`? Allowed: yes, no",
    ),
    (form(field("a"), after_decision={"yes": words()}), "after_decision: needs `decision`, the name of a choice field"),
    (
        form(field("a", label=words("For {lerner}"))),
        (
            "sections[0].fields[0].label.en: `{lerner}` is not known here; did you mean `learner`? "
            "Allowed: learner, host, program; sections[0].fields[0].label.es: `{lerner}` is not known here; "
            "did you mean `learner`? Allowed: learner, host, program"
        ),
    ),
    (form(choice("answer", "yes", "yes")), "options[1].code: `yes` is already the code of an earlier option"),
    (form(field("a", "number", min=5, max=4)), "max: 4 is less than min (5)"),
    (
        form(field("a", "time", earliest="18:00", latest="07:00")),
        "latest: 07:00 is before earliest (18:00)",
    ),
    (
        form(field("a", "time", ends="b"), field("b", "time")),
        "sections[0].fields[0].ends: `b` is no earlier time field of this section; allowed: nothing",
    ),
    (
        form(field("start", "time"), field("day", "date"), field("end", "time", ends="strat")),
        (
            "sections[0].fields[2].ends: `strat` is no earlier time field of this section; did you mean `start`? "
            "Allowed: start"
        ),
    ),
    (
        form(field("a", "date", earliest="2026-02-01", latest="2026-01-01")),
        "latest: 2026-01-01 is before earliest (2026-02-01)",
    ),
    (
        form(field("a", "date", latest={"field": "b"}), field("b", "date")),
        "sections[0].fields[0].latest.field: `b` is no earlier date field of this section; allowed: nothing",
    ),
    (
        form(field("day", "date"), field("a", "date", earliest={"field": "dya"})),
        (
            "sections[0].fields[1].earliest.field: `dya` is no earlier date field of this section; "
            "did you mean `day`? Allowed: day"
        ),
    ),
    (
        form(choice("b", "x", "y"), field("a", required_when={"field": "b", "is": "x"})),
        "required_when: only fits a field with `required: false`",
    ),
    (
        form(field("rate", "rating", scale="five"), scales={"five": {"levels": SCALE["levels"][::-1]}}),
        "levels[1].value: 1 does not come after 2; list levels lowest first",
    ),
    (
        form(),
        (
            "sections[0]: has nothing to read and nothing to answer; add `fields`, `text` or `points`; "
            "sections: no section has `fields`; a form asks at least one thing"
        ),
    ),
]


@pytest.mark.parametrize(("data", "expected"), CASES)
def test_parts_that_do_not_fit_are_told_where_and_why(data: dict[str, Any], expected: str) -> None:
    assert complaint(data) == expected


def test_a_skill_is_rated_once() -> None:
    data = form(field("first", "rating", scale="five"), field("second", "rating", scale="five"), scales={"five": SCALE})
    data["sections"][0]["skills"] = [{"id": "talk", "label": words()}]

    assert complaint(data) == "sections[0].fields[1]: rates `talk`, which is already rated"


def test_names_stay_apart_when_fields_repeat_over_skills() -> None:
    data = form(field("note"), scales={})
    data["sections"][0]["skills"] = [{"id": "talk", "label": words()}]
    data["sections"].append({"id": "two", "title": words(), "fields": [field("talk_note")]})

    assert complaint(data) == "sections[1].fields[0].name: `talk_note` is already the name of a field"


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_text_in_one_language_only_is_refused(language: Language) -> None:
    data = copy.deepcopy(form(field("a")))
    del data["title"][language]

    with pytest.raises(ValidationError, match=rf"title\.{language}"):
        FormDefinition.model_validate(data)


def test_the_json_schema_lists_the_kinds_of_field() -> None:
    kinds = {
        part["properties"]["kind"]["const"]
        for name, part in forms_json_schema()["$defs"].items()
        if "kind" in part.get("properties", {})
    }

    assert kinds == {"rating", "choice", "agree", "text", "long_text", "date", "time", "number", "signature", "file"}
