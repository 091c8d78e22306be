"""The link in memory: order, latency, and faults that can be counted."""

from hypothesis import given
from hypothesis import strategies as st

from sim.link import Link, Pipe


@given(st.lists(st.tuples(st.integers(0, 50), st.binary(min_size=1, max_size=9))), st.integers(0, 30))
def test_without_faults_every_byte_arrives_in_order_and_not_early(sends, latency_ms):
    pipe, now, sent, got = Pipe(latency_ms), 0, [], b""
    for wait_ms, data in sends:
        now += wait_ms
        pipe.send(data, now)
        sent.append((now, data))
        got += pipe.receive(now)
        assert len(got) <= sum(len(each) for at, each in sent if at + latency_ms <= now)
    got += pipe.receive(now + latency_ms)
    assert got == b"".join(data for _, data in sends)


def test_a_cut_link_loses_and_counts():
    link = Link()
    for pipe in link.pipes:
        pipe.cut = True
        pipe.send(b"x", 0)
        assert pipe.receive(1000) == b""
        assert pipe.lost == 1


def test_drop_and_flip_come_from_the_seed():
    def run(seed):
        pipe = Pipe(0, seed)
        pipe.drop, pipe.flip = 0.3, 0.3
        for n in range(200):
            pipe.send(bytes([n]) * 8, n)
        return pipe.receive(1000), pipe.lost, pipe.flipped

    assert run(1) == run(1)
    assert run(1) != run(2)
    data, lost, flipped = run(1)
    assert 30 < lost < 90
    assert flipped > 20
    assert len(data) == 8 * (200 - lost)
