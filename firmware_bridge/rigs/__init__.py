"""Rigs: which board, on which port, with which part on which pin; checked, drawn, bundled. Host side."""
