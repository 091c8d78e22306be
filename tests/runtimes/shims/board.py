# Stands for CircuitPython's module board.

from workshop import bench  # type: ignore[import-not-found]

for _name in bench.header.pins:
    globals()[_name] = bench.header.pins[_name]
