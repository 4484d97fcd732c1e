"""Lists are streamed in parts of many lines, complete or with a last line that says it failed."""

import pytest

from releases.web.api import streams


@pytest.fixture
def parts(rf, monkeypatch):
    """Return a function that streams lines in parts of ten characters."""
    monkeypatch.setattr(streams, "PART", 10)

    def sent(lines):
        answer = streams.response(rf.get("/"), "jsonl", "list.jsonl", iter(lines))
        return [part.decode() for part in answer]

    return sent


def failing(lines):
    yield from lines
    raise OSError("The database has gone.")


@pytest.mark.parametrize("count", [1, 2, 5, 6])
def test_lines_are_sent_in_parts_without_a_loss(parts, count):
    lines = [f"{n} ab\n" for n in range(count)]

    sent = parts(lines)

    assert "".join(sent) == "".join(lines)
    assert len(sent) == (count + 1) // 2
    assert all(sent)


def test_list_without_lines_has_no_part(parts):
    assert parts([]) == []


def test_list_that_failed_ends_with_a_message(parts):
    lines = [f"{n} ab\n" for n in range(3)]

    sent = parts(failing(lines))

    assert len(sent) > 1
    assert "".join(sent) == "".join(lines) + streams.TRUNCATED["jsonl"]
