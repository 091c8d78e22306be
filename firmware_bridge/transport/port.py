"""What a byte link must do. Every port maps its own exceptions to ``firmware_bridge.errors``."""

from __future__ import annotations

from typing import Protocol


class Port(Protocol):
    """A link that carries bytes both ways; with ``close`` it is gone for good.

    ``read`` waits ``wait_s`` at most and returns b"" when nothing came; ``write`` takes what fits
    now and returns how much that was. Both raise ``LinkLost`` once the link is broken.
    """

    address: str

    def read(self, limit: int, wait_s: float) -> bytes: ...

    def write(self, data: bytes) -> int: ...

    def close(self) -> None: ...
