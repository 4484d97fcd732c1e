"""Sign-in of staff in the browser."""


def log_in(page, name="Ana"):
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Log in").click()
