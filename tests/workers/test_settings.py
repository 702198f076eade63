"""What a process says about the variables it was started with."""

from datetime import time

import pytest

from activities.holding import Quiet, quiet_hours
from lifecycle.quiet_hours import Hours
from workers.settings import GatewaySettings, Settings, SettingsError, WorkerSettings

GOOD = {
    "DATABASE_URL": "postgresql://jw:sesame@db:5432/journeywork",
    "TEMPORAL_ADDRESS": "temporal:7233",
    "SMTP_URL": "smtp://mail:1025",
    "JOURNEYWORK_API_KEY": "key-of-the-api",
}
OURS = (*GOOD, "TEMPORAL_NAMESPACE", "JOURNEYWORK_PUBLIC_URL", "JOURNEYWORK_REHEARSALS", "JOURNEYWORK_MAIL_FROM")
NAMED = (*OURS, "JOURNEYWORK_HOST", "JOURNEYWORK_PORT", "JOURNEYWORK_QUIET_HOURS")


@pytest.fixture(autouse=True)
def good(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in NAMED:
        monkeypatch.delenv(name, raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_the_needed_variables_are_enough() -> None:
    settings = GatewaySettings.load()
    assert settings.database_url == GOOD["DATABASE_URL"]
    assert (settings.temporal_namespace, settings.rehearsals) == ("default", "off")
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8800, "http://127.0.0.1:8800")
    assert WorkerSettings.load().smtp_url == "smtp://mail:1025"


@pytest.mark.parametrize(
    ("kind", "variable"),
    [
        (Settings, "DATABASE_URL"),
        (Settings, "TEMPORAL_ADDRESS"),
        (WorkerSettings, "SMTP_URL"),
        (GatewaySettings, "JOURNEYWORK_API_KEY"),
    ],
)
@pytest.mark.parametrize("empty", [True, False])
def test_a_missing_or_empty_variable_is_named_in_one_line(
    good: pytest.MonkeyPatch, kind: type[Settings], variable: str, *, empty: bool
) -> None:
    good.setenv(variable, "") if empty else good.delenv(variable)
    with pytest.raises(SettingsError, match=rf"^{variable} is not set\. It must be .+\.$"):
        kind.load()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "mysql://jw:sesame@db/journeywork"),
        ("DATABASE_URL", "postgresql://jw:sesame@db"),
        ("DATABASE_URL", "postgresql://jw:sesame@db:many/journeywork"),
        ("TEMPORAL_ADDRESS", "temporal"),
        ("TEMPORAL_ADDRESS", "http://temporal:7233"),
        ("TEMPORAL_NAMESPACE", "two words"),
        ("SMTP_URL", "mail:25"),
        ("JOURNEYWORK_MAIL_FROM", "nobody in particular"),
        ("JOURNEYWORK_PUBLIC_URL", "ftp://somewhere"),
        ("JOURNEYWORK_REHEARSALS", "yes"),
    ],
)
def test_a_malformed_variable_is_named_without_its_value(good: pytest.MonkeyPatch, variable: str, value: str) -> None:
    good.setenv(variable, value)
    with pytest.raises(SettingsError, match=rf"^{variable} is malformed\. It must be .+\.$") as refused:
        WorkerSettings.load()
    assert value not in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "value"), [("JOURNEYWORK_PORT", "0"), ("JOURNEYWORK_PORT", "x"), ("JOURNEYWORK_API_KEY", "a b")]
)
def test_the_gateways_own_variables_are_checked(good: pytest.MonkeyPatch, variable: str, value: str) -> None:
    good.setenv(variable, value)
    with pytest.raises(SettingsError, match=rf"^{variable} is malformed\."):
        GatewaySettings.load()


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    shown = repr(WorkerSettings.load()) + repr(GatewaySettings.load())
    assert "sesame" not in shown
    assert GOOD["JOURNEYWORK_API_KEY"] not in shown


@pytest.mark.parametrize("sender", ["placements@example.org", "Placements <placements@example.org>", "jw@localhost"])
def test_a_sender_may_have_a_name(good: pytest.MonkeyPatch, sender: str) -> None:
    good.setenv("JOURNEYWORK_MAIL_FROM", sender)
    assert WorkerSettings.load().mail_from == sender


def test_a_slash_at_the_end_of_the_public_address_is_dropped(good: pytest.MonkeyPatch) -> None:
    good.setenv("JOURNEYWORK_PUBLIC_URL", "https://placements.example.org/")
    assert Settings.load().public_url == "https://placements.example.org"


def test_quiet_hours_can_be_others_none_or_the_rehearsals_alone(good: pytest.MonkeyPatch) -> None:
    assert quiet_hours(WorkerSettings.load().quiet_hours) == Quiet()
    for value, quiet in (
        ("19:30-07:15", Quiet(Hours(time(19, 30), time(7, 15)))),
        ("off", Quiet(None)),
        ("rehearsals", Quiet(rehearsing=True)),
    ):
        good.setenv("JOURNEYWORK_QUIET_HOURS", value)
        assert quiet_hours(WorkerSettings.load().quiet_hours) == quiet
    for value in ("20-08", "08:00-20:00", "20:00", "on"):
        good.setenv("JOURNEYWORK_QUIET_HOURS", value)
        with pytest.raises(SettingsError, match=r"^JOURNEYWORK_QUIET_HOURS is malformed\. It must be hours"):
            WorkerSettings.load()


def test_keys_of_webhooks_are_read_in_their_order_and_short_ones_refused(good: pytest.MonkeyPatch) -> None:
    assert (GatewaySettings.load().webhook_keys, WorkerSettings.load().webhooks) == ((), "internet")
    good.setenv("JOURNEYWORK_WEBHOOK_KEY", f"{'n' * 32},{'o' * 40}")
    assert WorkerSettings.load().webhook_keys == ("n" * 32, "o" * 40)
    for wrong in ("short", f"{'n' * 32},", f"{'n' * 32} {'o' * 32}"):
        good.setenv("JOURNEYWORK_WEBHOOK_KEY", wrong)
        with pytest.raises(SettingsError, match=r"^JOURNEYWORK_WEBHOOK_KEY is malformed"):
            GatewaySettings.load()


def test_an_identity_provider_needs_the_id_and_the_secret_that_it_gave(good: pytest.MonkeyPatch) -> None:
    good.setenv("JOURNEYWORK_OIDC_ISSUER", "https://login.example.org")
    for name in ("JOURNEYWORK_OIDC_CLIENT_ID", "JOURNEYWORK_OIDC_CLIENT_SECRET"):
        with pytest.raises(SettingsError, match=rf"^{name} is not set\. It must be the \w+ that the identity provider"):
            GatewaySettings.load()
        good.setenv(name, "sesame")
    assert GatewaySettings.load().oidc_issuer == "https://login.example.org"
    good.setenv("JOURNEYWORK_OIDC_ISSUER", "login.example.org")
    with pytest.raises(
        SettingsError, match=r"^JOURNEYWORK_OIDC_ISSUER is malformed\. It must be the identity provider"
    ):
        GatewaySettings.load()
