"""A rig on a Raspberry Pi's pins, in memory: what is in the way, what is written off, what is handed on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

if os.name != "posix":
    pytest.skip("a Raspberry Pi runs Linux", allow_module_level=True)

from firmware_bridge.errors import AddressUnknown, BridgeError, PortBusy, PortNotPermitted
from firmware_bridge.gpio import errors, guardian, preflight, sysfs_pwm
from firmware_bridge.gpio.off import chips_of, deaf, write_off
from firmware_bridge.gpio.platform import platform_of
from firmware_bridge.gpio.port import FATE_S, UNCONFIRMED, GpioPort
from firmware_bridge.gpio.process import Beat
from firmware_bridge.gpio.rest import POWER_ON, SOFTWARE, Rest
from firmware_bridge.gpio.setup import Setup
from firmware_bridge.gpio.sysfs_pwm import SysfsPwm
from firmware_bridge.rig import device_config
from firmware_bridge.rigs.load import load_rig, load_rig_profile
from firmware_bridge.rigs.plan import plan_of
from tests.firmware_bridge.pi import hardware
from tests.firmware_bridge.pi.bench import DRIVEN, RIG
from tests.firmware_bridge.pi.hardware import EBUSY, SPEC, Pi, computer, lay_out

WHERE = "gpio:pi-bench"
BOARD = "raspberry-pi-4"
LOADED = load_rig(RIG)
PLAN = plan_of(LOADED, load_rig_profile(LOADED))


@pytest.fixture
def pi(tmp_path: Path) -> Pi:
    return lay_out(tmp_path / "pi")


def say(pi: Pi, **files: str) -> None:
    for name, text in files.items():
        (pi.folder / name).write_text(text)


def switch_off_i2c(pi: Pi) -> None:
    (pi.folder / "dev/i2c-1").unlink()


def without_pwm(pi: Pi) -> None:
    (pi.folder / "pwm/pwmchip0/device/of_node").unlink()


# -- what is in the way ------------------------------------------------------------------------------


def test_nothing_is_in_the_way_of_a_whole_pi(pi: Pi) -> None:
    assert preflight.obstacle(WHERE, PLAN, computer(str(pi.folder))) is None


@pytest.mark.parametrize(
    ("hurt", "kind", "words"),
    [
        (lambda pi: say(pi, model="Some PC"), errors.NotARaspberryPi, ["a Some PC", "--port sim"]),
        (lambda pi: (pi.folder / "model").unlink(), errors.NotARaspberryPi, ["no Raspberry Pi"]),
        (lambda pi: say(pi, model="Raspberry Pi 5 Model B"), errors.NotARaspberryPi, ["wired to a"]),
        (lambda pi: say(pi, lacking="board"), errors.BlinkaMissing, ["pip install 'thrum-massager[gpio]'"]),
        (lambda pi: say(pi, lacking="adafruit_ads1x15"), errors.BlinkaMissing, ["of the ADS1115 is not"]),
        (lambda pi: say(pi, forbidden="gpiochip0"), PortNotPermitted, ["usermod -aG gpio $USER", "log out"]),
        (lambda pi: say(pi, forbidden="i2c-1"), PortNotPermitted, ["/dev/i2c-1", "usermod -aG i2c $USER"]),
        (switch_off_i2c, errors.I2cDisabled, ["sudo raspi-config nonint do_i2c 0", "restart"]),
        (without_pwm, errors.PwmNotSetUp, ["GPIO18", "dtoverlay=pwm,pin=18,func=2"]),
        (lambda pi: say(pi, forbidden="export"), PortNotPermitted, ["usermod -aG gpio $USER"]),
    ],
)  # fmt: skip
def test_each_obstacle_has_its_name_and_its_remedy(
    pi: Pi, hurt: Callable[[Pi], object], kind: type[BridgeError], words: list[str]
) -> None:
    hurt(pi)
    found = preflight.obstacle(WHERE, PLAN, computer(str(pi.folder)))
    assert type(found) is kind
    for word in words:
        assert word in str(found)


def test_a_refusal_crosses_the_pipe_as_what_it_was() -> None:
    for kind in errors.KINDS:
        sent = kind(WHERE, "A sentence\nin two lines.")
        again = errors.refusal(WHERE, errors.refusal_line(sent))
        assert type(again) is kind
        assert str(again) == "A sentence in two lines."
    assert len({kind.code for kind in errors.KINDS}) == len(errors.KINDS)


@pytest.mark.parametrize(
    ("rig", "words"),
    [("no-such-rig", "There is no rig 'no-such-rig'"), ("nowhere/desk.toml", "There is no file")],
)
def test_an_unknown_rig_is_refused(rig: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert guardian.main(["--rig", rig]) == guardian.REFUSED
    refused = errors.refusal(WHERE, capsys.readouterr().out.splitlines()[-1])
    assert isinstance(refused, AddressUnknown)
    assert words in str(refused)


def test_two_rigs_cannot_have_the_pins(pi: Pi) -> None:
    where = computer(str(pi.folder))
    first = guardian.take(WHERE, where)
    with pytest.raises(PortBusy, match=r"in use by another rig's process.*pgrep"):
        guardian.take(WHERE, where)
    os.close(first)
    os.close(guardian.take(WHERE, where))


# -- everything off ----------------------------------------------------------------------------------


def left_on(pi: Pi) -> None:
    """As a process leaves it that was killed: PWM exported and driving, a chip's channel on."""
    pi.pwm_module().PWMOut(pi.D18, frequency=20_000).duty_cycle = 30_000
    pi.pca9685.registers.update({0x00: 0x20, 0x06: 0, 0x07: 0, 0x08: 0, 0x09: 0x08})
    pi.D18.user = None
    assert set(pi.driven()) == {"PWM0", "LED0"}


