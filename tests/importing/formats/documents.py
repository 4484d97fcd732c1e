"""Small documents of each format, made here."""

import io
import zipfile
from email.message import EmailMessage

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
</Types>"""
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
LINK = "https://county.example/rules"


def zipped(parts):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def word(*paragraphs, header="", prolog=""):
    """Return a .docx; a paragraph is text, or its XML."""
    inner = "".join(p if p.startswith("<") else word_paragraph(p) for p in paragraphs)
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f"""<Relationships xmlns="{PACKAGE}"><Relationship Id="r1"
            Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>""",
        "word/_rels/document.xml.rels": f"""<Relationships xmlns="{PACKAGE}"><Relationship Id="r2"
            Type="{RELATIONS}/hyperlink" Target="{LINK}" TargetMode="External"/></Relationships>""",
        "word/document.xml": f"""{prolog}<w:document xmlns:w="{WORD}" xmlns:r="{RELATIONS}">
            <w:body>{inner}</w:body></w:document>""",
    }
    if header:
        parts["word/header1.xml"] = f'<w:hdr xmlns:w="{WORD}">{word_paragraph(header)}</w:hdr>'
    return zipped(parts)


def word_paragraph(text, style="", run=""):
    looks = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return (
        f'<w:p>{looks}<w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def workbook(*rows):
    """Return an .xlsx of one sheet of texts."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    written = "".join("<row>" + "".join(map(_text_cell, row)) + "</row>" for row in rows)
    return zipped(
        {
            "_rels/.rels": f"""<Relationships xmlns="{PACKAGE}"><Relationship Id="r1"
                Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
            "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{PACKAGE}"><Relationship Id="r1"
                Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>""",
            "xl/workbook.xml": f"""<workbook xmlns="{main}" xmlns:r="{RELATIONS}"><sheets>
                <sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>""",
            "xl/worksheets/sheet1.xml": f"""<worksheet xmlns="{main}"><sheetData>{written}
                </sheetData></worksheet>""",
        }
    )


def _text_cell(text):
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'


def mail(text="", html="", attachment="", **fields):
    message = EmailMessage()
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    if text:
        message.set_content(text)
    if html:
        (message.add_alternative if text else message.set_content)(html, subtype="html")
    if attachment:
        message.add_attachment(b"\0", maintype="image", subtype="png", filename=attachment)
    return message.as_bytes()
