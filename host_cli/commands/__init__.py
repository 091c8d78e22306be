"""The commands, a module each; ``host_cli.main`` imports the one that is used."""
