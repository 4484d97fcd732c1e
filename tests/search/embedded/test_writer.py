"""Bounded merges; Whoosh's own writer sometimes rewrites the whole index in one commit."""

from releases import publishing
from releases.search.embedded.maintenance import MAX_MERGED_DOCUMENTS, MERGE_SEGMENTS
from releases.search.embedded.writer import merge_smallest
from releases.search.engine import Visibility
from releases.search.query.parser import parse

BODY = "A clinic opened in May."


def test_many_small_commits_leave_few_segments(indexed, engine):
    for number in range(3 * MERGE_SEGMENTS):
        indexed(title=f"Notice {number}")
    engine.maintain()
    assert len(engine.index._segments()) < MERGE_SEGMENTS + 1
    assert engine.find(parse("notice").tree, Visibility()).total == 3 * MERGE_SEGMENTS


def test_merge_keeps_entries_and_drops_deleted_ones(indexed, engine):
    gone, *kept = [
        indexed(title=f"Notice {number}", body=BODY) for number in range(MERGE_SEGMENTS + 1)
    ]
    publishing.withdraw(gone, "It named the wrong person.")
    kept += [indexed(title=f"Notice {number}", body=BODY) for number in range(MERGE_SEGMENTS)]
    engine.maintain()
    assert len(engine.index._segments()) == 2
    for query in ("notice", '"clinic opened in may"', "title:notice", "clin*", "year:2024"):
        assert set(engine.find(parse(query).tree, Visibility()).ids) == {
            release.pk for release in kept
        }


def test_commit_rewrites_few_documents():
    merge = merge_smallest(MERGE_SEGMENTS, MAX_MERGED_DOCUMENTS)
    big = [_Segment(MAX_MERGED_DOCUMENTS // MERGE_SEGMENTS + 1) for _ in range(3 * MERGE_SEGMENTS)]
    assert merge(None, big) == big
    few = [_Segment(1) for _ in range(MERGE_SEGMENTS - 1)]
    assert merge(None, few) == few


class _Segment:
    def __init__(self, documents):
        self.documents = documents

    def doc_count(self):
        return self.documents

    doc_count_all = doc_count
