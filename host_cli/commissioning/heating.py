"""The pad's sensor where it matters, at 39 C; then the heater: two degrees warmer, plausibly.

Until it is stamped a device warms to 32 C at most, and there a sensor of another kind than the profile's
reads almost right. So the warm point is taken before anything heats, with warmth that comes from outside.
"""

from __future__ import annotations

from firmware_bridge.conformance.records import record
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states as s
from host_cli.commissioning.desk import Desk, Step, failed
from host_cli.commissioning.moving import stop

MORE_C100 = 200  # two degrees: enough to see, too little to hurt
SEEN_C100 = 150
BENCH_C100 = 3200  # 32 C, until commissioned (safety.md)
WARMING_MS = 60_000
HOLDING_MS = 20_000
OVERSHOOT_C100 = 200  # 0.01 C above the target: a sensor that lags, a pad on a cold table (E)
THERMOMETER_C = 2.0  # a contact thermometer on a small warm pad is no better (E)
WARM_C = (38, 40)  # where the sensor is compared: just below what the device may hold
WARM_APART_C = 1.0  # there; another common beta (3435 K for 3950 K) is 2 C off (E)
STILL_C = 0.5  # what the pad may change by while the thermometer is read (E)
ELSEWHERE = 3  # a region for the record; heat knows none
CHECK_SENSOR = (
    "Check ntc_beta_k (the first to suspect when they agree in the cold), ntc_r25_ohm and divider_ohm of the "
    "profile against the parts you fitted, and the sensor's contact. A mended profile needs a new bundle."
)


def _sensor(desk: Desk) -> None:
    """Both sensors under the same warm thing; read before and after the person reads."""
    request = (
        "Lay a bag of warm water (42 C from the tap) on the pad, your thermometer between them and a cloth "
        "over all. Wait until it shows 38 to 40 C and stands still."
    )
    desk.people.ready("warmed", request)
    if desk.bench.hands:
        desk.bench.warm(True)
    before = _pad(desk) / 100
    value = desk.number("warm_thermometer_c", "What does it show just now, in C?", -20, 80)
    after = _pad(desk) / 100
    if desk.bench.hands:
        desk.bench.warm(False)
    desk.found.measured.update(warm_before_c=before, warm_after_c=after)
    if not WARM_C[0] <= value <= WARM_C[1]:
        say = f"the thermometer shows {value:.1f} C; the sensor is compared between 38 and 40 C."
        raise failed(say, "Take warmer water, or wait until it is cooler.")
    if not abs(after - before) <= STILL_C:
        say = f"the pad went from {before:.1f} to {after:.1f} C meanwhile."
        raise failed(say, "Wait until both stand still.")
    told = (before + after) / 2
    if not abs(value - told) <= WARM_APART_C:
        say = f"at {value:.1f} C the rig reads {told:.1f} C; allowed: 1 C apart."
        raise failed(say, CHECK_SENSOR)
    desk.tell(f"The rig reads {told:.1f} C. Take the bag off; the pad has to cool below 30 C.")


def _warm(desk: Desk, target_c100: int) -> None:
    """Heat alone, from rest, until somebody stops it."""
    host = desk.host
    host.rest()
    result = host.arm(dry=0)
    if result != m.R_DONE:
        raise failed(f"ARM was answered '{m.RESULTS[result]}'.", "Look at thrum rig clear-fault.")
    host.go(record({m.HEAT: target_c100}, region=ELSEWHERE))


def _pad(desk: Desk) -> int:
    """The pad's temperature at rest; ends the step where the device trusts no reading."""
    desk.host.rest()
    pad = desk.host.status.pad_c100
    if not pad:
        raise failed(
            "the device has no temperature of the pad that it trusts.", "Check the sensor and its wires."
        )
    return pad


def _heater(desk: Desk) -> None:
    cold = _pad(desk)
    target = cold + MORE_C100
    if target > BENCH_C100:
        say = f"the pad is at {cold / 100:.1f} C, and an uncommissioned device warms to 32 C at most."
        raise failed(say, "Let it cool below 30 C, off the body.")
    _warm(desk, target)
    begun = desk.host.line.now_ms()
    say = f"The pad should come from {cold / 100:.1f} C to {(cold + SEEN_C100) / 100:.1f} C."
    seen = desk.host.until(
        lambda now: now.pad_c100 >= cold + SEEN_C100 or now.state == s.FAULT, WARMING_MS, say
    )
    took_s = (seen.at_ms - begun) / 1000
    heard = desk.host.run(HOLDING_MS) if seen.status.state != s.FAULT else []
    end = desk.host.status
    if end.state == s.FAULT:
        say = f"the device latched {end.fault_name} while the pad warmed."
        raise failed(
            say, "Check that sensor and heater sit on the same pad, and the profile's heating_rate_c_s."
        )
    top = max(each.status.pad_c100 for each in heard)
    desk.found.measured.update(
        pad_cold_c=cold / 100,
        pad_warm_c=end.pad_c100 / 100,
        pad_top_c=top / 100,
        warming_s=round(took_s, 1),
    )
    if not top <= target + OVERSHOOT_C100:
        stop(desk)
        raise failed(
            f"the pad went to {top / 100:.1f} C, asked were {target / 100:.1f} C.",
            "Check the sensor's place.",
        )
    desk.tell(
        f"From {cold / 100:.1f} C it was 1.5 C warmer after {took_s:.1f} s, and holds {end.pad_c:.1f} C."
    )
    _against_thermometer(desk)


def _against_thermometer(desk: Desk) -> None:
    """Read while it is still held; then off."""
    told = desk.host.status.pad_c100 / 100
    stop(desk)
    value = desk.number(
        "thermometer_c", "What does a thermometer on the pad's face show just now, in C?", -20, 80
    )
    desk.found.measured["warm_point_c"] = told
    if not abs(value - told) <= THERMOMETER_C:
        say = f"the thermometer shows {value:.1f} C, the rig {told:.1f} C; allowed: {THERMOMETER_C:g} apart."
        raise failed(say, CHECK_SENSOR)


def _no_heat(desk: Desk) -> str:
    return "" if desk.host.welcome.channels >> m.HEAT & 1 else "This rig has no heat."


SENSOR = Step(
    "sensor", "The pad's sensor at 39 C", "Nothing moves, and nothing heats: the warmth is yours.",
    _sensor, _no_heat,
)  # fmt: skip
HEATER = Step("heater", "The heater, two degrees", "The pad gets two degrees warmer and is held. Have a"
              " thermometer on it; nobody lies on it.", _heater, _no_heat, moves=True)  # fmt: skip
