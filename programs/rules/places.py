"""R6, R7, R8, R9, R18: where is worked, for how long, and whether both sides get the same."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from programs import limits
from programs.diagnostics import Diagnostic, Severity
from programs.plan import MOTORS, Plan, PlannedPass
from programs.rules.amounts import whole_back
from programs.rules.registry import Rule, clock, lasting, rule, sentence, told
from programs.voices import Voice

_TOP_TO_BOTTOM = ("neck", "shoulders", "upper-back", "lower-back", "hips")


@rule("R6")
def no_percussion(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    seen: set[int] = set()
    for each in plan.passes:
        if each.region not in limits.NO_PERCUSSION or each.stage_index in seen:
            continue
        seen.add(each.stage_index)
        for voice in (each.voices[name] for name in MOTORS if name in each.voices):
            on_head = plan.profile.head(voice.channel) == "percussive"
            if voice.channel != "percussion" and not on_head:
                continue
            where = (*voice.where, "channel") if voice.track is not None else (*each.where, "region")
            head = f" on the percussive head of {plan.profile.id}" if on_head else ""
            text = (
                f"{sentence(each.called)} plays {voice.channel}{head} on {each.region}, "
                "where percussion is refused."
            )
            yield this.finding(text, where, _elsewhere(voice))


def _elsewhere(voice: Voice) -> str:
    """What to do instead: another head helps vibration, and nothing makes percussion fit there."""
    places = "Choose shoulders, upper-back or hips"
    if voice.channel != "percussion":
        return f"{places}, or a rig with a vibrating head."
    other = "another technique, such as petrissage" if voice.track is None else "a track on vibration"
    return f"{places}, or {other}."


@rule("R7")
def even(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    sides: defaultdict[tuple[str, str], list[PlannedPass]] = defaultdict(list)
    for each in plan.passes:
        if each.region is not None and each.side is not None:
            sides[each.region, each.technique].append(each)
        elif each.region in limits.BILATERAL and each.motor_peak() > 0:
            text = f"{sentence(each.called)} works {each.region}, and says no side: both should get the same."
            hint = 'Write side = "both"; it plays once on each side.'
            yield this.finding(text, (*each.where, "region"), hint, "warning")
    for (region, technique), passes in sides.items():
        uneven = _uneven(passes)
        if uneven is None:
            continue
        where = (*passes[0].where, "side")
        reasons = [each.stage.one_sided for each in passes]
        name = f"{technique.capitalize()} on {region}"
        if technique in limits.ONE_SIDED and any(reasons):
            reason = next(each for each in reasons if each)
            yield this.finding(f"{name} is one-sided ({reason}): {uneven}.", where, severity="warning")
        else:
            hint = 'Write side = "both".'
            if technique in limits.ONE_SIDED:
                hint += ' Or give one_sided = "reason".'
            yield this.finding(f"{name} is uneven: {uneven}.", where, hint)


def _uneven(passes: list[PlannedPass]) -> str | None:
    time_ms: Counter[str] = Counter()
    weight: Counter[str] = Counter()
    for each in passes:
        side = str(each.side)
        time_ms[side] += each.duration_ms
        level = max((each.authored[c].mean() for c in MOTORS if c in each.authored), default=0.0)
        weight[side] += round(level * each.duration_ms)
    left, right = time_ms["left"], time_ms["right"]
    if abs(left - right) > limits.SIDE_TIME * max(left, right):
        return f"{left / 1000:g} s left, {right / 1000:g} s right, allowed {limits.SIDE_TIME:.0%} apart"
    means = [weight[side] / time_ms[side] / 10_000.0 for side in ("left", "right")]
    if abs(means[0] - means[1]) > limits.SIDE_LEVEL + 1e-6:
        apart = told(abs(means[0] - means[1]), limits.SIDE_LEVEL)
        return (
            f"mean level {means[0]:.3g} left, {means[1]:.3g} right: {apart} apart, "
            f"allowed {limits.SIDE_LEVEL:g}"
        )
    return None


@rule("R8")
def one_spot(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    """Deep work without a move, and custom stages, whose depth nobody knows: a warning, and later."""
    for spell in _spells(plan, lambda each: each.technique in limits.DEEP):
        yield from _too_long(this, spell, limits.SPOT_S)
    for spell in _spells(plan, _custom):
        yield from _too_long(this, spell, limits.CUSTOM_SPOT_S, "warning")


def _custom(each: PlannedPass) -> bool:
    return each.technique == "custom" and each.motor_peak() > limits.CUSTOM_SPOT_LEVEL


def _spells(plan: Plan, counts: Callable[[PlannedPass], bool]) -> Iterator[list[PlannedPass]]:
    """Passes that ``counts`` picks, together as long as nobody moves and no pause is long enough."""
    spell: list[PlannedPass] = []
    for each in plan.passes:
        paused = bool(spell) and each.end_ms - spell[-1].end_ms >= limits.SPOT_PAUSE_S * 1000
        if spell and (each.moved or (paused and not counts(each))):
            yield spell
            spell = []
        if counts(each):
            spell.append(each)
    if spell:
        yield spell


def _too_long(
    this: Rule, spell: list[PlannedPass], most_s: float, severity: Severity | None = None
) -> Iterator[Diagnostic]:
    """Each pass in which a spell on one spot gets longer than ``most_s``."""
    since_ms = spell[0].start_ms
    for each in spell:
        moves = [cue.at_ms for cue in each.cues() if cue.move]
        for at_ms in [*moves, each.end_ms]:
            if at_ms - since_ms > most_s * 1000:
                text = (
                    f"{sentence(each.called)} stays on one spot for {lasting(at_ms - since_ms)}, "
                    f"allowed {most_s:g} s."
                )
                hint = "Add cues with move = true, or shorten it."
                yield this.finding(text, (*each.where, "duration_s"), hint, severity)
                break
            since_ms = at_ms if at_ms in moves else since_ms


@rule("R9")
def shoulder_share(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    heads = {plan.profile.head(name) for name in MOTORS} - {None}
    if plan.program.kind != "session" or not whole_back(plan) or heads == {"percussive"}:
        return
    times = _times(plan)
    share = times["shoulders"] / (sum(times.values()) or 1)
    low, high = limits.SHOULDER_SHARE
    if not low <= share <= high:
        got = told(100 * share, 100 * (low if share < low else high), 0)
        text = f"The shoulders get {got} % of the worked time, advised {100 * low:g} to {100 * high:g} %."
        yield this.finding(text, ("stage",), "Lengthen or shorten the stages on shoulders.")


def _times(plan: Plan) -> Counter[str]:
    """Milliseconds for each region."""
    times: Counter[str] = Counter()
    for each in plan.passes:
        if each.region is not None:
            times[each.region] += each.duration_ms
    return times


@rule("R18")
def order(plan: Plan, this: Rule) -> Iterator[Diagnostic]:
    times = _times(plan)
    met = [region for region in times if region in _TOP_TO_BOTTOM]
    if plan.program.kind != "session" or not whole_back(plan) or met == sorted(met, key=_TOP_TO_BOTTOM.index):
        return
    spent = {region: times[region] for region in met if region != "neck"}
    most, least = max(spent, key=spent.__getitem__), min(spent, key=spent.__getitem__)
    if spent[most] > limits.REGION_BALANCE * spent[least]:
        text = (
            f"Neither top to bottom ({', '.join(met)}) nor balanced: {most} {clock(spent[most])}, "
            f"{least} {clock(spent[least])}."
        )
        yield this.finding(text, ("stage",), "Order the stages from neck to hips, or even out their times.")
