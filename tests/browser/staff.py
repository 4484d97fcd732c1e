"""Sign-in of staff in the browser, and typing into editors."""


def log_in(page, name="Ana"):
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Log in").click()


def editor(page, name):
    """Return the editor of the text field `id_name`, or the field if it shows Markdown.

    Without scripts a field has no editor.
    """
    return page.locator(f".editor:has(#id_{name}) [role=textbox], .editor #id_{name}:visible")


def write(page, name, text):
    """Replace a text in its editor."""
    editor(page, name).fill(text)
