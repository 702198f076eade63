-- How people are reached: by e-mail or, if they chose that, by text messages to their phone; and who wants no texts.

alter table people
    add column channel text not null default 'email' check (channel in ('email', 'text')),
    add column no_texts_since timestamptz;
comment on column people.no_texts_since is 'they answered STOP, or said so to the program; no text is sent until they change it';
