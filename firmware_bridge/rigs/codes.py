"""The codes of findings about a rig file (G1..): title and explanation, for ``thrum explain``."""

from __future__ import annotations

from programs.codes import Code

RIG_CODES: dict[str, Code] = {
    "G101": Code(
        "no such rig",
        "No rig of yours has this id, and no file has this path.",
    ),
    "G102": Code(
        "no such profile",
        "A rig names the profile of its parts: a built-in id, or a path that begins beside the rig's file.",
    ),
    "G103": Code(
        "broken profile",
        "The profile that the rig names has errors of its own; mend those first.",
    ),
    "G105": Code(
        "id and file name differ",
        "A rig is called by the name of its file; the id inside should be the same.",
        "warning",
    ),
    "G106": Code(
        "id too long",
        "The device tells its rig's id in 16 characters. A longer one would be cut off, and two rigs that "
        "begin alike could be taken for each other.",
    ),
    "G110": Code(
        "no such pin",
        "Pins are named as the board prints them: GP2 on a Pico, GPIO18 on a Raspberry Pi (the number of "
        "the signal, not of the place on the header).",
    ),
    "G111": Code(
        "pin used twice",
        "Two things on one pin would drive each other.",
    ),
    "G112": Code(
        "pin cannot do that",
        "A part needs a pin with PWM, a sensor one with an ADC, the I2C bus a pair that belongs together."
        " On a Pico every pin of the header has PWM, GP26 to GP28 measure. A Raspberry Pi has PWM on "
        "GPIO12, 13, 18 and 19, I2C on GPIO2 and 3, and no ADC.",
    ),
    "G113": Code(
        "one PWM for two parts",
        "Pins can share their PWM hardware: on a Pico those 16 apart (GP2 and GP18), on a Raspberry Pi 4 "
        "GPIO12 with 18 and GPIO13 with 19. What is on them always gets the same duty.",
    ),
    "G114": Code(
        "one slice, two frequencies",
        "GPn and GPn+1 (n even) are the two channels of one PWM slice, which has one frequency.",
    ),
    "G115": Code(
        "pulled up at power-on",
        "Until a program runs, GPIO0 to GPIO8 of a Raspberry Pi are pulled to 3.3 V. The gate's pull-down"
        " should win, but a part that could switch on while the Pi starts is better on another pin.",
        "warning",
    ),
    "G116": Code(
        "pin of the system",
        "On a Raspberry Pi GPIO14 and 15 are the serial console, whose idle line is high and which talks "
        "while the Pi starts; GPIO7 and 8 select chips on SPI. Edges there could hold ENABLE's one-shot, or "
        "move a part, without the program.",
    ),
    "G120": Code(
        "address taken",
        "Two chips at one address answer together, and both understand nothing.",
    ),
    "G121": Code(
        "no I2C bus",
        "A chip on I2C needs the two lines of a bus: [i2c] with scl and sda.",
    ),
    "G122": Code(
        "bus without chips",
        "The lines of an I2C bus are named, but nothing is on it.",
        "warning",
    ),
    "G123": Code(
        "impossible address",
        "PCA9685: 0x40 to 0x77. DRV2605: 0x5A. ADS1115: 0x48 to 0x4B. INA219: 0x40 to 0x4F.",
    ),
    "G124": Code(
        "channel used twice",
        "Two parts behind one channel of a PCA9685 always play the same.",
    ),
    "G130": Code(
        "output without a part",
        "Everything that the profile drives has its part in the rig.",
    ),
    "G131": Code(
        "no such output",
        "A part is named as its output is in the profile.",
    ),
    "G132": Code(
        "two parts",
        "An output of the profile has one part in the rig.",
    ),
    "G133": Code(
        "driver and fields",
        "A mosfet needs a pin, an h-bridge a pin and a reverse_pin, which the device holds low, a pca9685 an "
        "address and a channel, a drv2605 an address. Only an h-bridge has a reverse_pin and an enable_pin.",
    ),
    "G134": Code(
        "unsuitable driver",
        "A DRV2605 drives one small vibration motor: never a heater, never a percussion head.",
    ),
    "G135": Code(
        "driver too weak",
        "A DRV2605 drives 8 ohm or more from 5.2 V or less (its data sheet); a heavier motor needs a "
        "MOSFET or an H-bridge.",
    ),
    "G136": Code(
        "another kind of driver",
        "A MOSFET lets a motor coast, a half-bridge shorts and so brakes it. The simulator believes the "
        "profile, so a rig that differs stops later or sooner than simulated.",
        "warning",
    ),
    "G137": Code(
        "PWM too fast",
        "A PCA9685 switches at 1526 Hz at most (its data sheet).",
    ),
    "G140": Code(
        "heat without NTC",
        "The device heats only what it can measure: no NTC, no heat.",
        "warning",
    ),
    "G141": Code(
        "no ENABLE line",
        "ENABLE is a line that the program has to keep toggling, into a one-shot that holds a second "
        "switch in the supply. It is what stops a rig whose program, or whose transistor, is stuck. "
        "Without it the device refuses heat and percussion.",
        "warning",
    ),
    "G142": Code(
        "NTC without heater",
        "A sensor is wired that no heater of the profile needs.",
        "warning",
    ),
    "G143": Code(
        "how the NTC is read",
        "By a pin with an ADC, or by one input of an ADS1115: one of both.",
    ),
    "G144": Code(
        "current out of sight",
        "An INA219 reads up to 0.32 V across its shunt. What held motors draw should be within.",
        "warning",
    ),
    "G145": Code(
        "supply too high for the INA219",
        "Its inputs take 26 V (its data sheet); full cells count.",
    ),
    "G146": Code(
        "battery unseen",
        "Lithium cells below 2.8 V are damaged and dangerous. Without a measured voltage the device "
        "cannot stop in time.",
        "warning",
    ),
    "G147": Code(
        "vibration that outlives the program",
        "The PWM of a Raspberry Pi, a PCA9685 and a DRV2605 keep their last duty when the program that set "
        "it has died: only ENABLE's one-shot takes the supply away then. Without it the device refuses "
        "vibration too.",
        "warning",
    ),
    "G148": Code(
        "the device would not start",
        "Rig and profile together make a configuration that the device refuses.",
    ),
    "G150": Code(
        "calibration of what?",
        "A calibration names an output of the profile, each once.",
    ),
    "G151": Code(
        "calibration outside",
        "A calibration says where the part starts and where its full scale is, inside what the profile "
        "allows. It may lower max_duty; raising it would raise every cap with it. start_duty may be at most "
        "0.05 above the profile's, because it raises the duty at every level; a heater's is 0.",
    ),
    "G160": Code(
        "port of a Pi",
        "A Raspberry Pi drives its own pins: its rig has no port.",
    ),
    "G161": Code(
        "passing name",
        "Names such as /dev/ttyACM0 go by the order in which things are plugged in. 'thrum ports' shows "
        "the name that stays.",
        "warning",
    ),
}
