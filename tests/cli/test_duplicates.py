"""Who may be one person is proposed for what is the same; a family's common address makes nobody the same."""

from datetime import date

from gateway.imports.duplicates import in_order, placed_in, plain, proposed
from schemas.duplicates import Someone

BORN = date(2010, 3, 14)


def someone(id_: str, given: str = "Mai", family: str = "Tran", **facts: object) -> Someone:
    return Someone.model_validate({"id": id_, "given_name": given, "family_name": family, **facts})


def pairs(*people: Someone, decided: tuple[tuple[str, str], ...] = ()) -> list[tuple[str, str, str]]:
    return [(*one.pair, one.same) for one in proposed(people, decided)]


def test_one_name_and_birth_date_under_two_ids_is_proposed_once() -> None:
    one, two = someone("b", birth_date=BORN, email="m@x.org"), someone("a", "MÁI", "tran", birth_date=BORN)
    assert pairs(one, two.changed(email="M@x.org")) == [("a", "b", "name_and_birth_date")]
    assert pairs(one, two.changed(birth_date=date(2010, 3, 15))) == []
    assert pairs(one, two.changed(birth_date=None)) == []


def test_one_address_is_proposed_but_not_within_a_family_with_different_names() -> None:
    child = someone("l", email="home@x.org", household=("g", "h"))
    mother = someone("g", "Linh", email="home@x.org", household=("l",))
    father = someone("h", "Bao", email="home@x.org", household=("l",))
    again = mother.changed(id="z")
    assert pairs(child, mother, father) == []
    assert pairs(mother, again) == [("g", "z", "email")]
    assert pairs(mother, someone("q", "Linda", email="HOME@x.org")) == [("g", "q", "email")]


def test_one_name_and_phone_number_is_proposed_however_it_is_written() -> None:
    assert pairs(someone("a", phone="+1 617 555 0134"), someone("b", phone="(617) 555-0134")) == [
        ("a", "b", "name_and_phone")
    ]
    assert pairs(someone("a", phone="+1 617 555 0134"), someone("b", "Bo", phone="(617) 555-0134")) == []


def test_what_was_decided_is_not_asked_again() -> None:
    one, two = someone("a", birth_date=BORN), someone("b", birth_date=BORN)
    assert pairs(one, two, decided=(in_order("b", "a"),)) == []


def test_an_address_of_an_office_says_nothing() -> None:
    assert pairs(*(someone(f"a{n}", f"Name{n}", email="office@x.org") for n in range(9))) == []


def test_the_later_row_is_the_newcomer_and_pairs_of_others_are_left_out() -> None:
    (candidate,) = proposed([someone("a", birth_date=BORN), someone("b", birth_date=BORN)])
    assert placed_in(candidate, {"a": 9, "b": 4}) == ("a", "b")
    assert placed_in(candidate, {"b": 4}) == ("b", "a")
    assert placed_in(candidate, {}) is None


def test_names_are_compared_without_marks_case_and_signs() -> None:
    assert plain("  José-María O’Neil ") == "jose maria o neil"
