"""The board: ENABLE, readings, memory; and the plant behind it."""

import pytest

from programs.profile import load_profile, profile_ids
from sim.board import SimBoard
from sim.person import Person


def run(board, until_ms, toggle=True, duties=()):
    """Let time pass as a controller would, tick by tick."""
    level = 0
    for now_ms in range(board.now_ms + 10, until_ms + 1, 10):
        board.step(now_ms)
        if toggle:
            level = 1 - level
            board.enable(level)
        for output, duty in duties:
            board.write_duty(output, duty)


def test_power_passes_only_while_enable_toggles(heated_head):
    board = SimBoard(heated_head, stamp=1)
    motor = board.plant.motors[0].motor
    run(board, 200, toggle=False, duties=[(0, 30000)])
    assert not board.powered
    assert motor.speed_rad_s == 0.0
    run(board, 1000, duties=[(0, 30000)])
    assert board.powered
    assert motor.speed_rad_s > 100.0
    board.step(1000 + 200)  # the line stands still
    assert not board.powered
    assert motor.current_a == 0.0


def test_the_slowest_enable_a_board_may_have_still_counts(heated_head):
    """The one-shot holds over 100 ms, the catch-up of the device process, and drops by 200 ms."""
    board = SimBoard(heated_head, stamp=1)
    run(board, 100, duties=[(0, 30000)])
    board.step(200)
    assert board.enabled
    board.step(300)
    assert not board.enabled


def test_changes_are_kept_when_asked(heated_head):
    board = SimBoard(heated_head, stamp=1, record=True)
    run(board, 30, duties=[(0, 100), (1, 0)])
    board.write_duty(0, 0)
    assert board.changes == [(10, 0, 100), (30, 0, 0)]
    silent = SimBoard(heated_head, stamp=1)
    silent.write_duty(0, 7)
    assert silent.changes == []


def test_readings_come_from_the_seed_and_the_pad(heated_head):
    one, same, other = (SimBoard(heated_head, 1, seed) for seed in (1, 1, 2))
    first = [one.ntc_raw() for _ in range(50)]
    assert first == [same.ntc_raw() for _ in range(50)]
    assert first != [other.ntc_raw() for _ in range(50)]
    assert max(first) - min(first) < 80
    run(one, 30_000, duties=[(2, 65535)])
    assert one.ntc_raw() < min(first) - 3000
    assert one.plant.pad_c > 30.0
    assert abs(one.supply_mv() - 24_000) < 200
    assert 540 < one.current_ma() < 660  # 13 W at 24 V and the idle current


def test_a_rig_without_heater_has_no_reading():
    board = SimBoard(load_profile("vibration-pad"), stamp=1)
    board.step(1000)
    assert board.ntc_raw() == -1
    assert not board.stop_open()


def test_memory_survives_in_the_board(heated_head):
    board = SimBoard(heated_head, stamp=7)
    assert board.load_stamp() == 7
    board.save_stamp(9)
    board.save_fault(3, 4, 5, 6)
    assert (board.load_stamp(), board.load_fault()) == (9, (3, 4, 5, 6))


def test_heater_behind_a_shorted_transistor_stops_at_enable_and_cut_off(heated_head):
    board = SimBoard(heated_head, stamp=1)
    board.plant.heater_stuck_on = True
    hottest_c = 0.0
    for _ in range(60):
        run(board, board.now_ms + 5000)  # a controller that keeps ENABLE alive for five minutes
        hottest_c = max(hottest_c, board.plant.pad_c)
    assert 44.5 < hottest_c < 50.0
    assert board.plant.pad_c < 40.0, "what opened ENABLE does not reset itself, and keeps no pad at 45 C"
    assert board.plant.stuck_j > 0.0
    board.jammed = board.welded = 1  # and what opens ENABLE is gone as well
    run(board, board.now_ms + 60_000)
    assert board.plant.cut_off_open
    assert board.plant.pad_c < 50.0
    run(board, board.now_ms + 120_000)
    assert board.plant.heater_w == 0.0  # it does not reset itself


