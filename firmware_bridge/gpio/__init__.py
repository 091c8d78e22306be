"""A rig on the pins of a Raspberry Pi: the device in a process of its own, and a small parent beside it.

``python -m firmware_bridge.gpio --rig RIG`` starts both, ``guardian`` first. The controller, its loop and its
bytes are those of every other placement; what is here is what a computer needs besides a board: two
processes that watch each other, because hardware PWM outlives whoever set it.
"""
