-- Addresses at which a calendar program fetches a person's days. A token's hash, and on which side of a placement the
-- person was written to: nothing of the others is in the feed.

create table calendar_feeds (
    token_hash text primary key,
    person_id text not null references people (id) on delete cascade,
    role text not null,
    minted_at timestamptz not null,
    revoked_at timestamptz
);
create index on calendar_feeds (person_id) where revoked_at is null;
