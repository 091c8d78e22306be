"""The guided session: what is asked, said, answered and noted while a program plays.

Nothing here does I/O, prints or reads a clock: keys, time and what the device says come in; wishes to
the session, events and samples go out. So a screen, plain lines, another program, a record and the
library all see the same session.
"""
