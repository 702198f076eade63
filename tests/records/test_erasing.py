"""Erasing a person: nothing of theirs is left anywhere, nothing else is touched, and no new column is forgotten."""

from datetime import date, timedelta

import pytest

from records import erasing, exporting
from records.pool import Connection, open_connection, tried
from records.traces import traces_of
from records.treatments import TREATMENTS, UNTOUCHED
from schemas.privacy import Erasure
from tests.records.everywhere import AT, COLUMNS, Who, everything, put, told

PERSON = Who(142, "Ottoline", "Zqxvále")
OTHER = Who(977, "Bramwell", "Neighbr")
ALL_COLUMNS = COLUMNS.replace("and is_generated = 'NEVER' and is_identity = 'NO'", "")


async def erase(conn: Connection, person_id: str = PERSON.id) -> Erasure:
    async with conn.transaction():
        done = await erasing.erase(conn, person_id, reason=f"asked by {PERSON.family}", asked_by="dir-1", now=AT)
    assert done is not None
    return done


async def test_every_column_of_the_database_says_how_it_is_treated(database: str) -> None:
    async with open_connection(database) as conn:
        rows = await conn.fetch(ALL_COLUMNS)
    there = {(row["table_name"], row["column_name"]) for row in rows if row["table_name"] not in UNTOUCHED}
    told_of = {(table, column) for table, treatment in TREATMENTS.items() for column in treatment.columns}

    assert there - told_of == set(), "say in records/treatments.py how erasing a person treats these columns"
    assert told_of - there == set(), "these columns are no more: take them out of records/treatments.py"


async def test_nothing_of_an_erased_person_is_left_in_any_table_and_a_neighbours_rows_are_the_same_to_the_byte(
    database: str,
) -> None:
    async with open_connection(database) as conn:
        await put(conn, PERSON)
        await put(conn, OTHER)
        before = await everything(conn, of=str(OTHER.number))
        marked = {place.partition(":")[0] for place in told(await everything(conn), PERSON)}
        personal = {table for table, one in TREATMENTS.items() if one.words or one.files or table == "people"}
        assert marked >= personal, "the test marks every table with something personal in it"

        done = await erase(conn)

        assert told(await everything(conn), PERSON) == []
        assert await everything(conn, of=str(OTHER.number)) == before
        assert done.also == ("gu-142",)
        kept = {one.table: one.rows for one in done.stays}
        assert kept["assessments"] == kept["shifts"] == kept["lifecycle_events"] == 1
        assert await conn.fetchval("select count(*) from enrolments where learner_id = $1", PERSON.id) == 1
        assert await conn.fetchval("select reason from erasures where person_id = $1", PERSON.id) == "asked by [erased]"


async def test_erasing_again_does_nothing_and_says_so(database: str) -> None:
    async with open_connection(database) as conn:
        await put(conn, PERSON)
        first = await erase(conn)
        after = await everything(conn)
        second = await erase(conn)

        assert (first.before, second.before, second.changes) == (False, True, ())
        assert await everything(conn) == after


async def test_a_preview_changes_nothing_and_says_what_erasing_does(database: str) -> None:
    async with open_connection(database) as conn:
        await put(conn, PERSON)
        before = await everything(conn)
        seen = await tried(conn, erase(conn))

        assert await everything(conn) == before
        assert seen.changes == (await erase(conn)).changes


async def test_what_comes_in_after_an_erasure_goes_with_the_next_sweep(database: str) -> None:
    async with open_connection(database) as conn:
        await put(conn, PERSON)
        await erase(conn)
        await conn.execute(
            "insert into submissions (id, lifecycle, lifecycle_id, request_id, person_id, role, form, language, "
            "answers, at) values ('late', 'placement', $1, 'r', 'sup-1', 'teacher', 'f@1', 'en', $2, $3)",
            PERSON.placement,
            {"comment": PERSON.words},
            AT,
        )
        assert told(await everything(conn), PERSON) != []
        async with conn.transaction():
            assert await erasing.sweep(conn, AT) == 1
        assert told(await everything(conn), PERSON) == []


