"""Who takes part in a rehearsal: invented people, schools, hosts and offers, as the files a district delivers."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from shutil import copyfile
from typing import Any

from cli.demo.cast import SAMPLE, Delivery, Person, readers
from cli.rehearse.names import FAMILY, GIVEN, JOBS, SECTORS, SITES, STREETS
from schemas.programs import Program
from schemas.vocabulary import Role

A_SCHOOL = 25
"""Learners of one school, with a Career Specialist of their own and two teachers."""

SPANISH, GUARDIANLESS_FROM, BOUNCES = 0.25, 18, 0.03
Row = dict[str, Any]


@dataclass(frozen=True)
class Offer:
    """What a host offers. `others` work there too and may take over from the supervisor."""

    id: str
    host_id: str
    supervisor_id: str
    others: tuple[str, ...]
    seats: int
    skills: tuple[str, ...]
    start: date
    end: date


@dataclass(frozen=True)
class Pairing:
    """One learner and one offer."""

    placement_id: str
    learner_id: str
    offer: Offer


@dataclass(frozen=True)
class Company:
    """Everybody and everything of one run."""

    delivery: Delivery
    district: str
    offers: tuple[Offer, ...]
    pairings: tuple[Pairing, ...]
    mailboxes: dict[str, Person]


def make_company(
    run: str, program: Program, folder: Path, *, days: tuple[date, date], learners: int, hosts: int, seed: int
) -> Company:
    """Write the files for a season of `days` below `folder`. The same seed and run give the same people."""
    chance = Random(f"{seed}/cast")  # noqa: S311 - a rehearsal's dice
    writer = _Writer(run, program, days, chance)
    writer.district(learners)
    writer.hosts(hosts, learners)
    delivery = writer.write(folder)
    pairings = tuple(
        Pairing(f"pl-{run}-{number:04}", learner, offer)
        for number, (learner, offer) in enumerate(zip(writer.learners, writer.takers(learners), strict=True), start=1)
    )
    mailboxes = {**readers(delivery.oneroster / "users.csv", "sourcedId"), **readers(delivery.employers, "person_id")}
    return Company(delivery, f"org-{run}-000", tuple(writer.offers), pairings, mailboxes)


class _Writer:
    """Collects the rows, file by file."""

    def __init__(self, run: str, program: Program, days: tuple[date, date], chance: Random) -> None:
        self._run, self._program, self._days, self._chance = run, program, days, chance
        self._orgs: list[Row] = []
        self._users: list[Row] = []
        self._roles: list[Row] = []
        self._births: list[Row] = []
        self._employers: list[Row] = []
        self._offered: list[Row] = []
        self.learners: list[str] = []
        self.offers: list[Offer] = []

    def district(self, learners: int) -> None:
        """A district with its staff, and schools with teachers, Career Specialists, learners and their guardians."""
        zone = self._program.calendar.time_zone
        self._orgs.append(
            {
                "sourcedId": self._id("org", 0),
                "name": "Rehearsal District",
                "type": "district",
                "metadata.timeZone": zone,
            }
        )
        for role in ("ext:coordinator", "ext:programManager", "ext:engagementManager", "ext:director"):
            self._staff(self._id("stf", len(self._roles)), role, 0)
        educators = any(signer.role is Role.EDUCATOR for ask in self._program.asks for signer in ask.of)
        for school in range(1, -(-learners // A_SCHOOL) + 1):
            self._orgs.append(
                {
                    "sourcedId": self._id("org", school),
                    "name": f"School {school}",
                    "type": "school",
                    "parentSourcedId": self._id("org", 0),
                }
            )
            self._staff(self._id("csp", school), "ext:careerSpecialist", school)
            teachers = [self._id("tea", school * 10 + one) for one in (1, 2)]
            for teacher in teachers:
                self._staff(teacher, "teacher", school)
            for number in range((school - 1) * A_SCHOOL + 1, min(school * A_SCHOOL, learners) + 1):
                if educators:
                    self._educator(number, school)
                else:
                    self._student(number, school, teachers[number % 2])

    def _student(self, number: int, school: int, teacher: str) -> None:
        id_, start = self._id("lrn", number), self._days[0]
        age = self._chance.choices((15, 16, 17, 18), (1, 4, 4, 2))[0]
        born = start.replace(year=start.year - age, day=min(start.day, 28)) - timedelta(
            days=self._chance.randint(1, 330)
        )
        agents = [teacher]
        if age < GUARDIANLESS_FROM:
            guardian = self._id("grd", number)
            self._user(guardian, self._language(), may_bounce=True)
            self._role(guardian, "guardian", school)
            agents.insert(0, guardian)
        self._user(id_, self._language(), agents=agents)
        self._role(id_, "student", school)
        self._births.append({"sourcedId": id_, "birthDate": born.isoformat()})
        self.learners.append(id_)

    def _educator(self, number: int, school: int) -> None:
        id_ = self._id("lrn", number)
        self._staff(id_, "teacher", school)
        self.learners.append(id_)

    def hosts(self, hosts: int, learners: int) -> None:
        """Hosts with four people each, and one offer each; together they have a few seats less than are wanted."""
        seats = max(hosts, learners - learners // 12)
        for number in range(1, hosts + 1):
            host, skills = self._id("hst", number), JOBS[number % len(JOBS)]
            people = [self._id("sup", number * 10 + one) for one in (1, 2, 3, 4)]
            for at, person in enumerate(people):
                self._employers.append(self._at_work(host, number, person, at))
            mine = seats // hosts + (number <= seats % hosts)
            offer = Offer(
                id=self._id("opp", number),
                host_id=host,
                supervisor_id=people[0],
                others=tuple(people[2:]),
                seats=mine,
                skills=skills[1],
                start=self._days[0],
                end=self._days[1],
            )
            self.offers.append(offer)
            self._offered.append(
                {
                    "opportunity_id": offer.id,
                    "host_id": host,
                    "program": self._program.id,
                    "title": skills[0],
                    "seats": mine,
                    "start": offer.start.isoformat(),
                    "end": offer.end.isoformat(),
                    "supervisor_id": people[0],
                    "alternate_supervisor_id": people[1],
                    **{f"job_skill_{at}": skill for at, skill in enumerate(offer.skills, start=1)},
                    "description": "Learn the work and take part in it.",
                    "tasks": skills[2],
                }
            )

    def takers(self, learners: int) -> Iterator[Offer]:
        """The offers in the order in which learners are proposed to them: each seat once, then some more."""
        places = [offer for offer in self.offers for _ in range(offer.seats)]
        self._chance.shuffle(places)
        places += [self._chance.choice(self.offers) for _ in range(learners - len(places))]
        return iter(places[:learners])

    def write(self, folder: Path) -> Delivery:
        """Write what was collected."""
        roster = folder / "oneroster"
        roster.mkdir(parents=True)
        copyfile(SAMPLE / "oneroster" / "manifest.csv", roster / "manifest.csv")
        for name, rows in (("orgs", self._orgs), ("users", self._users), ("roles", self._roles)):
            _write(roster / f"{name}.csv", SAMPLE / "oneroster" / f"{name}.csv", rows)
        _write(roster / "demographics.csv", SAMPLE / "oneroster" / "demographics.csv", self._births)
        for name, rows in (("employers", self._employers), ("opportunities", self._offered)):
            _write(folder / f"{name}.csv", SAMPLE / f"{name}.csv", rows)
        with (SAMPLE / "calendars.csv").open(encoding="utf-8", newline="") as file:
            calendars = [{**row, "organisation_id": self._id("org", 0)} for row in csv.DictReader(file)]
        _write(folder / "calendars.csv", SAMPLE / "calendars.csv", calendars)
        return Delivery(roster, *(folder / f"{name}.csv" for name in ("employers", "opportunities", "calendars")))

    # --- rows ---------------------------------------------------------------------------------------------------

    def _id(self, kind: str, number: int) -> str:
        return f"{kind}-{self._run}-{number:03}"

    def _language(self) -> str:
        return "es" if self._chance.random() < SPANISH else "en"

    def _named(self) -> tuple[str, str]:
        return self._chance.choice(GIVEN), self._chance.choice(FAMILY)

    def _address(self, id_: str, *, may_bounce: bool) -> str:
        bounces = may_bounce and self._chance.random() < BOUNCES
        return f"{'bounce-' if bounces else ''}{id_}@example.org"

    def _staff(self, id_: str, role: str, school: int) -> None:
        self._user(id_, "en")
        self._role(id_, role, school)

    def _user(self, id_: str, language: str, *, agents: Iterable[str] = (), may_bounce: bool = False) -> None:
        given, family = self._named()
        self._users.append(
            {
                "sourcedId": id_,
                "enabledUser": "true",
                "username": id_,
                "givenName": given,
                "familyName": family,
                "email": self._address(id_, may_bounce=may_bounce),
                "agentSourcedIds": ",".join(agents),
                "metadata.language": language,
            }
        )

    def _role(self, id_: str, role: str, school: int) -> None:
        self._roles.append(
            {
                "sourcedId": f"rol-{self._run}-{len(self._roles):04}",
                "userSourcedId": id_,
                "roleType": "primary",
                "role": role,
                "orgSourcedId": self._id("org", school),
            }
        )

    def _at_work(self, host: str, number: int, person: str, at: int) -> Row:
        """One row of employers.csv; the third of a host is its site contact."""
        given, family = self._named()
        first = {
            "host_name": f"{STREETS[number % len(STREETS)]} {SITES[number % len(SITES)]}",
            "sector": SECTORS[number % len(SECTORS)],
            "address": f"{number} {STREETS[number % len(STREETS)]} Street",
            "time_zone": self._program.calendar.time_zone,
            "state": self._state(),
        }
        return {
            "host_id": host,
            **(first if at == 0 else {}),
            "person_id": person,
            "given_name": given,
            "family_name": family,
            "title": "Supervisor" if at < 2 else "Manager",
            "email": self._address(person, may_bounce=at < 2),
            "language": self._language(),
            "site_contact": "yes" if at == 2 else "no",
        }

    def _state(self) -> str:
        return "CA" if self._program.calendar.time_zone == "America/Los_Angeles" else "MA"


def _write(target: Path, like: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """The rows under the same columns as a file of the sample data."""
    with like.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file))
    with target.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns)
        out.writeheader()
        out.writerows(rows)
