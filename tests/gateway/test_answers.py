"""When nobody waits for an answer, and when somebody does again."""

from contextlib import ExitStack

import pytest

from gateway.answers import GIVEN_UP, SILENT_SECONDS, Answers


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """This moment."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def under_way() -> ExitStack:
    return ExitStack()


def test_a_few_acts_that_have_waited_without_any_answer_are_enough_to_give_up(
    clock: Clock, under_way: ExitStack
) -> None:
    answers = Answers(clock)
    for _ in range(GIVEN_UP):
        under_way.enter_context(answers.awaited("act"))
    assert answers.are_expected("act")
    clock.now += SILENT_SECONDS + 0.01
    assert not answers.are_expected("act")
    assert answers.are_expected("opening"), "those need no worker"


def test_one_lifecycle_that_does_not_answer_says_nothing_of_the_others(clock: Clock, under_way: ExitStack) -> None:
    answers = Answers(clock)
    for _ in range(GIVEN_UP - 1):
        under_way.enter_context(answers.awaited("act"))
    clock.now += SILENT_SECONDS + 0.01
    assert [answers.are_expected("act") for _ in range(3)] == [True] * 3


def test_whoever_waits_long_while_others_are_answered_is_only_slow(clock: Clock, under_way: ExitStack) -> None:
    answers = Answers(clock)
    for _ in range(GIVEN_UP):
        under_way.enter_context(answers.awaited("act"))
    clock.now += SILENT_SECONDS
    answers.came("act")
    clock.now += SILENT_SECONDS / 2
    assert [answers.are_expected("act") for _ in range(3)] == [True] * 3


def test_an_answer_ends_it(clock: Clock) -> None:
    answers = Answers(clock)
    for _ in range(GIVEN_UP):
        answers.missed("act")
    assert not answers.are_expected("act")
    assert answers.are_expected("opening"), "those need no worker"
    assert answers.came("act")
    assert answers.are_expected("act")
    assert not answers.came("act"), "there had been one before"


def test_nobody_waits_behind_what_was_kept_during_an_outage(clock: Clock) -> None:
    answers = Answers(clock)
    assert answers.are_expected("act")
    answers.behind = True
    assert not answers.are_expected("act")
    answers.behind = False
    assert answers.are_expected("act")
