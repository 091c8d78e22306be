"""What the guardian hands to the device's process: a line of JSON, read once, so that both speak of the
same pins even when somebody edits the rig's file in between.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from firmware_bridge.boards.plan import configuration
from firmware_bridge.device.config import DeviceConfig


@dataclass(frozen=True)
class Setup:
    """``memory``: the folder of the stamp and the last fault; ``platform``: MODULE:ARGUMENT;
    ``idle_s``: how long the process outlives its host, 0: for ever; ``host_pipe``: its standard input
    stays open as long as the host lives; ``served``: hosts find it by a file in its memory."""

    plan: dict[str, Any]
    config: DeviceConfig
    memory: str
    platform: str
    idle_s: float
    host_pipe: bool
    served: bool = False

    def line(self) -> str:
        values = {key: value for key, value in vars(self).items() if key != "config"}
        return json.dumps({**values, "config": vars(self.config)})

    @classmethod
    def of(cls, line: str) -> Setup:
        """Raises ValueError when configuration and plan are not those that were sent."""
        values = json.loads(line)
        config = {key: _tuples(value) for key, value in values["config"].items()}
        crc = config.pop("crc")
        values["plan"] = {key: _tuples(value) for key, value in values["plan"].items()}
        values["config"] = configuration(config, values["plan"])
        if values["config"].crc != crc:
            raise ValueError("the configuration did not arrive as it was sent")
        return cls(**values)


def _tuples(value: Any) -> Any:
    """JSON's lists, as the tuples that they were."""
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value
