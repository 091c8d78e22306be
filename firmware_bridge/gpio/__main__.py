"""``python -m firmware_bridge.gpio --rig RIG``."""

import sys

from firmware_bridge.gpio.guardian import main

if __name__ == "__main__":
    sys.exit(main())
