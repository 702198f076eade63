-- Keys of the API besides the first one: who holds each, what it opens, whose learners it shows. A key may have several
-- secrets at once, so that one can be replaced while its holder still uses the other; of each only the hash is kept.

create table api_keys (
    id text primary key,
    name text not null,
    purpose text not null,
    scopes text[] not null check (cardinality(scopes) > 0),
    organisations text[] check (cardinality(organisations) > 0),
    made_at timestamptz not null,
    revoked_at timestamptz
);
comment on column api_keys.purpose is 'why its holder sees records of learners: told in the log of disclosures';
comment on column api_keys.organisations is 'schools and districts, with what is below them; null: all';

create table api_key_secrets (
    token_hash text primary key,
    key_id text not null references api_keys (id) on delete cascade,
    prefix text not null,
    made_at timestamptz not null,
    expires_at timestamptz,
    used_at timestamptz
);
create index on api_key_secrets (key_id);
comment on column api_key_secrets.prefix is 'how it begins, to know it by';
comment on column api_key_secrets.used_at is 'exact to a minute';
