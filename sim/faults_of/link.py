"""Faults of the serial link, both ways. A chunk, as it is written at a time, is about a frame."""

from __future__ import annotations

from functools import partial

from sim.fault_kinds import CHANCE, Bench, Fault, Kind, Kinds, Number, without
from sim.link import Effect

INSERT_MOST = 32  # bytes of garbage at a time
NOTHING: tuple[bytes, ...] = ()


class _Spoiling(Fault):
    """Does something to chunks; ``spoil`` gives what is sent instead, one direction at a time."""

    def begin(self, bench: Bench) -> None:
        self.noticed = False
        self.random = bench.chance(self)
        self.start()
        self._effects: list[Effect] = []
        for way, pipe in enumerate(bench.link.pipes):
            self._effects.append(partial(self._spoil, way))
            pipe.effects.append(self._effects[-1])

    def end(self, bench: Bench) -> None:
        for pipe, effect in zip(bench.link.pipes, self._effects, strict=True):
            without(pipe.effects, effect)

    def _spoil(self, way: int, data: bytes) -> tuple[bytes, ...]:
        sent = self.spoil(way, data)
        if sent != (data,):
            self.noticed = True
        return sent

    def start(self) -> None:
        """Forget what an earlier run left behind."""

    def spoil(self, way: int, data: bytes) -> tuple[bytes, ...]:
        raise NotImplementedError

    @property
    def happens(self) -> bool:
        """Whether it happens now, with CHANCE."""
        return self.random.random() < self.numbers[0]


class LinkCut(_Spoiling):
    """Nothing passes."""

    def spoil(self, way: int, data: bytes) -> tuple[bytes, ...]:
        return NOTHING


class LinkDrop(_Spoiling):
    """Chunks are lost with CHANCE."""

    def spoil(self, way: int, data: bytes) -> tuple[bytes, ...]:
        return NOTHING if self.happens else (data,)


class LinkDuplicate(_Spoiling):
    """Chunks come twice with CHANCE."""

    def spoil(self, way: int, data: bytes) -> tuple[bytes, ...]:
        return (data, data) if self.happens else (data,)


