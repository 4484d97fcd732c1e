import pytest

from releases.search.analysis.quotations import quotations


@pytest.mark.parametrize(
    ("text", "quoted"),
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
def test_quotations_are_passages_in_quotation_marks(text, quoted):
    assert quotations(text) == quoted
