"""The link in memory: order, latency, and what faults do to it."""

from hypothesis import given
from hypothesis import strategies as st

from sim.link import Link, Pipe

SENDS = st.lists(st.tuples(st.integers(0, 50), st.binary(min_size=1, max_size=9)))


@given(SENDS, st.integers(0, 30))
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


@given(SENDS, st.integers(1, 8), st.floats(50.0, 5000.0))
def test_a_slow_line_read_in_pieces_loses_nothing_and_keeps_the_order(sends, most, bytes_per_s):
    pipe, now, got = Pipe(2), 0, b""
    pipe.read_most.append(most)
    pipe.bytes_per_s.append(bytes_per_s)
    for wait_ms, data in sends:
        now += wait_ms
        pipe.send(data, now)
        piece = pipe.receive(now)
        assert len(piece) <= most
        got += piece
    for _ in range(sum(len(data) for _, data in sends)):
        now += 1000
        got += pipe.receive(now)
    assert got == b"".join(data for _, data in sends)
    assert pipe.overflowed == 0


def test_a_slow_line_takes_as_long_as_its_bytes():
    pipe = Pipe(latency_ms=0)
    pipe.bytes_per_s.append(1000.0)
    pipe.send(bytes(50), 0)
    pipe.send(bytes(50), 0)
    assert [len(pipe.receive(at)) for at in (49, 50, 99, 100)] == [0, 50, 0, 50]
    assert pipe.slowed == 2
    pipe.send(bytes(5), 500)  # the line had a rest
    assert len(pipe.receive(505)) == 5
    assert pipe.slowed == 2


def test_what_a_full_line_does_not_take_is_lost_whole_and_counted():
    pipe = Pipe(latency_ms=0)
    pipe.bytes_per_s.append(10.0)
    for _ in range(100):
        pipe.send(bytes(64), 0)
    assert pipe.overflowed == 36  # 64 of 64 bytes make 4096
    assert len(pipe.receive(1_000_000)) == 4096


def test_a_stalled_line_gives_everything_at_once_when_it_is_over():
    pipe = Pipe(latency_ms=0)
    pipe.send(b"a", 0)
    pipe.holds += 2
    pipe.send(b"b", 5)
    assert pipe.receive(10) == b""
    pipe.holds -= 1
    assert pipe.receive(20) == b""
    pipe.holds -= 1
    pipe.send(b"c", 30)
    assert pipe.receive(30) == b"abc"
    assert pipe.held_back == 2


def test_effects_follow_one_another():
    link = Link(latency_ms=0)
    pipe = link.to_device
    pipe.effects.append(lambda data: (data, data))
    pipe.effects.append(lambda data: (data + b"!",))
    pipe.send(b"x", 0)
    assert pipe.receive(0) == b"x!x!"
    pipe.effects.append(lambda data: ())
    pipe.send(b"x", 1)
    assert pipe.receive(1) == b""
    assert link.to_host.receive(1) == b""
