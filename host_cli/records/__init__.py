"""Records: what was asked, allowed and done in each session, in a database of the user's own.

``schema`` is the layout and how older ones become it; ``store`` opens the file and asks it; ``recorder``
writes while a session runs; ``exposure`` adds up what a day did to a hand.
"""
