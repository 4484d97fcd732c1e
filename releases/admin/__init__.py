"""Admin pages for staff.

Importing this package registers nothing: the admin site itself is made of its modules.
"""
