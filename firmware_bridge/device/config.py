# What the controller must know of its rig: integers and short texts only, so that one CRC covers
# them and a board can hold them. Built on the host by firmware_bridge.rig from a profile.
# CircuitPython subset.

from firmware_bridge.device.limits import (
    BENCH_HEAT_C100,
    BENCH_LEVEL,
    BENCH_PULSE_MS,
    BUCKET_MS,
    LAST_DUTY_U16,
    MAX_HEAT_C100,
    MAX_LEVEL,
    PERCUSSION_REGIONS,
    REGION_CAP,
    RUN_MAX_S,
    TRIP_C100,
)
from firmware_bridge.protocol.framing import Crc32

VIBRATING, PERCUSSIVE, HEATER = 0, 1, 2  # heads
NAME_BYTES = 16  # of a rig's and a profile's name on the wire
MAX_HOLD = 6000  # of 10000; one and a half times as much must stay below full power to be noticed (E)


def fits(name: str) -> bool:
    """Whether a name has room on the wire."""
    return len(name.encode()) <= NAME_BYTES


class DeviceConfig:
    """One rig.

    rig_id, profile_hash    up to 16 characters each
    output_of               per channel (vibration, percussion, heat) its output, -1: none
    heads                   per output VIBRATING, PERCUSSIVE or HEATER
    start_duty, max_duty    per output, u16: duty just above level 0, and at level 10000
    max_levels              per motor channel, 0..10000: the profile's limits
    max_heat_c100           the profile's limit, 0.01 C
    heat_rise_c100          expected rise at full power in 20 s, 0.01 C
    heat_hold               power that holds the limit, 0..10000 of full
    ntc_raw, ntc_c100       the sensor's table: ADC values falling, temperatures rising
    idle_ma                 supply current with everything off
    cells                   of the battery; 0: a mains adapter, supply voltage is not judged
    wiring                  a mark of what hangs on which pin, and of the plan that the board was made
                            from (boards/plan.py): wired anew, it is another rig
    """

    def __init__(
        self,
        rig_id: str,
        profile_hash: str,
        output_of: tuple[int, int, int],
        heads: tuple[int, ...],
        start_duty: tuple[int, ...],
        max_duty: tuple[int, ...],
        max_levels: tuple[int, int],
        max_heat_c100: int,
        heat_rise_c100: int,
        heat_hold: int,
        ntc_raw: tuple[int, ...],
        ntc_c100: tuple[int, ...],
        idle_ma: int,
        cells: int,
        wiring: str = "",
    ) -> None:
        self.rig_id = rig_id
        self.profile_hash = profile_hash
        self.output_of = output_of
        self.heads = heads
        self.start_duty = start_duty
        self.max_duty = max_duty
        self.max_levels = max_levels
        self.max_heat_c100 = max_heat_c100
        self.heat_rise_c100 = heat_rise_c100
        self.heat_hold = heat_hold
        self.ntc_raw = ntc_raw
        self.ntc_c100 = ntc_c100
        self.idle_ma = idle_ma
        self.cells = cells
        self.wiring = wiring
        self.crc = self._crc()

    def _crc(self) -> int:
        """Over everything that a cap or a calibration depends on, the firmware's own caps too (F43)."""
        parts = (
            MAX_LEVEL,
            REGION_CAP,
            PERCUSSION_REGIONS,
            MAX_HEAT_C100,
            TRIP_C100,
            BENCH_LEVEL,
            BENCH_PULSE_MS,
            BENCH_HEAT_C100,
            BUCKET_MS,
            RUN_MAX_S,
            LAST_DUTY_U16,
            self.rig_id,
            self.profile_hash,
            self.output_of,
            self.heads,
            self.start_duty,
            self.max_duty,
            self.max_levels,
            self.max_heat_c100,
            self.heat_rise_c100,
            self.heat_hold,
            self.ntc_raw,
            self.ntc_c100,
            self.idle_ma,
            self.cells,
            self.wiring,
        )
        text = repr(parts).encode()
        crc = Crc32()
        crc.run(text, len(text))
        return crc.high << 16 | crc.low or 1  # 0 is what an empty memory says: no stamp

    def problem(self) -> str:
        """Why this configuration cannot be run, or an empty text."""
        return self._problem_of_texts() or self._problem_of_outputs() or self._problem_of_heat()

    def _problem_of_texts(self) -> str:
        if not fits(self.rig_id) or not fits(self.profile_hash):
            return "rig and profile are named in at most 16 bytes"
        if not 0 <= self.cells <= 13:
            return "a battery has at most 13 cells in series, or 0: a mains adapter"
        if not 0 <= self.idle_ma <= 2000:
            return "with everything off a rig draws at most 2 A"
        return ""

    def _problem_of_outputs(self) -> str:
        outputs = len(self.heads)
        if not len(self.start_duty) == len(self.max_duty) == outputs:
            return "every output needs a head, a start duty and a full duty"
        for output in self.output_of:
            if not -1 <= output < outputs:
                return "a channel points at an output that does not exist"
        for output in range(outputs):
            if not VIBRATING <= self.heads[output] <= HEATER:
                return "a head is vibrating, percussive or a heater"
            if not 0 <= self.start_duty[output] <= self.max_duty[output] <= 65535:
                return "duties must rise from 0 over start to full and end at 65535"
            if self.heads[output] == HEATER and self.start_duty[output] != 0:
                return "a heater starts at duty 0: its power is what the supervisor counts"
        for channel in range(2):
            if not 0 <= self.max_levels[channel] <= 10000:
                return "a motor limit lies outside 0..10000"
            output = self.output_of[channel]
            if output >= 0 and self.heads[output] == HEATER:
                return "a motor channel points at the heater"
        return ""

    def _problem_of_heat(self) -> str:
        if not 0 <= self.max_heat_c100 <= 65535:
            return "the limit of heat lies outside 0..65535"
        output = self.output_of[2]
        if output < 0:
            return ""
        if self.heads[output] != HEATER:
            return "the heat channel points at a motor"
        rows = len(self.ntc_raw)
        if rows < 2 or rows != len(self.ntc_c100):
            return "heat without a temperature table"
        raws, warmths = self.ntc_raw, self.ntc_c100
        for row in range(1, rows):
            if not (raws[row] < raws[row - 1] and warmths[row] > warmths[row - 1]):
                return "the temperature table's readings must fall and its temperatures rise"
        if not (raws[0] <= 65535 and 0 <= raws[rows - 1]):
            return "the temperature table's readings lie outside 0..65535"
        if not (
            0 < self.max_heat_c100 and 0 < self.heat_rise_c100 <= 65535 and 0 < self.heat_hold <= MAX_HOLD
        ):
            return "heat without a limit, an expected rise or a holding power of at most 0.6"
        return ""
