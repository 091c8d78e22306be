"""How curves and results are drawn: in the terminal, as pictures, as a page."""
