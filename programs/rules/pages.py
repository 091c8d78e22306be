"""What ``thrum explain CODE`` says: one page for each code that the checker can give.

A page is prose: title, severity, where the rule comes from, what it asks and why. The numbers that
it quotes are those of :mod:`programs.limits`; a test compares them. Codes are stable: L caps and
what a device can play, P the program on a rig, R massage rules, D3xx technique parameters and
waivers (the other D codes belong to the document and need no page).
"""

from __future__ import annotations

from typing import NamedTuple

from programs.diagnostics import Severity
from programs.guides import cited


class Source(NamedTuple):
    """Why a rule is one: what it says in a few words, who says so, and what of it is our own."""

    words: str
    guides: str = ""  # marks of programs.guides
    own: str = ""

    def __str__(self) -> str:
        who = f" ({cited(self.guides)})" if self.guides else ""
        return f"{self.words}{who}" + (f"; {self.own}" if self.own else "")


class Page(NamedTuple):
    """The words of one rule."""

    title: str
    severity: Severity
    source: Source
    text: str


PAGES: dict[str, Page] = {
    "L1": Page(
        "The cap of the strength",
        "error",
        Source("light by default; stronger is the choice of the person who is massaged"),
        "Light programs stay at or below 0.35 of full scale, medium 0.60, firm 0.85. Write the strength "
        "that you mean; firm needs --strength firm at the start.",
    ),
    "L2": Page(
        "The cap of the region",
        "error",
        Source("light on the neck, gentle on the lower back", "G2 G4"),
        "Neck 0.30, lower-back and back 0.50 of full scale, at any strength. The device keeps the same caps.",
    ),
    "L3": Page(
        "The program's own cap",
        "error",
        Source("the program promises it in [caps]"),
        "What [caps] intensity promises holds in every stage.",
    ),
    "L4": Page(
        "The limit of the rig",
        "error",
        Source("what the rig can do"),
        "A profile may allow less than the strength does; the device keeps it too.",
    ),
    "L5": Page(
        "The stage's own cap",
        "error",
        Source("the stage promises it in its caps"),
        "What a stage's caps promise holds on every channel of the stage.",
    ),
    "L6": Page(
        "The caps of heat",
        "error",
        Source("how warm a surface may be on skin (IEC 60601-1, table 24)"),
        "The surface stays at or below 40 C unless [caps] heat_c says otherwise, never above 41 C or the "
        "rig's own limit; below 30 C a pad does not warm, so heat is 0 (off) or at least 30.",
    ),
    "L7": Page(
        "A cap that lowers nothing",
        "warning",
        Source("a cap is there to lower something"),
        "The lowest cap counts. A cap that is not below the others that bind the same channel changes "
        "nothing; often it was meant to be another number.",
    ),
    "L8": Page(
        "Modulators that a device can play",
        "error",
        Source("how quickly motors follow (they take 32 to 180 ms to rise)"),
        "Waves (sine, triangle, saws) run at up to 4 Hz and rise for 10 to 90 % of their period; bursts "
        "(square) at 0.5 to 10 Hz. On, off, rise and fall each last at least 30 ms.",
    ),
    "L9": Page(
        "The motor bucket",
        "error",
        Source("makers of massagers switch them off after 10 to 15 min"),
        "Motors may run for 900 s; each second of motor time takes one from the bucket, each second off "
        "puts one back. A program that would empty it, all but a reserve of 2 s, needs rests. The device "
        "runs the same bucket, and stops when it is empty.",
    ),
    "L10": Page(
        "A join that eats a stage",
        "warning",
        Source("levels meet by ramps, and a ramp is no stroke"),
        "Between stages the compiler joins levels by the shortest ramp that the rise and fall rules "
        "allow. Where that takes over a fifth of a stage, the person feels mostly the ramp.",
    ),
    "L11": Page(
        "A stage too short to play",
        "error",
        Source("what is felt needs time; the numbers are our own choice"),
        "A stage lasts at least 1 s. After a change of region or side the motors rest for 3 s, so that "
        "one can lift off and set down; a stage that is over by then would play nothing.",
    ),
    "L12": Page(
        "Not behind one's own back",
        "error",
        Source("one cannot see or steer a device behind one's own back; our own choice"),
        'With for = "self" a device is not led to the lower back, the hips or the whole back: one can '
        "neither see nor steer it there.",
    ),
    "P1": Page(
        "A channel that the rig lacks",
        "error",
        Source("what the rig can do"),
        "A stage plays a channel for which the profile has no output. Choose a profile that has one, or "
        'say if_missing = "skip" where the stage may go without.',
    ),
    "P2": Page(
        "A rhythm faster than the motor",
        "warning",
        Source("how quickly this rig's motors follow"),
        "A motor needs time to follow. The warning says how much of the modulator's depth would remain, "
        "as a first-order lag with the profile's time constant.",
    ),
    "P3": Page(
        "Heat slower than asked",
        "warning",
        Source("how quickly this rig's pad warms"),
        "A pad warms at its own pace. The warning says when the highest temperature that is asked for "
        "would be reached, from skin at 30 C.",
    ),
    "R1": Page(
        "Start light",
        "error",
        Source("start light, increase gradually", "G0 G1 G2 G3", "the numbers are our own choice"),
        "The first 30 s of motor time stay at or below 0.20 of full scale, and so do the first 10 s after "
        "a rest of 60 s or more.",
    ),
    "R2": Page(
        "Warm up first",
        "error",
        Source("gentle strokes before any deeper work", "G1 G2 G4", "the numbers are our own choice"),
        "A region needs 60 s of effleurage or compression, in itself or on the whole back, before its "
        "level exceeds 0.30 or friction, tapotement or trigger-point begins there. What plays nothing, "
        "because its level is 0 or its channel is skipped, warms nothing.",
    ),
    "R3": Page(
        "Close gently",
        "error",
        Source("end with gentle, soothing strokes", "G0 G1 G3 G4", "the numbers are our own choice"),
        "At least the last 45 s are effleurage or closing sweeps on vibration, at or below 0.20. Nothing "
        "rises there, neither in a stage nor from one to the next, and all but 5 s of it is felt.",
    ),
    "R4": Page(
        "Light is the default",
        "error",
        Source("untrained hands stay light to medium", "G2"),
        "strength is light unless it is written; L1 keeps its cap, and firm needs --strength firm at the "
        "start.",
    ),
    "R5": Page(
        "Never on spine or bone",
        "error",
        Source("spine and bone are never worked", "G0 G2 G3 G4"),
        "The words for them do not exist here: a region is the muscle beside the spine. An unknown region "
        "is refused, and cues say where the bone is.",
    ),
    "R6": Page(
        "No percussion over the kidneys",
        "error",
        Source("never over the kidney area", "G4", "neck and lower back are our own choice"),
        "Percussion never works neck, lower-back or back. It is the head that counts, not the name of the "
        "channel: on a percussive head vibration is refused there too. The device keeps this as well.",
    ),
    "R7": Page(
        "Both sides evenly",
        "error",
        Source("both sides are worked evenly", "G0 G4", "the numbers are our own choice"),
        "For each region and technique the two sides differ by at most 10 % in time and 0.05 in mean "
        'level. Friction and trigger-point may be one-sided with one_sided = "reason", which stays a '
        "warning. So does a stage on shoulders, upper-back, lower-back or hips that says no side.",
    ),
    "R8": Page(
        "Not longer on one spot",
        "error",
        Source("one knot gets a minute or two", "G4", "60 s is our own choice"),
        "Friction, tapotement and trigger-point stay on a spot for 60 s at most: a longer pass has cues "
        "with move = true, 60 s apart or less. Passes that follow on the same place add up, "
        "with pauses under 10 s between them. A custom stage above 0.20 gets a warning after 120 s.",
    ),
    "R9": Page(
        "A real share for the shoulders",
        "warning",
        Source("shoulders get a good part, not too much", "G0", "the numbers are our own choice"),
        "In whole-back sessions the shoulders take 20 to 45 % of the time that is worked. Programs with "
        "back, or with lower-back, upper-back and shoulders, are whole-back; on a percussive head alone "
        "this is not asked.",
    ),
    "R10": Page(
        "How long it lasts",
        "error",
        Source("short is 10-15 min, long 30-60 min", "G3", "15 to 30 min is our own choice"),
        "A session lasts 10 to 60 min. A break lasts 2 to under 10 min, and is never firm; R9, R10, R11 "
        "and R14 ask nothing else of it.",
    ),
    "R11": Page(
        "How much of each technique",
        "warning",
        Source("how long each stroke is worked in a whole massage", "G2"),
        "Over a session: effleurage 3-5 min, petrissage 2-5 min, tapotement 2-3 min, lifting 2-3 passes, "
        "twists 3. The lower bounds are asked of whole-back programs alone, and of techniques that they "
        "use.",
    ),
    "R12": Page(
        "No abrupt changes",
        "error",
        Source("fluid motion without stopping and starting", "G0 G2"),
        "The envelope rises by at most 0.25 of full scale per second and falls by at most 0.50. A "
        'modulator may be quicker: it only lowers the envelope. A keyframe with interp = "hold" jumps, so '
        "on a motor it may only hold to the same value.",
    ),
    "R13": Page(
        "Work slowly",
        "error",
        Source("strokes too fast irritate the muscle", "G0", "2 s is our own choice"),
        "Gliding, kneading, pressing, lifting, fanning, twisting and rolling take at least 2 s a stroke; "
        "friction and skull-base circles at most 3 per second. Percussion and vibration are quick by "
        "nature.",
    ),
    "R14": Page(
        "Vary the strokes",
        "warning",
        Source("vary strokes and pressure", "G0 G1 G2", "the numbers are our own choice"),
        "A session has two techniques or more besides its opening and its close, and stays with none for "
        "over 5 min on end.",
    ),
    "R15": Page(
        "Ask for feedback",
        "error",
        Source("ask when a deeper level begins, and regularly", "G0 G1 G2 G3 G4"),
        "A document cannot show it; the live session asks, and a lighter level is one key away.",
    ),
    "R16": Page(
        "The recipient chooses the strength",
        "error",
        Source("the person says before whether light, medium or firm", "G1"),
        "The questions before a real session ask for it, and run --strength says it beforehand: a program is "
        "scaled down to the choice, never up. L1 keeps the cap of each.",
    ),
    "R17": Page(
        "Consent and intake first",
        "error",
        Source("agreement and questions come before the first stroke", "G1 G2"),
        "A document cannot show it; the questions before a real session keep it (run --rehearse asks them on "
        "a simulated one).",
    ),
    "R18": Page(
        "Top to bottom, or balanced",
        "warning",
        Source("top to bottom is usual; any order if balanced", "G4"),
        "A whole-back session goes from the neck down. Another order is fine where no region gets more "
        "than three times the time of another.",
    ),
    "R19": Page(
        "The operator tires too",
        "warning",
        Source("take breaks, and begin with short sessions", "G1 G4", "the numbers are our own choice"),
        "After 15 min at the latest a rest of 30 s with the motors off lets the hand that holds the "
        "device recover.",
    ),
    "R20": Page(
        "A clock in view",
        "error",
        Source("a timed massage keeps a clock in view", "G2"),
        "A document cannot show it; the live screen shows the time left in stage and program.",
    ),
    "D301": Page(
        "An unknown technique parameter",
        "error",
        Source("each technique has its own parameters"),
        "shape = {...} holds parameters of the stage's technique and nothing else.",
    ),
    "D302": Page(
        "A technique parameter out of range",
        "error",
        Source("each parameter has a range in which it makes sense"),
        "Each parameter has a range; 'thrum techniques NAME' lists them.",
    ),
    "D303": Page(
        "A waiver of an error",
        "error",
        Source("an error is never meant"),
        "allow = [...] waives warnings. What is an error stays one.",
    ),
}
