"""The host session: streams a Timeline to a device and knows what became of it."""

from firmware_bridge.session.core import Event
from firmware_bridge.session.outcome import OUTCOMES, Outcome
from firmware_bridge.session.session import Session
from firmware_bridge.session.status import Status, Welcome

__all__ = ["OUTCOMES", "Event", "Outcome", "Session", "Status", "Welcome"]
