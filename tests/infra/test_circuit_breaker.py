"""Calls that a circuit breaker allows, and when."""

import threading
from contextlib import ExitStack

import pytest

from pressroom.infra import circuit_breaker
from pressroom.infra.circuit_breaker import OPEN_SECONDS, CircuitBreaker, CircuitOpenError

FAILURE = Exception("It is down.")


@pytest.fixture
def clock(monkeypatch):
    """List of one number, the current time in seconds."""
    clock = [1000.0]
    monkeypatch.setattr(circuit_breaker, "monotonic", lambda: clock[0])
    return clock


def admits(breaker):
    try:
        with breaker.guard():
            return True
    except CircuitOpenError:
        return False


def test_one_call_tries_again_while_others_are_refused(clock):
    breaker = CircuitBreaker("server")
    breaker.trip(FAILURE)

    with pytest.raises(CircuitOpenError), breaker.guard():
        pass
    clock[0] += OPEN_SECONDS
    with breaker.guard(), pytest.raises(CircuitOpenError), breaker.guard():
        pass
    breaker.reset()
    with breaker.guard():
        pass


def test_other_threads_do_not_wait_for_the_trial(clock):
    breaker = CircuitBreaker("server")
    breaker.trip(FAILURE)
    clock[0] += OPEN_SECONDS
    trying, done = threading.Event(), threading.Event()

    def try_out():
        with breaker.guard():
            trying.set()
            done.wait(10)
            breaker.reset()

    thread = threading.Thread(target=try_out)
    thread.start()
    trying.wait(10)
    meanwhile = admits(breaker)
    done.set()
    thread.join()

    assert not meanwhile
    with breaker.guard() as is_trial:
        assert not is_trial


def test_failed_trial_keeps_the_circuit_open(clock):
    breaker = CircuitBreaker("server", threshold=3)
    for _ in range(3):
        assert admits(breaker)
        breaker.trip(FAILURE)
    clock[0] += OPEN_SECONDS

    with breaker.guard() as is_trial:
        breaker.trip(FAILURE)

    assert is_trial
    assert not admits(breaker)


def test_inconclusive_trial_lets_the_next_call_try(clock):
    breaker = CircuitBreaker("server")
    breaker.trip(FAILURE)
    clock[0] += OPEN_SECONDS

    with pytest.raises(ValueError, match="unrelated"), breaker.guard():
        raise ValueError("unrelated")

    with breaker.guard() as is_trial:
        assert is_trial


def test_trial_that_hangs_is_replaced(clock):
    breaker = CircuitBreaker("server")
    breaker.trip(FAILURE)
    clock[0] += OPEN_SECONDS

    with breaker.guard():
        clock[0] += circuit_breaker.TRIAL_SECONDS
        assert admits(breaker)


def test_call_over_the_limit_waits_a_moment_and_opens_the_circuit(monkeypatch):
    monkeypatch.setattr(circuit_breaker, "ACQUIRE_TIMEOUT", 0.1)
    breaker = CircuitBreaker("server", max_concurrent=3)

    with ExitStack() as running:
        for _ in range(3):
            running.enter_context(breaker.guard())
        with pytest.raises(CircuitOpenError, match="slow"), breaker.guard():
            pass
    breaker.reset()
    with breaker.guard():
        pass


def test_changes_are_reported_once():
    changes = []
    breaker = CircuitBreaker("server", on_change=changes.append)

    for _ in range(2):
        breaker.trip(FAILURE)
    for _ in range(2):
        breaker.reset()

    assert changes == [FAILURE, None]
