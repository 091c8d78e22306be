# Everything off, before the rest of the firmware is even imported (which takes a board seconds): the
# ENABLE line and every driven pin low, every chip on the bus silenced by one register or two.
# Imports nothing. CircuitPython subset.

# What turns a chip off, whatever it was doing: (register, value). PCA9685: ALL_LED_OFF_H, full off.
# DRV2605: MODE to standby (real-time playback), then nothing to play. Source: their datasheets.
OFF_WRITES = {"pca9685": ((0xFD, 0x10),), "drv2605": ((0x01, 0x45), (0x02, 0x00))}


def driven_pins(plan) -> list[str]:  # type: ignore[no-untyped-def]
    """Names of the pins that the board drives, ENABLE first."""
    names = [plan["enable"]]
    for part in plan["outputs"]:
        if part[0] == "mosfet" or part[0] == "h-bridge":
            names.extend(part[1:])
    names.append(plan["led"])
    return [name for name in names if name]


def silence(i2c, kind: str, address: int) -> None:  # type: ignore[no-untyped-def]
    """Turns a chip off; OSError when it does not answer. Only for those that drive something."""
    for write in OFF_WRITES.get(kind, ()):
        if not i2c.try_lock():
            raise OSError("the I2C bus stays locked")
        try:
            i2c.writeto(address, bytes(write))
        finally:
            i2c.unlock()


def everything_off(plan, pins, digitalio, busio) -> None:  # type: ignore[no-untyped-def]
    """Leaves nothing claimed; the resistors hold the pins until their drivers take them."""
    lines = []
    for name in driven_pins(plan):
        line = digitalio.DigitalInOut(getattr(pins, name))
        line.switch_to_output(value=False)
        lines.append(line)
    if plan["i2c"] is not None:
        _silence_all(plan, pins, busio)
    for line in lines:
        line.deinit()


def _silence_all(plan, pins, busio) -> None:  # type: ignore[no-untyped-def]
    try:
        i2c = busio.I2C(getattr(pins, plan["i2c"][0]), getattr(pins, plan["i2c"][1]))
    except (OSError, RuntimeError, ValueError):
        return  # no bus: the board says so when it is made
    for part in plan["outputs"]:
        if part[0] in OFF_WRITES:
            try:
                silence(i2c, part[0], part[1])
            except OSError:
                pass  # likewise
    i2c.deinit()
