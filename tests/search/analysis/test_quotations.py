import pytest

from releases.search.analysis.quotations import quotations


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('He said, "It is late." Then left.', "It is late."),
        ("He said, “It is late.” Then left.", "It is late."),
        ("Dijo: «Es tarde». Y se fue.", "Es tarde"),
        ("“One paragraph\n\n“and the next,” he said.", "One paragraph\nand the next,"),
        ('"A," said Ms. B. "C."', "A,\nC."),
        ('A board 6" wide', ""),
        ("Nobody spoke.", ""),
    ],
)
def test_what_is_said_stands_between_quotation_marks(text, said):
    assert quotations(text) == said
