"""A suite of checks that any device of the protocol must pass, by its port alone.

``suite.run(line)`` gives a report; ``thrum rig verify`` prints it, and the tests run it on every placement.
"""
