# The USB data port of a CircuitPython board, as the loop wants it: nothing waits. CircuitPython subset.


class UsbPort:
    """``data``: usb_cdc.data."""

    def __init__(self, data) -> None:  # type: ignore[no-untyped-def]
        data.timeout = 0
        data.write_timeout = 0
        self._data = data
        self._view = memoryview(b"")
        self._of = b""

    def read_into(self, buffer) -> int:  # type: ignore[no-untyped-def]
        """How many bytes came; at most the buffer's length."""
        if not self._data.in_waiting:
            return 0
        count: int = self._data.readinto(buffer)
        return count or 0

    def write_from(self, buffer, count: int) -> int:  # type: ignore[no-untyped-def]
        """How many of the first ``count`` bytes were taken; while nobody has the port open, they are lost."""
        if not self._data.connected:
            return count
        if buffer is not self._of:
            self._of = buffer
            self._view = memoryview(buffer)
        taken: int = self._data.write(self._view[:count])
        return taken or 0
