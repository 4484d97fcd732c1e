import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from releases.search.query.parser import MAX_LENGTH, parse, positive_terms, relax
from releases.search.query.tree import And, DateRange, Equals, Not, Or, Phrase, Prefix, Words

YEAR_2012 = DateRange(datetime.date(2012, 1, 1), datetime.date(2013, 1, 1))


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("", None),
        ("*", None),
        ("human trafficking", Words("human trafficking")),
        ('"human trafficking"', Phrase("human trafficking")),
        ("“smart on crime”", Phrase("smart on crime")),
        ("trafficking -cartel", And((Words("trafficking"), Not(Words("cartel"))))),
        ("NOT cartel", Not(Words("cartel"))),
        ("cross-border", Words("cross-border")),
        ('-"drug cartel"', Not(Phrase("drug cartel"))),
        ("a b OR c", Or((Words("a b"), Words("c")))),
        ("a AND b", Words("a b")),
        ("(a OR b) c", And((Or((Words("a"), Words("b"))), Words("c")))),
        ("-(a OR b)", Not(Or((Words("a"), Words("b"))))),
        ("(916) 210-6000", Words("(916) 210-6000")),
        ("traffick*", Prefix("traffick")),
        ("title:trafficking", Words("trafficking", "title")),
        ("Title: trafficking x", And((Words("trafficking", "title"), Words("x")))),
        ('contact:"(916) 210-6000"', Phrase("(916) 210-6000", "contact")),
        ("said:(smart OR tough)", Or((Words("smart", "said"), Words("tough", "said")))),
        ('topic:"Human Trafficking"', Equals("topic", "Human Trafficking")),
        ("number:2012-0001", Equals("number", "2012-0001")),
        ("language:ES", Equals("language", "es")),
        ("year:2012", YEAR_2012),
        ("year:2010..2012", DateRange(datetime.date(2010, 1, 1), datetime.date(2013, 1, 1))),
        ("year:9999", DateRange(datetime.date(9999, 1, 1))),
        ("after:2012-09", DateRange(first=datetime.date(2012, 9, 1))),
        ("before:2012-09-21", DateRange(end=datetime.date(2012, 9, 21))),
        ("-year:2012", Not(YEAR_2012)),
        ("10:30 http://example.org/x", Words("10:30 http://example.org/x")),
    ],
)
def test_query_language(source, tree):
    assert parse(source).tree == tree
    assert parse(source).ignored == ()


@pytest.mark.parametrize(
    ("source", "tree", "message"),
    [
        ('"human trafficking', Words("human trafficking"), "quotation mark is not closed"),
        ("(a b", Words("(a b)"), "not closed"),
        ("a) b", Words("a b"), "closing parenthesis has no opening one"),
        ("a OR", Words("a"), "one is missing"),
        ("a title:", Words("a"), "“title:” has nothing after it"),
        ("a year:12", Words("a"), "We ignored “year:12”: write a year as 2012"),
        ("a before:2012-13", Words("a"), "write a date as"),
        ("a number:12", Words("a"), "write a release number as 2012-0001"),
        ("te*", Words("te"), "“te*” needs at least"),
        ("a year:2012..2010", Words("a"), "We ignored “year:2012..2010”"),
        ("???", None, "Showing all releases"),
        ("a\0b", Words("a b"), "unreadable characters"),
        ("a\ud800b", Words("a b"), "unreadable characters"),
    ],
)
def test_unreadable_part_is_named_and_the_rest_is_searched(source, tree, message):
    query = parse(source)
    assert query.tree == tree
    assert message in " ".join(query.ignored)


def test_long_query_is_cut_with_a_message():
    query = parse("word " * 2_000)
    assert len(query.text) <= MAX_LENGTH
    assert query.ignored == ("The query is too long. We used its first 1,000 characters.",)


@pytest.mark.parametrize(
    "source",
    [
        "(" * 10_000 + "x" + ")" * 10_000,
        "(" * 40 + "x" + ")" * 40,
        "NOT " * 500 + "x",
        "title: " * 500 + "x",
        "-title: " * 120 + "x",
        "(x OR " * 150,
        '"' * 9_999,
    ],
)
def test_nesting_is_bounded(source):
    assert parse(source).ignored


def test_words_within_the_nesting_limit_are_found():
    assert list(positive_terms(parse("(" * 15 + "a OR b" + ")" * 15).tree)) == [
        Words("a"),
        Words("b"),
    ]


@given(st.text(alphabet=st.characters(), max_size=300) | st.text('ab()"-:* OR title', max_size=300))
def test_any_text_can_be_parsed(source):
    query = parse(source)
    assert all(sentence.endswith(".") for sentence in query.ignored)
    query.text.encode()
    assert parse(query.text).tree == query.tree


def test_positive_terms_leave_out_negated_ones():
    tree = parse('a "b c" -d title:e (f OR grow*) -(h OR i)').tree
    assert [leaf.text for leaf in positive_terms(tree)] == ["a", "b c", "e", "f", "grow"]


def test_relaxed_query_needs_most_words_and_explains_it():
    query = relax(parse("perelli stalking awareness month -x"))
    assert query.tree.nodes[0] == Words("perelli stalking awareness month", match_most=True)
    assert query.tree.nodes[1] == Not(Words("x"))
    assert query.ignored == ("No release has all these words. Showing the closest matches.",)


def test_relaxed_phrase_is_its_words():
    query = relax(parse('said:"smart on crimes"'))
    assert query.tree == Words("smart on crimes", "said", match_most=True)
    assert query.ignored == ("No release has exactly these words. Showing the closest matches.",)


@pytest.mark.parametrize("source", ["", "one", '"one"', "a OR b", "year:2012", "traffick*"])
def test_query_without_several_words_is_not_relaxed(source):
    assert relax(parse(source)) is None
