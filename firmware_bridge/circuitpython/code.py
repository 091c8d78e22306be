# The main program of a Thrum rig on CircuitPython. Thrum wrote this file; `thrum rig bundle` writes it
# anew. Order: no reload, everything off, then the rest of the imports, which take a while.

import supervisor

supervisor.runtime.autoreload = False

import board
import busio
import digitalio
import thrum_rig

from firmware_bridge.boards.first import everything_off

everything_off(thrum_rig.PLAN, board, digitalio, busio)

import os

import analogio
import microcontroller
import pwmio
import storage
import usb_cdc
from watchdog import WatchDogMode

from firmware_bridge.boards.drivers.memory import NvmMemory
from firmware_bridge.boards.main import WATCHDOG_S, Main, reset_cause


class Platform:
    board = board
    digitalio = digitalio
    pwmio = pwmio
    analogio = analogio
    busio = busio


dog = microcontroller.watchdog
assert dog is not None  # every board that Thrum knows has one
chance = os.urandom(4)
main = Main(
    thrum_rig,
    Platform,
    usb_cdc.data,
    NvmMemory(microcontroller.nvm),
    dog,
    reset_cause(microcontroller.cpu.reset_reason),
    chance[0] | chance[1] << 8 | chance[2] << 16 | chance[3] << 24,
    storage.getmount("/").readonly,  # the computer may write: started with the stop input open
)
dog.timeout = WATCHDOG_S
dog.mode = WatchDogMode.RESET
try:
    while True:
        main.turn(supervisor.ticks_ms())
except Exception:  # nobody foresaw it
    main.broken()
    while True:  # not fed: the watchdog starts the board again
        supervisor.ticks_ms()
finally:
    main.board.off()
