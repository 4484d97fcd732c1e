"""Staff sign-in: second factor, session limits, and forms interrupted by a sign-out.

django-axes throttles and records sign-ins; django-otp verifies one-time codes.
"""
