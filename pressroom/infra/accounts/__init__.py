"""How staff sign in to the admin: throttled, with a second factor, for a limited time, on record.

Throttling and the record of sign-ins are django-axes', one-time codes are django-otp's; here is
what the office decides: who needs a second factor, for how long, and the pages for it.
"""
