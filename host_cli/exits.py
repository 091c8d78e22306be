"""Exit codes of the command, and the one error that carries them.

A command that cannot go on raises :class:`Quit` with a whole sentence; ``host_cli.main`` prints it
and leaves with the code. Nothing else in this package calls ``sys.exit``.
"""

from __future__ import annotations

DONE = 0
REJECTED = 1  # the program has errors
USAGE = 2  # wrong usage, or output that cannot be written
NO_DEVICE = 3  # port or device unavailable
FAILED = 4  # fault, lost link, no response, stopped by a limit, a fault not felt, a broken invariant
REFUSED = 5  # latched, not commissioned, bucket too empty, intake
STOPPED = 130  # stopped by the user or a signal

# What `run` and `simulate` end with, by outcome. `simulate` is done when it ran.
BY_OUTCOME = {
    "completed": DONE,
    "stopped_by_user": STOPPED,
    "stopped_by_limit": FAILED,
    "ended_no_response": FAILED,
    "lost_link": FAILED,
    "fault": FAILED,
    "refused": REFUSED,
}

IN_WORDS = {  # outcomes, as a person reads them; JSON keeps the names
    "completed": "completed",
    "stopped_by_user": "stopped by you",
    "stopped_by_limit": "stopped by a limit",
    "ended_no_response": "nobody answered",
    "lost_link": "link lost",
    "fault": "stopped by a fault",
    "refused": "refused",
}


class Quit(RuntimeError):
    """Leave with ``code`` after saying ``sentence``; ``hint`` is what to type or do next.

    >>> error = Quit(USAGE, "The plot cannot be written to a.bmp: only .svg and .png.")
    >>> error.code, str(error)
    (2, 'The plot cannot be written to a.bmp: only .svg and .png.')
    """

    def __init__(self, code: int, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.hint = hint