class LinkFlip(_Spoiling):
    """One bit of a chunk is changed with CHANCE."""

    def spoil(self, way: int, data: bytes) -> tuple[bytes, ...]:
        if not self.happens:
            return (data,)
        changed = bytearray(data)
        bit = self.random.randrange(8 * len(changed))
        changed[bit // 8] ^= 1 << bit % 8
        return (bytes(changed),)


class LinkInsert(_Spoiling):
    """With CHANCE, up to 32 bytes that nobody sent stand somewhere in a chunk."""

    def spoil(self, way: int, data: bytes) -> tuple[bytes, ...]:
        if not self.happens:
            return (data,)
        at = self.random.randrange(len(data) + 1)
        return (data[:at] + self.random.randbytes(self.random.randint(1, INSERT_MOST)) + data[at:],)


class LinkBurst(_Spoiling):
    """With CHANCE a burst begins, in which FRAMES chunks in a row are lost."""

    def start(self) -> None:
        self._left = [0, 0]

    def spoil(self, way: int, data: bytes) -> tuple[bytes, ...]:
        if not self._left[way] and self.happens:
            self._left[way] = int(self.numbers[1])
        if self._left[way]:
            self._left[way] -= 1
            return NOTHING
        return (data,)


class LinkStall(Fault):
    """What is sent is held back, and comes all at once when it is over."""

    def begin(self, bench: Bench) -> None:
        self._before = [pipe.held_back for pipe in bench.link.pipes]
        for pipe in bench.link.pipes:
            pipe.holds += 1

    def end(self, bench: Bench) -> None:
        for pipe in bench.link.pipes:
            pipe.holds -= 1

    def look(self, bench: Bench) -> None:
        self.noticed = self.noticed or [pipe.held_back for pipe in bench.link.pipes] != self._before


class LinkShortRead(Fault):
    """A read gives at most BYTES; the rest waits for the next one."""

    def begin(self, bench: Bench) -> None:
        self._before = [pipe.cut_short for pipe in bench.link.pipes]
        for pipe in bench.link.pipes:
            pipe.read_most.append(int(self.numbers[0]))

    def end(self, bench: Bench) -> None:
        for pipe in bench.link.pipes:
            pipe.read_most.remove(int(self.numbers[0]))

    def look(self, bench: Bench) -> None:
        self.noticed = self.noticed or [pipe.cut_short for pipe in bench.link.pipes] != self._before


class LinkBaud(Fault):
    """The wire carries BYTES_PER_S each way, as a serial line without flow control."""

    def begin(self, bench: Bench) -> None:
        self._before = [pipe.slowed for pipe in bench.link.pipes]
        for pipe in bench.link.pipes:
            pipe.bytes_per_s.append(self.numbers[0])

    def end(self, bench: Bench) -> None:
        for pipe in bench.link.pipes:
            pipe.bytes_per_s.remove(self.numbers[0])

    def look(self, bench: Bench) -> None:
        self.noticed = self.noticed or [pipe.slowed for pipe in bench.link.pipes] != self._before


class LinkReenumerate(LinkCut):
    """The port goes away with everything in it, and comes back empty; the host's handle is dead.

    As on a real rig, the host's session is over at once and does not begin again by itself.
    """

    def begin(self, bench: Bench) -> None:
        super().begin(bench)
        for pipe in bench.link.pipes:
            pipe.waiting.clear()
        bench.host.lost("the port went away")


_SENT_AGAIN = "what was lost was sent again in time"
_LASTED = "what it had in its buffer lasted until the link came back"
_CHECKSUM = "spoilt frames were known by their checksums, and sent again in time"
_FRAMES = Number("FRAMES", 1.0, 1000.0, "lost together")
_BYTES = Number("BYTES", 1.0, 4096.0, "at most in a read")
_RATE = Number("BYTES_PER_S", 1.0, 1e7, "each way; 8N1 at 9600 baud carries 960")

KINDS: Kinds = {
    "link.cut": Kind(
        LinkCut, "nothing passes, either way", "link.cut@60:2", "something sent is lost", _LASTED
    ),
    "link.drop": Kind(
        LinkDrop, "frames are lost with CHANCE", "link.drop@30:0.2:10", "a frame is lost", _SENT_AGAIN,
        (CHANCE,),
    ),
    "link.burst": Kind(
        LinkBurst, "with CHANCE, FRAMES are lost together", "link.burst@30:0.02:5:20", "a frame is lost",
        _SENT_AGAIN, (CHANCE, _FRAMES),
    ),
    "link.duplicate": Kind(
        LinkDuplicate, "frames come twice with CHANCE", "link.duplicate@30:0.3", "a frame comes twice",
        "what came twice was done once", (CHANCE,),
    ),
    "link.flip": Kind(
        LinkFlip, "a bit of a frame changes with CHANCE", "link.flip@30:0.1", "a bit is changed", _CHECKSUM,
        (CHANCE,),
    ),
    "link.insert": Kind(
        LinkInsert, "bytes that nobody sent come in between with CHANCE", "link.insert@30:0.1",
        "a byte is put in", _CHECKSUM, (CHANCE,),
    ),
    "link.stall": Kind(
        LinkStall, "what is sent is held back, and then comes all at once", "link.stall@60:0.7",
        "something is held back", _LASTED,
    ),
    "link.short_read": Kind(
        LinkShortRead, "a read gives at most BYTES", "link.short_read@30:10:20",
        "a read gives less than what is there", "frames were put together from pieces in time", (_BYTES,),
    ),
    "link.baud": Kind(
        LinkBaud, "the wire carries BYTES_PER_S each way", "link.baud@30:1200:20",
        "a frame comes 10 ms later than it would", "frames came late, and still in time", (_RATE,),
    ),
    "link.reenumerate": Kind(
        LinkReenumerate, "the port goes away and comes back empty", "link.reenumerate@60:1.5",
        "something sent or waiting is lost", _LASTED,
    ),
}  # fmt: skip
