"""Pins as digitalio, pwmio and analogio drive them on an RP2040: claimed once, slices shared in pairs.

A :class:`Header` stands for the module ``board``: its attributes are the pins by name. The classes
have the names and arguments of CircuitPython's (its documentation of digitalio, pwmio, analogio).
"""

from sim.chips.errors import Unlawful

DUTY_TOP = 65535
GONE = "Object has been deinitialized and can no longer be used. Create a new object."


class Slice:
    """A counter that two pins (or four) share: one frequency, two channels."""

    def __init__(self) -> None:
        self.frequency = 0
        self.users: dict[int, PWMOut] = {}


class Pin:
    """``outside``: the level that something outside puts on it, None: nothing does.

    ``drives``: None while it is an input; else the duty 0..65535 that it puts out (a level is 0 or all).
    ``log``: every change of that.
    """

    def __init__(self, name: str, pwm: Slice | None = None, channel: int = 0, adc: bool = False) -> None:
        self.name = name
        self.pwm = pwm
        self.channel = channel
        self.adc = adc
        self.i2c = ""  # "SCL 0": what it can be
        self.wire: object = None  # the bus that is soldered to it
        self.user: object = None
        self.outside: bool | None = None
        self.analog = 0
        self.pull = ""
        self.drives: int | None = None
        self.log: list[int | None] = []

    def claim(self, user: object) -> None:
        if self.user is not None:
            raise ValueError(self.name + " in use")
        self.user = user

    def drive(self, duty: int | None) -> None:
        if duty != self.drives:
            self.drives = duty
            self.log.append(duty)

    def release(self) -> None:
        """An input without a pull, as after a reset."""
        self.user = None
        self.pull = ""
        self.drive(None)

    @property
    def high(self) -> bool:
        return bool(self.drives)


class Header:
    """All pins of a Pico by name, GP0 to GP28 and LED; slices and roles as in the RP2040's data sheet."""

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        slices = [Slice() for _ in range(8)]
        self.pins: dict[str, Pin] = {}
        for n in range(29):
            pin = Pin("GP" + str(n), slices[n // 2 % 8], n % 2, 26 <= n)
            pin.i2c = ("SCL " if n % 2 else "SDA ") + str(n // 2 % 2)
            self.pins[pin.name] = pin
        self.pins["LED"] = self.pins["GP25"]
        for name in names:
            self.pins[name] = Pin(name, Slice())

    def __getattr__(self, name: str) -> Pin:
        pins: dict[str, Pin] = self.__dict__["pins"]
        if name not in pins:
            raise AttributeError("the board has no pin " + name)
        return pins[name]

    def reset(self) -> None:
        """Every pin lets go."""
        for pin in self.pins.values():
            if pin.pwm is not None:
                pin.pwm.users.clear()
            pin.release()


class Direction:
    INPUT = "input"
    OUTPUT = "output"


class Pull:
    UP = "up"
    DOWN = "down"


class DigitalInOut:
    """As digitalio's."""

    def __init__(self, pin: Pin) -> None:
        pin.claim(self)
        self._pin: Pin | None = pin
        self._direction = Direction.INPUT

    @property
    def pin(self) -> Pin:
        if self._pin is None:
            raise ValueError(GONE)
        return self._pin

    def deinit(self) -> None:
        if self._pin is not None:
            self._pin.release()
            self._pin = None

    def switch_to_output(self, value: bool = False) -> None:
        pin = self.pin
        pin.pull = ""
        self._direction = Direction.OUTPUT
        pin.drive(DUTY_TOP if value else 0)

    def switch_to_input(self, pull: str | None = None) -> None:
        pin = self.pin
        self._direction = Direction.INPUT
        pin.drive(None)
        pin.pull = pull or ""

    @property
    def direction(self) -> str:
        return self._direction

    @direction.setter
    def direction(self, value: str) -> None:
        if value == Direction.OUTPUT:
            self.switch_to_output()
        else:
            self.switch_to_input()

    @property
    def pull(self) -> str | None:
        return self.pin.pull or None

    @pull.setter
    def pull(self, value: str | None) -> None:
        if self._direction != Direction.INPUT:
            raise AttributeError("Pull not used when direction is output.")
        self.pin.pull = value or ""

    @property
    def value(self) -> bool:
        pin = self.pin
        if pin.drives is not None:
            return pin.high
        if pin.outside is not None:
            return pin.outside
        if not pin.pull:
            raise Unlawful(pin.name + " is read while it floats")
        return pin.pull == Pull.UP

    @value.setter
    def value(self, value: bool) -> None:
        pin = self.pin
        if self._direction != Direction.OUTPUT:
            raise AttributeError("Cannot set value when direction is input.")
        pin.drive(DUTY_TOP if value else 0)


class PWMOut:
    """As pwmio's, with a fixed frequency."""

    def __init__(self, pin: Pin, duty_cycle: int = 0, frequency: int = 500) -> None:
        pwm = pin.pwm
        if pwm is None:
            raise ValueError("Invalid pin")
        if pin.channel in pwm.users:
            raise ValueError("All timers for this pin are in use")
        if pwm.users and pwm.frequency != frequency:
            raise ValueError("All timers in use: this slice runs at another frequency")
        if not 8 <= frequency <= 62_500_000:
            raise ValueError("Invalid PWM frequency")
        pin.claim(self)
        pwm.frequency = frequency
        pwm.users[pin.channel] = self
        self._pin: Pin | None = pin
        self.duty_cycle = duty_cycle

    @property
    def pin(self) -> Pin:
        if self._pin is None:
            raise ValueError(GONE)
        return self._pin

    @property
    def frequency(self) -> int:
        pwm = self.pin.pwm
        return 0 if pwm is None else pwm.frequency

    @property
    def duty_cycle(self) -> int:
        return self.pin.drives or 0

    @duty_cycle.setter
    def duty_cycle(self, value: int) -> None:
        if not isinstance(value, int):
            raise TypeError("duty_cycle must be of type int")
        if not 0 <= value <= DUTY_TOP:
            raise ValueError("PWM duty_cycle must be between 0 and 65535 inclusive (16 bit resolution)")
        self.pin.drive(value)

    def deinit(self) -> None:
        pin = self._pin
        if pin is not None:
            if pin.pwm is not None:
                del pin.pwm.users[pin.channel]
            pin.release()
            self._pin = None


class AnalogIn:
    """As analogio's."""

    def __init__(self, pin: Pin) -> None:
        if not pin.adc:
            raise ValueError("Invalid pin")
        pin.claim(self)
        self._pin: Pin | None = pin

    @property
    def value(self) -> int:
        if self._pin is None:
            raise ValueError(GONE)
        return self._pin.analog

    def deinit(self) -> None:
        if self._pin is not None:
            self._pin.release()
            self._pin = None


class DigitalModule:
    """Stands for the module digitalio."""

    DigitalInOut = DigitalInOut
    Direction = Direction
    Pull = Pull


class PwmModule:
    """Stands for the module pwmio."""

    PWMOut = PWMOut


class AnalogModule:
    """Stands for the module analogio."""

    AnalogIn = AnalogIn
