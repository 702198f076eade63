"""Errors a person can act on: shown as one line, never as a traceback."""


class UserError(Exception):
    """Something the person at the keyboard can put right; the text names the thing and the fix.

    The command line prints the text as one line on stderr and leaves with `status`.
    """

    status = 2


class PartFailedError(UserError):
    """A part of the stack did not start or kept dying; the text names the part and where to look."""

    status = 1
