"""Objects of a Word document besides its text are named, with their words."""

import io
import zipfile

from releases.importing import formats
from releases.importing.decoding import InputFile
from tests.importing.formats.documents import word, word_paragraph

MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/"
LEAD = "OAKFIELD – The county opened a seed bank in the cellar of the courthouse today."


def told(*paragraphs, **parts):
    data = word("County Opens a Seed Bank", "September 10, 2024", LEAD, *paragraphs)
    whole = io.BytesIO(data)
    with zipfile.ZipFile(whole, "a") as package:
        for name, content in parts.items():
            package.writestr(f"word/{name.replace('_', '/')}.xml", content)
    [record] = formats.read_all([InputFile("a.docx", whole.getvalue())])
    return " ".join(warning.message for warning in record.parsed.warnings)


def test_equation_is_named():
    text = f'<w:p><m:oMath xmlns:m="{MATH}"><m:r><m:t>E=mc</m:t></m:r></m:oMath></w:p>'

    assert "equation “E=mc”" in told(text)


def test_text_box_without_an_older_form_is_named():
    inner = f"<w:txbxContent>{word_paragraph('Boxed words')}</w:txbxContent>"

    assert "text box “Boxed words”" in told(f"<w:p><w:r><w:drawing>{inner}</w:drawing></w:r></w:p>")


def test_chart_and_diagram_are_named():
    chart = f'<c xmlns:c="{DRAWING}chart"><c:v>Beans</c:v><c:v>412</c:v></c>'
    diagram = f'<d xmlns:a="{DRAWING}main"><a:t>Clerk</a:t><a:t>Deputy</a:t></d>'

    named = told(charts_chart1=chart, diagrams_data1=diagram)

    assert "chart “Beans 412”" in named
    assert "diagram “Clerk Deputy”" in named


def test_linked_picture_is_named():
    properties = f'<wp:docPr xmlns:wp="{DRAWING}wordprocessingDrawing" id="1" descr="A red gate"/>'
    picture = f'<a:blip xmlns:a="{DRAWING}main" r:link="r2"/>'
    inline = f'<wp:inline xmlns:wp="{DRAWING}wordprocessingDrawing">{properties}'
    body = (
        f'<a:graphic xmlns:a="{DRAWING}main"><a:graphicData><p:pic xmlns:p="{DRAWING}picture">'
        f"<p:blipFill>{picture}</p:blipFill></p:pic></a:graphicData></a:graphic></wp:inline>"
    )

    named = told(f"<w:p><w:r><w:drawing>{inline}{body}</w:drawing></w:r></w:p>")

    assert "picture “A red gate”" in named
