"""Formats that are recognized but not read: what each is, and the remedy."""

_EXPORT = "save it as plain text, and import that."

REFUSALS = {
    "damaged_zip": "It is a damaged zip archive: pack its files again, and import that.",
    "database": "It is a database: export its releases as CSV, and import that.",
    "doc": "It is a Word document of before 2007 (.doc): open it in Word or LibreOffice, save it "
    "as .docx, and import that. Where LibreOffice is on the server, it is read.",
    "epub": f"It is an e-book (EPUB): {_EXPORT}",
    "msg": "It is an Outlook message (.msg): open it in Outlook, save it as .eml or plain text, "
    "and import that.",
    "packed": "It is a packed file of a kind that is not unpacked here: unpack it, and import its "
    "files.",
    "pages": "It is a Pages document: export it as Word (.docx), and import that.",
    "picture": "It is a picture, not text: attach it to a release instead.",
    "postscript": "It is PostScript, for printers: export its text as plain text, and import that.",
    "program": "It is a program or a page's style, not a release: import the pages.",
    "slides": f"It is a presentation or a layout, not a release: {_EXPORT}",
    "video": "It is a sound or video file, not text: write its text down, and import that.",
    "wordperfect": "It is a WordPerfect document: open it in LibreOffice, save it as .docx, and "
    "import that.",
    "xml": "It is XML of a kind that is not known here: export its releases as JSON Lines or CSV, "
    "and import that.",
}
