# Builds a rig's board from a plain description ("plan": firmware_bridge/boards/plan.py) and the
# platform's modules: on a microcontroller CircuitPython's own, on a Pi Blinka's, in tests strict fakes.
#
# Rules: ENABLE down and every pin low before the first chip is spoken to; every chip silenced before
# a library wakes one; a chip that does not answer is `Absent`, and the board then says so; one that
# drives something (`AbsentOutput`) is told to be off again and again, once there is a bus.
# The libraries are imported by the rigs that need them. CircuitPython subset.

from firmware_bridge.boards.drivers.analog import AdcNtc
from firmware_bridge.boards.drivers.pins import PWM_HZ, HBridge, Mosfet
from firmware_bridge.boards.drivers.wire import Absent, AbsentOutput
from firmware_bridge.boards.first import OFF_WRITES, silence
from firmware_bridge.boards.pinboard import PinBoard

I2C_HZ = 400000  # what every chip here takes
REFUSALS = (OSError, ValueError, RuntimeError)  # how a bus or a library says that nobody is there


class Held:
    """An input that says the same for ever; for outputs that are disabled."""

    value = True


class Idle:
    """An output that is not there: a part that the rig has not."""

    def write(self, duty_u16: int) -> None:
        pass

    def off(self) -> None:
        pass


class Disabled:
    """An output that is only ever told to be off."""

    def __init__(self, output) -> None:  # type: ignore[no-untyped-def]
        self._output = output

    def write(self, duty_u16: int) -> None:
        pass

    def off(self) -> None:
        self._output.off()


class Maker:
    """One board in the making. ``pins``: the module with the pins by name; then the platform's own."""

    def __init__(self, plan, pins, digitalio, pwmio, analogio, busio) -> None:  # type: ignore[no-untyped-def]
        self.plan = plan
        self.pins = pins
        self.digitalio = digitalio
        self.pwmio = pwmio
        self.analogio = analogio
        self.busio = busio
        self.i2c: object = None
        self._chips = {}  # type: ignore[var-annotated]

    def low(self, name: str):  # type: ignore[no-untyped-def]
        """A line that is driven, low to begin with."""
        line = self.digitalio.DigitalInOut(getattr(self.pins, name))
        line.switch_to_output(value=False)
        return line

    def pulled_up(self, name: str):  # type: ignore[no-untyped-def]
        line = self.digitalio.DigitalInOut(getattr(self.pins, name))
        line.switch_to_input(pull=self.digitalio.Pull.UP)
        return line

    def pulled_down(self, name: str):  # type: ignore[no-untyped-def]
        """A pin that nothing hangs on."""
        line = self.digitalio.DigitalInOut(getattr(self.pins, name))
        line.switch_to_input(pull=self.digitalio.Pull.DOWN)
        return line

    def pwm(self, name: str):  # type: ignore[no-untyped-def]
        return self.pwmio.PWMOut(getattr(self.pins, name), duty_cycle=0, frequency=PWM_HZ)

    def make(self, memory, watchdog, reset_cause: int, disabled: bool = False) -> PinBoard:  # type: ignore[no-untyped-def]
        """The board. ``disabled``: every output held off and the stop input taken as open."""
        plan = self.plan
        enable = self.low(plan["enable"]) if plan["enable"] else None
        outputs = [self._pin_output(part) for part in plan["outputs"]]
        self._silence()
        for index in range(len(outputs)):
            if outputs[index] is None:
                outputs[index] = self._chip_output(plan["outputs"][index])
        stop = self.pulled_up(plan["stop"])
        if disabled:
            outputs = [Disabled(output) for output in outputs]
            enable, stop = None, Held()
        return PinBoard(
            plan["name"],
            outputs,
            enable,
            stop,
            self._ntc(),
            self._monitor(),
            self.low(plan["led"]) if plan["led"] else None,
            watchdog,
            memory,
            reset_cause,
        )

    def _pin_output(self, part) -> object:  # type: ignore[no-untyped-def]
        """An output on pins, off; None: a chip's, which comes later."""
        kind = part[0]
        if kind == "mosfet":
            return Mosfet(self.pwm(part[1]))
        if kind == "h-bridge":
            enable = self.low(part[3]) if part[3] else None
            return HBridge(self.pwm(part[1]), self.low(part[2]), enable)
        return Idle() if kind == "none" else None

    def open(self) -> object:
        """The bus, also one that could not be had before; OSError: no pull-ups, or a line held low."""
        plan = self.plan["i2c"]
        if plan is None:
            raise OSError("the rig has no I2C bus")
        if self.i2c is None:
            scl, sda = getattr(self.pins, plan[0]), getattr(self.pins, plan[1])
            try:
                self.i2c = self.busio.I2C(scl, sda, frequency=I2C_HZ)
            except REFUSALS as error:
                raise OSError(str(error)) from error
        return self.i2c

    def _silence(self) -> None:
        """Every chip that drives something, off, before a library wakes the first one."""
        try:
            self.open()
        except OSError:
            return  # every chip on it is absent
        for part in self.plan["outputs"]:
            try:
                if part[0] in OFF_WRITES:
                    silence(self.i2c, part[0], part[1])
            except REFUSALS:
                pass  # it is told again, and counted, when the output is made

    def _chip_output(self, part) -> object:  # type: ignore[no-untyped-def]
        if self.i2c is None:
            return AbsentOutput(self, part[0], part[1])
        try:
            if part[0] == "pca9685":
                from firmware_bridge.boards.drivers.pca9685 import Pca9685, Pca9685Output

                if part[1] not in self._chips:
                    self._chips[part[1]] = Pca9685(self.i2c, part[1])
                return Pca9685Output(self._chips[part[1]], part[2])
            from firmware_bridge.boards.drivers.drv2605 import Drv2605Output

            return Drv2605Output(self.i2c, part[1])
        except REFUSALS:
            return AbsentOutput(self, part[0], part[1])

    def _ntc(self) -> object:
        plan = self.plan["ntc"]
        if plan is None:
            return None
        if plan[0] == "pin":
            return AdcNtc(self.analogio.AnalogIn(getattr(self.pins, plan[1])))
        if self.i2c is None:
            return Absent()
        try:
            from firmware_bridge.boards.drivers.ads1115 import AdsNtc

            return AdsNtc(self.i2c, plan[1], plan[2])
        except REFUSALS:
            return Absent()

    def _monitor(self) -> object:
        plan = self.plan["current"]
        if plan is None:
            return None
        if self.i2c is None:
            return Absent()
        try:
            from firmware_bridge.boards.drivers.ina219 import Ina219Monitor

            return Ina219Monitor(self.i2c, plan[0], plan[1])
        except REFUSALS:
            return Absent()
