"""Fuzzing of everything that reads bytes from outside; ``make fuzz`` runs it."""
