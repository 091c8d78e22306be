"""The faults, grouped by what they break. Each module ends in its rows of the table, ``KINDS``."""
