"""Any faults at any time together: the run ends at rest, breaks no invariant, and can be replayed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.faults import FAULTS, parse_fault
from sim.lockstep import Run

from .conftest import make_timeline

SECONDS = 9
PROGRAM = make_timeline(SECONDS)


@st.composite
def faults(draw):
    """A fault of the table, at a time of the program, with numbers of its range."""
    name = draw(st.sampled_from(list(FAULTS)))
    kind = FAULTS[name]
    parts = [f"{name}@{draw(st.integers(0, 10 * SECONDS)) / 10}"]
    for number in kind.needs:
        top = min(number.most, 400.0)  # small numbers break in more interesting ways
        parts.append(f"{draw(st.floats(number.least, top)):.3f}")
    if kind.lasts and draw(st.booleans()):
        parts.append(str(draw(st.sampled_from([0.05, 0.3, 1.5, 4.0]))))
    return ":".join(parts)


def played(profile, orders, seed):
    run = Run(PROGRAM, profile, seed=seed)
    run.order(orders)
    run.play()
    return run


@settings(max_examples=40, deadline=None)
@given(st.lists(faults(), min_size=1, max_size=4), st.integers(0, 1000))
def test_whatever_breaks_it_ends_at_rest_and_breaks_no_invariant(heated_head, orders, seed):
    run = played(heated_head, orders, seed)
    result = run.result()
    assert result.violations == ()
    assert not run.device.board.powered
    assert all(each.outputs_zero_after_ms is not None for each in (*result.faults, *result.resets))
    for each in result.injected:
        assert not each.felt or parse_fault(each.fault).at_s <= run.t_ms / 1000


@settings(max_examples=10, deadline=None)
@given(st.lists(faults(), min_size=1, max_size=3), st.integers(0, 1000))
def test_the_same_faults_and_seed_give_the_same_bytes(heated_head, orders, seed):
    one, two = (played(heated_head, orders, seed).result() for _ in range(2))
    assert one.trace.rows.tobytes() == two.trace.rows.tobytes()
    assert str(one.summary()) == str(two.summary())
