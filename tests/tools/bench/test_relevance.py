from math import isclose, log2

from tools.bench.relevance import DEPTH, TOP, measure


def figures(grades, found):
    relevance = measure({"q": grades}, lambda query: found)
    return relevance.success_at(DEPTH), relevance.mrr, relevance.ndcg


def test_the_wanted_first_is_perfect():
    assert figures({"a": 2, "b": 1}, ["a", "b", "c"]) == (1, 1, 1)


def test_the_acceptable_alone_is_no_success():
    success, mrr, ndcg = figures({"a": 2, "b": 1}, ["b"])
    assert (success, mrr) == (0, 0)
    assert isclose(ndcg, 1 / (3 + 1 / log2(3)))


def test_a_place_past_the_tenth_is_no_success_but_has_a_rank():
    assert figures({"a": 2}, [*range(10), "a"]) == (0, 1 / 11, 0)


def test_figures_are_means_and_what_was_missed_is_named():
    relevance = measure({"x": {"x": 2}, "y": {"z": 2}}, lambda query: [query, "z"])
    assert (relevance.success_at(DEPTH), relevance.mrr) == (1, 0.75)
    assert relevance.missed == ["y"]


def test_each_of_the_two_best_grades_is_a_success():
    relevance = measure({"q": {"a": 3, "b": 2}}, lambda query: ["c", "b", "a"])
    assert (relevance.success_at(1), relevance.success_at(TOP), relevance.mrr) == (0, 1, 1 / 2)
