"""How every column of the database is treated when a person is erased, and which rows are held about a person.

A test holds that every table and column stands here; what the conditions mean tells `records.treatment`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from records.treatment import (
    AUDIT,
    FIGURES,
    NAMED,
    NEAR,
    OF_PERSON,
    OTHERS,
    OWN,
    OWN_PLACEMENT,
    Treatment,
    facts,
)

_VIEWS = "id epoch seq state program host_id overdue next_due_at awaiting outcome view updated_at"
_MATTER = ("lifecycle", "lifecycle_id", "request_id")

TREATMENTS: Mapping[str, Treatment] = MappingProxyType(
    {
        "organisations": facts("id kind name parent_id time_zone status"),
        "people": Treatment(
            ("id", "erased_at"),
            own={
                "given_name": "''",
                "family_name": "t.id",
                "email": "null",
                "phone": "null",
                "birth_date": "null",
                "language": "'en'",
                "time_zone": "null",
                "channel": "'email'",
                "no_texts_since": "null",
                "status": "'ended'",
            },
            about="t.id = person.id",
            held="t.id = person.id",
        ),
        "enrolments": Treatment(
            ("learner_id", "school_id"),
            own={"grade": "null", "status": "'ended'"},
            about="t.learner_id = person.id",
            held="t.learner_id = person.id",
            stays="at which school somebody was counted",
        ),
        "guardianships": Treatment(
            ("learner_id", "guardian_id", "kind", "position", "status"),
            about="person.id in (t.learner_id, t.guardian_id)",
            held="person.id in (t.learner_id, t.guardian_id)",
            goes=True,
        ),
        "advisers": Treatment(
            ("learner_id", "person_id", "role", "by_class", "status"),
            about="person.id in (t.learner_id, t.person_id)",
            held="person.id in (t.learner_id, t.person_id)",
            goes=True,
        ),
        "school_roles": Treatment(
            ("person_id", "organisation_id", "role", "is_primary", "by_office"),
            own={"status": "'ended'"},
            about=OF_PERSON,
            held=OF_PERSON,
            stays="at which school somebody was counted",
        ),
        "hosts": Treatment(
            ("id", "name", "address", "sector", "time_zone", "status", "state"),
            own={"site_contact_id": "null"},
            about="t.site_contact_id = person.id",
            held="t.site_contact_id = person.id",
        ),
        "host_staff": Treatment(
            ("host_id", "person_id", "title", "status"), about=OF_PERSON, held=OF_PERSON, goes=True
        ),
        "opportunity_facts": Treatment(
            (
                *("id", "host_id", "program", "seats", "start_on", "end_on"),
                *("supervisor_id", "alternate_supervisor_id", "job_skills"),
            ),
            words=("title", "description", "tasks"),
            near="person.id in (t.supervisor_id, t.alternate_supervisor_id)",
            held="person.id in (t.supervisor_id, t.alternate_supervisor_id)",
            stays="what a host offers; a name in it is taken out",
        ),
        "lifecycle_events": facts(
            "lifecycle id epoch seq type at by data recorded_at tx position",
            held="t.lifecycle || '/' || t.id = any(person.own) or t.by->>'person_id' = person.id",
            stays=AUDIT,
        ),
        "placements": facts(
            f"{_VIEWS} program_version learner_id opportunity_id start_on end_on answer_due_at",
            held=f"t.learner_id = person.id or {NAMED}",
            stays=AUDIT,
        ),
        "opportunities": facts(f"{_VIEWS} start_on end_on seats free", held=NAMED, stays=AUDIT),
        "partnerships": facts(f"{_VIEWS} program_version", held=NAMED, stays=AUDIT),
        "incidents": facts(
            f"{_VIEWS} program_version placement_id learner_id severity",
            held=f"t.learner_id = person.id or {NAMED}",
            stays=AUDIT,
        ),
        "inbox": facts(
            "source event_id position payload_hash type lifecycle lifecycle_id delivery status answer problem attempts "
            "received_at next_attempt_at finished_at faults",
            held=OWN,
            stays=AUDIT,
        ),
        "submissions": Treatment(
            ("id", *_MATTER, "person_id", "role", "form", "language", "decision", "at", "received_at"),
            own={"answers": "'{}'"},
            words=("answers",),
            about=OWN,
            near=f"{NEAR} or {OF_PERSON}",
            held=f"{OWN} or {OF_PERSON}",
            stays=OTHERS,
        ),
        "drafts": Treatment(
            (*_MATTER, "person_id", "at", "saved_at"),
            words=("answers",),
            about=f"{OWN} or {OF_PERSON}",
            near=NEAR,
            held=f"{OWN} or {OF_PERSON}",
            goes=True,
        ),
        "form_files": Treatment(
            ("id", *_MATTER, "person_id", "field", "kind", "sha256", "submission_id", "uploaded_at"),
            files=("content",),
            about=f"{OWN} or ({OF_PERSON} and t.submission_id is null)",
            held=f"{OWN} or {OF_PERSON}",
            goes=True,
            stays="a scan handed in for another learner, which goes with that learner or by its retention",
        ),
        "referrals": Treatment(
            ("id", *_MATTER, "person_id", "role", "reason", "at", "received_at"),
            own={"name": "''", "email": "''", "note": "''"},
            words=("name", "email", "note"),
            about=f"{OWN} or {OF_PERSON}",
            near=NEAR,
            held=f"{OWN} or {OF_PERSON}",
        ),
        "links": Treatment(
            (*_MATTER, "person_id", "role", "notification_key", "minted_at", "expires_at"),
            own={"revoked_at": "coalesce(t.revoked_at, now())"},
            secrets=("token_hash",),
            about=OF_PERSON,
            held=OF_PERSON,
            stays="that somebody was asked, for how long answers take; no link opens any more",
        ),
        "link_revocations": facts("lifecycle key lifecycle_id request_id person_id revoked_at"),
        "notifications": Treatment(
            (
                *("lifecycle", "key", "lifecycle_id", "request_id", "person_id", "role", "message", "message_id"),
                *("tries", "at", "first_claimed_at", "claimed_at", "not_before", "held_until", "digest", "untold"),
            ),
            own={"outcome": "'skipped'", "reason": "'unknown_person'", "finished_at": "now()"},
            about=f"{OF_PERSON} and t.finished_at is null",
            held=OF_PERSON,
            stays="that a message was sent, and what became of it; no address and no words",
        ),
        "assessments": facts(
            "placement_id occasion skill position rating submission_id", held=OWN_PLACEMENT, stays=FIGURES
        ),
        "heartbeats": facts("name at"),
        "school_calendars": facts("organisation_id calendar updated_at"),
        "work_permits": Treatment(
            (
                *("id", "learner_id", "host_id", "issued_on", "expires_on", "revoked_on", "employment_ended_on"),
                *("returned_on", "status"),
            ),
            about="t.learner_id = person.id",
            held="t.learner_id = person.id",
            goes=True,
        ),
        "exemptions": Treatment(
            ("id", "learner_id", "code", "host_id", "start_on", "end_on", "conditions"),
            about="t.learner_id = person.id",
            held="t.learner_id = person.id",
            goes=True,
        ),
        "shifts": facts(
            "id placement_id reference learner_id host_id status time_zone start_at end_at site_day break_minutes "
            "tasks workplace adult_supervision",
            held="t.learner_id = person.id",
            stays=FIGURES,
        ),
        "logged_weeks": facts("placement_id week_of submission_id", held=OWN_PLACEMENT, stays=FIGURES),
        "findings": facts(
            "placement_id id learner_id rule basis governs days finding found_by found_on cleared_on",
            held="t.learner_id = person.id",
            stays="what youth-employment law found, in codes",
        ),
        "offered_work": facts("opportunity_id work updated_at"),
        "sign_in_links": Treatment(
            ("person_id", "next_path", "minted_at", "expires_at", "used_at"),
            secrets=("token_hash",),
            about=OF_PERSON,
            held=OF_PERSON,
            goes=True,
        ),
        "sign_in_asked": Treatment(("at",), secrets=("who",), about="t.who = any(person.asked)", goes=True),
        "console_sessions": Treatment(
            ("person_id", "began_at", "seen_at", "expires_at", "ended_at"),
            secrets=("token_hash",),
            about=OF_PERSON,
            held=OF_PERSON,
            goes=True,
        ),
        "staff_acts": Treatment(
            ("id", "person_id", "role", "act", "planned_at", "confirmed_at"),
            own={"note": "''"},
            words=("details", "note"),
            about="exists (select from staff_act_lines l where l.act_id = t.id) and not exists (select from "
            "staff_act_lines l where l.act_id = t.id and l.lifecycle || '/' || l.lifecycle_id <> all(person.own))",
            near=f"{OF_PERSON} or exists (select from staff_act_lines l where l.act_id = t.id "
            "and l.lifecycle || '/' || l.lifecycle_id = any(person.near))",
            held=f"{OF_PERSON} or exists (select from staff_act_lines l where l.act_id = t.id "
            "and l.lifecycle || '/' || l.lifecycle_id = any(person.own))",
            stays="who among staff did what and when: the audit",
        ),
        "staff_act_lines": Treatment(
            ("act_id", "position", *_MATTER, "type", "foreseen"),
            words=("data", "why_not"),
            near=NEAR,
            held=OWN,
            stays="who among staff did what and when: the audit",
        ),
        "directory_imports": Treatment(
            ("id", "person_id", "kind", "uploaded_at", "finished_at"),
            words=("file_name", "report"),
            files=("content",),
            held=OF_PERSON,
            stays="that somebody imported a file, and what it changed in numbers",
        ),
        "calendar_feeds": Treatment(
            ("person_id", "role", "minted_at", "revoked_at"),
            secrets=("token_hash",),
            about=OF_PERSON,
            held=OF_PERSON,
            goes=True,
        ),
        "api_keys": facts("id name purpose scopes organisations made_at revoked_at"),
        "api_key_secrets": facts("token_hash key_id prefix made_at expires_at used_at"),
        "feed_clock": facts("single ahead"),
        "roster_deliveries": facts("source modified_until"),
        "roster_roles": Treatment(
            ("sourced_id", "person_id", "role", "is_primary", "organisation_id"),
            about=OF_PERSON,
            held=OF_PERSON,
            goes=True,
        ),
        "work_classes": facts("id school_id"),
        "class_enrolments": Treatment(
            ("sourced_id", "class_id", "person_id", "role", "is_primary"), about=OF_PERSON, held=OF_PERSON, goes=True
        ),
        "duplicate_decisions": Treatment(
            ("first_id", "second_id", "keep_id", "decided_by", "decided_at"),
            about="person.id in (t.first_id, t.second_id)",
            held="person.id in (t.first_id, t.second_id)",
            goes=True,
        ),
        "disclosures": facts(
            "id at kind who role interest what record learners",
            held="person.id = any(t.learners) or t.who = person.id",
            stays="to whom records were shown, as the law asks (34 CFR 99.32); ids and codes",
        ),
        "audit": facts(
            "id at kind who act records reason details",
            held="t.records && (array['person/' || person.id] || person.own) or t.who = person.id",
            stays=AUDIT,
        ),
        "erasures": Treatment(
            ("id", "person_id", "with_id", "at", "asked_by", "changes"),
            words=("reason",),
            held=OF_PERSON,
            stays="that and why somebody was erased",
        ),
        "person_holds": Treatment(
            ("person_id", "asked_by", "at"), words=("reason",), about=OF_PERSON, held=OF_PERSON, goes=True
        ),
        "webhooks": Treatment(
            (
                *("id", "url", "types", "personal_data", "state", "reason", "made_at", "changed_at"),
                *("cursor_tx", "cursor_position", "untold", "told_at"),
            ),
            words=("owner", "purpose"),
        ),
    }
)
"""Every table of the database but the list of migrations, in the order of its migrations."""

UNTOUCHED = frozenset({"schema_migrations", "webhook_secrets", "webhook_deliveries", "webhook_tries"})
"""Tables that hold nothing about anybody, whatever is done."""
