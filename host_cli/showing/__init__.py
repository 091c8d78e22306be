"""How a run is shown and heard: a screen, plain lines, a bell, a voice, another program."""
