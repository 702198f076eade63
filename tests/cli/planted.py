"""Mistakes to plant in the sample data, each with the start of the line that must tell of it."""

from dataclasses import dataclass

from gateway.imports.report import Kind
from tests.cli.csv_edits import Sample


@dataclass(frozen=True)
class Planted:
    """A cell to overwrite (row 0: in a new row made of `cells`) and what must be told, of `tells_row` if not of it."""

    name: str
    file: str
    row: int
    column: str
    value: str
    told: str
    cells: dict[str, str] | None = None
    tells_row: int = 0

    @property
    def kind(self) -> Kind:
        """What to import so that the mistake is found."""
        kinds: dict[str, Kind] = {
            "employers.csv": "employers",
            "opportunities.csv": "opportunities",
            "calendars.csv": "calendars",
        }
        return kinds.get(self.file, "oneroster")

    def plant(self, sample: Sample) -> str:
        """Make the mistake and return how its line begins."""
        row = self.row or sample.add(self.file, self.cells or {})
        sample.put(self.file, row, self.column, self.value)
        return f"{self.file} row {self.tells_row or row}, {self.column}: {self.told}"


USER = {"givenName": "Odette", "familyName": "Nakamura"}
ROLE = {"userSourcedId": "stf-3021", "roleType": "secondary", "role": "aide", "orgSourcedId": "org-0001"}

PLANTED = (
    Planted(
        "a parent that is not there", "orgs.csv", 3, "parentSourcedId", "org-0009", '"org-0009" is not in orgs.csv'
    ),
    Planted("a bad e-mail address", "users.csv", 14, "email", "x@", '"x@" is not an e-mail address; write one like'),
    Planted("a bad phone number", "users.csv", 14, "phone", "n/a", '"n/a" is not a phone number'),
    Planted("an id with an @", "users.csv", 0, "sourcedId", "stf@1", '"stf@1" contains an @; ids are visible', USER),
    Planted(
        "an id with the person's name",
        "users.csv",
        0,
        "sourcedId",
        "nakamura-1",
        '"nakamura-1" contains the person\'s own name; ids are visible in Temporal',
        USER,
    ),
    Planted("an id twice", "users.csv", 0, "sourcedId", "lrn-1047", '"lrn-1047" is in row 8 already', USER),
    Planted("no family name", "users.csv", 17, "familyName", " ", "is empty; fill it in"),
    Planted(
        "a guardian who is not there",
        "users.csv",
        3,
        "agentSourcedIds",
        "grd-5002,grd-9999",
        '"grd-9999" is not in users.csv',
    ),
    Planted(
        "a fellow student as guardian",
        "users.csv",
        4,
        "agentSourcedIds",
        "lrn-1041",
        '"lrn-1041" has no role guardian, parent, relative, teacher or counselor in roles.csv',
    ),
    Planted(
        "a language nobody writes",
        "users.csv",
        12,
        "metadata.language",
        "fr",
        '"fr" is not a language Journeywork writes in; allowed: en, es',
    ),
    Planted("a status of no kind", "users.csv", 13, "status", "gone", '"gone" is not a OneRoster status'),
    Planted("a role for nobody", "roles.csv", 0, "userSourcedId", "stf-9", '"stf-9" is not in users.csv', ROLE),
    Planted("a role nowhere", "roles.csv", 0, "orgSourcedId", "org-9", '"org-9" is not in orgs.csv', ROLE),
    Planted(
        "an unknown role",
        "roles.csv",
        0,
        "role",
        "counsellor",
        '"counsellor" is not a OneRoster role; did you mean `counselor`?',
        ROLE,
    ),
    Planted(
        "a student at the district",
        "roles.csv",
        10,
        "orgSourcedId",
        "org-0001",
        '"org-0001" is a district; name the school the student goes to',
    ),
    Planted(
        "a role that ends before it begins",
        "roles.csv",
        0,
        "endDate",
        "2026-06-01",
        '"2026-06-01" is before beginDate',
        ROLE | {"beginDate": "2026-06-30"},
    ),
    Planted(
        "a birth date that is no date",
        "demographics.csv",
        2,
        "birthDate",
        "14/03/2009",
        '"14/03/2009" is not a date; write year-month-day',
    ),
    Planted(
        "a day that does not exist",
        "demographics.csv",
        3,
        "birthDate",
        "2009-02-29",
        '"2009-02-29" is not a day of the calendar',
    ),
    Planted("a birth date to come", "demographics.csv", 4, "birthDate", "2062-02-11", '"2062-02-11" is in the future'),
    Planted(
        "a child under 13",
        "demographics.csv",
        5,
        "birthDate",
        "2014-06-02",
        '"2014-06-02" is less than 13 years ago; Journeywork keeps no data about children under 13',
    ),
    Planted(
        "a student without a birth date", "demographics.csv", 14, "birthDate", "", "is empty; the rules for minors"
    ),
    Planted("a host without an address", "employers.csv", 5, "address", "", "is empty; the first row of a host"),
    Planted(
        "a host with two names", "employers.csv", 3, "host_name", "Other", '"Other" differs from row 2 of the same host'
    ),
    Planted("a time zone that is none", "employers.csv", 8, "time_zone", "Boston", '"Boston" is not a time zone'),
    Planted("a supervisor without an address", "employers.csv", 6, "email", "", "is empty; fill it in"),
    Planted(
        "two site contacts",
        "employers.csv",
        10,
        "site_contact",
        "yes",
        "row 10 is the site contact of this host already",
        tells_row=12,
    ),
    Planted(
        "no site contact",
        "employers.csv",
        14,
        "site_contact",
        "no",
        'no row of "hst-4005" says yes',
        tells_row=13,
    ),
    Planted(
        "a state that is none", "employers.csv", 9, "state", "Mass", '"Mass" is not a state; write its two letters'
    ),
    Planted("a host in two states", "employers.csv", 4, "state", "NH", '"NH" differs from row 2 of the same host'),
    Planted("a kind of row that is none", "calendars.csv", 8, "kind", "holiday", '"holiday" is not a kind of row'),
    Planted("a term without an end", "calendars.csv", 3, "last_day", "", "is empty; a row of kind term needs it"),
    Planted("a school nobody knows", "calendars.csv", 10, "organisation_id", "org-9", '"org-9" is not a school or'),
    Planted("an end before the start", "opportunities.csv", 2, "end", "2027-07-01", '"2027-07-01" is before start'),
    Planted("no seats", "opportunities.csv", 3, "seats", "0", '"0" is not between 1 and 500'),
    Planted("two job skills only", "opportunities.csv", 3, "job_skill_3", "", "is empty; fill it in"),
    Planted(
        "a supervisor of another host",
        "opportunities.csv",
        3,
        "supervisor_id",
        "sup-2004",
        '"sup-2004" does not work at "hst-4001"',
    ),
    Planted(
        "a host that is not there",
        "opportunities.csv",
        5,
        "host_id",
        "hst-9999",
        '"hst-9999" is not a host in the directory',
    ),
    Planted(
        "the supervisor as alternate",
        "opportunities.csv",
        7,
        "alternate_supervisor_id",
        "sup-2012",
        '"sup-2012" is the supervisor too',
    ),
    Planted(
        "a program nobody could name", "opportunities.csv", 8, "program", "Summer 26", '"Summer 26" is not a program'
    ),
    Planted(
        "an opportunity twice", "opportunities.csv", 8, "opportunity_id", "opp-6005", '"opp-6005" is in row 6 already'
    ),
)
