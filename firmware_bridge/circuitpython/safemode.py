# What runs in place of boot.py and code.py when CircuitPython has crashed hard, its supply dipped, or its
# reset button was pressed twice (safe mode; from CircuitPython 8.1 on). Thrum wrote this file; `thrum rig
# bundle` writes it anew.
#
# A chip goes on with what it was told last, and the firmware that would tell it otherwise is not started:
# everything off, once more, and nothing else is driven. It does not reset the board, which would begin
# again by itself what has just crashed. CircuitPython prints the reason on the console; the next HELLO,
# after the supply was off and on, tells of an INTERNAL fault, unless one is kept already.

import board
import busio
import digitalio
import microcontroller
import supervisor
from thrum_rig import PLAN

from firmware_bridge.boards.first import everything_off

everything_off(PLAN, board, digitalio, busio)

from firmware_bridge.boards.drivers.memory import NvmMemory
from firmware_bridge.boards.pinboard import FAULT
from firmware_bridge.protocol.states import F_INTERNAL

if supervisor.runtime.safe_mode_reason != supervisor.SafeModeReason.USER:
    memory = NvmMemory(microcontroller.nvm)
    if not any(memory.load(FAULT)):
        memory.save(FAULT, (F_INTERNAL, 0, 0, 0))
