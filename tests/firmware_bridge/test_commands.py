"""What a host may ask, one request at a time: from which state, within which limit, and the answer.

On the real controller with recording pins. Numbers are restated here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from firmware_bridge.device.board import MemoryBoard
from firmware_bridge.device.controller import Controller
from firmware_bridge.protocol import messages as m
from firmware_bridge.protocol import states
from firmware_bridge.protocol.framing import Encoder
from tests.firmware_bridge.bench import BOOT_ID, Bench, config, raw_at, record


def result(code: int) -> str:
    return m.RESULTS[code]


def safe() -> Bench:
    bench = Bench()
    bench.hello()
    return bench


def armed(**changes: int) -> Bench:
    bench = safe()
    assert bench.arm(**changes) == m.R_DONE
    bench.beat()
    return bench


def running() -> Bench:
    bench = Bench()
    bench.play(1000, 500)
    return bench


def paused() -> Bench:
    bench = running()
    assert bench.send(m.PAUSE) == m.R_DONE
    return bench


def stopping() -> Bench:
    bench = running()
    bench.send(m.STOP)
    return bench


def faulted() -> Bench:
    bench = safe()
    bench.send(m.ESTOP)
    return bench


STATES: dict[str, Callable[[], Bench]] = {
    "SAFE": safe,
    "ARMED": armed,
    "RUNNING": running,
    "PAUSED": paused,
    "STOPPING": stopping,
    "FAULT": faulted,
}


@pytest.mark.parametrize("state", STATES)
def test_what_each_command_answers_in_each_state(state: str) -> None:
    answers = {
        "ARM": {"SAFE": "done", "FAULT": "refused: a fault is latched"},
        "RESUME": {"ARMED": "refused: not enough buffered", "PAUSED": "refused: not enough buffered"},
        "PAUSE": {"RUNNING": "done", "PAUSED": "done"},
        "CLEAR": {"FAULT": "refused: the cause is not gone"},
        "STAMP": {"SAFE": "waiting"},
    }
    answers["RESUME"]["FAULT"] = "refused: a fault is latched"
    for kind, known in answers.items():
        bench = STATES[state]()
        assert bench.state == state
        if kind == "ARM":
            answer = bench.arm()
        else:
            values = {"config_crc": bench.configuration.crc} if kind == "STAMP" else {}
            answer = bench.send(getattr(m, kind), **values)
        said = result(answer)
        expected = known.get(state)
        if expected is None:
            assert answer == m.R_STATE, (kind, said)
        else:
            code = {
                "done": m.R_DONE,
                "waiting": m.R_WAITING,
                "refused: a fault is latched": m.R_FAULT,
                "refused: not enough buffered": m.R_BUFFER,
                "refused: the cause is not gone": m.R_CAUSE,
            }[expected]
            assert answer == code, (kind, said)


@pytest.mark.parametrize(
    ("state", "ends", "reason"),
    [
        ("SAFE", "SAFE", "none"),
        ("ARMED", "SAFE", "stopped by command"),
        ("RUNNING", "STOPPING", "stopped by command"),
        ("PAUSED", "STOPPING", "stopped by command"),
        ("STOPPING", "STOPPING", "stopped by command"),
        ("FAULT", "FAULT", "fault"),
    ],
)
def test_stop_is_always_done(state: str, ends: str, reason: str) -> None:
    bench = STATES[state]()
    assert bench.send(m.STOP) == m.R_DONE
    assert (bench.state, states.REASONS[bench.device.reason]) == (ends, reason)


@pytest.mark.parametrize("state", STATES)
def test_estop_is_always_done(state: str) -> None:
    bench = STATES[state]()
    assert bench.send(m.ESTOP) == m.R_DONE
    assert (bench.state, states.FAULTS[bench.device.fault]) == ("FAULT", "ESTOP")
    assert (bench.device.fault_channel, bench.device.fault_value) == (0, 0)


# -- ARM ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ceiling_vibration", "ceiling_percussion", "ceiling_heat_c100"])
def test_a_ceiling_may_reach_the_limit_and_no_further(name: str) -> None:
    limit = 4100 if name == "ceiling_heat_c100" else 8500
    for ceiling, answer in ((0, m.R_DONE), (limit, m.R_DONE), (limit + 1, m.R_ABOVE), (65_535, m.R_ABOVE)):
        bench = safe()
        before = bench.device.link.refused_raises
        assert bench.arm(**{name: ceiling}) == answer
        assert bench.device.link.refused_raises == before + (answer == m.R_ABOVE)
        assert bench.state == ("ARMED" if answer == m.R_DONE else "SAFE")


def test_every_request_above_a_limit_is_counted() -> None:
    bench = safe()
    for count in range(1, 4):
        assert bench.arm(ceiling_vibration=8501) == m.R_ABOVE
        assert bench.device.link.refused_raises == count
    assert bench.arm() == m.R_DONE
    for count in range(4, 7):
        assert bench.send(m.GAIN, gain=10_001, gain_max=10_000) == m.R_ABOVE
        assert bench.device.link.refused_raises == count


def test_a_token_gives_1000_ms() -> None:
    bench = armed()
    for _ in range(999):
        bench.tick(1)
    assert bench.state == "ARMED"
    bench.tick(1)
    assert bench.state == "SAFE"


def test_a_ceiling_is_that_of_its_own_channel() -> None:
    bench = Bench(config(max_levels=(4000, 6000), max_heat_c100=3900))
    bench.hello()
    assert bench.arm(ceiling_vibration=4001) == m.R_ABOVE
    assert bench.arm(ceiling_percussion=6001) == m.R_ABOVE
    assert bench.arm(ceiling_heat_c100=3901) == m.R_ABOVE
    assert bench.arm(ceiling_vibration=4000, ceiling_percussion=6000, ceiling_heat_c100=3900) == m.R_DONE


@pytest.mark.parametrize(
    ("regions", "answer"),
    [
        (0, "R_DONE"),
        (0b10, "R_DONE"),
        (0b1111110, "R_DONE"),
        (1, "R_REGION"),
        (0b1111111, "R_REGION"),
        (0b10000000, "R_REGION"),
        (0b11111110, "R_REGION"),
    ],
)
def test_only_regions_that_exist_may_be_armed(regions: int, answer: str) -> None:
    bench = safe()
    assert bench.arm(regions=regions) == getattr(m, answer)
    assert bench.device.regions == (regions if answer == "R_DONE" else 0)


def test_arm_with_the_stop_input_open_or_the_bucket_locked_is_refused() -> None:
    bench = safe()
    bench.device.stop_input.open = True
    assert bench.arm() == m.R_STOP_OPEN
    bench.device.stop_input.open = False
    bench.device.governor.bucket.locked = True
    assert bench.arm() == m.R_BUCKET


def test_arm_begins_everything_anew() -> None:
    bench = running()
    bench.device.underrun.count = 7
    bench.send(m.STOP)
    bench.run(300)
    assert (bench.state, bench.device.player.playhead_ms) == ("SAFE", 500)
    epoch = bench.device.epoch
    bench.device._run_ms = 4_499_999
    bench.device._silence_ms = 999
    bench.device._armed_ms = 999
    assert bench.arm() == m.R_DONE
    device = bench.device
    assert (device.epoch, device.player.playhead_ms, device.underruns) == (epoch + 1, 0, 0)
    assert (device._run_ms, device._armed_ms, device.reason, device.underrun_ms) == (0, 0, 0, 0)
    assert device._silence_ms == 999  # ARM itself is no sign of life
    assert device.applied == [0, 0, 0]
    bench.tick(10)
    assert bench.state == "ARMED"


def test_dry_stays_from_session_to_session() -> None:
    for dry in ((0,), (1, 0), (0, 1), (2,)):
        bench = safe()
        for value in dry:
            assert bench.arm(dry=value) == m.R_DONE
            bench.send(m.STOP)
        assert bench.device.dry is any(dry)


def test_both_ceilings_reach_the_governor() -> None:
    bench = armed(ceiling_vibration=300, ceiling_percussion=200)
    assert bench.segments(*[record(500, vibration=1000, percussion=1000)] * 2)
    assert bench.send(m.RESUME) == m.R_DONE
    bench.run(900)
    assert bench.device.applied[:2] == [300, 200]


# -- heat's limit ---------------------------------------------------------------------------------


def heat_limit(stamped: bool = True, ceiling: int = 4100, **changes: Any) -> tuple[int, str]:
    """Allowed heat in RUNNING, and which rule is named for more."""
    bench = Bench(config(**changes), stamped=stamped)
    bench.hello()
    bench.device._set_heat_limit(ceiling)
    return bench.device._max_heat, states.RULES[bench.device._heat_rule]


def test_the_lowest_limit_of_heat_holds_and_is_named() -> None:
    assert heat_limit() == heat_limit(ceiling=4101) == (4100, "device limit")
    assert heat_limit(max_heat_c100=4101) == (4100, "device limit")
    assert heat_limit(max_heat_c100=4100) == (4100, "device limit")
    assert heat_limit(max_heat_c100=4099) == (4099, "profile limit")
    assert heat_limit(ceiling=4099) == (4099, "session ceiling")
    assert heat_limit(ceiling=3900, max_heat_c100=4000) == (3900, "session ceiling")
    assert heat_limit(ceiling=0) == (0, "session ceiling")
    assert heat_limit(stamped=False) == (3200, "bench limits (not commissioned)")
    assert heat_limit(stamped=False, ceiling=3201) == (3200, "bench limits (not commissioned)")
    assert heat_limit(stamped=False, ceiling=3200) == (3200, "session ceiling")
    assert heat_limit(stamped=False, ceiling=3199) == (3199, "session ceiling")


def test_without_heater_or_after_a_lasting_fault_no_heat_is_allowed() -> None:
    cold = config(output_of=(0, 1, -1), heads=(0, 1), start_duty=(0, 0), max_duty=(60_000, 60_000))
    bench = Bench(cold)
    bench.hello()
    bench.device._set_heat_limit(4100)
    assert (bench.device._max_heat, bench.device._heat_rule) == (0, states.RULE_DEVICE)
    bench = safe()
    bench.device.heat_locked = True
    bench.device._set_heat_limit(4100)
    assert (bench.device._max_heat, bench.device._heat_rule) == (0, states.RULE_DEVICE)


# -- RESUME ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ms", "last", "answer"), [(599, False, "R_BUFFER"), (600, False, "R_DONE"), (20, True, "R_DONE")]
)
def test_resume_needs_600_ms_or_everything(ms: int, last: bool, answer: str) -> None:
    bench = armed()
    if ms > 500:
        assert bench.segments(record(500, vibration=100))
        ms -= 500
    assert bench.segments(record(ms, vibration=100, last=last))
    assert bench.send(m.RESUME) == getattr(m, answer)
    assert (bench.state == "RUNNING") is (answer == "R_DONE")


def test_at_most_1500_ms_are_buffered() -> None:
    for last_ms, fits in ((499, True), (500, True), (501, False)):
        bench = armed()
        assert bench.segments(record(500, vibration=100), record(480, vibration=100))
        assert bench.segments(record(20, vibration=100))
        halves = record(last_ms - 250, vibration=100), record(250, vibration=100)
        assert bench.segments(*halves) is fits
        assert bench.device.player.buffered_ms == 1000 + (last_ms if fits else 0)


def test_resume_needs_a_token_younger_than_1000_ms() -> None:
    bench = paused()
    bench.run(300)
    assert bench.segments(*[record(500, vibration=100)] * 2, seq=0)
    for silence, answer in ((1000, m.R_HEARTBEAT), (1001, m.R_HEARTBEAT), (999, m.R_DONE)):
        bench.device._silence_ms = silence
        assert bench.send(m.RESUME) == answer


def test_resume_needs_motor_time() -> None:
    bench = armed()
    assert bench.segments(*[record(500, vibration=100)] * 2)
    bench.device.governor.bucket.locked = True
    assert bench.send(m.RESUME) == m.R_BUCKET
    assert bench.state == "ARMED"


def test_resume_begins_at_zero_and_forgets_why_it_stood() -> None:
    bench = paused()
    assert bench.segments(*[record(500, vibration=5000)] * 2, seq=0)
    bench.beat()
    assert bench.device.player.playhead_ms == 500
    assert bench.send(m.RESUME) == m.R_DONE
    assert (bench.device.player.playhead_ms, bench.device.reason) == (0, states.WHY_NONE)
    bench.tick(1)
    assert bench.device.applied[0] == 3


# -- HELLO ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "why", "reason"),
    [
        ("ARMED", 0, "another session said hello"),
        ("RUNNING", 0, "another session said hello"),
        ("PAUSED", 3, "another session said hello"),
        ("PAUSED", 4, "heartbeat token stood still"),
        ("RUNNING", 4, "another session said hello"),
    ],
)
def test_why_it_stood_still_is_kept_when_it_was_silence(state: str, why: int, reason: str) -> None:
    bench = STATES[state]()
    bench.device.reason = why
    bench.hello()
    assert states.REASONS[bench.device.reason] == reason
    bench.run(300)
    assert bench.welcome is not None
    assert states.REASONS[bench.welcome["last_reason"]] == reason


def test_welcome_says_who_it_is_and_how_it_is() -> None:
    configuration = config(max_levels=(4000, 6000), max_heat_c100=3900)
    bench = Bench(configuration)
    bench.board.reset_cause = 1
    bench.board.save_fault(7, 70, 1, 700)
    bench.device.governor.bucket.left_ms = 123_999
    bench.hello()
    welcome = bench.welcome
    assert welcome is not None
    texts = {name: value.rstrip(b"\x00") for name, value in welcome.items() if isinstance(value, bytes)}
    assert (texts["board"], texts["rig_id"], texts["profile_hash"]) == (
        b"memory",
        b"bench",
        b"0123456789abcdef",
    )
    expected = {
        "cmd": 1,
        "channels": 0b111,
        "heads": 0b10,
        "simulated": 1,
        "boot_id": BOOT_ID,
        "reset_cause": 1,
        "last_fault": 7,
        "last_fault_tick": 70,
        "last_fault_channel": 1,
        "last_fault_value": 700,
        "last_reason": 0,
        "stamp": configuration.crc,
        "config_crc": configuration.crc,
        "bucket_s": 123,
        "max_vibration": 4000,
        "max_percussion": 6000,
        "max_heat_c100": 3900,
    }
    assert {name: welcome[name] for name in expected} == expected


@pytest.mark.parametrize(("left_ms", "bucket_s"), [(900_000, 900), (899_999, 899), (999, 0), (0, 0)])
def test_welcome_says_whole_seconds_of_motor_time(left_ms: int, bucket_s: int) -> None:
    bench = Bench()
    bench.device.governor.bucket.left_ms = left_ms
    bench.hello()
    assert bench.welcome is not None
    assert bench.welcome["bucket_s"] == bucket_s


@pytest.mark.parametrize(
    ("changes", "channels", "heads"),
    [
        ({"output_of": (0, -1, -1), "heads": (0,)}, 0b001, 0b00),
        ({"output_of": (0, -1, -1), "heads": (1,)}, 0b001, 0b01),
        ({"output_of": (-1, 0, -1), "heads": (1,)}, 0b010, 0b10),
        ({"output_of": (0, 0, -1), "heads": (1,)}, 0b011, 0b11),
        ({"output_of": (-1, -1, 0), "heads": (2,)}, 0b100, 0b00),
        ({"output_of": (-1, -1, -1), "heads": ()}, 0b000, 0b00),
    ],
)
def test_welcome_says_which_channels_there_are_and_which_percuss(
    changes: dict[str, Any], channels: int, heads: int
) -> None:
    count = len(changes["heads"])
    bench = Bench(config(**changes, start_duty=(0,) * count, max_duty=(100,) * count))
    bench.hello()
    assert bench.welcome is not None
    assert (bench.welcome["channels"], bench.welcome["heads"]) == (channels, heads)


# -- GAIN -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gain", "gain_max", "answer", "gains"),
    [
        (6000, 8000, "R_DONE", (6000, 8000)),
        (8000, 8000, "R_DONE", (8000, 8000)),
        (8001, 8000, "R_ABOVE", (7000, 8000)),
        (7000, 8001, "R_ABOVE", (7000, 8000)),
        (5000, 8001, "R_ABOVE", (5000, 8000)),
        (8001, 7500, "R_ABOVE", (7000, 7500)),
        (7001, 8000, "R_DONE", (7001, 8000)),
        (6999, 7000, "R_DONE", (6999, 7000)),
        (0, 0, "R_DONE", (0, 0)),
    ],
)
def test_gain_at_its_ceiling(gain: int, gain_max: int, answer: str, gains: tuple[int, int]) -> None:
    bench = armed()
    assert bench.send(m.GAIN, gain=7000, gain_max=8000) == m.R_DONE
    before = bench.device.link.refused_raises
    assert bench.send(m.GAIN, gain=gain, gain_max=gain_max) == getattr(m, answer)
    assert (bench.device.governor.gain, bench.device.governor.gain_max) == gains
    assert bench.device.link.refused_raises == before + (answer == "R_ABOVE")


@pytest.mark.parametrize(("gain", "becomes"), [(6999, 6999), (7000, 7000), (7001, 7000), (8000, 7000)])
def test_a_late_gain_only_lowers(gain: int, becomes: int) -> None:
    bench = armed()
    assert bench.send(m.GAIN, gain=7000, gain_max=8000) == m.R_DONE
    bench.send(m.GAIN, cmd=1, gain=gain, gain_max=8000)
    assert bench.device.governor.gain == becomes


# -- CLEAR and STAMP ------------------------------------------------------------------------------


def test_clear_5000_ms_after_the_cause() -> None:
    bench = faulted()
    for gone, answer in ((4999, m.R_CAUSE), (5000, m.R_DONE)):
        bench.device._cause_gone_ms = gone
        assert bench.send(m.CLEAR) == answer
    assert (bench.state, bench.device.fault) == ("SAFE", 0)


def test_clear_forgets_the_fault_of_the_heater() -> None:
    bench = safe()
    bench.board.ntc = raw_at(43)
    bench.run(100)
    bench.board.ntc = raw_at(30)
    bench.run(5200)
    assert bench.device.heat is not None
    assert bench.device.heat.fault
    assert bench.send(m.CLEAR) == m.R_DONE
    assert bench.device.heat.fault == 0
    bench.run(200)
    assert bench.state == "SAFE"


def test_clear_without_a_heater() -> None:
    bench = Bench(config(output_of=(0, 1, -1), heads=(0, 1), start_duty=(0, 0), max_duty=(60_000, 60_000)))
    bench.hello()
    bench.send(m.ESTOP)
    bench.run(5000)
    assert bench.send(m.CLEAR) == m.R_DONE


def test_a_stamp_concludes_the_command_that_asked_for_it() -> None:
    for opens in (True, False):
        bench = Bench(stamped=False)
        bench.hello()
        assert bench.send(m.STAMP, config_crc=bench.configuration.crc) == m.R_WAITING
        assert bench.device.governor.bench
        bench.board.open = opens
        bench.run(30_000)
        assert bench.device.link.result == (m.R_DONE if opens else m.R_STOP_OPEN)
        assert bench.device.governor.bench is not opens
        assert (bench.board.load_stamp() == bench.configuration.crc) is opens


# -- bytes ----------------------------------------------------------------------------------------


def test_bytes_go_out_as_far_as_they_are_taken() -> None:
    board = MemoryBoard(3, config().crc)
    device = Controller(config(), board, BOOT_ID)
    device.tick(0)
    device.tick(100)
    length = device.tx_length
    whole = bytes(device.tx[:length])
    assert length > 20
    device.sent(5)
    assert device.tx_length == length - 5
    assert bytes(device.tx[: length - 5]) == whole[5:]
    device.sent(length - 5)
    assert device.tx_length == 0


def test_only_so_many_bytes_as_were_said_are_heard() -> None:
    bench = safe()
    frame = Encoder().frame(m.STOP, 0, bench.session, b"\x09\x00")
    good = bench.device.link.decoder.good
    bench.device.receive(frame, len(frame) - 1)
    assert bench.device.link.decoder.good == good
    bench.device.receive(frame[-1:], 1)
    assert bench.device.link.decoder.good == good + 1
