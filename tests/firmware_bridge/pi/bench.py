"""A rig on a Pi of paper that plays, with all its processes, to be hurt one by one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from firmware_bridge.boards.drivers.memory_file import FileMemory
from firmware_bridge.boards.pinboard import STAMP
from firmware_bridge.gpio.guardian import SILENT
from firmware_bridge.gpio.port import FATES
from firmware_bridge.rig import device_config
from firmware_bridge.rigs.load import load_rig, load_rig_profile
from tests.firmware_bridge.pi.hardware import SPEC, alive, lay_out

ROOT = Path(__file__).parents[3]
RIG = Path(__file__).parent / "pi-bench.toml"
TRIES = 3
SAYS_S = 60.0  # the host's own waits are 30 s together
# The process was killed for it, or woke up and latched (TICK_LATE).
STOOD_STILL = (FATES[SILENT], "the device's own control step came too late")
DRIVEN = ("D27", "D23", "D24")  # ENABLE and the two lines of the H-bridge


class PiBench:
    """``pi``: the hardware; ``host``, ``guardian``, ``child``: pids."""

    def __init__(self, folder: Path) -> None:
        self.pi = lay_out(folder / "pi")
        self.memory = folder / "memory"
        rig = load_rig(RIG)
        FileMemory(self.memory).save(STAMP, (device_config(load_rig_profile(rig), rig).crc,))
        self.arguments = ["--platform", f"{SPEC}{folder / 'pi'}", "--memory", str(self.memory)]
        self._host: subprocess.Popen[str] | None = None
        self.host = self.guardian = self.child = 0

    def play(self) -> PiBench:
        """A machine that stands still for 200 ms loses its device, as it should: then once more. Whatever
        else ends a session here is what a test has to see."""
        for _ in range(TRIES):
            said = self._start()
            if said.startswith("playing "):
                if {"PWM0", "LED0"} <= set(self.pi.driven()):
                    return self._with_pids(int(said.removeprefix("playing ")))
                said = f"not both outputs drive; then {self.says()}"
            if not any(word in said for word in STOOD_STILL):
                break
            self.close()
        raise AssertionError(said)

    def _with_pids(self, guardian: int) -> PiBench:
        self.guardian = guardian
        children = Path(f"/proc/{guardian}/task/{guardian}/children").read_text().split()
        self.child = int(children[0])
        return self

    def _start(self) -> str:
        command = [sys.executable, "-m", "tests.firmware_bridge.pi.host", str(RIG), *self.arguments]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._host = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env)
        self.host = self._host.pid
        return self.says()

    def says(self) -> str:
        """The host's next line; "" when it ends without one, as it is made to after a minute."""
        assert self._host is not None
        assert self._host.stdout is not None
        patience = threading.Timer(SAYS_S, self._host.kill)
        patience.start()
        try:
            return self._host.stdout.readline().strip()
        finally:
            patience.cancel()

    def hurt(self, pid: int, number: int) -> float:
        """Sends a signal; when, s."""
        os.kill(pid, number)
        return time.monotonic()

    def off_after_ms(self, since_s: float, limit_ms: int = 3000) -> int:
        """When nothing drives any more, ms."""
        while self.pi.driven():
            if time.monotonic() - since_s > limit_ms / 1000:
                return limit_ms
            time.sleep(0.002)
        return round((time.monotonic() - since_s) * 1000)

    def gone(self, *pids: int, wait_s: float = 3.0) -> bool:
        """Whether they end, within ``wait_s``."""
        until_s = time.monotonic() + wait_s
        while any(alive(pid) for pid in pids):
            if time.monotonic() > until_s:
                return False
            time.sleep(0.01)
        return True

    def close(self) -> None:
        """Nothing is left running, whatever was stopped."""
        if self._host is None:
            return
        for pid in (self.host, self.child, self.guardian):
            if pid and alive(pid):
                os.kill(pid, signal.SIGKILL)
        self.child = self.guardian = 0
        self._host.wait(5)
        if self._host.stdout is not None:
            self._host.stdout.close()