def test_what_a_dead_process_left_on_is_written_off_and_no_line_floats(pi: Pi) -> None:
    left_on(pi)
    with pytest.raises(RuntimeError, match="pre-existing"):  # the library would leave it on
        pi.pwm_module().PWMOut(pi.D18, frequency=20_000)
    platform = platform_of(f"{SPEC}{pi.folder}", BOARD)
    assert write_off(PLAN, platform) == []
    assert pi.driven() == {}
    assert pi.floating(*DRIVEN) == []
    assert [pi.pins[name].level() for name in DRIVEN] == [0, 0, 0]
    pi.pwm_module().PWMOut(pi.D18, frequency=20_000)  # and the pins are free again


def test_what_stays_half_written_is_said_and_not_waited_for(pi: Pi, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its writer was killed: a test that reads it has to fail, not to wait for ever."""
    monkeypatch.setattr(hardware, "SETTLES_S", 0.01)
    left_on(pi)
    (pi.folder / "pwm/pwmchip0/pwm0/duty_cycle").write_text("")
    for read in (pi.driven, lambda: pi.pwm("D18")):
        with pytest.raises(AssertionError, match=r"no sense: .*duty_cycle is empty"):
            read()


def test_a_write_to_a_chip_arrives_whole(pi: Pi) -> None:
    pi.pca9685.write(bytes((0, 0x20)))
    with pi.pca9685.registers.at_once():
        pi.pca9685.registers[0x06] = 0x55
        assert (pi.pca9685.registers[0x06], Pi(pi.folder).pca9685.registers[0x06]) == (0x55, 0)
    assert Pi(pi.folder).pca9685.registers[0x06] == 0x55


def test_full_power_on_a_pi_5_is_an_inverted_channel(tmp_path: Path) -> None:
    pi = lay_out(tmp_path / "pi", "raspberry-pi-5")
    pwm = pi.pwm_module().PWMOut(pi.D18, frequency=20_000)
    pwm._set(duty_cycle=0, polarity="inversed")
    assert pi.driven() == {"PWM2": 65535}
    SysfsPwm(pi.folder / "pwm", "raspberry-pi-5").silence("D18")
    assert pi.driven() == {}


def test_a_duty_that_the_kernel_refuses_keeps_no_channel_on(pi: Pi, monkeypatch: pytest.MonkeyPatch) -> None:
    left_on(pi)
    write = sysfs_pwm._write

    def refusing(path: Path, value: int | str) -> None:
        if path.name == "duty_cycle":
            raise OSError(22, "Invalid argument")
        write(path, value)

    monkeypatch.setattr(sysfs_pwm, "_write", refusing)
    with pytest.raises(OSError, match="Invalid argument"):
        SysfsPwm(pi.folder / "pwm", BOARD).silence("D18")
    assert "PWM0" not in pi.driven()


def test_a_channel_without_a_period_is_off_as_it_is(pi: Pi, monkeypatch: pytest.MonkeyPatch) -> None:
    left_on(pi)
    chip = pi.folder / "pwm/pwmchip0"
    for name, value in (("period", "0"), ("duty_cycle", "0"), ("enable", "0")):
        (chip / "pwm0" / name).write_text(value)
    written: list[str] = []
    monkeypatch.setattr(sysfs_pwm, "_write", lambda path, _value: written.append(path.name))
    SysfsPwm(pi.folder / "pwm", BOARD).silence("D18")
    assert written == ["unexport"], "the kernel refuses the rest with EINVAL"


def test_one_deaf_chip_keeps_nothing_else_on(pi: Pi) -> None:
    left_on(pi)
    pi.lose(0x40)
    platform = platform_of(f"{SPEC}{pi.folder}", BOARD)
    (failure,) = write_off(PLAN, platform)
    assert failure.what == "PCA9685 at 0x40"
    assert set(pi.driven()) == {"LED0"}
    sentence = str(preflight.failed(WHERE, PLAN, failure))
    assert "0x40 does not answer" in sentence
    assert "i2cdetect -y 1" in sentence
    pi.lose(0x40, lost=False)
    assert write_off(PLAN, platform) == []
    assert pi.driven() == {}


def test_every_chip_is_asked_and_the_bus_is_named_when_it_is_held(pi: Pi) -> None:
    platform = platform_of(f"{SPEC}{pi.folder}", BOARD)
    assert [chip.title for chip in chips_of(PLAN)] == ["PCA9685", "ADS1115", "INA219"]
    assert deaf(PLAN, platform) == []
    for address, title in ((0x40, "PCA9685"), (0x48, "ADS1115"), (0x41, "INA219")):
        pi.lose(address)
        assert [failure.what for failure in deaf(PLAN, platform)] == [f"{title} at 0x{address:02X}"]
        pi.lose(address, lost=False)
    pi.wedge()
    held = preflight.failed(WHERE, PLAN, deaf(PLAN, platform)[0])
    assert isinstance(held, errors.BusHeld)
    assert "SDA (GPIO2), SCL (GPIO3)" in str(held)


def test_a_pin_that_another_process_has_is_said(pi: Pi) -> None:
    failure = preflight.Failure("GPIO27", None, OSError(EBUSY, "Device or resource busy"))
    assert "GPIO27 cannot be driven" in str(preflight.failed(WHERE, PLAN, failure))


# -- what a host is told -----------------------------------------------------------------------------


class Ended:
    """A device whose guardian ended with ``code``."""

    def __init__(self, code: int | None) -> None:
        self.code = code
        self.waited_s = 0.0

    def ended(self, wait_s: float) -> int | None:
        self.waited_s += wait_s
        return self.code


def told(device: Ended | None) -> str:
    return str(GpioPort(WHERE, device, None)._lose())  # type: ignore[arg-type]


@pytest.mark.parametrize("code", [guardian.ENDED, guardian.DIED, guardian.SILENT])
def test_off_is_claimed_after_a_guardian_that_switched_everything_off(code: int) -> None:
    device = Ended(code)
    assert told(device).endswith("Its outputs are off; start again.")
    assert UNCONFIRMED not in told(device)
    at_most_s = guardian.SILENCE_S + 2 * guardian.LEAVE_S + guardian.OFF_TRIES_MS / 1000
    assert at_most_s + 1 < FATE_S
    assert device.waited_s >= at_most_s


@pytest.mark.parametrize("code", [None, -9, 1, guardian.REFUSED, guardian.NOT_OFF])
def test_off_is_not_claimed_when_nobody_knows(code: int | None) -> None:
    said = told(Ended(code))
    assert "outputs are off;" not in said
    assert said.endswith("nobody has confirmed that its outputs are off: unplug its supply.")


def test_off_is_not_claimed_of_a_device_that_somebody_else_started() -> None:
    assert told(None).endswith(f"{UNCONFIRMED}.")


# -- what is handed on -------------------------------------------------------------------------------


def test_the_setup_arrives_as_it_was_sent() -> None:
    config = device_config(load_rig_profile(LOADED), LOADED)
    sent = Setup(PLAN, config, "x", "m:a", 60.0, True, True)
    again = Setup.of(sent.line())
    assert again.plan == PLAN
    assert (again.config.crc, again.config.problem()) == (config.crc, "")
    values = json.loads(sent.line())
    values["config"]["max_levels"] = [10_000, 10_000]
    with pytest.raises(ValueError, match="as it was sent"):
        Setup.of(json.dumps(values))
    values = json.loads(sent.line())
    values["plan"]["enable"] = "D5"
    with pytest.raises(ValueError, match="as it was sent"):
        Setup.of(json.dumps(values))


def test_the_motors_time_outlives_the_process(tmp_path: Path) -> None:
    assert Rest(tmp_path, "boot").begin() == (POWER_ON, None)
    assert Rest(tmp_path, "boot").begin() == (SOFTWARE, None)  # the one before was killed
    Rest(tmp_path, "boot").end(200_000, True)
    cause, kept = Rest(tmp_path, "boot").begin()
    assert (cause, kept is not None) == (SOFTWARE, True)
    assert kept is not None
    assert 200_000 <= kept[0] < 203_000
    assert kept[1], "empty: they still have to rest"
    Rest(tmp_path, "boot").end(200_000, False)
    assert Rest(tmp_path, "another boot").begin() == (POWER_ON, None)
    (tmp_path / "motors").write_text("not JSON")
    assert Rest(tmp_path, "boot").begin() == (SOFTWARE, None)


@pytest.mark.parametrize(
    ("change", "output_of"),
    [
        ({}, (0, 1, 2)),
        ({"ntc": None}, (0, 1, -1)),
        ({"pins": LOADED.pins.model_copy(update={"enable": None})}, (-1, -1, -1)),
        ({"parts": LOADED.parts[1:]}, (-1, 1, 2)),
    ],
)
def test_what_a_rig_lacks_takes_its_channels_away(
    change: dict[str, object], output_of: tuple[int, int, int]
) -> None:
    rig = LOADED.model_copy(update=change)
    whole = device_config(load_rig_profile(LOADED), LOADED)
    config = device_config(load_rig_profile(rig), rig)
    assert (config.rig_id, config.output_of, config.problem()) == ("pi-bench", output_of, "")
    assert (config.crc == whole.crc) == (change == {}), "wired anew, it is another rig"


def test_a_calibration_takes_the_place_of_the_profiles_figures() -> None:
    from firmware_bridge.rigs.document import Calibration

    found = Calibration(output="vibration-pad", start_duty=0.2, max_duty=0.4)
    rig = LOADED.model_copy(update={"calibrations": (found,)})
    config = device_config(load_rig_profile(rig), rig)
    assert (config.start_duty[0], config.max_duty[0]) == (13107, 26214)
    assert config.crc != device_config(load_rig_profile(LOADED), LOADED).crc


def test_a_guardian_that_reads_no_beats_is_taken_for_gone() -> None:
    read_end, write_end = os.pipe()
    beat = Beat(write_end)
    beat.feed()
    assert (os.read(read_end, 10), beat.lost) == (b".", False)
    for _ in range(70_000):  # more than a pipe holds
        beat.feed()
    assert beat.lost
    os.close(read_end)
    os.close(write_end)
