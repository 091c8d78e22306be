"""Before the first stroke: what is asked of the person, what is to be made ready, and what is planned."""
