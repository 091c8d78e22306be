"""What a fake says to something that the hardware would not do."""


class Unlawful(Exception):
    """The part would have refused, ignored or garbled this. Not an OSError: no driver may catch it."""
