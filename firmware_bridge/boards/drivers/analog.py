# The pad's sensor on an ADC pin of the board. Sensor to ground, a fixed resistor to the supply that
# is the converter's reference too: the reading is a ratio. CircuitPython subset.


class AdcNtc:
    """``analog``: a ready-made analogio.AnalogIn; its ``value`` is 0..65535 of the reference."""

    def __init__(self, analog) -> None:  # type: ignore[no-untyped-def]
        self._analog = analog

    def read(self) -> int:
        value: int = self._analog.value
        return value
