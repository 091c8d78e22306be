# Stands for CircuitPython's module usb_cdc: the data port, node's file descriptor behind it.

from workshop import bench  # type: ignore[import-not-found]


class _Data:
    def __init__(self) -> None:
        self.timeout = None
        self.write_timeout = None
        self._came = bytearray(64)
        self._count = 0

    @property
    def connected(self) -> bool:
        return bench.connected  # type: ignore[no-any-return]

    @property
    def in_waiting(self) -> int:
        if not self._count and bench.port is not None:
            self._count = bench.port.read()
            for at in range(self._count):
                self._came[at] = bench.port.byte(at)
        elif not self._count and bench.incoming:
            self._count = min(64, len(bench.incoming))
            self._came[: self._count] = bench.incoming[: self._count]
            bench.incoming = bench.incoming[self._count :]
        return self._count

    def readinto(self, buffer: bytearray) -> int:
        if self.timeout != 0:
            raise AssertionError("a read that could wait")
        count = min(self._count, len(buffer))
        buffer[:count] = self._came[:count]
        self._came[: self._count - count] = self._came[count : self._count]
        self._count -= count
        return count

    def write(self, data: memoryview) -> int:
        if self.write_timeout != 0:
            raise AssertionError("a write that could wait")
        if bench.port is None:
            bench.outgoing += bytes(data)
            return len(data)
        for at in range(len(data)):
            bench.port.put(at, data[at])
        return bench.port.write(len(data))  # type: ignore[no-any-return]


_data = _Data()
data = None


def enable(console: bool = True, data: bool = False) -> None:
    bench.cdc = (console, data)
    globals()["data"] = _data if data else None
