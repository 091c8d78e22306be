# Runs once at power-up, before USB is there. Thrum wrote this file; `thrum rig bundle` writes it anew.
#
# As a rule: a data port for the host, no console (a stray byte there would interrupt the firmware),
# and a drive that the computer can read and not write. With the stop input held open at power-up:
# a drive that can be written, a console, and code.py holds every output off (it sees that the drive
# is writable). A broken wire of the stop input looks the same, and drives nothing either.

import board
import digitalio
import microcontroller
import storage
import usb_cdc
from thrum_rig import PLAN

SETTLE_US = 10000  # until the pull-up has lifted an open line

stop = digitalio.DigitalInOut(getattr(board, PLAN["stop"]))
stop.switch_to_input(pull=digitalio.Pull.UP)
microcontroller.delay_us(SETTLE_US)
held_open = stop.value
stop.deinit()

usb_cdc.enable(console=held_open, data=True)
storage.remount("/", readonly=held_open)  # seen from this side: what we may not write, the computer may