async def test_a_late_answer_goes_within_a_minute_but_not_before_its_lifecycle_took_it_in(database: str) -> None:
    async with open_connection(database) as conn:
        await put(conn, PERSON)
        await erase(conn)
        await conn.execute(
            "insert into submissions (id, lifecycle, lifecycle_id, request_id, person_id, role, form, language, "
            "answers, at, received_at) "
            "values ('late', 'placement', $1, 'r', 'sup-1', 'teacher', 'f@1', 'en', $2, $3, $3)",
            PERSON.placement,
            {"comment": PERSON.words},
            AT,
        )
        await conn.execute(
            "insert into inbox (source, event_id, payload_hash, type, lifecycle, lifecycle_id, delivery, status, "
            "received_at, next_attempt_at) "
            "values ('/forms', 'late', '', 't', 'placement', 'x', '{}', 'accepted', $1, $1)",
            AT,
        )
        later = AT + timedelta(seconds=40)
        async with conn.transaction():
            assert await erasing.sweep_late(conn, later) == 0
            await conn.execute("update inbox set status = 'applied', finished_at = $1 where event_id = 'late'", AT)
            assert await erasing.sweep_late(conn, later) == 1
            assert await erasing.sweep_late(conn, later) == 0
        assert told(await everything(conn), PERSON) == []


async def test_a_supervisor_is_taken_out_of_what_stays_about_a_learner(database: str) -> None:
    async with open_connection(database) as conn:
        await put(conn, PERSON)
        await conn.execute(
            "insert into people (id, given_name, family_name, email, language, status) "
            "values ('sup-9', 'Quillon', 'Vantrax', 'q@host.example', 'en', 'active')"
        )
        await conn.execute(
            "update submissions set person_id = 'sup-9', answers = $1",
            {
                "punctuality": 4,
                "comment": "Ottoline did well. Mr Vantrax",
                "signature": "Q. V.",
                "mail": "q@host.example",
            },
        )
        await erase(conn, "sup-9")

        answers = await conn.fetchval("select answers from submissions")
        assert answers["punctuality"] == 4
        assert answers["comment"] == "Ottoline did well. Mr [erased]"
        assert answers["mail"] == answers["signature"] == "[erased]"
        assert await conn.fetchval("select count(*) from people where given_name = 'Ottoline'") == 1


async def test_a_guardian_of_another_child_stays(database: str) -> None:
    async with open_connection(database) as conn:
        await put(conn, PERSON)
        await put(conn, OTHER)
        await conn.execute("update guardianships set guardian_id = 'gu-142'")
        assert (await erase(conn)).also == ()
        assert await conn.fetchval("select given_name from people where id = 'gu-142'") == "Guar"


async def test_an_export_has_every_row_about_a_person_and_nothing_of_another(database: str) -> None:
    async with open_connection(database) as conn:
        await put(conn, PERSON)
        await put(conn, OTHER)
        export = await exporting.export(conn, PERSON.id, AT)

    assert export is not None
    text = export.held.model_dump_json()
    assert set(export.held.tables) == {table for table, one in TREATMENTS.items() if one.held != "false"} - {
        *("erasures", "opportunities", "partnerships")
    }
    assert PERSON.words in text.replace("\\u00e1", "á")
    assert not any(mark in text for mark in OTHER.marks)
    assert "token_hash" not in text
    assert [one.content.decode() for one in export.files] == [PERSON.words]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Jo Al Ng's", "Jo Al Ng's"),
        ("ana maria de la cruz came", "[erased] came"),
        ("De la Cruz, Ana Maria", "[erased]"),
        ("Cruzado", "Cruzado"),
        ("call 617.555.0100!", "call [erased]!"),
        ("born 4/7/2009 or 07.04.09", "born [erased] or [erased]"),
    ],
)
def test_a_person_is_taken_out_of_words_and_nobody_else(text: str, left: str) -> None:
    person = {
        "id": "p",
        "given_name": "Ana María",
        "family_name": "de la Cruz",
        "email": None,
        "phone": "(617) 555-0100",
        "birth_date": date(2009, 4, 7),
    }
    assert traces_of(person).without(text, near=True) == left
