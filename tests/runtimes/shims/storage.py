# Stands for CircuitPython's module storage: which side may write the drive.

from workshop import bench  # type: ignore[import-not-found]


class _Mount:
    @property
    def readonly(self) -> bool:
        return bench.host_writes  # type: ignore[no-any-return]


def remount(path: str, readonly: bool = False) -> None:
    if path != "/":
        raise ValueError("no such mount")
    bench.host_writes = readonly


def getmount(path: str) -> _Mount:
    if path != "/":
        raise OSError(2)
    return _Mount()