@pytest.mark.parametrize("profile_id", profile_ids())
def test_every_motor_of_every_profile_rises_as_its_profile_says(profile_id):
    profile = load_profile(profile_id)
    for place, output in enumerate(profile.outputs):
        if output.motor is None:
            continue
        board = SimBoard(profile, stamp=1, person=Person(pressing_force_n=0.0))
        motor = next(each for each in board.plant.motors if each.index == place).motor
        speeds = []
        for _ in range(200):
            run(board, board.now_ms + 10, duties=[(place, round(output.max_duty * 65535))])
            board.enable(len(speeds) % 2)
            speeds.append(motor.speed_rad_s)
        top = speeds[-1]
        assert top == pytest.approx(
            output.motor.speed_rad_s(output.max_duty * profile.supply.volts), rel=0.03
        )
        rise_s = sum(0.1 * top < speed < 0.9 * top for speed in speeds) * 0.01
        assert rise_s == pytest.approx(output.rise_time_s, abs=0.02)


def test_a_motor_starts_just_above_level_zero(heated_head):
    for place in (0, 1):
        board = SimBoard(heated_head, stamp=1)
        run(board, 1000, duties=[(place, round(heated_head.outputs[place].start_duty * 65535))])
        assert board.plant.motors[place].motor.speed_rad_s > 0.0


def test_pressing_harder_slows_the_head_and_pressing_too_hard_stalls_it(heated_head):
    strokes, currents = [], []
    for force_n in (0.0, 20.0, 60.0, 140.0):
        board = SimBoard(heated_head, stamp=1, person=Person(pressing_force_n=force_n))
        run(board, 1500, duties=[(1, 50_000)])
        strokes.append(board.plant.motors[1].motor.speed_rad_s)
        currents.append(board.plant.current_a)
    assert strokes[0] > strokes[1] > strokes[2] > strokes[3] == 0.0
    assert currents == sorted(currents)


def test_a_line_that_stands_still_drops_power_and_is_counted(heated_head):
    board = SimBoard(heated_head, stamp=1)
    run(board, 300, duties=[(0, 30000)])
    board.line_stuck = 1
    run(board, 500)
    assert not board.enabled
    assert board.unfollowed == 10  # every other edge finds the line where it stands
    board.line_stuck = 0
    run(board, 600)
    assert board.enabled


def test_a_jammed_one_shot_holds_but_the_comparator_opens_it(heated_head):
    board = SimBoard(heated_head, stamp=1)
    board.jammed = 1
    run(board, 500, toggle=False)
    assert board.enabled
    assert board.jammed_steps == 50
    board.plant.pad_c = 45.1
    board.step(510)
    assert not board.enabled


def test_readings_can_lie_one_after_the_other(heated_head):
    board = SimBoard(heated_head, stamp=1)
    board.step(100)
    board.on_ntc += [lambda raw: 100, lambda raw: raw + 1]
    board.on_current += [lambda ma: ma + 5000]
    board.on_supply += [lambda mv: 0, lambda mv: mv + 7]
    assert board.ntc_raw() == board.reading == 101
    assert 5000 <= board.current_ma() < 5200
    assert board.supply_mv() == 7
    board.on_ntc[:] = [lambda raw: -1, lambda raw: raw + 1]
    assert board.ntc_raw() == -1  # what gives no reading cannot be changed any more
    board.on_stop += [lambda is_open: True, lambda is_open: not is_open]
    assert not board.stop_open()


def test_the_pad_is_without_power_once_the_cut_off_is_open(heated_head):
    board = SimBoard(heated_head, stamp=1)
    run(board, 100, duties=[(2, 65535)])
    assert board.powered
    board.plant.cut_off_open = True
    assert not board.powered
    board.write_duty(0, 1000)
    assert board.powered  # a motor does not pass the cut-off


def test_a_reset_lets_every_pin_go(heated_head):
    board = SimBoard(heated_head, stamp=1)
    run(board, 100, duties=[(0, 30000), (2, 65535)])
    board.reset_pins()
    assert not board.powered
    board.step(400)
    assert not board.enabled
