"""Byte links to devices: ``open_port(address)`` gives a ``Port``."""

from firmware_bridge.transport.port import Port
from firmware_bridge.transport.serial_port import open_port

__all__ = ["Port", "open_port"]
