"""The fixtures that every room's tests share; what they do is told in tests/fixtures/."""

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.databases",
    "tests.fixtures.mail",
    "tests.fixtures.temporal",
]
