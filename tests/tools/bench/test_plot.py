from xml.etree import ElementTree

from tools.bench.plot import growth_plot

TABLE = {
    "title": "Growth",
    "rows": [
        {"page": "home & list", "2,000": 11.0, "100,000": 15.0, "last ÷ first": 1.36},
        {"page": "search", "2,000": 50.0, "100,000": 90.0, "last ÷ first": 1.8},
    ],
}


def test_each_row_has_a_bar_for_each_size_and_its_ratio():
    plot = ElementTree.fromstring(growth_plot(TABLE))
    texts = [text.text for text in plot.iter("{http://www.w3.org/2000/svg}text")]
    assert {"home & list", "search", "1.36 ×", "1.80 ×"} <= set(texts)
    assert len([*plot.iter("{http://www.w3.org/2000/svg}rect")]) == 2 + 4
